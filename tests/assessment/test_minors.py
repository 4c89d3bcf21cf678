"""The age of majority and the presumption of the school."""

import pytest

from triage.assessment.minors import age_of_majority, is_minor
from triage.reports.taxonomy import SchoolLevel, SchoolRole


@pytest.mark.parametrize(
    ("age", "jurisdiction", "expected"),
    [
        (18, "KR", True),
        (19, "KR", False),
        (17, "US", True),
        (18, "US", False),
        (18, "GB", False),
        (18, "DE", False),
        (18, "JP", False),
        (0, "AU", True),
    ],
)
def test_the_stated_age_is_measured_by_the_country(
    age: int, jurisdiction: str, *, expected: bool
) -> None:
    assert is_minor(age, jurisdiction, None, None, None) is expected


@pytest.mark.parametrize("jurisdiction", [None, "", "ZZ"])
def test_an_unknown_country_has_the_highest_age(jurisdiction: str | None) -> None:
    assert age_of_majority(jurisdiction) == 19


@pytest.mark.parametrize("level", [SchoolLevel.ELEMENTARY, SchoolLevel.MIDDLE, SchoolLevel.HIGH])
def test_a_pupil_is_presumed_a_minor(level: SchoolLevel) -> None:
    assert is_minor(None, "KR", None, level, SchoolRole.STUDENT)


def test_a_stated_age_of_majority_wins_over_the_school() -> None:
    assert not is_minor(19, "KR", None, SchoolLevel.HIGH, SchoolRole.STUDENT)


def test_a_declared_no_does_not_win_over_the_school() -> None:
    assert is_minor(None, "KR", False, SchoolLevel.HIGH, SchoolRole.STUDENT)


def test_a_declared_no_does_not_win_over_the_age() -> None:
    assert is_minor(15, "KR", False, None, None)


def test_a_declared_yes_holds_whatever_the_age() -> None:
    assert is_minor(30, "KR", True, None, None)


@pytest.mark.parametrize(
    ("level", "role"),
    [
        (SchoolLevel.HIGH, SchoolRole.TEACHER),
        (SchoolLevel.MIDDLE, SchoolRole.STAFF),
        (SchoolLevel.UNIVERSITY, SchoolRole.STUDENT),
        (None, SchoolRole.STUDENT),
    ],
)
def test_teachers_and_students_of_universities_are_not_presumed_minors(
    level: SchoolLevel | None, role: SchoolRole
) -> None:
    assert not is_minor(None, "KR", None, level, role)


def test_at_a_school_without_a_role_the_presumption_holds() -> None:
    assert is_minor(None, "KR", None, SchoolLevel.MIDDLE, None)
