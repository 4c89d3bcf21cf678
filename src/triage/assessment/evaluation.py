"""How well the detectors do on texts that people have labelled."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Literal

import msgspec

from triage.assessment.language.detectors import Finding, findings
from triage.assessment.scoring import either
from triage.assessment.signals import Label
from triage.assessment.spoken import HANDLING
from triage.assessment.weights import Weights, weights

Judged = Literal["threat", "minor", "doxxing"]

LABELS: Mapping[Judged, frozenset[Label]] = {
    "threat": frozenset({Label.THREAT, Label.EXTORTION}),
    "minor": frozenset({Label.MINOR}),
    "doxxing": frozenset({Label.DOXXING}),
}
ENOUGH: Final = 0.5
"""The strength from which on a label is said of a text."""


class Labelled(msgspec.Struct, frozen=True):
    """A text and what a reader said of it; other fields are passed over."""

    id: str
    lang: Literal["ko", "en", "mixed"]
    text: str
    threat: bool
    minor: bool
    doxxing: bool
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

    def is_wrong(self, label: Judged) -> bool:
        return self.says(label) is not getattr(self.labelled, label)


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


def read_labelled(lines: Iterable[bytes]) -> Iterator[Labelled]:
    """One text a line; raises msgspec.ValidationError for what is none."""
    decoder = msgspec.json.Decoder(Labelled)
    return (decoder.decode(line) for line in lines if line.strip())


def judge(labelled: Labelled, current: Weights | None = None) -> Verdict:
    began = perf_counter()
    found = tuple(findings(labelled.text))
    took = (perf_counter() - began) * 1e6
    return Verdict(labelled, found, _strengths(found, current or weights()), took)


def count(verdicts: Iterable[Verdict], label: Judged) -> Counts:
    right = wrong = missed = 0
    for verdict in verdicts:
        said, true = verdict.says(label), getattr(verdict.labelled, label)
        right += said and true
        wrong += said and not true
        missed += true and not said
    return Counts(right, wrong, missed)


def by_language(verdicts: Sequence[Verdict], label: Judged) -> dict[str, Counts]:
    """Of all texts, and of each language that is among them."""
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
