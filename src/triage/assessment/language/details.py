"""What is told of a person that shows by its form: numbers, addresses, accounts."""

import re
from collections.abc import Iterator
from typing import Final

from triage.assessment.identifiers import identifiers
from triage.assessment.language.reading import Shape

CONCEPTS = frozenset(
    {"a_phone", "a_handle", "an_email", "a_resident_number", "an_address", "a_plate", "an_account"}
    | {"a_class", "a_school"}
)

LONGEST_NAME: Final = 8
"""Syllables of a street or a village before the letter that says what it is."""


def find_details(plain: str) -> Iterator[Shape]:
    """Whoever's they are, in a simplified text."""
    for start, end, kind in identifiers(plain):
        yield Shape(_KINDS[kind], start, end)
    if _DIGIT.search(plain):
        for concept, form in _WITH_DIGITS:
            for found in form.finditer(plain):
                yield Shape(concept, _beginning(plain, found.start()), found.end())
    for form in _SCHOOLS:
        for found in form.finditer(plain):
            yield Shape("a_school", found.start(), found.end())
    lower = plain.lower()
    if sum(map(lower.count, _SPELLED)) >= _SHORTEST_SPELLED:
        for found in _SPELLED_NUMBER.finditer(lower):
            yield Shape("a_phone", found.start(), found.end())


def _beginning(plain: str, start: int) -> int:
    """Where the name begins of which a form found the end: 월드컵북로 of 로 12."""
    if not "가" <= plain[start] <= "힣":
        return start
    first = max(0, start - LONGEST_NAME)
    while start > first and "가" <= plain[start - 1] <= "힣":
        start -= 1
    return start


_KINDS = {"phone": "a_phone", "handle": "a_handle", "email": "an_email", "rrn": "a_resident_number"}
_DIGIT = re.compile("[0-9]")
_THIN = r"[ \u200b]{0,2}"
_UNSEEN = r"\u200b?"

# Each begins with what the search can leap to; what may not stand before is asked afterwards.
_WITH_DIGITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # 555-0134, as one dials it from the next street
    (
        "a_phone",
        re.compile(
            rf"[0-9](?<![0-9\-.].){_UNSEEN}(?:[0-9]{_UNSEEN}){{2}}[-. ]{_UNSEEN}"
            rf"(?:[0-9oO]{_UNSEEN}){{4}}(?![0-9\-])"
        ),
    ),
    # 월드컵북로 999길 12, 중앙로 77; 도담동 12-3; 3동 402호, 502호
    (
        "an_address",
        re.compile(
            rf"[로길](?<=[가-힣].)(?<!으로){_THIN}[0-9]{{1,4}}"
            r"(?:번?길|번지|(?![0-9가-힣A-Za-z:]))"
        ),
    ),
    ("an_address", re.compile(r"[동리읍면](?<=[가-힣].) ?[0-9]{1,4}(?:-[0-9]{1,4}|번지)")),
    (
        "an_address",
        re.compile(
            rf"[0-9](?<![0-9].)[0-9]{{0,3}}{_THIN}(?:동{_THIN}[0-9]{{1,4}}{_THIN}호"
            r"|(?<=[0-9]{3})호(?!실|기|차|점|선|봉|남|재|감))"
        ),
    ),
    # 12 Larch Lane; flat 12b
    (
        "an_address",
        re.compile(
            r"[0-9](?<![0-9].)[0-9]{0,4} (?:[A-Z][a-z'.]{1,15} ){1,3}"
            r"(?:St|Street|Rd|Road|Ave|Avenue|Ln|Lane|Dr|Drive|Ct|Court|Close|Way|Place|Pl"
            r"|Terrace|Crescent|Blvd|Row|Gardens|Hill)\b"
        ),
    ),
    (
        "an_address",
        re.compile(
            r"[0-9](?:(?<=[Aa]pt .)|(?<=[Aa]pt\. .)|(?<=[Ff]lat .)|(?<=[Uu]nit .)|(?<=[Rr]oom .)"
            r"|(?<=[Bb]unk .))[0-9]{0,3}[A-Za-z]?\b"
        ),
    ),
    (
        "a_plate",
        re.compile(
            rf"[0-9](?<![0-9].)[0-9]{{1,2}}{_THIN}[가-힣]{_THIN}[0-9]{{2}}{_THIN}[0-9]{{2}}"
            r"(?![0-9]|년|월|일|시|분|원|명)"
        ),
    ),
    (
        "an_account",
        re.compile(r"[0-9](?<![0-9\-].)[0-9]{2,5}-[0-9]{2,6}-[0-9]{5,8}(?![0-9])"),
    ),
    # 2학년 3반, 도담중 2-3
    (
        "a_class",
        re.compile(
            r"[1-6](?: ?학년 ?[0-9]{1,2} ?반"
            r"|(?:(?<=[초중고] .)|(?<=[초중고].))-[0-9]{1,2}(?![0-9]))"
        ),
    ),
)
_SCHOOLS = (
    re.compile(r"[초중고대] ?[1-6](?:-[0-9]|학년)"),
    re.compile(r"[여초중고대](?<=[가-힣].)(?:중|고|등학교|학교)"),
    re.compile(r"[A-Z][a-z]+ (?:Middle|High|Academy|Elementary|Primary|College|University|HS)\b"),
)

# oh seven seven double-oh nine hundred
_SPELLED = (
    *("oh", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("double", "treble", "triple", "hundred"),
)
_SHORTEST_SPELLED: Final = 6
_SPELLED_NUMBER = re.compile(
    rf"\b(?:(?:{'|'.join(_SPELLED)})[ ,-]{{1,2}}){{5,20}}(?:{'|'.join(_SPELLED)})\b"
)
