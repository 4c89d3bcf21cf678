"""What is told of a person that shows by its form: numbers, addresses, accounts."""

import re
from collections.abc import Iterator

from triage.assessment.identifiers import identifiers
from triage.assessment.language.reading import Shape

CONCEPTS = frozenset(
    {"a_phone", "a_handle", "an_email", "a_resident_number", "an_address", "a_plate", "an_account"}
    | {"a_class", "a_school"}
)

_KINDS = {"phone": "a_phone", "handle": "a_handle", "email": "an_email", "rrn": "a_resident_number"}


def find_details(text: str) -> Iterator[Shape]:
    """Whoever's they are."""
    if _HINT.search(text) is None:
        return
    for start, end, kind in identifiers(text):
        yield Shape(_KINDS[kind], start, end)
    for concept, form in _FORMS:
        for found in form.finditer(text):
            yield Shape(concept, found.start(), found.end())


_HINT = re.compile(r"[0-9０-９@＠공영]|골뱅이|\bat\b| oh |five|seven", re.IGNORECASE)
_DIGITS = "[0-9０-９]"
_THIN = r"[ \u200b]?"
_INVISIBLE = r"[\u200b-\u200f\u2060]?"
_SPELLED = "oh|zero|one|two|three|four|five|six|seven|eight|nine|double|treble|triple|hundred"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # 555-0134, as one dials it from the next street
    (
        "a_phone",
        re.compile(
            rf"[0-9](?<![0-9\-.].){_INVISIBLE}(?:[0-9]{_INVISIBLE}){{2}}[-. ]{_INVISIBLE}"
            rf"(?:[0-9oO]{_INVISIBLE}){{4}}(?![0-9\-])"
        ),
    ),
    # oh seven seven double-oh nine hundred
    (
        "a_phone",
        re.compile(rf"\b(?:(?:{_SPELLED})[ ,-]{{1,2}}){{5,20}}(?:{_SPELLED})\b", re.IGNORECASE),
    ),
    # 월드컵북로 999길 12, 중앙로 77, 3동 402호, 502호
    (
        "an_address",
        re.compile(
            rf"[가-힣]{{1,8}}{_THIN}(?:(?<!으)로|길){_THIN} ?{_DIGITS}{{1,4}}"
            r"(?:번?길|번지|(?![0-9가-힣A-Za-z:]))"
        ),
    ),
    (
        "an_address",
        re.compile(
            rf"{_DIGITS}{{1,4}}{_THIN}동 ?{_THIN}{_DIGITS}{{1,4}}{_THIN}호"
            rf"|{_DIGITS}{{3,4}}{_THIN}호(?!실|기|차|점|선|봉|남|재|감)"
        ),
    ),
    (
        "an_address",
        re.compile(rf"[가-힣]{{1,6}}[동리읍면] ?{_DIGITS}{{1,4}}(?:-{_DIGITS}{{1,4}}|번지)"),
    ),
    (
        "an_address",
        re.compile(
            r"\b[0-9]{1,5} (?:[A-Z][a-z'.]{1,15} ){1,3}(?:St|Street|Rd|Road|Ave|Avenue"
            r"|Ln|Lane|Dr|Drive|Ct|Court|Close|Way|Place|Pl|Terrace|Crescent|Blvd|Row|Gardens|Hill)\b"
        ),
    ),
    (
        "an_address",
        re.compile(r"\b(?:[Aa]pt|[Ff]lat|[Uu]nit|[Rr]oom|[Bb]unk)\.? [0-9]{1,4}[A-Za-z]?\b"),
    ),
    (
        "a_plate",
        re.compile(
            rf"(?<!{_DIGITS}){_DIGITS}{{2,3}}{_THIN} ?[가-힣]{_THIN} ?{_DIGITS}{{2}}{_THIN}"
            rf"{_DIGITS}{{2}}(?!{_DIGITS}|년|월|일|시|분|원|명)"
        ),
    ),
    (
        "an_account",
        re.compile(
            rf"(?<![{_DIGITS[1:-1]}\-]){_DIGITS}{{3,6}}-{_DIGITS}{{2,6}}-{_DIGITS}{{5,8}}(?!{_DIGITS})"
        ),
    ),
    (
        "a_class",
        re.compile(
            r"[1-6] ?학년 ?[0-9]{1,2} ?반"
            r"|(?:(?<=[초중고] )|(?<=[초중고]))[1-6]-[0-9]{1,2}(?![0-9])"
        ),
    ),
    (
        "a_school",
        re.compile(
            r"[초중고대](?: ?[1-6]-[0-9]| ?[1-6]학년)"
            r"|[가-힣](?:여중|여고|초등학교|중학교|고등학교|대학교)"
            r"|\b[A-Z][a-z]+ (?:Middle|High|Academy|Elementary|Primary|College|University|HS)\b"
        ),
    ),
)
