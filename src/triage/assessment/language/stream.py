"""A text as the letters and digits that were meant, with the exact way back to where they stood."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from triage.assessment.folding import fold

SCRIPTS = OTHER, LATIN, HANGUL, JAMO, DIGIT = range(5)

_CODE_POINTS: Final = 0x110000
_UNKNOWN: Final = 255

SURROUNDINGS: Final = 48
"""Code points on either side of a word in leet that may belong to what it says."""


class Stream:
    """`letters`: no case, width, accents, signs, spaces or invisibles; Hangul as its jamo.

    Of each letter one byte: `heads`, whether it is the first of its character; `opens` and
    `closes`, whether a word can begin with it or end behind it; `bare`, whether it was written as
    jamo. `origins[j]` is the code point of the text that letter `j` is of. `text` has the length
    of the original.
    """

    __slots__ = ("_lengths", "bare", "closes", "heads", "letters", "opens", "origins", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.letters = fold(text)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        kinds = _KINDS[codes]
        if _UNKNOWN in kinds:
            _learn(codes)
            kinds = _KINDS[codes]
        self._lengths = _LENGTHS[codes]
        self.origins = np.arange(len(codes), dtype=np.int32).repeat(self._lengths)
        heads = np.ones(len(self.letters) + 1, dtype=bool)
        np.not_equal(self.origins[1:], self.origins[:-1], out=heads[1:-1])
        outer = np.zeros(len(codes) + 2, dtype=np.uint8)
        outer[1:-1] = kinds
        borders = _BORDERS[outer[:-1], outer[1:]]
        self.heads = heads.tobytes()
        self.opens = (heads[:-1] & borders[self.origins]).tobytes()
        self.closes = (heads[1:] & borders[self.origins + 1]).tobytes()
        self.bare = (kinds == JAMO)[self.origins].tobytes()

    def starts(self) -> list[int]:
        """The first letter of each code point, and one more for the end."""
        return [0, *self._lengths.cumsum(dtype=np.int32).tolist()]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The code points in which letters `start` to `end` stand, the last exclusive."""
        return int(self.origins[start]), int(self.origins[end - 1]) + 1


def decoded_leet(text: str) -> Iterator[tuple[int, str]]:
    """Where words are written in digits and signs (thr3at, p@y): what stands there, spelled out.

    Where it begins, and the stretch with its surroundings in each way it can be read; every
    character stays where it was.
    """
    for start, end in _around(_DRAWN, text):
        yield start, _DRAWN.sub(lambda found: _VOWELS[found.group()], text[start:end])
    for start, end in _around(_MIXED, text):
        stretch = text[start:end]
        for way in (_AS_I, _AS_L) if _EITHER.search(stretch) else (_AS_I,):
            yield start, _WORD.sub(partial(_decoded, way), stretch)


def _around(form: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """The stretches of whole words around where the form shows, disjoint."""
    stretches: list[tuple[int, int]] = []
    for found in form.finditer(text):
        if stretches and found.end() <= stretches[-1][1] - SURROUNDINGS // 2:
            continue
        start = _border(text, found.start() - SURROUNDINGS, -1)
        end = _border(text, found.end() + SURROUNDINGS, 1)
        if stretches and start < stretches[-1][1]:
            start = stretches.pop()[0]
        stretches.append((start, end))
    return stretches


def _border(text: str, place: int, step: int) -> int:
    """The next space from there on, or the text's end: what is cut there cuts no word."""
    if place <= 0:
        return 0
    for near in range(place, place + step * SURROUNDINGS, step):
        if not 0 < near < len(text):
            return max(0, min(near, len(text)))
        if text[near].isspace():
            return near
    return place


# A sign or digit between letters of a word; an e-mail's @ is none.
_MIXED = re.compile(r"[A-Za-z](?![@!|]+[A-Za-z0-9\-]+\.[A-Za-z])[013457@$!|]++[A-Za-z]")
# Vowels that are drawn: ㄱr is 가, 보ㄴH is 보내, ㄴ1 is 니.
_VOWELS = {"r": "ㅏ", "H": "ㅐ", "1": "ㅣ", "l": "ㅣ", "|": "ㅣ"}
_DRAWN = re.compile(r"(?<=[ㄱ-ㅎ])[rHl1|](?![A-Za-z0-9])")
_EITHER = re.compile(r"[1!|]")
_WORD = re.compile(r"[A-Za-z0-9@$!|]++")
_AS_I = str.maketrans("0134578@$!|", "oieastbasii")
_AS_L = _AS_I | str.maketrans("1!|", "lll")


def _decoded(way: dict[int, int], found: re.Match[str]) -> str:
    word = found.group()
    if word == "1":
        return "i"
    if word.isalpha() or not any(map(str.isalpha, word)):
        return word
    return word.translate(way)


# Two scripts are two words, but Hangul and the jamo that it is split into are one.
_BORDERS = ~np.eye(len(SCRIPTS), dtype=bool)
_BORDERS[OTHER, :] = True
_BORDERS[HANGUL, JAMO] = _BORDERS[JAMO, HANGUL] = False

_LENGTHS = np.zeros(_CODE_POINTS, dtype=np.uint8)
_KINDS = np.full(_CODE_POINTS, _UNKNOWN, dtype=np.uint8)


def _learn(codes: NDArray[np.uint32]) -> None:
    """Work out, once for each code point of the world that comes, its letters and its script."""
    for code in np.unique(codes[_KINDS[codes] == _UNKNOWN]).tolist():
        character = chr(code)
        _LENGTHS[code] = len(fold(character))
        _KINDS[code] = _kind(character)


def _kind(character: str) -> int:
    folded = fold(character)
    if not folded:
        return OTHER
    if "가" <= character <= "힣":
        return HANGUL
    if "ㄱ" <= folded[0] <= "ㆎ":
        return JAMO
    return DIGIT if folded[0].isdigit() else LATIN
