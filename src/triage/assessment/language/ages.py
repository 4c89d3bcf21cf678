"""Ages, grades and years of birth: whether who is told of is under 18."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from triage.assessment.language.age_forms import (
    BEHIND,
    BY_WORD_BEFORE,
    RESIDENT,
    WINDOW,
    Told,
)
from triage.assessment.language.reading import Shape

CONCEPTS = frozenset(
    {"age_minor", "age_eighteen", "age_adult", "grade_minor", "birth_minor", "birth_eighteen"}
    | {"birth_adult", "rrn_minor", "rrn_adult", "grade_bare"}
)

OF_AGE: Final = 18
OLDEST: Final = 110
CENTURY: Final = 100
LAST_GRADE: Final = 13
MOST_DIGITS: Final = 6
LAST_KOREAN_GRADE: Final = 6


@dataclass(frozen=True, slots=True)
class _Number:
    """`start` to `end` in the text; its digits may be split or swapped for letters (1 5, l5)."""

    start: int
    end: int
    digits: str


def find_ages(plain: str, year: int | None = None) -> Iterator[Shape]:
    """Whoever's they are, in a simplified text told in that `year`, else in this one."""
    year = year or datetime.now(UTC).year
    for number in _numbers(plain):
        yield from _told_by(number, plain, year)
    if "이천" in plain:
        for found in _BORN_IN_WORDS.finditer(plain):
            yield from _shape(_born(f"20{_sino(found['year']):02}", year), *found.span())


def _numbers(plain: str) -> Iterator[_Number]:
    before: _Number | None = None
    for found in _DIGITS.finditer(plain):
        start, end = found.span()
        if (
            plain[start - 1 : start] in _SWAPPED
            and not plain[max(0, start - 2) : start - 1].isalpha()
        ):
            start -= 1
        if plain[end : end + 1] in _SWAPPED and not plain[end + 1 : end + 2].isalpha():
            end += 1
        number = _Number(start, end, plain[start:end].translate(_AS_DIGITS))
        if len(number.digits) > MOST_DIGITS:
            continue
        if before and before.end < start <= before.end + 2 and _is_split(before, number, plain):
            number = _Number(before.start, end, before.digits + number.digits)
        yield number
        before = number


def _is_split(first: _Number, second: _Number, plain: str) -> bool:
    """1 5살 is one number: single digits, and nothing but a gap between them."""
    return len(first.digits) == len(second.digits) == 1 and not plain[
        first.end : second.start
    ].strip(" \u200b")


def _told_by(number: _Number, plain: str, year: int) -> Iterator[Shape]:
    start, end = number.start, number.end
    behind = BEHIND.match(plain, end)
    if behind is not None:
        told, after = _BEHIND_TOLD[behind.lastgroup or ""], behind.end()
        if told != "birth" or len(number.digits) in {2, 4}:
            yield from _shape(_concept(told, number.digits, year), start, after)
    elif "-" in plain[end : end + 6] and (resident := RESIDENT.match(plain, start)):
        yield Shape(_resident(resident, year), start, resident.end())
        return
    forms = BY_WORD_BEFORE.get(_word_before(plain, start))
    if forms is None:
        return
    window = plain[max(0, start - WINDOW) : start]
    for form in forms:
        if len(number.digits) in form.digits:
            before, follows = form.before.search(window), form.behind.match(plain, end)
            if before and follows:
                began = start if form.told == "age" else start - len(window) + before.start()
                concept = _concept(form.told, number.digits, year)
                yield from _shape(concept, began, follows.end())


def _word_before(plain: str, start: int) -> str:
    """The word of Latin letters, or the last syllable or sign, that a number follows."""
    end = start
    while end > 0 and plain[end - 1] in " \u200b":
        end -= 1
    found = _LAST_WORD.search(plain, max(0, end - 12), end)
    return found.group().lower() if found else plain[end - 1 : end]


def _concept(told: Told, digits: str, year: int) -> str | None:
    if told == "age":
        return _of_age(int(digits))
    if told == "birth":
        return _born(digits, year)
    number = int(digits)
    if told == "grade":
        return "grade_minor" if 0 < number < LAST_GRADE + 1 else None
    return "grade_bare" if 0 < number <= LAST_KOREAN_GRADE else None


def _of_age(age: int, kind: str = "age") -> str | None:
    if age < 1 or age > OLDEST:
        return None
    if age < OF_AGE:
        return f"{kind}_minor"
    return f"{kind}_eighteen" if age == OF_AGE else f"{kind}_adult"


def _born(digits: str, year: int) -> str | None:
    """Of the year, of its last two digits, or of a resident number's first six."""
    born = int(digits) if len(digits) == len("2012") else int(digits[:2])
    if born < CENTURY:
        born += year // CENTURY * CENTURY
        if born > year:
            born -= CENTURY
    return _of_age(max(1, year - born), "birth") if born <= year else None


def _resident(found: re.Match[str], year: int) -> str:
    """The seventh digit tells the century: 3, 4 (foreigners 7, 8) were born from 2000 on."""
    born = int(found["year"]) + (2000 if found["sex"] in "3478" else 1900)
    return "rrn_minor" if year - born < OF_AGE else "rrn_adult"


def _sino(written: str) -> int:
    """십이 is 12, 구 is 9."""
    tens, _, ones = written.rpartition("십")
    tenth = 10 if "십" in written else 0
    return tenth * _SINO.get(tens, 1) + _SINO.get(ones, 0)


def _shape(concept: str | None, start: int, end: int) -> Iterator[Shape]:
    if concept:
        yield Shape(concept, start, end)


_DIGITS = re.compile(r"[0-9]+")
_SWAPPED = {"O", "o", "l", "I"}
_AS_DIGITS = str.maketrans("OolI", "0011")
_BORN_IN_WORDS = re.compile(r"이천(?P<year>[영일이삼사오육칠팔구십]{1,3})년[ \u200b]?생")
_SINO = {character: number for number, character in enumerate("영일이삼사오육칠팔구")}
_LAST_WORD = re.compile(r"[A-Za-z]+\Z")
_BEHIND_TOLD: dict[str, Told] = {
    "age_ko": "age",
    "age_en": "age",
    "birth": "birth",
    "grade": "grade",
    "bare_grade": "bare_grade",
}
