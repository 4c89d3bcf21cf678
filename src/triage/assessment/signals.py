"""What a detector says of a report: a rule that applies, how much it weighs, and where it shows."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """The kinds of harm that urgency is made of."""

    DANGER = "danger"
    THREAT = "threat"
    EXTORTION = "extortion"
    MINOR = "minor"
    DOXXING = "doxxing"
    INTIMATE = "intimate"
    STALKING = "stalking"
    IMPERSONATION = "impersonation"
    SPREAD = "spread"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """Code points `start` to `end` of the original text; `view` is the spelling it was read in."""

    start: int
    end: int
    view: str = "plain"


@dataclass(frozen=True, slots=True)
class Signal:
    """`weight` is in (0, 1], given by the weights of `weights_version`.

    No evidence: it follows from what was declared beside the text.
    """

    rule: str
    label: Label
    weight: float
    weights_version: int
    evidence: Span | None = None
