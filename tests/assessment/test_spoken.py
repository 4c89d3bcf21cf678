"""What a text says, as signals of the report that it came in."""

import pytest
from assessment.builders import a_case, a_report, judged

from triage.assessment.bands import Band
from triage.assessment.evaluation import Labelled, judge
from triage.assessment.scoring import assess_report
from triage.assessment.weights import weights
from triage.reports.taxonomy import Relation

PUPILS_OF_EIGHTEEN = (
    "저는 만 18세 고등학생입니다. 제 사진이 합성되어 올라왔어요.",
    "고3이고 18살이에요. 누가 제 얼굴을 합성했어요",
    "I'm 18 and in 12th grade, somebody made a deepfake of me",
)


@pytest.mark.parametrize("text", PUPILS_OF_EIGHTEEN)
def test_at_eighteen_somebody_is_under_age_in_korea(text: str) -> None:
    assessment = judged(a_case(a_report(text=text, jurisdiction="KR")))

    assert (assessment.floor, assessment.needs_child_safety) == (Band.P1, True)
    assert "minor.eighteen" in {reason.rule for reason in assessment.reasons}


@pytest.mark.parametrize("text", PUPILS_OF_EIGHTEEN)
def test_at_eighteen_somebody_is_of_age_in_the_united_states(text: str) -> None:
    assessment = judged(a_case(a_report(text=text, jurisdiction="US")))

    assert (assessment.floor, assessment.needs_child_safety) == (Band.P3, False)
    assert not [reason for reason in assessment.reasons if reason.rule.startswith("minor.")]


@pytest.mark.parametrize("text", PUPILS_OF_EIGHTEEN)
def test_a_text_of_somebody_of_eighteen_is_not_labelled_minor(text: str) -> None:
    labelled = Labelled(id="1", lang="ko", text=text, threat=False, minor=False, doxxing=False)

    assert not judge(labelled, year=2026).says("minor")


def test_a_rule_counts_once_with_the_first_place_where_it_shows() -> None:
    text = "저 열다섯 살이에요. 정말 열다섯 살이에요."

    [signal] = [
        signal
        for signal in assess_report(a_report(text=text), weights())
        if signal.rule == "minor.age_told"
    ]

    assert signal.evidence is not None
    assert text[signal.evidence.start : signal.evidence.end] == "저 열다섯 살"
    assert signal.evidence.start < text.index(".")


def test_who_saw_it_happen_is_believed_less_than_the_victim() -> None:
    text = "합성 사진을 학교에 뿌리겠다고 해요"
    weight = {
        relation: judged(a_case(a_report(text=text, relation=Relation(relation)))).score
        for relation in ("victim", "witness", "anonymous")
    }

    assert weight["victim"] > weight["witness"] > weight["anonymous"]
