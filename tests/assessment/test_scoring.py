"""From facts to a band, a score and reasons."""

from dataclasses import replace

import pytest
from assessment.builders import a_case, a_report, judged
from hypothesis import given
from hypothesis import strategies as st

from triage.access.principal import ChannelKind
from triage.assessment.bands import Band
from triage.assessment.facts import CaseFacts, ReportFacts
from triage.assessment.scoring import assess
from triage.assessment.signals import Label
from triage.assessment.weights import weights
from triage.reports.taxonomy import Relation, SchoolLevel, SchoolRole

RULE_IDS = sorted(weights().rules)
NOT_SPREAD = [rule for rule in RULE_IDS if rule != "spread.reports"]
ANY_WEIGHT = st.floats(min_value=0.001, max_value=1.0)
ANY_CASE = st.builds(
    CaseFacts,
    st.dictionaries(st.sampled_from(NOT_SPREAD), ANY_WEIGHT),
    st.frozensets(st.sampled_from(RULE_IDS), max_size=3),
    st.integers(min_value=1, max_value=1_000_000),
)
NOBODY = Relation.ANONYMOUS


@pytest.mark.parametrize(
    ("report", "band"),
    [
        (a_report(), Band.P3),
        (a_report("other"), Band.P3),
        (a_report("stalking"), Band.P3),
        (a_report("impersonation"), Band.P3),
        (a_report("stalking", "impersonation", "other", asks_police=True), Band.P3),
        (a_report("intimate_image"), Band.P2),
        (a_report("deepfake"), Band.P2),
        (a_report("doxxing"), Band.P2),
        (a_report("intimate_image", "deepfake", "doxxing", "stalking"), Band.P2),
        (a_report("doxxing", personal_details=True), Band.P1),
        (a_report("threat"), Band.P1),
        (a_report("extortion"), Band.P1),
        (a_report("minor"), Band.P1),
        (a_report(victim_age=12), Band.P1),
        (a_report(is_minor=True), Band.P1),
        (a_report(school_level=SchoolLevel.HIGH, school_role=SchoolRole.STUDENT), Band.P1),
        (a_report("threat", "extortion", victim_age=12, asks_police=True), Band.P1),
        (
            a_report("threat", asks_police=True, channel_kind=ChannelKind.DESK, trusted=True),
            Band.P0,
        ),
    ],
)
def test_a_declared_harm_has_its_band(report: ReportFacts, band: Band) -> None:
    assert judged(a_case(report)).band is band


@pytest.mark.parametrize("allegation", ["threat", "extortion", "minor"])
def test_an_anonymous_report_reaches_the_same_band(allegation: str) -> None:
    assert judged(a_case(a_report(allegation, relation=NOBODY))).band is Band.P1


def test_a_threat_told_by_the_victim_scores_at_least_as_high_as_by_a_stranger() -> None:
    hers = judged(a_case(a_report("threat")))
    strangers = judged(a_case(a_report("threat", relation=NOBODY)))

    assert hers.score >= strangers.score


def test_only_a_minor_needs_child_safety() -> None:
    assert judged(a_case(a_report("deepfake", victim_age=15))).needs_child_safety
    assert not judged(a_case(a_report("deepfake", "threat", victim_age=40))).needs_child_safety


def test_reasons_come_heaviest_first_and_in_both_languages() -> None:
    reasons = judged(a_case(a_report("deepfake", "threat"), a_report("other"))).reasons

    assert [reason.rule for reason in reasons] == [
        "threat.declared",
        "intimate.deepfake",
        "other.declared",
        "spread.reports",
    ]
    assert all(reason.text["ko"] and reason.text["en"] for reason in reasons)


def test_the_version_of_the_weights_is_told() -> None:
    assert assess(a_case(), weights(1)).weights_version == 1


def test_a_dismissed_rule_does_not_count() -> None:
    report = a_report("deepfake", is_minor=True)

    assessment = judged(a_case(report, dismissed=frozenset({"minor.declared"})))

    assert assessment.band is Band.P2
    assert not assessment.needs_child_safety
    assert [reason.rule for reason in assessment.reasons] == ["intimate.deepfake"]


def test_the_floor_is_what_the_rules_demand() -> None:
    weak = CaseFacts({"minor.school": 0.001}, frozenset(), 1)

    assert judged(weak).floor is Band.P1
    assert judged(weak).band is Band.P1


def test_labels_that_raise_nothing_stay_p3_however_strong() -> None:
    strong = CaseFacts({"stalking.declared": 1.0, "impersonation.declared": 1.0}, frozenset(), 1)

    assert judged(strong).band is Band.P3
    assert judged(strong).score < 0.9, "each label has its cap"


def test_rules_of_one_label_confirm_each_other() -> None:
    once = judged(CaseFacts({"minor.school": 0.65}, frozenset(), 1))
    twice = judged(CaseFacts({"minor.school": 0.65, "minor.alleged": 0.5}, frozenset(), 1))

    assert once.score == pytest.approx(0.65)
    assert twice.score == pytest.approx(1 - 0.35 * 0.5)


def test_a_rule_that_is_not_known_is_said_and_not_counted() -> None:
    assessment = judged(CaseFacts({"threat.unheard_of": 0.9}, frozenset(), 1))

    assert assessment.unscored == ("threat.unheard_of",)
    assert (assessment.band, assessment.score) == (Band.P3, 0.0)


def test_many_reports_alone_never_reach_p1() -> None:
    flooded = replace(a_case(a_report("other")), report_count=1_000_000)

    assessment = judged(flooded)

    assert assessment.band is Band.P3
    assert assessment.score < 0.5


@given(ANY_CASE)
def test_a_score_lies_between_nothing_and_one(facts: CaseFacts) -> None:
    assert 0.0 <= judged(facts).score <= 1.0


@given(ANY_CASE, st.sampled_from(NOT_SPREAD), ANY_WEIGHT)
def test_one_more_signal_never_lowers_a_case(facts: CaseFacts, rule: str, weight: float) -> None:
    heavier = max(weight, facts.weights.get(rule, 0.0))
    more = replace(facts, weights={**facts.weights, rule: heavier})

    before, after = judged(facts), judged(more)

    assert after.band <= before.band
    assert after.score >= before.score
    assert after.needs_child_safety >= before.needs_child_safety


@given(ANY_CASE, st.sampled_from(RULE_IDS))
def test_dismissing_a_rule_never_raises_a_case(facts: CaseFacts, rule: str) -> None:
    fewer = replace(facts, dismissed=facts.dismissed | {rule})

    assert judged(fewer).band >= judged(facts).band
    assert judged(fewer).score <= judged(facts).score


@given(ANY_CASE)
def test_one_more_report_never_lowers_a_case_and_never_makes_it_p1(facts: CaseFacts) -> None:
    more = replace(facts, report_count=facts.report_count + 1)

    before, after = judged(facts), judged(more)

    assert after.score >= before.score
    assert after.band == before.band


@given(ANY_CASE)
def test_without_danger_or_an_imminent_threat_nothing_is_p0(facts: CaseFacts) -> None:
    gravest = {
        rule.id
        for rule in weights().rules.values()
        if rule.label is Label.DANGER or rule.floor == Band.P0.name
    }
    calm = replace(facts, dismissed=facts.dismissed | gravest)

    assert judged(calm).band >= Band.P1
