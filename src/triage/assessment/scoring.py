"""From signals to a band, a score and the reasons for both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from triage.assessment.bands import Band
from triage.assessment.declared import declared_signals
from triage.assessment.facts import CaseFacts, ReportFacts
from triage.assessment.signals import Label, Signal
from triage.assessment.spoken import spoken_signals
from triage.assessment.weights import SPREAD_RULE, Rule, Weights

Detector = Callable[[ReportFacts, Weights], Iterable[Signal]]

DETECTORS: tuple[Detector, ...] = (declared_signals, spoken_signals)


@dataclass(frozen=True, slots=True)
class Reason:
    rule: str
    label: Label
    weight: float
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Assessment:
    """`floor`: no person lowers the case below it without dismissing the rule behind it.

    `unscored`: rules that these weights do not know, so that nobody takes them for counted.
    """

    band: Band
    score: float
    reasons: tuple[Reason, ...]
    weights_version: int
    needs_child_safety: bool
    floor: Band
    unscored: tuple[str, ...] = ()


def assess_report(facts: ReportFacts, weights: Weights) -> tuple[Signal, ...]:
    """What all detectors find in one report."""
    return tuple(signal for detector in DETECTORS for signal in detector(facts, weights))


def assess(facts: CaseFacts, weights: Weights) -> Assessment:
    """The urgency of a case; one more report or signal never lowers it."""
    known, unscored = _counted(facts, weights)
    strengths = _strengths(known, weights)
    floors = [(rule.label, Band[rule.floor]) for rule, _ in known if rule.floor]
    raised = [
        (label, Band[name])
        for label, strength in strengths.items()
        for name, needed in weights.labels[label].raises.items()
        if strength >= needed
    ]
    floor = _worst(band for _, band in floors)
    return Assessment(
        band=min(floor, _worst(band for _, band in raised)),
        score=round(either(strengths.values()), 4),
        reasons=tuple(_reason(rule, weight) for rule, weight in known),
        weights_version=weights.version,
        needs_child_safety=any(label is Label.MINOR for label, _ in floors + raised),
        floor=floor,
        unscored=unscored,
    )


def _counted(
    facts: CaseFacts, weights: Weights
) -> tuple[list[tuple[Rule, float]], tuple[str, ...]]:
    """Rules with their weights, heaviest first, without the dismissed; and ids nobody knows."""
    found = dict(facts.weights)
    if facts.report_count > 1:
        # Approaches the rule's weight: many reports tell of reach, never of a worse harm.
        most = weights.rules[SPREAD_RULE].weight
        found[SPREAD_RULE] = round(most * (1 - 1 / facts.report_count), 4)
    known: list[tuple[Rule, float]] = []
    unscored: list[str] = []
    for rule_id in sorted(found.keys() - facts.dismissed, key=lambda name: (-found[name], name)):
        rule = weights.find(rule_id)
        if rule is None:
            unscored.append(rule_id)
        else:
            known.append((rule, found[rule_id]))
    return known, tuple(unscored)


def _strengths(known: Sequence[tuple[Rule, float]], weights: Weights) -> dict[Label, float]:
    by_label: dict[Label, list[float]] = {}
    for rule, weight in known:
        by_label.setdefault(rule.label, []).append(weight)
    return {
        label: min(weights.labels[label].cap, either(heaviest_first))
        for label, heaviest_first in by_label.items()
    }


def either(chances: Iterable[float]) -> float:
    """Noisy-or: the chance that at least one of independent signs is right."""
    return 1 - prod(1 - chance for chance in chances)


def _worst(bands: Iterable[Band]) -> Band:
    return min(bands, default=Band.P3)


def _reason(rule: Rule, weight: float) -> Reason:
    return Reason(rule.id, rule.label, weight, {"ko": rule.reason.ko, "en": rule.reason.en})
