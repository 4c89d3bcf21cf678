"""Signals from what a report declares beside its text."""

from collections.abc import Iterator

from triage.access.principal import ChannelKind
from triage.assessment.belief import believed
from triage.assessment.facts import ReportFacts
from triage.assessment.minors import is_pupil, is_under_age
from triage.assessment.signals import Signal
from triage.assessment.weights import Weights
from triage.reports.taxonomy import Allegation

RULES_OF_ALLEGATIONS = {
    Allegation.INTIMATE_IMAGE: "intimate.declared",
    Allegation.DEEPFAKE: "intimate.deepfake",
    Allegation.MINOR: "minor.alleged",
    Allegation.THREAT: "threat.declared",
    Allegation.EXTORTION: "extortion.declared",
    Allegation.DOXXING: "doxxing.declared",
    Allegation.STALKING: "stalking.declared",
    Allegation.IMPERSONATION: "impersonation.declared",
    Allegation.OTHER: "other.declared",
}
SPOKEN_TO = frozenset({ChannelKind.DESK, ChannelKind.AUTHORITY})


def declared_signals(facts: ReportFacts, weights: Weights) -> tuple[Signal, ...]:
    """One signal for each rule that applies; every weight is scaled by who says so."""
    found = (believed(rule, facts, weights) for rule in _rules(facts))
    return tuple(signal for signal in found if signal is not None)


def _rules(facts: ReportFacts) -> Iterator[str]:
    for allegation in sorted(facts.allegations):
        yield RULES_OF_ALLEGATIONS[allegation]
    if facts.personal_details and Allegation.DOXXING in facts.allegations:
        yield "doxxing.details"
    if facts.asks_police:
        yield "other.police_asked"
        # Anybody can call himself trusted; that it came through a desk or an authority is known.
        if (
            facts.trusted
            and facts.channel_kind in SPOKEN_TO
            and Allegation.THREAT in facts.allegations
        ):
            yield "danger.police_asked"
    yield from _minor_rules(facts)


def _minor_rules(facts: ReportFacts) -> Iterator[str]:
    if facts.is_minor:
        yield "minor.declared"
    if facts.victim_age is None:
        if is_pupil(facts.school_level, facts.school_role):
            yield "minor.school"
    elif is_under_age(facts.victim_age, facts.jurisdiction):
        yield "minor.age"
