"""Facts to judge, plain unless a test says otherwise."""

from dataclasses import replace
from typing import Any

from triage.access.principal import ChannelKind
from triage.assessment.facts import CaseFacts, ReportFacts
from triage.assessment.scoring import Assessment, assess, assess_report
from triage.assessment.weights import weights
from triage.reports.taxonomy import Allegation, Relation

PLAIN = ReportFacts(
    allegations=frozenset(),
    relation=Relation.VICTIM,
    victim_age=None,
    is_minor=None,
    school_level=None,
    school_role=None,
    jurisdiction="KR",
    channel_kind=ChannelKind.BOT,
    asks_police=False,
    text=None,
    personal_details=False,
    trusted=False,
)


def a_report(*allegations: str, **facts: Any) -> ReportFacts:
    return replace(PLAIN, allegations=frozenset(map(Allegation, allegations)), **facts)


def a_case(*reports: ReportFacts, dismissed: frozenset[str] = frozenset()) -> CaseFacts:
    heaviest: dict[str, float] = {}
    for report in reports:
        for signal in assess_report(report, weights()):
            heaviest[signal.rule] = max(signal.weight, heaviest.get(signal.rule, 0.0))
    return CaseFacts(heaviest, dismissed, len(reports))


def judged(facts: CaseFacts) -> Assessment:
    """By the weights that are shipped."""
    return assess(facts, weights())
