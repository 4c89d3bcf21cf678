"""Signals from what a report declares."""

import pytest
from assessment.builders import a_report

from triage.access.principal import ChannelKind
from triage.assessment.declared import RULES_OF_ALLEGATIONS, declared_signals
from triage.assessment.facts import ReportFacts
from triage.assessment.weights import weights
from triage.reports.taxonomy import Allegation, Relation, SchoolLevel, SchoolRole


def rules(facts: ReportFacts) -> set[str]:
    return {signal.rule for signal in declared_signals(facts, weights())}


def weight(rule: str, facts: ReportFacts) -> float:
    return next(
        signal.weight for signal in declared_signals(facts, weights()) if signal.rule == rule
    )


def test_every_allegation_has_a_rule() -> None:
    assert RULES_OF_ALLEGATIONS.keys() == set(Allegation)
    assert set(RULES_OF_ALLEGATIONS.values()) <= weights().rules.keys()


def test_a_report_that_declares_nothing_gives_no_signal() -> None:
    assert declared_signals(a_report(), weights()) == ()


def test_each_allegation_gives_its_signal() -> None:
    assert rules(a_report("deepfake", "threat")) == {"intimate.deepfake", "threat.declared"}


@pytest.mark.parametrize("relation", Relation)
def test_nobody_is_heard_more_than_the_victim_herself(relation: Relation) -> None:
    hers = weight("threat.declared", a_report("threat"))

    assert weight("threat.declared", a_report("threat", relation=relation)) <= hers


def test_an_anonymous_report_weighs_less_than_the_same_through_a_trusted_channel() -> None:
    anonymous = a_report("threat", relation=Relation.ANONYMOUS)
    trusted = a_report("threat", relation=Relation.ANONYMOUS, trusted=True)

    assert weight("threat.declared", anonymous) < weight("threat.declared", trusted)


def test_a_presumed_minor_weighs_less_than_a_stated_age() -> None:
    pupil = a_report(school_level=SchoolLevel.HIGH, school_role=SchoolRole.STUDENT)

    assert weight("minor.school", pupil) < weight("minor.age", a_report(victim_age=17))


def test_an_adult_age_takes_the_presumption_of_the_school_away() -> None:
    pupil = a_report(victim_age=19, school_level=SchoolLevel.HIGH, school_role=SchoolRole.STUDENT)

    assert rules(pupil) == set()


def test_an_eighteen_year_old_is_a_minor_in_korea_and_not_in_the_united_states() -> None:
    assert rules(a_report(victim_age=18, jurisdiction="KR")) == {"minor.age"}
    assert rules(a_report(victim_age=18, jurisdiction="US")) == set()


def test_details_count_only_where_doxxing_is_alleged() -> None:
    assert "doxxing.details" in rules(a_report("doxxing", personal_details=True))
    assert rules(a_report("deepfake", personal_details=True)) == {"intimate.deepfake"}


@pytest.mark.parametrize("kind", [ChannelKind.DESK, ChannelKind.AUTHORITY])
def test_a_desk_that_asks_for_the_police_against_a_threat_means_danger(kind: ChannelKind) -> None:
    urgent = a_report("threat", channel_kind=kind, trusted=True, asks_police=True)

    assert "danger.police_asked" in rules(urgent)


@pytest.mark.parametrize(
    "facts",
    [
        a_report("threat", asks_police=True),
        a_report("threat", asks_police=True, trusted=True, relation=Relation.TRUSTED_FLAGGER),
        a_report("deepfake", channel_kind=ChannelKind.DESK, trusted=True, asks_police=True),
        a_report("threat", channel_kind=ChannelKind.DESK, trusted=True),
    ],
)
def test_nothing_less_means_danger(facts: ReportFacts) -> None:
    assert "danger.police_asked" not in rules(facts)
