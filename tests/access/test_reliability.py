"""A channel that is often wrong weighs less, within bounds and for a while; floors stand."""

from dataclasses import replace
from datetime import timedelta

from assessment.builders import PLAIN
from hypothesis import given
from hypothesis import strategies as st

from triage.access.reliability import HALF_LIFE, LEAST, reliability
from triage.assessment.facts import CaseFacts, ReportFacts
from triage.assessment.scoring import Assessment, assess, assess_report
from triage.assessment.weights import weights
from triage.reports.taxonomy import Allegation

COUNTS = st.floats(0, 1e6)
AGES = st.timedeltas(timedelta(0), timedelta(days=4_000))


@given(COUNTS, COUNTS, AGES)
def test_it_is_bounded_and_fades(confirmed: float, refuted: float, age: timedelta) -> None:
    now = reliability(confirmed, refuted, age)

    assert LEAST <= now <= 1.0
    assert reliability(confirmed, 0, age) == 1.0
    assert reliability(0, refuted, age) <= reliability(0, refuted, age + HALF_LIFE)
    assert reliability(confirmed, refuted + 1, age) <= now


def test_one_wrong_report_says_little_and_many_say_no_more_than_the_least() -> None:
    assert reliability(0, 1, timedelta()) > 0.95
    assert reliability(0, 10_000, timedelta()) == LEAST
    assert reliability(0, 20, 10 * HALF_LIFE) > 0.99


@given(st.sets(st.sampled_from(list(Allegation)), max_size=4), st.floats(LEAST, 1))
def test_no_floor_falls_and_no_child_loses_its_guard(
    allegations: set[Allegation], share: float
) -> None:
    told = replace(
        PLAIN,
        allegations=frozenset(allegations),
        text="사진을 뿌리겠다고 해요. 저는 15살이에요",
        trusted=False,
    )
    trusted, doubted = judged(told), judged(replace(told, reliability=share))

    assert doubted.floor == trusted.floor
    assert doubted.needs_child_safety == trusted.needs_child_safety
    assert doubted.score <= trusted.score


def judged(facts: ReportFacts) -> Assessment:
    found = {signal.rule: signal.weight for signal in assess_report(facts, weights())}
    return assess(CaseFacts(found, frozenset(), report_count=1), weights())
