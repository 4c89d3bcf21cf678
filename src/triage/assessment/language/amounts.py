"""How many, how much and by when: 3,200 views, 50만원, within 24 hours."""

import re
from collections.abc import Iterator
from typing import Final

from triage.assessment.language.reading import Shape

CONCEPTS: Final = frozenset({"a_count", "a_sum", "a_deadline"})

# From a hundred on. A number between hyphens is part of a telephone number.
_COUNT = re.compile(
    r"(?<![\d,.-])(?:\d{1,3}(?:,\d{3}){1,3}|[1-9]\d{2,7}"
    r"|\d{1,4}(?:\.\d)?\s?(?:[kKmM](?![A-Za-z])|[백천만]))(?![\d-])"
)
_SUM = re.compile(
    r"(?<![\d,.])\d[\d,]{0,11}(?:\.\d{1,4})?\s?(?:[백천만억]{1,2}\s?원|원(?![가-힣])|만(?![가-힣])|[$€£]|dollars?\b|usd\b|bucks\b"
    r"|euros?\b|pounds?\b|quid\b|krw\b|won\b|btc\b|eth\b|usdt\b)|[$€£₩]\s?\d[\d,]{0,11}",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\d{1,3}\s?(?:시간|분)\s?(?:안|내|이내|뒤|후|남|준다|줄게|줄 테|드린|드릴)"
    r"|\d{1,2}시\s?(?:\d{1,2}분\s?|반\s?)?(?:까지|전까지|되면|안으로)"
    r"|\b(?:in|within|have|got)\s(?:the next\s)?\d{1,3}\s?(?:h|hrs?|hours?|mins?|minutes?)\b"
    r"|\b(?:by|before|until|till?)\s\d{1,2}(?::\d\d)?\s?[ap]\.?m\b"
    r"|\b\d{1,3}\s?(?:h|hrs?|hours?|mins?|minutes?)\s(?:left|remaining|from now|or)\b",
    re.IGNORECASE,
)
_FORMS = (("a_count", _COUNT), ("a_sum", _SUM), ("a_deadline", _DEADLINE))
_DIGIT = re.compile(r"\d")


def find_amounts(text: str) -> Iterator[Shape]:
    if _DIGIT.search(text) is None:
        return
    for concept, form in _FORMS:
        for found in form.finditer(text):
            yield Shape(concept, found.start(), found.end())
