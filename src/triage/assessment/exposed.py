"""Personal details that a text shows by their form or their place, for nobody to read unrevealed.

A word hidden for nothing costs a reviewer a click, a name in the open may cost a victim her home:
where in doubt it is hidden.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from triage.assessment.announced_forms import ANNOUNCED
from triage.assessment.exposed_forms import (
    BEFORE_ROAD,
    BETWEEN_NAMES,
    CAPITALISED,
    KOREAN_NAME_BESIDE,
    NAMED,
    NO_NAMES,
    ROAD,
    TOLD,
)
from triage.assessment.identifiers import simplified
from triage.assessment.language.details import find_details
from triage.assessment.persons import Kind

Stretch = tuple[int, int, Kind]

BESIDE: Final = 16
"""Code points between a detail and the name it belongs to."""

_KINDS: Final[dict[str, Kind]] = {
    "a_phone": "phone",
    "a_handle": "handle",
    "an_email": "email",
    "a_resident_number": "rrn",
    "an_address": "address",
    "a_plate": "plate",
    "an_account": "account",
    "a_class": "school",
    "a_school": "school",
}


def exposed(text: str) -> Iterator[Stretch]:
    """Start, end and kind of everything that leads to a person; stretches may overlap."""
    plain = simplified(text)
    details = [(shape.start, shape.end, _KINDS[shape.concept]) for shape in find_details(plain)]
    lower = _lower(plain)
    for form in (*TOLD, *ANNOUNCED):
        if any(hint in lower for hint in form.hints):
            searched = lower if form.in_lower else plain
            details += ((*_told(found), form.kind) for found in form.pattern.finditer(searched))
    for found in ROAD.finditer(plain):
        details.append((_road_start(plain, found.start()), found.end(), "address"))
    yield from details
    yield from _names(plain, details)


def _told(found: re.Match[str]) -> tuple[int, int]:
    """The detail without the word that announces it."""
    return found.span(found.lastindex or 0)


def _lower(plain: str) -> str:
    """In lower case, every character where it was."""
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(c if len(c.lower()) > 1 else c.lower() for c in plain)


def _road_start(plain: str, end: int) -> int:
    named = BEFORE_ROAD.search(plain, max(0, end - 30), end)
    return named.start() if named else end


def _names(plain: str, details: Sequence[Stretch]) -> Iterator[Stretch]:
    for form in NAMED:
        for found in form.finditer(plain):
            yield *found.span(1), "name"
    for start, end, _ in details:
        for found in KOREAN_NAME_BESIDE.finditer(plain, max(0, start - BESIDE), end + BESIDE):
            yield *found.span(), "name"
    words = (found for found in CAPITALISED.finditer(plain) if found[0] not in NO_NAMES)
    for first, second in pairwise(words):
        if BETWEEN_NAMES.match(plain, first.end(), second.start()):
            yield first.start(), second.end(), "name"
