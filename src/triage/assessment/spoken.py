"""Signals from what a report says in its text."""

from collections.abc import Iterator

from triage.assessment.belief import believed
from triage.assessment.facts import ReportFacts
from triage.assessment.language.ages import OF_AGE
from triage.assessment.language.detectors import findings
from triage.assessment.minors import is_under_age
from triage.assessment.signals import Signal
from triage.assessment.weights import Weights

HANDLING = frozenset({"minor.eighteen"})
"""Rules that say how a report is handled here or there, not what its text says: at 18 somebody is
no minor, and yet under age in Korea."""


def spoken_signals(facts: ReportFacts, weights: Weights) -> Iterator[Signal]:
    """Each rule once, with the first place where it shows; scaled by who says so."""
    if not facts.text:
        return
    told = set() if is_under_age(OF_AGE, facts.jurisdiction) else set(HANDLING)
    for finding in findings(facts.text):
        if finding.rule in told:
            continue
        told.add(finding.rule)
        if signal := believed(finding.rule, facts, weights, finding.evidence):
            yield signal
