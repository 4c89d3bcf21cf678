"""Words and what they stand for: which stretches of a text belong to which concept."""

from collections.abc import Mapping, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick

from triage.assessment.folding import fold
from triage.assessment.language.stream import Stream

BOUNDARY: Final = "_"
OPEN: Final = "*"


class BadWord(ValueError):
    """A word that nothing could be found by."""


class Lexicon:
    """Finds every word of every concept in one pass, whatever stands between its letters.

    A word of Latin letters stands by itself; `*` at an end lets it go on there (`threat*`).
    Hangul goes on where it likes, a stem begins all its endings (뿌리 those of 뿌린다), but a final
    consonant stays with its syllable; `_` at an end asks for a border.
    Jamo alone (ㅎㅂ) count only where they are written as such, and by themselves.
    """

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        words: dict[_Entry, list[str]] = {}
        for concept, terms in concepts.items():
            for term in terms:
                words.setdefault(_entry(term), []).append(concept)
        self._words = tuple((*entry[1:], tuple(named)) for entry, named in words.items())
        self._automaton = AhoCorasick([letters for letters, *_ in words])

    def collect(self, stream: Stream, tokens: dict[str, list[tuple[int, int]]]) -> None:
        """Add to each concept the first and last letter (exclusive) of its words; may overlap."""
        heads, opens, closes, bare = stream.heads, stream.opens, stream.closes, stream.bare
        words = self._words
        for word, start, end in self._automaton.find_matches_as_indexes(
            stream.letters, overlapping=True
        ):
            begins, ends, whole, as_jamo, concepts = words[word]
            if (
                (opens[start] if begins else heads[start])
                and (not ends or closes[end - 1])
                and (not whole or heads[end])
                and (not as_jamo or (bare[start] and bare[end - 1]))
            ):
                token = start, end
                for concept in concepts:
                    if concept in tokens:
                        tokens[concept].append(token)
                    else:
                        tokens[concept] = [token]


_Entry = tuple[str, bool, bool, bool, bool]
"""Letters, and whether they begin and end a word, end a character, count only as bare jamo."""


def _entry(term: str) -> _Entry:
    inner = term.strip(BOUNDARY + OPEN)
    letters = fold(inner)
    if len(letters) < 2:  # noqa: PLR2004 - one letter is in every text
        raise BadWord(f"{term!r} is too short to be found")
    bare = all("ㄱ" <= character <= "ㅎ" for character in inner)
    return (
        letters,
        _asks(term[0], inner[0]) or bare,
        _asks(term[-1], inner[-1]) or bare,
        _has_final(inner[-1]),
        bare,
    )


def _has_final(syllable: str) -> bool:
    """A syllable with a final is whole: 고딩 is not in 고 디엠, but 뿌리 is in 뿌린다."""
    return "가" <= syllable <= "힣" and (ord(syllable) - ord("가")) % 28 > 0


def _asks(outer: str, inner: str) -> bool:
    if outer == OPEN:
        return False
    return outer == BOUNDARY or inner.isascii()
