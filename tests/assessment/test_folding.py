"""Letters in one spelling, and the way back to where they stood."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assessment.folding import Folded, fold


@pytest.mark.parametrize(
    "spelling",
    [
        "지은",
        unicodedata.normalize("NFD", "지은"),
        "ㅈㅣㅇㅡㄴ",
        "ㅈㅣ은",
        "지\u200b은",
        "지 . 은",
        "지\u3164은",
        "\uffb8\uffdc\uffb7\uffda\uffa4",
    ],
)
def test_korean_is_one_however_it_is_typed(spelling: str) -> None:
    assert fold(spelling) == "ㅈㅣㅇㅡㄴ"


@pytest.mark.parametrize(
    "spelling",
    [
        "Jane",
        "ｊＡＮＥ",
        "j.a_n-e",
        "ⓙⓐⓝⓔ",
        "𝓙𝓪𝓷𝓮",
        "jan\u0435",
        "ja\u00adne",
        "jáné",
        "ja\u0301ne",
    ],
)
def test_latin_is_one_however_it_is_typed(spelling: str) -> None:
    assert fold(spelling) == "jane"


@pytest.mark.parametrize("spelling", ["010", "０１０", "٠١٠", "⓪①⓪", "0-1-0"])
def test_digits_are_one_however_they_are_typed(spelling: str) -> None:
    assert fold(spelling) == "010"


def test_a_stretch_of_letters_leads_back_to_the_text() -> None:
    text = "나는 J.a\u200bn-e 이다"
    folded = Folded(text)
    start = folded.letters.index("jane")

    span = folded.span(start, start + 4)

    assert span is not None
    assert text[span[0] : span[1]] == "J.a\u200bn-e"


def test_a_stretch_cannot_begin_within_a_character() -> None:
    folded = Folded("각ㅣ")

    assert folded.span(folded.letters.index("ㄱㅣ"), 4) is None


def test_a_stretch_that_ends_within_a_character_says_what_it_leaves() -> None:
    folded = Folded("이직")

    assert folded.span(0, 4) == (0, 2, 1)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="가힣김한글값ㄳﾡAaéßﬁ０ ．-_\u200b"))
def test_composition_makes_no_difference(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
