"""A text is read through its spelling, and every letter of it is found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assessment.folding import fold
from triage.assessment.language.stream import SURROUNDINGS, Stream, decoded_leet

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("가각힣ㄱㅏ협박\u200b\u0301Ａ０o0ﬁßİ\u1100\u1161\u11a8 .,!?1@$|\ud800"),
    ),
    max_size=60,
)


@given(TEXTS)
def test_every_letter_belongs_to_the_character_that_it_comes_from(text: str) -> None:
    stream = Stream(text)
    starts = stream.starts()

    for place, character in enumerate(text):
        letters = stream.letters[starts[place] : starts[place + 1]]
        assert letters == fold(character)
        heads = stream.heads[starts[place] : starts[place + 1]]
        assert [*heads] == [place == 0 for place in range(len(letters))]
    assert starts[-1] == len(stream.letters)


@given(TEXTS, st.data())
def test_a_stretch_of_letters_is_found_in_the_original(text: str, data: st.DataObject) -> None:
    stream = Stream(text)
    if not stream.letters:
        return
    start = data.draw(st.integers(0, len(stream.letters) - 1))
    end = data.draw(st.integers(start + 1, len(stream.letters)))

    first, after = stream.original(start, end)

    starts = stream.starts()
    assert starts[first] <= start < starts[first + 1]
    assert starts[after - 1] < end <= starts[after]


@given(TEXTS)
def test_decoded_words_stay_where_they_were(text: str) -> None:
    for start, decoded in decoded_leet(text):
        stretch = text[start : start + len(decoded)]
        assert len(stretch) == len(decoded)
        kept = [old for old, new in zip(stretch, decoded, strict=True) if old == new]
        assert len(kept) >= sum(map(str.isspace, stretch))


def test_only_what_stands_around_a_word_in_leet_is_spelled_out() -> None:
    filler = "ordinary words " * 400

    [(start, decoded)] = decoded_leet(f"{filler}m3et me{filler}")

    assert "meet me" in decoded
    assert len(decoded) < 4 * SURROUNDINGS
    assert start > len(filler) - 2 * SURROUNDINGS


def test_much_leet_is_spelled_out_once() -> None:
    text = "p@y m3 n0w " * 2_000

    assert sum(len(decoded) for _, decoded in decoded_leet(text)) <= 2 * len(text)


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("thr3at", {"threat"}),
        ("p@y m3 n0w", {"pay me now"}),
        ("l3ak 1t", {"leak it", "leak lt"}),
        ("bl4ckma!l", {"blackmail", "blackmall"}),
        ("call 555-0133", set()),
        ("no numbers", set()),
    ],
)
def test_leet_is_spelled_out(text: str, decoded: set[str]) -> None:
    assert {stretch for _, stretch in decoded_leet(text)} == decoded
