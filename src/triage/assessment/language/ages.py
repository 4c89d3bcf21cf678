"""Ages, grades and years of birth: whether who is told of is under 18."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from triage.assessment.language.reading import Shape

CONCEPTS = frozenset(
    {"age_minor", "age_eighteen", "age_adult", "grade_minor", "birth_minor", "birth_eighteen"}
    | {"birth_adult", "rrn_minor", "rrn_adult", "grade_bare"}
)

OF_AGE: Final = 18
OLDEST: Final = 110
CENTURY: Final = 100


def find_ages(text: str, year: int | None = None) -> Iterator[Shape]:
    """Whoever's they are; `year` is the one in which they are told, else this one."""
    if not _HINT.search(text):
        return
    plain = text.translate(_PLAIN)
    year = year or datetime.now(UTC).year
    for pattern, read in _FORMS:
        for found in pattern.finditer(plain):
            concept = read(found, year)
            if concept:
                yield Shape(concept, found.start(), found.end())


def _of_age(age: int, kind: str = "age") -> str | None:
    if age < 1 or age > OLDEST:
        return None
    if age < OF_AGE:
        return f"{kind}_minor"
    return f"{kind}_eighteen" if age == OF_AGE else f"{kind}_adult"


def _digits(found: re.Match[str], _: int) -> str | None:
    return _of_age(int(found["n"].translate(_AS_DIGITS)))


def _native(found: re.Match[str], _: int) -> str | None:
    tens = _TENS[found["tens"]] if found["tens"] else 0
    return _of_age(tens + (_ONES[found["ones"]] if found["ones"] else 0))


def _sino(found: re.Match[str], _: int) -> str | None:
    written = found["n"]
    tens, _ten, ones = written.partition("십")
    return _of_age((_SINO.get(tens, 1)) * 10 + _SINO.get(ones, 0))


def _word(found: re.Match[str], _: int) -> str | None:
    return _of_age(_WORDS[found["n"].lower().replace("-", "").replace(" ", "")])


def _born(found: re.Match[str], year: int) -> str | None:
    born = int(found["n"].translate(_AS_DIGITS))
    if born < CENTURY:
        born += year // CENTURY * CENTURY
        if born > year:
            born -= CENTURY
    if born > year:
        return None
    return _of_age(max(1, year - born), "birth")


def _born_in_words(found: re.Match[str], year: int) -> str | None:
    tens, _, ones = found["n"].partition("십")
    number = (_SINO.get(tens, 1) * 10 if "십" in found["n"] else 0) + _SINO.get(ones or tens, 0)
    return _of_age(max(1, year - 2000 - number), "birth") if number <= year - 2000 else None


def _resident(found: re.Match[str], year: int) -> str:
    """The seventh digit tells the century: 3, 4 (foreigners 7, 8) were born from 2000 on."""
    born = int(found["n"]) + (2000 if found["sex"] in "3478" else 1900)
    return "rrn_minor" if year - born < OF_AGE else "rrn_adult"


def _grade(_found: re.Match[str], _: int) -> str:
    return "grade_minor"


def _bare_grade(_found: re.Match[str], _: int) -> str:
    return "grade_bare"


_HINT = re.compile(
    r"[0-9０-９①-⑳]|열|살|학년|생|일곱|여섯|다섯|스[무물]|[초중고][일이삼사오육]|teen|ten|even|welve|nine|eight|six|five|four|grade|born",
    re.IGNORECASE,
)


class _Plain(dict[int, int | str]):
    """In the place of each character one that the forms know; invisible ones stay, as NULs."""

    def __missing__(self, code: int) -> int | str:
        character = chr(code)
        simple = unicodedata.normalize("NFKC", character)
        if unicodedata.category(character) in {"Cf", "Mn"}:
            simple = "\x00"
        self[code] = simple if len(simple) == 1 else code
        return self[code]


_PLAIN = _Plain()
_AS_DIGITS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "\x00": None, " ": None})
_GAP = r"[ \x00]{0,2}"
_NUMBER = rf"(?P<n>(?=[OolI]?{_GAP}[0-9])[0-9OolI]{_GAP}[0-9OolI]|[1-9])"
_ONES = dict(
    zip(
        "한 하나 두 둘 세 셋 네 넷 다섯 여섯 일곱 여덟 여덜 아홉".split(),
        (1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 8, 9),
        strict=True,
    )
)
_TENS = dict(
    zip(
        "열 스물 스무 서른 마흔 쉰 예순 일흔 여든".split(),
        (10, 20, 20, 30, 40, 50, 60, 70, 80),
        strict=True,
    )
)
_SINO = {character: number for number, character in enumerate("영일이삼사오육칠팔구")}
_WORDS = {
    word: number
    for number, word in enumerate(
        "four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split(),
        start=4,
    )
}
for _tens, _value in zip(
    "twenty thirty forty fifty sixty seventy".split(), range(20, 80, 10), strict=True
):
    _WORDS[_tens] = _value
    for _one, _number in zip(
        "one two three four five six seven eight nine".split(), range(1, 10), strict=True
    ):
        _WORDS[_tens + _one] = _value + _number
_ALL_WORDS = "|".join(sorted(_WORDS, key=len, reverse=True))
_SURE_WORDS = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"

_ONES_KO = "|".join(sorted(_ONES, key=len, reverse=True))
_TENS_KO = "|".join(_TENS)
_PERSON = "he|she|they|who|son|daughter|kid|child|sister|brother|girl|boy|lad|lass|niece|nephew|friend|bff|victim|cousin|student|pupil|u|ur|(?-i:V)"
_NOT_COUNTED = r"(?![ \x00]?(?:시(?!절)|번째|명|개|장(?!애)|통|건|곳|권|차례|분|가지|배|줄|달|손가락|회|층|대(?!로)))"

# What a number in English counts if it is no age.
_NOT_A_SUM = (
    r"(?![0-9]|[:.,/%\-][0-9]|%|st|nd|rd|th|[ -]?(?:pics|photos|images|copies|min|minutes|hours|hrs|days"
    r"|weeks|months|times|calls|am|pm|km|eur|usd|dollars|people|members|others|followers|accounts"
    r"|links|sites|messages|years(?! old|-old)))"
)


def _english(pattern: str) -> re.Pattern[str]:
    """Hangul is no letter to it: `\\b` is a border beside it."""
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


_Reader = Callable[[re.Match[str], int], "str | None"]
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    # 만 15세, 열다섯 살, 십오 세
    (
        re.compile(rf"(?<![0-9.,]){_NUMBER}{_GAP}(?:세|살|새(?=인|이|에|여|남)|짤)(?!트|대|기)"),
        _digits,
    ),
    (
        re.compile(rf"(?P<tens>{_TENS_KO})?{_GAP}(?P<ones>{_ONES_KO})?{_GAP}살"),
        _native,
    ),
    (
        re.compile(
            rf"(?<![가-힣])(?P<tens>열|스물|서른|마흔|쉰|예순){_GAP}(?P<ones>{_ONES_KO}){_NOT_COUNTED}"
        ),
        _native,
    ),
    (re.compile(rf"(?P<tens>열){_GAP}(?P<ones>다섯|여섯|일곱|여덟|아홉){_NOT_COUNTED}"), _native),
    (
        re.compile(
            r"(?<![가-힣])(?P<n>[이삼사오육칠]?십[일이삼사오육칠팔구]?)[ \x00]?[세살](?!대)"
        ),
        _sino,
    ),
    (re.compile(rf"만(?:으로)?{_GAP}(?P<n>1[0-9])(?![0-9])"), _digits),
    # 딸(13), (15세), 나이: 14, 연령 14~15
    (re.compile(r"[가-힣]\((?:만 ?)?(?P<n>[1-9][0-9]?)(?:세|살)?[,)/ ]"), _digits),
    (
        re.compile(
            r"(?:나이|연령|age|age_est[a-z]*)[ :=]{0,3}(?:만 ?)?(?P<n>[1-9][0-9]?)(?![0-9])",
            re.IGNORECASE,
        ),
        _digits,
    ),
    # 10년생, 2012년 3월생, 2012.03.09생, born 2010, DOB 14/09/2012
    (
        re.compile(
            r"(?<![0-9])(?P<n>(?:19|20)?[0-9OolI]{2})[ \x00]?년[ \x00]?(?:[0-9]{1,2}월[ \x00]?)?(?:[0-9]{1,2}일[ \x00]?)?(?:생|출생)"
        ),
        _born,
    ),
    (
        re.compile(
            r"(?<![0-9])(?P<n>(?:19|20)[0-9]{2})[.\-/][ \x00]?[0-9]{1,2}[.\-/][ \x00]?[0-9]{1,2}[ \x00]?(?:일?생|출생)"
        ),
        _born,
    ),
    (re.compile(r"생(?:일|년월일)[은이]?[ :]{0,3}(?P<n>(?:19|20)[0-9]{2})"), _born),
    (re.compile(r"이천(?P<n>[영일이삼사오육칠팔구십]{1,3})년[ \x00]?생"), _born_in_words),
    (
        re.compile(r"천구백(?P<n>[일이삼사오육칠팔구십]{1,4})년[ \x00]?생"),
        lambda _found, _year: "birth_adult",
    ),
    (
        re.compile(
            r"\bborn(?: in| on)?(?: the)?(?: [0-9]{1,2}(?:st|nd|rd|th)?)?(?: of)?(?: [A-Za-z]{3,9}\.?)?(?: [0-9]{1,2},?)? (?P<n>(?:19|20)[0-9]{2})\b",
            re.IGNORECASE,
        ),
        _born,
    ),
    (
        re.compile(
            r"\b(?:DOB|YOB|date of birth|birthdate|birthday|birth year|year of birth)\b[^0-9\n]{0,40}(?:[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-]|[A-Za-z]{3,9} [0-9]{1,2},? )?(?P<n>(?:19|20)[0-9]{2})\b",
            re.IGNORECASE,
        ),
        _born,
    ),
    (re.compile(r"\b(?P<n>(?:19|20)[0-9]{2})[ -]born\b", re.IGNORECASE), _born),
    (
        re.compile(
            r"(?<![0-9])(?P<n>[0-9]{2})(?:[01*][0-9*])[0-3*][0-9*][ \x00]?-[ \x00]?(?P<sex>[1-8])(?=[0-9*]|[^0-9]|$)"
        ),
        _resident,
    ),
    (
        re.compile(r"주민(?:등록)?번호 ?앞자리[는은가 :]{0,3}(?P<n>[0-9]{2})[01][0-9][0-3][0-9]"),
        _born,
    ),
    # 초6, 중학교 2학년, 여고 1-4, 예비고1
    (
        re.compile(
            r"(?<![최참보재창광사권냉])(?:초등학교|초등|국민학교|중학교|중등|고등학교|고등|여중|여고|남중|남고|예비 ?[초중고]|[가-힣○O]{2,8}[초중고])[ \x00]?[1-6１-６lI](?:[ \x00]?학년|[ \x00]?-[ \x00]?[0-9]{1,2}(?![0-9])|[ \x00]?년(?!생|[ \x00]?(?:전|동안|째|차)))"
        ),
        _grade,
    ),
    (
        re.compile(
            r"(?<![최참보재창광사권냉도집그이저은])(?:초|중|고)[ \x00]?[1-6lI](?![0-9]|[ \x00]?(?:명|개|건|만|천|백|월|일|시|층|위|차|번|억|장|회|점|%|분))"
        ),
        _grade,
    ),
    (
        re.compile(
            r"(?<![가-힣])(?:예비 ?)?(?:초[일이삼사오육]|중[일이삼]|고[일이삼])(?=(?:인데|이에|이예|이고|이라|입니다|이요|예요|에요|임|생|이야| |때|,|\.|$))"
        ),
        _grade,
    ),
    (
        re.compile(
            r"(?<![0-9])[1-6][ \x00]?학년|(?<![가-힣])[일이삼사오육][ \x00]?\.?[ \x00]?학[ \x00]?\.?[ \x00]?년"
        ),
        _bare_grade,
    ),
    # I'm 15, a 14-year-old, 15f, F15, aged 12, (13)
    (
        re.compile(
            rf"\b{_NUMBER}(?:[ -]|&nbsp;)?(?:and (?:a half|three quarters)[ -])?(?:years?|yrs?|yr)[ -]{{0,2}}old(?![a-z])(?! (?:laptop|phone|car|album|account|computer|cat|dog|photo|picture|video|profile|facebook|house|whisk))",
            re.IGNORECASE,
        ),
        _digits,
    ),
    (
        re.compile(
            rf"(?<![0-9.:/\-])\b{_NUMBER}[ ]?(?:y/o|yo|y\.o\.?|yrs|years of age|[fFmM](?:emale|ale)?(?=[\s,.;)]|$)(?! [a-z]))(?![0-9a-z])"
        ),
        _digits,
    ),
    (
        re.compile(
            r"\b(?:(?-i:[FM])|female|male|girl|boy|lad|kid|child|juvenile|teen|teenager)(?:,| is| aged|:| \(|/|) (?P<n>[0-9]{1,2})(?![0-9:%]|[./][0-9]|st|nd|rd|th|[ -]?(?:pics|photos|images|copies|min|hours|days|weeks|months|am|pm|km|eur|usd|%))\b",
            re.IGNORECASE,
        ),
        _digits,
    ),
    (
        _english(
            rf"\b(?:i ?'?m|i am|(?:{_PERSON})(?:'s|s| is| are| was| has| just turned| turned| r)?) "
            rf"(?:only |just |barely |now |about |around )?{_NUMBER}{_NOT_A_SUM}"
        ),
        _digits,
    ),
    (
        re.compile(
            r"\bage[ds]?(?: of| at)?:? ?(?:approx\.? |about |around )?(?P<n>[0-9]{1,2})(?![0-9])",
            re.IGNORECASE,
        ),
        _digits,
    ),
    (re.compile(r"\b[a-z]{2,} ?\((?:aged? )?(?P<n>[0-9]{1,2})[),]", re.IGNORECASE), _digits),
    (
        re.compile(
            r"(?<=, )(?P<n>1[0-7]|[4-9])(?=, (?:goes|at|from|in|a |who|and))", re.IGNORECASE
        ),
        _digits,
    ),
    (
        _english(
            rf"\b(?:i ?'?m|i am|(?:{_PERSON})(?:'s|s| is| was| just turned| turned)?) "
            rf"(?:only |just |barely |about )?(?P<n>{_ALL_WORDS})\b(?! (?:times|pics|photos|images"
            r"|calls|people|hours|days|minutes|others|months|weeks|different|of|girls|boys|students"
            r"|links|sites|accounts|messages|strangers|years(?! old)))"
        ),
        _word,
    ),
    (_english(r"\bbetween (?P<n>1[0-7]|[4-9]) and 1[0-7]\b"), _digits),
    (
        _english(
            r"\b(?:me|him|her|them|us) (?:at|aged) (?P<n>1[0-7]|[4-9])\b(?! ?(?:am|pm|o'clock|:|%))"
        ),
        _digits,
    ),
    (_english(r"\bwhen (?:i|he|she|they) (?:was|were) (?P<n>1[0-7]|[4-9])\b"), _digits),
    (_english(r"\bhas (?P<n>1[0-7]|[4-9]) years\b"), _digits),
    (_english(r"(?:^|[.:(] ?)(?P<n>1[0-7]) (?:and [0-9]{1,2} months|completed)\b"), _digits),
    (re.compile(rf"\b(?P<n>{_ALL_WORDS})[ -](?:years?|yrs?)[ -]old", re.IGNORECASE), _word),
    (
        re.compile(
            rf"\b(?P<n>{_SURE_WORDS})\b(?! (?:times|pics|photos|images|calls|people|hours|days|minutes|others|months|years|weeks|links|sites|accounts|members|strangers|messages))",
            re.IGNORECASE,
        ),
        _word,
    ),
    (re.compile(r"\bturn(?:s|ing|ed)? (?P<n>1[0-7])\b", re.IGNORECASE), _digits),
    # 7th grade, grade 8, Year 9, Y6, S2, Sec 3
    (
        re.compile(
            rf"\b(?:[1-9]|1[0-2])(?:st|nd|rd|th)[ -]?gr(?:ade(?:rs?)?)?\b|\b(?:{_ORDINALS})[ -]grade(?:rs?)?\b|\bgrade (?:[1-9]|1[0-2])(?![0-9])\b|\b(?:my grade|in) \(?(?:[6-9]|1[0-2])(?:th)\b(?! (?:floor|place|of|street|century|avenue|arr))",
            re.IGNORECASE,
        ),
        _grade,
    ),
    (
        re.compile(
            r"\b(?:Year|Yr)s? ?(?:[1-9]|1[0-3])s?\b(?! (?:of|old|ago|later|anniv|contract|term))|\bY(?:[1-9]|1[0-3])\b|\b(?:P[1-7]|S[1-6])\b(?= ?(?:pupil|girl|boy|student|class|\(|,))|\bSec(?:ondary)? [1-5]\b|\bForm [1-6]\b|\bStd\.? (?:[1-9]|1[0-2]|[IVX]{1,4})\b|\bclass (?:[1-9]|1[0-2]|[IVX]{1,4})(?:th)?\b(?! action)",
            re.IGNORECASE,
        ),
        _grade,
    ),
)
