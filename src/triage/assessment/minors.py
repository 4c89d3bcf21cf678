"""Who is handled as a minor: by the age of majority of the country, or by the school."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from triage.reports.taxonomy import SchoolLevel, SchoolRole

PUPILS = frozenset({SchoolLevel.ELEMENTARY, SchoolLevel.MIDDLE, SchoolLevel.HIGH})


def is_minor(
    age: int | None,
    jurisdiction: str | None,
    declared: bool | None,  # noqa: FBT001 - a fact among facts, not a switch
    school_level: SchoolLevel | None,
    school_role: SchoolRole | None,
) -> bool:
    """Whether child-safety handling applies; a declared "no" never outweighs an age or a school."""
    if declared:
        return True
    if age is not None:
        return is_under_age(age, jurisdiction)
    return is_pupil(school_level, school_role)


def is_under_age(age: int, jurisdiction: str | None) -> bool:
    return age < age_of_majority(jurisdiction)


def is_pupil(level: SchoolLevel | None, role: SchoolRole | None) -> bool:
    """Whether somebody at this school is presumed a minor; an unsaid role counts as student."""
    return level in PUPILS and role in {SchoolRole.STUDENT, None}


def age_of_majority(jurisdiction: str | None) -> int:
    """The age of a country (ISO 3166 code); for one that is not known the highest of all."""
    ages = _ages()
    return ages.get(jurisdiction or "", max(ages.values()))


@cache
def _ages() -> Mapping[str, int]:
    source = files("triage.assessment") / "data" / "majority.toml"
    ages: dict[str, int] = tomllib.loads(source.read_text(encoding="utf-8"))["ages"]
    return ages
