"""A text as its letters and digits alone, however they were spelled, and the way back to it."""

import unicodedata
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Final

MAX_REMEMBERED: Final = 65_536

# Jamo are told as the letters of a keyboard: 지은, its decomposed form and ㅈㅣㅇㅡㄴ are one.
_INITIALS = "ㄱ ㄱㄱ ㄴ ㄷ ㄷㄷ ㄹ ㅁ ㅂ ㅂㅂ ㅅ ㅅㅅ ㅇ ㅈ ㅈㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
_MEDIALS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ"
_FINALS = (
    "ㄱ ㄱㄱ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ "
    "ㅁ ㅂ ㅂㅅ ㅅ ㅅㅅ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
)
_JAMO = {
    chr(first + index): letters
    for first, row in ((0x1100, _INITIALS), (0x1161, _MEDIALS), (0x11A8, _FINALS))
    for index, letters in enumerate(row.split())
}
_FILLERS = dict.fromkeys("\u115f\u1160", "")
# Cyrillic and Greek letters that look like Latin ones, and Latin ones that do not decompose.
_LOOK_ALIKES = dict(
    zip("аеорсухіјѕԁһԛԝαερτυνοικıøłđħ", "aeopcyxijsdhqwaeptuvoikioldh", strict=True)
)
_LOOK_ALIKES |= {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
_LETTERS = _JAMO | _FILLERS | _LOOK_ALIKES


class Folded:
    """`letters` is what remains of a text; `span` tells where a stretch of it stood."""

    __slots__ = ("_starts", "letters", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.letters = fold(text)
        self._starts: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int, int] | None:
        """Start and end in the text of `letters[start:end]`, and how much it leaves of the last.

        None if it begins within a character: 각ㅣ does not contain 기.
        """
        if self._starts is None:
            lengths = map(len, map(_CHARACTERS.__getitem__, self.text))
            self._starts = list(accumulate(lengths, initial=0))
        first = bisect_right(self._starts, start) - 1
        if self._starts[first] != start:
            return None
        after = bisect_left(self._starts, end)
        return first, after, self._starts[after] - end


def fold(text: str) -> str:
    """Letters and digits in one spelling: no case, width, accents, signs, spaces or invisibles."""
    if text.isascii():
        return text.translate(_ASCII)
    return "".join(map(_CHARACTERS.__getitem__, text))


class _Characters(dict[str, str]):
    """Character -> its folded letters, worked out once; a hostile text cannot grow it for ever."""

    def __missing__(self, character: str) -> str:
        folded = _fold_character(character)
        if len(self) < MAX_REMEMBERED:
            self[character] = folded
        return folded


_CHARACTERS = _Characters()


def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    parts = unicodedata.normalize("NFKD", decomposed)
    return "".join(_fold_part(part) for part in parts)


def _fold_part(part: str) -> str:
    known = _LETTERS.get(part)
    if known is not None:
        return known
    digit = unicodedata.digit(part, None)
    if digit is not None:
        return str(digit)
    return part if part.isalnum() or unicodedata.category(part) == "Mc" else ""


# What falls away is None here: so `str.translate` takes its fast path, ten times as fast.
_ASCII = {code: _CHARACTERS[chr(code)] or None for code in range(128)}
