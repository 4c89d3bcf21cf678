"""A text's letters are the same in whatever way it was written."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from triage.fingerprints.letters import letters_of


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Ｐｈôｔｏ 12!", "photo12"),
        ("각 \u3164\u200b사진", "각사진"),
        ("\u1100\u1161\u11a8", "각"),
        ("straße ﬁn", "strassefin"),
        ("e\u0332v\u0336i\u0489l", "evil"),
        ("١٢", "١٢"),
        (" .,- \u200d", ""),
    ],
)
def test_letters_and_digits_are_kept_in_one_spelling(text: str, letters: str) -> None:
    assert letters_of(text) == letters


@given(text=st.text())
def test_the_letters_of_letters_are_themselves(text: str) -> None:
    assert letters_of(letters_of(text)) == letters_of(text)
