"""How far something went adds to the order within a band, and never makes a case urgent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assessment.bands import Band
from triage.assessment.facts import CaseFacts
from triage.assessment.language.detectors import findings
from triage.assessment.scoring import assess
from triage.assessment.signals import Label
from triage.assessment.weights import weights

SPREADING = [
    ("합성 영상 조회수가 벌써 12만이에요", "spread.audience_told"),
    ("구독자 8,400명 채널에 딥페이크가 올라왔습니다", "spread.audience_told"),
    ("The deepfake already has 230k views", "spread.audience_told"),
    ("수천 명이 있는 방에서 사진이 공유되고 있어요", "spread.audience_told"),
    ("다른 방에도 똑같은 사진이 올라왔어요", "spread.places_told"),
    ("my fake nudes are reposted all over", "spread.places_told"),
    ("몇 시간 만에 사진이 다 퍼졌어요", "spread.fast_told"),
    ("the video went viral overnight, shared by everyone", "spread.fast_told"),
    ("분명 지웠는데 또 같은 영상이 보여요", "spread.reappeared_told"),
    ("The picture was taken down but there is a new link", "spread.reappeared_told"),
]

NOT_SPREADING = [
    "제 브이로그 조회수가 1만이 넘었어요",
    "합성 사진이 있는데 아직 퍼지지 않았어요",
    "주문 번호 20260311입니다. 사진을 잘못 받았어요",
    "I have 400 subscribers and a question about billing",
    "The fake has not been shared anywhere else",
    "전화번호는 010-0000-4471이고 사진은 한 장입니다",
]

SPREAD_RULES = sorted(rule.id for rule in weights().rules.values() if rule.label is Label.SPREAD)


def spread(text: str) -> set[str]:
    return {found.rule for found in findings(text) if found.rule.startswith("spread.")}


@pytest.mark.parametrize(("text", "rule"), SPREADING)
def test_what_is_told_of_its_spread_is_seen(text: str, rule: str) -> None:
    assert rule in spread(text)


@pytest.mark.parametrize("text", NOT_SPREADING)
def test_numbers_of_other_things_are_no_spread(text: str) -> None:
    assert spread(text) == set()


@given(
    st.dictionaries(st.sampled_from(SPREAD_RULES), st.floats(0, 1)),
    st.integers(1, 100_000),
)
def test_however_many_report_it_a_brigade_raises_nothing(
    found: dict[str, float], reports: int
) -> None:
    judged = assess(CaseFacts(found, frozenset(), reports), weights())

    assert judged.band is Band.P3
    assert judged.score <= weights().labels[Label.SPREAD].cap
