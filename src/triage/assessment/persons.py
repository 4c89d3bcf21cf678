"""What is declared of persons, as patterns of folded letters that can be found in a text."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, assert_never
from urllib.parse import quote

from triage.assessment.folding import Folded, fold

Kind = Literal[
    "name",
    "handle",
    "phone",
    "email",
    "rrn",
    "address",
    "school",
    "workplace",
    "plate",
    "account",
    "number",
    "birthdate",
    "other",
]


class Stand(Enum):
    """Where a pattern counts: the shorter it is, the more it has to stand by itself."""

    ANYWHERE = auto()
    UNSPACED = auto()
    """Anywhere in one piece; spelled with a space in it only as a word."""
    BEGINNING = auto()
    """At the beginning of a word: particles may follow; with a space in it only as a word."""
    WORD = auto()
    NUMBER = auto()
    """Not before further digits; digits before it belong to it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`letters` are `written`, folded."""

    written: str
    letters: str
    kind: Kind
    stand: Stand

    def encoded(self) -> Iterator["Pattern"]:
        """The same as addresses have it, percent-encoded."""
        if self.written.isascii():
            return
        for form in ("NFC", "NFD"):
            spelled = unicodedata.normalize(form, self.written)
            for words in dict.fromkeys((spelled, "".join(spelled.split()))):
                letters = fold(quote(words, errors="replace"))
                yield Pattern(words, letters, self.kind, Stand.ANYWHERE)

    def span(self, folded: Folded, start: int) -> tuple[int, int] | None:
        """Where in the text the letters at `start` stand, if they count there."""
        found = folded.span(start, start + len(self.letters))
        if found is None:
            return None
        text = folded.text
        first, after, rest = found
        if rest and self.stand is not Stand.ANYWHERE:
            return None
        match self.stand:
            case Stand.ANYWHERE:
                fits = True
            case Stand.UNSPACED:
                fits = not _has_space(text[first:after]) or _is_word(text, first, after)
            case Stand.BEGINNING:
                fits = _begins_word(text, first) and (
                    not _has_space(text[first:after]) or _ends_word(text, after)
                )
            case Stand.WORD:
                fits = _is_word(text, first, after)
            case Stand.NUMBER:
                fits = not text[after : after + 1].isdigit()
            case _:
                assert_never(self.stand)
        return _widened(text, first, after, self.stand) if fits else None


def patterns_of(
    names: Sequence[str], handles: Sequence[str], phones: Sequence[str], others: Sequence[str]
) -> list[Pattern]:
    """Each way to spell what is declared, once."""
    found: dict[tuple[str, int], Pattern] = {}
    for spell, values in ((_name, names), (_handle, handles), (_phone, phones), (_other, others)):
        for value in dict.fromkeys(map(_visible, values)):
            for pattern in spell(value):
                found.setdefault((pattern.letters, pattern.stand.value), pattern)
    return list(found.values())


_BRACKETS = re.compile(r"[()\[\]{}<>,;/|]+")
_HANGUL = re.compile("[가-힣]+(?:[ ·._-]*[가-힣]+)*")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NUMBER = re.compile(r"\d(?:[^\w,;/]{0,3}\d)*")
_NUMBER_HEAD = re.compile(r"[+\uff0b(]{0,2}\d(?:[ \-.()_·]{0,3}\d)*[ \-.()_·]{0,3}\Z|[+\uff0b(]\Z")
_ACCENTS = frozenset({"Mn", "Me"})
_PARTICLE = re.compile("이|아|야|가|는|은|을|를|의|도|만|와|과|랑|씨|님|양|군|에게|한테|께")
_SCHOOLS = (("초등학교", "초"), ("중학교", "중"), ("고등학교", "고"), ("대학교", "대"))

_SHORT_NAME, _FULL_NAME, _LONG_NAME = 2, 3, 4
_LATIN_PART = 3
_UNIQUE = 6
_UNIQUE_HANDLE = 5
_PHONE_HEAD, _PHONE_TAIL, _PHONE_SHORTEST = 12, 8, 4


def _name(name: str) -> Iterator[Pattern]:
    """The name as a whole; of a Korean one the given name, of others every part of it."""
    for piece in _BRACKETS.split(name):
        yield from _whole(piece, "name")
        for written in _HANGUL.findall(piece):
            yield from _whole(written, "name")
            for given in _given_names(written):
                yield from _whole(given, "name", Stand.BEGINNING)
        for part in _HANGUL.sub(" ", piece).split():
            for word in dict.fromkeys((part, *_NOT_LETTERS.split(part))):
                yield from _whole(word, "name", shortest=_LATIN_PART)


def _given_names(written: str) -> Iterator[str]:
    """What follows a surname of one syllable or two, and what is written apart."""
    syllables = "".join(filter(_is_hangul, written))
    if _FULL_NAME <= len(syllables) <= _LONG_NAME:
        yield from (syllables[-length:] for length in range(_SHORT_NAME, len(syllables)))
    parts = written.split()
    if len(parts) > 1:
        yield from (part for part in parts if len(part) >= _SHORT_NAME)


def _handle(handle: str) -> Iterator[Pattern]:
    """The handle without its @; of a profile's address the last part of the path."""
    own = handle.partition("?")[0].rstrip("/").rpartition("/")[2].lstrip("@")
    for written in dict.fromkeys((own, *own.split()[-1:])):
        yield from _whole(written, "handle", unique=_UNIQUE_HANDLE)


def _phone(phone: str, kind: Kind = "phone") -> Iterator[Pattern]:
    """The last eight digits: with a country's code before them or without, it is one number."""
    for number in _NUMBER.findall(phone):
        digits = fold(number)
        if len(digits) >= _PHONE_SHORTEST:
            yield Pattern(number, digits[-_PHONE_TAIL:], kind, Stand.NUMBER)


def _other(value: str) -> Iterator[Pattern]:
    """The value as a whole, a phone number in it, and the short form of a Korean school."""
    yield from _whole(value, "other")
    if any(len(fold(number)) >= _PHONE_TAIL for number in _NUMBER.findall(value)):
        yield from _phone(value, "other")
    for full, short in _SCHOOLS:
        if value.endswith(full):
            yield from _whole(value.removesuffix(full) + short, "other")


def _visible(declared: str) -> str:
    """In one form of Unicode and without invisible characters."""
    if declared.isascii():
        return declared.strip()
    normal = unicodedata.normalize("NFKC", declared)
    return "".join(c for c in normal if unicodedata.category(c) != "Cf").strip()


def _whole(
    written: str,
    kind: Kind,
    stand: Stand | None = None,
    *,
    shortest: int = 2,
    unique: int = _UNIQUE,
) -> Iterator[Pattern]:
    letters = fold(written)
    # A single Latin letter is no name: it would black out the article of every sentence.
    if len(letters) >= shortest:
        stand = stand or _stand(written, letters, unique)
        yield Pattern(written.strip(), letters, kind, stand)


def _stand(written: str, letters: str, unique: int) -> Stand:
    """A script that is written in syllables or signs needs fewer of them than an alphabet."""
    signs = 0 if written.isascii() else sum(map(_is_wide, written))
    if signs >= _FULL_NAME:
        return Stand.ANYWHERE
    if signs:
        return Stand.UNSPACED if signs == _SHORT_NAME else Stand.WORD
    if len(letters) < unique:
        return Stand.WORD
    return Stand.ANYWHERE if _has_space(written.strip()) else Stand.UNSPACED


def _widened(text: str, first: int, after: int, stand: Stand) -> tuple[int, int]:
    """With the accents that follow, the @ or % before it, and the rest of a phone number."""
    while after < len(text) and unicodedata.category(text[after]) in _ACCENTS:
        after += 1
    if stand is Stand.NUMBER:
        before = _NUMBER_HEAD.search(text, max(0, first - _PHONE_HEAD), first)
        first = before.start() if before else first
    if first and text[first - 1] in "@\uff20%":
        first -= 1
    return first, after


def _is_word(text: str, first: int, after: int) -> bool:
    return _begins_word(text, first) and _ends_word(text, after)


def _begins_word(text: str, first: int) -> bool:
    return not first or not _joins(text[first - 1], text[first])


def _ends_word(text: str, after: int) -> bool:
    return (
        after == len(text)
        or not _joins(text[after - 1], text[after])
        or _PARTICLE.match(text, after) is not None
    )


def _joins(one: str, other: str) -> bool:
    """Letters of one word; Hangul beside Latin is a particle after a name."""
    return one.isalpha() and other.isalpha() and _is_hangul(one) == _is_hangul(other)


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣" or "ㄱ" <= character <= "ㆎ" or "ᄀ" <= character <= "ᇿ"


def _is_wide(character: str) -> bool:
    return character.isalpha() and unicodedata.east_asian_width(character) in "WF"


def _has_space(written: str) -> bool:
    return len(written.split()) > 1
