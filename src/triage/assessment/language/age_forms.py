"""How ages, grades and years of birth are written: by what stands around a number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Told = Literal["age", "birth", "grade", "bare_grade"]
"""What a number tells: years lived, a year of birth, a grade; a bare one may be of a university."""

GAP: Final = r"[ \u200b]{0,2}"
WINDOW: Final = 48
"""Code points before a number that a form may look at."""


@dataclass(frozen=True, slots=True)
class Form:
    """`before` ends at the number, `behind` begins behind it; `digits`: how many there may be."""

    told: Told
    before: re.Pattern[str]
    behind: re.Pattern[str]
    digits: range


_COUNTED = (
    "pics?|photos?|images?|copies|posts?|videos?|mins?|minutes?|hours?|hrs|days?|weeks?|months?"
    "|times|calls?|km|eur|usd|dollars|pounds|euros|people|members|others|of|different|girls|boys"
    "|students|followers|accounts?|links?|sites?|messages?|strangers|percent|am|pm"
)
NO_SUM: Final = rf"(?![:.,/%][0-9]|%|(?:st|nd|rd|th)\b|[ -]?(?:{_COUNTED})\b| ?years?(?! old|-old))"
"""A number in English counts nothing else."""
_NO_KOREAN_SUM = rf"(?!{GAP}(?:명|개|건|만|천|백|월|일|시|층|위|차|번|억|장|회|점|%|분|원))"

_PERSON = (
    "he|she|they|who|son|daughter|kid|child|sister|brother|girl|boy|lad|lass|niece|nephew|friend"
    "|bff|victim|cousin|student|pupil|u|ur|v"
)
_IS = "(?:'s|s| is| are| was| has| just turned| turned| r)"
_BARELY = "only|just|barely|now|about|around|almost|like"
_SEX = "f|m|female|male|girl|boy|lad|kid|child|juvenile|teen|teenager"
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_MONTHS = (
    f"{_MONTH}|january|february|march|april|june|july|august|september|october|november|december"
)
_BORN = (
    r"(?:\bborn(?: in| on)?(?: the)?(?: [0-9]{1,2}(?:st|nd|rd|th)?)?(?: of)?(?: [a-z]{3,9}\.?)?"
    r"(?: [0-9]{1,2},?)? "
    r"|\b(?:dob|yob|date of birth|birthdate|birthday|birth year)\b[^\n]{0,40})"
)
_SCHOOL = (
    r"(?:초등학교|초등|국민학교|중학교|중등|고등학교|고등|여중|여고|남중|남고|예비 ?[초중고]"
    r"|[가-힣○O]{2,8}[초중고])"
)
_OTHER_ENDS = "최참보재창광사권냉도집그이저은"
"""Syllables with which 초, 중 and 고 make other words: 최고 1위, 사고 3건."""

# Each by the words, or the last syllable or sign, that may stand right before the number.
_FORMS: tuple[tuple[str, Told, str, str, range], ...] = (
    (
        f"{_PERSON}|{_BARELY}|hes|shes|theyre|im|m|am|s|is|are|was|has|r|turned",
        "age",
        rf"\b(?:i ?'?m|i am|(?:{_PERSON}){_IS}?)(?: (?:{_BARELY}))? ",
        NO_SUM,
        range(1, 3),
    ),
    (
        f"{_SEX}|aged|is|,|:|(|/",
        "age",
        rf"\b(?:{_SEX})(?:,? | is | aged |: ?| ?\(|/)",
        NO_SUM,
        range(1, 3),
    ),
    (
        "age|aged|ages|of|at|approx|about|around|age_est|:|=",
        "age",
        r"\bage[ds]?(?:_[a-z]+)?(?: of| at)?[:=]? ?(?:approx\.? |about |around )?",
        NO_SUM,
        range(1, 3),
    ),
    (
        "(|aged|만",
        "age",
        r"(?:[a-z]{2} ?\((?:aged? )?|[가-힣]\((?:만 ?)?)",
        r"(?:세|살)?[,)/ ]",
        range(1, 3),
    ),
    (",", "age", r"[a-z], ", r", (?:goes|at|from|in|a |who|and)", range(1, 3)),
    ("at|aged", "age", r"\b(?:me|him|her|them|us) (?:at|aged) ", NO_SUM, range(1, 3)),
    (
        "turn|turns|turning|turned|was|were",
        "age",
        r"\b(?:turn(?:s|ing|ed)?|when (?:i|he|she|they) (?:was|were)) ",
        NO_SUM,
        range(1, 3),
    ),
    ("is|was", "age", r"[가-힣] (?:is|was) ", NO_SUM, range(1, 3)),
    (
        "금|해|저|는|전|제|나|남|녀",
        "age",
        r"(?:지금|올해|이제|현재|저|저는|전|나|나는|남|녀|남자|여자) ?",
        r"(?:이고|인데|이에요|예요|입니다|이야|임(?![가-힣])|(?= ?[,./]|$))",
        range(2, 3),
    ),
    ("has", "age", rf"\b(?:{_PERSON}) has ", r" years(?! (?:of|ago|in))", range(1, 3)),
    ("between", "age", r"\bbetween ", r" and 1[0-7]\b", range(1, 3)),
    (
        f"{_MONTHS}|born|in|on|of|st|nd|rd|th|dob|yob|birth|birthdate|birthday|year|is|was|,|:|/|.|-",
        "birth",
        _BORN,
        "",
        range(4, 5),
    ),
    ("일|년|은|이|:", "birth", r"생(?:일|년월일|년)[은이]?[ :]{0,3}", "", range(4, 5)),
    (
        "이|는|은|가|도|령|:|=|만",
        "age",
        r"(?:나이|연령)[는은가도]?[ :=]{0,3}(?:만 ?)?",
        _NO_KOREAN_SUM,
        range(1, 3),
    ),
    ("만|로", "age", rf"만(?:으로)?{GAP}", "", range(2, 3)),
    ("리|는|은|가|:", "birth", r"주민(?:등록)?번호 ?앞자리[는은가 :]{0,3}", "", range(6, 7)),
    (
        "grade|class|std|form|sec|secondary|year|years|yr|yrs|y|.",
        "grade",
        r"\b(?:(?:grade|class|std\.?|form|sec(?:ondary)?|(?:year|yr)s?) ?|y)",
        (
            r"(?:s|th)?\b(?![.,:/%\-][0-9]"
            r"| (?:of|old|ago|later|anniv|contract|term|action|members|people))"
        ),
        range(1, 3),
    ),
    ("p|s", "grade", r"\b[ps]", r" ?(?:pupil|girl|boy|student|class|\(|,)", range(1, 2)),
    (
        "in|grade|(",
        "grade",
        r"\b(?:my grade|in) \(?",
        r"th\b(?! (?:floor|place|of|street|century|avenue|arr))",
        range(1, 3),
    ),
    (
        "초|중|고|교|등",
        "grade",
        rf"(?<![{_OTHER_ENDS}]){_SCHOOL}{GAP}",
        rf"{GAP}(?:학년|-{GAP}[0-9]{{1,2}}(?![0-9])|년(?!생|{GAP}(?:전|동안|째|차)))",
        range(1, 2),
    ),
    ("초|중|고", "grade", rf"(?<![{_OTHER_ENDS}])[초중고]{GAP}", _NO_KOREAN_SUM, range(1, 2)),
)


def _by_word() -> Mapping[str, tuple[Form, ...]]:
    by_word: dict[str, tuple[Form, ...]] = {}
    for words, told, before, behind, digits in _FORMS:
        form = Form(
            told,
            re.compile(rf"{before}\Z", re.IGNORECASE | re.ASCII),
            re.compile(behind, re.IGNORECASE | re.ASCII),
            digits,
        )
        for word in words.split("|"):
            by_word[word] = (*by_word.get(word, ()), form)
    return by_word


BY_WORD_BEFORE: Final = _by_word()

BEHIND: Final = re.compile(
    # 15세, 15살; 2012년 3월생, 12년생; 2012.03.09생; 3학년
    rf"(?P<age_ko>{GAP}(?:세|살|새(?=인|이|에|여|남)|짤)(?!트|대|기))"
    rf"|(?P<birth>{GAP}년{GAP}(?:[0-9]{{1,2}}월{GAP})?(?:[0-9]{{1,2}}일{GAP})?(?:생|출생)"
    rf"|[.\-/] ?[0-9]{{1,2}}[.\-/] ?[0-9]{{1,2}} ?(?:일?생|출생)|[ -]born\b)"
    rf"|(?P<bare_grade>{GAP}학{GAP}년)"
    # 15-year-old, 15 yo, 15f; 7th grade
    r"|(?P<age_en>(?:[ -]|&nbsp;)?(?:and (?:a half|three quarters)[ -])?(?:years?|yrs?|yr)[ -]{0,2}"
    r"old(?![a-z])(?! (?:laptop|phone|car|album|account|computer|cat|dog|photo|picture|video"
    r"|profile|house|whisk))"
    r"| ?(?:y/o|yo|y\.o\.?|yrs|years of age|[fm](?:emale|ale)?(?=[\s,.;)]|$)(?! [a-z]))(?![0-9a-z])"
    r"| (?:and [0-9]{1,2} months|completed)\b)"
    r"|(?P<grade>(?:st|nd|rd|th)[ -]?gr(?:ade(?:rs?)?)?\b)",
    re.IGNORECASE,
)
"""What shows what a number tells by what follows it."""

RESIDENT: Final = re.compile(
    r"(?P<year>[0-9]{2})[01*][0-9*][0-3*][0-9*][ \u200b]?-[ \u200b]?(?P<sex>[1-8])"
)
"""A resident number, its end covered or not: the seventh digit tells the century and the sex."""
