"""What holds of everything that is found in a text: where it stands, and what hides it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assessment.language.detectors import SHEETS, findings, load_language, load_sheet
from triage.assessment.weights import weights

EXAMPLES = [
    (written.rule, text)
    for name in SHEETS
    for written in load_sheet(name).patterns
    for text in written.yes
]
TRICKS = [
    "\u200b",
    "ㅎㅕㅂ박",
    "p@y",
    "thr3at",
    "１５살",
    "010-0000-4471",
    "\n",
    "'",
    "🙂",
    "\ud800",
]
WORDS = st.sampled_from([*sorted({word for _, text in EXAMPLES for word in text.split()}), *TRICKS])
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=30).map(" ".join)


@given(TEXTS)
def test_evidence_stands_in_the_original(text: str) -> None:
    for found in findings(text, 2026):
        assert 0 <= found.evidence.start < found.evidence.end <= len(text)
        assert any(map(str.isalnum, text[found.evidence.start : found.evidence.end]))
        assert found.rule in weights().rules


@given(st.sampled_from(EXAMPLES), TEXTS)
def test_what_shows_by_itself_shows_where_its_evidence_stands(
    example: tuple[str, str], before: str
) -> None:
    """Whatever is cut away before it, the same words are the evidence."""
    rule, text = example
    shown = {found.rule: found.evidence for found in findings(text, 2026)}

    behind = {found.rule: found.evidence for found in findings("\n" * len(before) + text, 2026)}

    assert behind[rule].start - len(before) == shown[rule].start
    assert behind[rule].end - len(before) == shown[rule].end


NEUTRAL = (
    "안녕하세요. 어제 우체국에 다녀오는 길에 이 글을 씁니다. 오후에는 비가 왔습니다.\n"
    "Good afternoon. I am writing this from the library, the weather is fine.\n"
)


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_neutral_text_around_hides_nothing(rule: str, text: str) -> None:
    assert rule in {found.rule for found in findings(f"{NEUTRAL}{text}\n{NEUTRAL}", 2026)}


def label(rule: str) -> str:
    return rule.partition(".")[0]


HANGUL = [(rule, text) for rule, text in EXAMPLES if re.search("[가-힣]", text)]


@pytest.mark.parametrize(("rule", "text"), HANGUL)
def test_what_is_not_seen_between_the_letters_hides_nothing(rule: str, text: str) -> None:
    tricked = re.sub("([가-힣])(?=[가-힣])", "\\1\u200b", text)

    assert label(rule) in {label(found.rule) for found in findings(tricked, 2026)}


def test_every_sheet_is_read_once() -> None:
    assert load_language() is load_language()
