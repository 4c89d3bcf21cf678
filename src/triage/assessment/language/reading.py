"""One text as it is read: its words by concept, its sentences, and what is said by others in it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from triage.assessment.language.lexicon import Lexicon
from triage.assessment.language.stream import Stream, decoded_leet

INNOCENT: Final = "innocent"
"""The concept of words that hide the shorter ones within them: for all sheets, or for their own."""

OPAQUE: Final = frozenset({"a_handle", "an_email", "an_address"})
"""Shapes in which words mean nothing: @not.mara forbids nothing."""

Token = tuple[int, int]
"""The first and last letter of the stream, the last exclusive."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What shows by its form, at code points `start` to `end`: an age, a sum, a time."""

    concept: str
    start: int
    end: int


class Reading:
    """`tokens`: by concept, in the order of the text."""

    __slots__ = ("_decoded", "_quotations", "_sentences", "_starts", "stream", "tokens")

    def __init__(self, text: str, lexicon: Lexicon, shapes: Iterable[Shape]) -> None:
        self.stream = Stream(text)
        self.tokens: dict[str, list[Token]] = {}
        self._decoded: set[Token] = set()
        self._sentences: list[int] | None = None
        self._quotations: list[Token] | None = None
        self._starts: list[int] | None = None
        lexicon.collect(self.stream, self.tokens)
        for shape in shapes:
            self._add(shape.concept, self._letter(shape.start), self._letter(shape.end))
        for start, decoded in decoded_leet(text):
            self._add_decoded(start, Stream(decoded), lexicon)
        for tokens in self.tokens.values():
            tokens.sort()
        for concept in OPAQUE & self.tokens.keys():
            self._hide(self.tokens[concept], sheet="")
        for concept in [concept for concept in self.tokens if concept.endswith(INNOCENT)]:
            self._hide(self.tokens.pop(concept), concept.removesuffix(INNOCENT))

    def spans_at_most(self, ends: int, token: Token) -> bool:
        """Whether at most so many ends of sentences lie within the stretch."""
        known = self._sentence_ends()
        if len(known) <= ends:
            return True
        start, end = token
        return bisect_right(known, end - 1) - bisect_right(known, start) <= ends

    def bounds(self, letter: int) -> Token:
        """The first and last letter of the sentence that a letter is in."""
        ends = self._sentence_ends()
        number = bisect_right(ends, letter)
        start = ends[number - 1] if number else 0
        return start, ends[number] if number < len(ends) else len(self.stream.letters)

    def is_quoted(self, letter: int) -> bool:
        """Whether it stands between quotation marks, or in a line that somebody else wrote."""
        if self._quotations is None:
            self._quotations = self._disjoint(_quotations(self.stream.text))
        place = bisect_right(self._quotations, (letter, len(self.stream.letters))) - 1
        return place >= 0 and letter < self._quotations[place][1]

    def originals(self, token: Token) -> tuple[int, int]:
        """The code points of the text in which a stretch of letters stands."""
        return self.stream.original(*token)

    def view(self, token: Token) -> str:
        """How it was read: as written, spelled out of jamo or split letters, or out of leet."""
        if any(token[0] <= start and end <= token[1] for start, end in self._decoded):
            return "leet"
        first, after = self.originals(token)
        return "jamo" if _SPLIT.search(self.stream.text, first, after) else "plain"

    def _add_decoded(self, offset: int, stream: Stream, lexicon: Lexicon) -> None:
        """What is found only in the decoded spelling; the stretch begins at code point `offset`."""
        found: dict[str, list[Token]] = {}
        lexicon.collect(stream, found)
        for concept, tokens in found.items():
            for token in tokens:
                first, after = stream.original(*token)
                start, end = self._letter(offset + first), self._letter(offset + after)
                if (start, end) not in self.tokens.get(concept, ()):
                    self._add(concept, start, end)
                    self._decoded.add((start, end))

    def _add(self, concept: str, start: int, end: int) -> None:
        self.tokens.setdefault(concept, []).append((start, end))

    def _hide(self, innocent: Sequence[Token], sheet: str) -> None:
        """Forget what lies within words that mean something else: 뿌리채소 spreads nothing."""
        for concept in [concept for concept in self.tokens if concept.startswith(sheet)]:
            tokens = self.tokens[concept]
            hidden = {token for wider in innocent for token in _within(wider, tokens)}
            if len(hidden) == len(tokens):
                del self.tokens[concept]
            elif hidden:
                self.tokens[concept] = [token for token in tokens if token not in hidden]

    def _sentence_ends(self) -> list[int]:
        if self._sentences is None:
            self._sentences = [self._letter(end) for end in _sentence_ends(self.stream.text)]
        return self._sentences

    def _disjoint(self, stretches: Iterable[tuple[int, int]]) -> list[Token]:
        """As letters, sorted, those that overlap as one."""
        joined: list[Token] = []
        for start, end in sorted(stretches):
            token = self._letter(start), self._letter(end)
            if joined and token[0] < joined[-1][1]:
                joined[-1] = joined[-1][0], max(joined[-1][1], token[1])
            else:
                joined.append(token)
        return joined

    def _letter(self, place: int) -> int:
        if self._starts is None:
            self._starts = self.stream.starts()
        return self._starts[place]


# A dot between spaces divides letters, not sentences.
_SENTENCE_END = re.compile(r"(?<=\S)[.!?…。！？]+[\"'”’」)\]]*(?=\s|$)|\n|[·•|/](?= )")
_SPLIT = re.compile(r"[ㄱ-ㆎᄀ-ᇿ\u200b-\u200f\u2060-\u2064\ufeff\uff00-\uffef]|\b\w \w \w\b")
_MARKS = re.compile(
    r"(?<![A-Za-z0-9])'(?=\S)(?:[^'\n]|(?<=[A-Za-z])'(?=[A-Za-z])){1,400}'(?![A-Za-z])"
    r"|[\"＂][^\"＂]{1,400}[\"＂]|“[^“”]{1,400}”|‘[^‘’]{1,400}’|「[^「」]{1,400}」|『[^『』]{1,400}』"
)
_LINES = re.compile(
    r"^(?:>[^\n]*|(?!(?:나|저|me|I)\s?[:：])[^\s:：]{1,12}\s?[:：] ?[^\n]+)", re.MULTILINE
)


def _within(wider: Token, tokens: Sequence[Token]) -> Iterator[Token]:
    """Those of the sorted tokens that lie within the wider one, and are shorter."""
    first, after = wider
    for place in range(bisect_left(tokens, (first, 0)), len(tokens)):
        start, end = tokens[place]
        if start >= after:
            return
        if end <= after and end - start < after - first:
            yield tokens[place]


def _sentence_ends(text: str) -> Iterator[int]:
    for found in _SENTENCE_END.finditer(text):
        yield found.end()


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_MARKS, _LINES):
        for found in pattern.finditer(text):
            yield found.span()
