"""Links between cases: suggested by a match or a person, then confirmed or rejected by a person."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from triage.kit.errors import Conflict


class LinkKind(StrEnum):
    """What speaks for the link; `content`: the same post or file, `proposed`: a person."""

    CONTENT = "content"
    PDQ = "pdq"
    TEXT = "text"
    PERSON = "person"
    PROPOSED = "proposed"


class LinkState(StrEnum):
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class LinkDecided(Conflict):
    title = "The link has been decided so already"


class Pair(NamedTuple):
    """Two cases in the order of their ids, so that a link has one name from both ends."""

    low: UUID
    high: UUID

    @classmethod
    def of(cls, one: UUID, other: UUID) -> "Pair":
        return cls(*sorted((one, other)))


def decided(state: LinkState, to: LinkState) -> LinkState:
    """`to`, which a person chose: they may change their mind, not say the same again."""
    if state is to:
        raise LinkDecided
    return to
