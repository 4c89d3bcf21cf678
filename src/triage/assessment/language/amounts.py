"""How many, how much and by when: 3,200 views, 50만원, within 24 hours."""

import re
from collections.abc import Iterator
from typing import Final

from triage.assessment.language.reading import Shape

CONCEPTS: Final = frozenset({"a_count", "a_sum", "a_deadline"})

MANY: Final = 100
LONGEST: Final = 8
"""Digits: what is longer counts nothing."""


def find_amounts(plain: str) -> Iterator[Shape]:
    """Of a simplified text. One number may be several: 2만 is a count and a sum."""
    for number in _NUMBER.finditer(plain):
        start, end = number.span()
        behind = _BEHIND.match(plain, end)
        unit = behind.lastgroup if behind else None
        after = behind.end() if behind else end
        if unit == "money" or plain[start - 1 : start] in _CURRENCIES:
            yield Shape("a_sum", start, after)
        if unit in {"until", "left"}:
            yield Shape("a_deadline", start, after)
        elif unit in {"span", "hour"} and (
            word := _BEFORE[unit].search(plain, max(0, start - 20), start)
        ):
            yield Shape("a_deadline", word.start(), after)
        elif unit == "many" or (unit != "hour" and _is_many(number.group())):
            yield Shape("a_count", start, after if unit == "many" else end)
        if unit == "many" and behind and behind.group().strip() in _WON:
            yield Shape("a_sum", start, after)


def _is_many(written: str) -> bool:
    digits = written.replace(",", "")
    return len(digits) <= LONGEST and digits.isdecimal() and int(digits) >= MANY


# A number between hyphens is part of a telephone number or a date.
_NUMBER = re.compile(r"[0-9](?<![0-9,.\-].)[0-9,]{0,11}(?:\.[0-9]{1,4})?(?![0-9\-])")
_BEHIND = re.compile(
    r" ?(?:(?P<money>[백천만억]{0,2} ?원(?![가-힣])|[$€£₩]|(?:dollars?|usd|bucks|euros?|pounds?"
    r"|quid|krw|won|btc|eth|usdt)\b)"
    r"|(?P<until>(?:시간|분) ?(?:안|내|이내|뒤|후|남|준다|줄게|줄 테|드린|드릴)"
    r"|시 ?(?:[0-9]{1,2}분 ?|반 ?)?(?:까지|전까지|되면|안으로))"
    r"|(?P<left>(?:h|hrs?|hours?|mins?|minutes?) (?:left|remaining|from now|or)\b)"
    r"|(?P<span>(?:h|hrs?|hours?|mins?|minutes?)\b)"
    r"|(?P<hour>(?::[0-9]{2} ?)?[ap]\.?m\b)"
    r"|(?P<many>[km](?![a-z])|[백천만]))",
    re.IGNORECASE,
)
_BEFORE = {
    "span": re.compile(r"\b(?:in|within|have|got) (?:the next )?\Z", re.IGNORECASE),
    "hour": re.compile(r"\b(?:by|before|until|till?) \Z", re.IGNORECASE),
}
_CURRENCIES = {"$", "€", "£", "₩"}
_WON = {"만", "천만", "백만"}
