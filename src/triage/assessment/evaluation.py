"""How well the detectors do on texts that people have labelled."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Literal, get_args

import msgspec

from triage.assessment.language.detectors import Finding, findings, load_language
from triage.assessment.scoring import either
from triage.assessment.signals import Label
from triage.assessment.spoken import HANDLING
from triage.assessment.weights import Weights, weights

Judged = Literal["threat", "minor", "doxxing", "danger"]

LABELS: Mapping[Judged, frozenset[Label]] = {
    "threat": frozenset({Label.THREAT, Label.EXTORTION}),
    "minor": frozenset({Label.MINOR}),
    "doxxing": frozenset({Label.DOXXING}),
    "danger": frozenset({Label.DANGER}),
}
ENOUGH: Final = 0.5
"""The strength from which on a label is said of a text."""


class NotLabelled(ValueError):
    """A line that is no labelled text; says why."""


class Labelled(msgspec.Struct, frozen=True):
    """A text and what a reader said of it; of danger not every reader did."""

    id: str
    lang: Literal["ko", "en", "mixed"]
    text: str
    threat: bool
    minor: bool
    doxxing: bool
    danger: bool | None = None
    tags: list[str] = []


@dataclass(frozen=True, slots=True)
class Verdict:
    """`strengths` in [0, 1]; `microseconds`: how long the reading of the text took."""

    labelled: Labelled
    found: Sequence[Finding]
    strengths: Mapping[Judged, float]
    microseconds: float

    def says(self, label: Judged) -> bool:
        return self.strengths[label] >= ENOUGH

    def is_judged(self, label: Judged) -> bool:
        return getattr(self.labelled, label) is not None

    def is_wrong(self, label: Judged) -> bool:
        return self.is_judged(label) and self.says(label) is not getattr(self.labelled, label)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a label was rightly said, wrongly said, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def read_labelled(line: bytes) -> Labelled:
    """The text of one line of JSON; fields that are no labels are passed over."""
    try:
        fields = _FIELDS.decode(line)
        labelled = _LABELLED.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotLabelled(str(error)) from error
    for field, value in fields.items():
        if bytes(value) in {b"true", b"false"} and field not in LABELS:
            raise NotLabelled(f"`{field}` is no label: those are {', '.join(LABELS)}")
    return labelled


def judge(
    labelled: Labelled, current: Weights | None = None, *, year: int | None = None
) -> Verdict:
    """`year`: the one in which the text was written, else this one."""
    load_language()
    began = perf_counter()
    found = tuple(findings(labelled.text, year))
    took = (perf_counter() - began) * 1e6
    return Verdict(labelled, found, _strengths(found, current or weights()), took)


def labels_of(verdicts: Sequence[Verdict]) -> tuple[Judged, ...]:
    """Those that a reader judged in at least one text."""
    return tuple(
        label for label in get_args(Judged) if any(verdict.is_judged(label) for verdict in verdicts)
    )


def worst_errors(verdicts: Iterable[Verdict], label: Judged) -> list[Verdict]:
    """The surest first: said most strongly, or not at all."""
    wrong = (verdict for verdict in verdicts if verdict.is_wrong(label))
    return sorted(wrong, key=lambda verdict: -abs(verdict.strengths[label] - ENOUGH))


def count(verdicts: Iterable[Verdict], label: Judged) -> Counts:
    right = wrong = missed = 0
    for verdict in verdicts:
        if not verdict.is_judged(label):
            continue
        said, true = verdict.says(label), getattr(verdict.labelled, label)
        right += said and true
        wrong += said and not true
        missed += true and not said
    return Counts(right, wrong, missed)


def by_language(verdicts: Sequence[Verdict], label: Judged) -> dict[str, Counts]:
    """Of all texts that were judged, and of each language that is among them."""
    return _counts_of(verdicts, label, lambda verdict: [verdict.labelled.lang])


def errors_by_tag(verdicts: Sequence[Verdict], label: Judged) -> dict[str, Counts]:
    """The counts of each tag that at least one error has, those with most errors first."""
    counts = _counts_of(verdicts, label, lambda verdict: verdict.labelled.tags)
    del counts["all"]
    errors = {tag: of for tag, of in counts.items() if of.wrong or of.missed}
    return dict(sorted(errors.items(), key=lambda item: -(item[1].wrong + item[1].missed)))


def _counts_of(
    verdicts: Sequence[Verdict], label: Judged, groups: Callable[[Verdict], Iterable[str]]
) -> dict[str, Counts]:
    grouped: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if not verdict.is_judged(label):
            continue
        for group in groups(verdict):
            grouped[group].append(verdict)
    return {"all": count(verdicts, label)} | {
        group: count(some, label) for group, some in sorted(grouped.items())
    }


def _strengths(found: Iterable[Finding], current: Weights) -> dict[Judged, float]:
    """How strongly the text itself says each label; each rule counts once."""
    rules = [current.rules[rule] for rule in {finding.rule for finding in found} - HANDLING]
    return {
        judged: either(rule.weight for rule in rules if rule.label in labels)
        for judged, labels in LABELS.items()
    }


_LABELLED = msgspec.json.Decoder(Labelled)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
