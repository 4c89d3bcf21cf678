"""What holds of masks for every text and every declaration."""

import unicodedata
from itertools import pairwise
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from triage.assessment.masks import Mask, apply_masks, mask_spans, merged

NAMES = ("김지은", "남궁민수", "박하늘", "Jane Smith", "María José Ruiz")
SEPARATORS = ("", "", "", " ", ".", "-", "_", "\u200b", "\u00ad", "\ufeff", "·", "\u3164")
FILLERS = (
    "어제",
    "방에서",
    "saw it",
    "봤어요.",
    "\n",
    "!",
    "2026년",
    "the room",
    "🙂",
    "é",
    "\u0301",
)
FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
ANY_MASKS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 10)).map(
        lambda pair: Mask(pair[0], pair[0] + pair[1], "name")
    )
)


@given(ANY_MASKS)
def test_merged_masks_are_sorted_disjoint_and_cover_the_same(found: list[Mask]) -> None:
    joined = merged(found)

    assert all(one.end <= other.start for one, other in pairwise(joined))
    assert covered(joined) == covered(found)


@given(st.text(max_size=60), ANY_MASKS)
def test_the_parts_joined_give_the_text_back(text: str, found: list[Mask]) -> None:
    fitting = merged(mask for mask in found if mask.end <= len(text))

    parts = apply_masks(text, fitting)

    pieces = [part if isinstance(part, str) else text[part.start : part.end] for part in parts]
    assert "".join(pieces) == text
    assert "" not in parts
    assert [part for part in parts if isinstance(part, Mask)] == list(fitting)


@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=4))
def test_any_text_and_any_declaration_give_masks_within_the_text(
    text: str, declared: list[str]
) -> None:
    values = tuple(declared)

    found = mask_spans(text, names=values, handles=values, phones=values, others=values)

    assert merged(found) == found
    assert all(0 <= mask.start < mask.end <= len(text) for mask in found)


@given(st.data())
def test_no_declared_name_survives_in_the_clear_parts(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    words = data.draw(st.lists(st.sampled_from(FILLERS) | disguised(name), min_size=1, max_size=8))
    text = data.draw(st.sampled_from((" ", ""))).join(words)

    parts = apply_masks(text, mask_spans(text, names=(name,), handles=(), phones=(), others=()))

    assert all(plainly(name) not in plainly(part) for part in parts if isinstance(part, str))


@st.composite
def disguised(draw: st.DrawFn, name: str) -> str:
    """The name with another case, form, width or with something between its letters."""
    form = draw(st.sampled_from(FORMS))
    case = draw(st.sampled_from((str.upper, str.lower, str.title)))
    wide = draw(st.booleans())
    letters = [
        chr(ord(letter) + 0xFEE0) if wide and "!" <= letter <= "~" else letter
        for letter in unicodedata.normalize(form, case(name))
    ]
    return "".join(letter + draw(st.sampled_from(SEPARATORS)) for letter in letters)


def plainly(text: str) -> str:
    """An independent reading: compatibility form, letters and digits only, no accents or case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum() and c not in "\u1160\u115f")


def covered(found: tuple[Mask, ...] | list[Mask]) -> set[int]:
    return {place for mask in found for place in range(mask.start, mask.end)}
