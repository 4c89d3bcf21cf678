"""An error class is a stable URI, a status and a title; a detail is added where it is raised."""

import pytest

from triage.kit.errors import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    Unavailable,
)


class CaseAlreadyLeased(Conflict):
    title = "Somebody holds this case"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Invalid, 400),
        (NotFound, 404),
        (Conflict, 409),
        (CaseAlreadyLeased, 409),
        (PreconditionFailed, 412),
        (PreconditionRequired, 428),
        (Unavailable, 503),
    ],
)
def test_a_problem_knows_its_status(kind: type[Problem], status: int) -> None:
    assert kind().status == status


def test_the_uri_follows_from_the_name() -> None:
    assert CaseAlreadyLeased.type_uri() == "urn:triage:problem:case-already-leased"


def test_a_problem_without_a_detail_says_its_title() -> None:
    assert str(CaseAlreadyLeased()) == "Somebody holds this case"
    assert CaseAlreadyLeased().detail == ""


def test_only_what_is_away_for_now_asks_to_come_again() -> None:
    assert Unavailable.retry_after == 1
    assert Conflict.retry_after is None


def test_wrong_fields_are_kept_in_order() -> None:
    errors = [FieldError("/items/0", "too long"), FieldError("/items/1", "missing")]

    assert Invalid(errors=errors).errors == tuple(errors)
