"""Problems: errors named for what happened, each knowing its HTTP status (RFC 9457)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: a JSON pointer (RFC 6901) into the request and what is wrong with it."""

    pointer: str
    detail: str


class Problem(Exception):
    """What was refused and why; subclasses set `status` and `title`.

    `detail` and `errors` reach the caller: they never repeat a value of the request.
    `event` is written to the journal in a transaction of its own, after the rollback.
    """

    status: ClassVar[int]
    title: ClassVar[str]
    retry_after: int | None = None

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldError] = (), event: object = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.event = event
        self.members: dict[str, object] = {}  # of this kind of problem alone (RFC 9457 §3.2)

    @classmethod
    def type_uri(cls) -> str:
        """The stable URI of this kind of problem."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()
        return f"urn:triage:problem:{words}"


class Invalid(Problem):
    status = 400
    title = "The request is not valid"


class NotFound(Problem):
    status = 404
    title = "There is nothing here"


class Conflict(Problem):
    status = 409
    title = "The act is not possible in this state"


class PreconditionFailed(Problem):
    status = 412
    title = "The version in If-Match is stale"


class PreconditionRequired(Problem):
    status = 428
    title = "If-Match is required"


class Unavailable(Problem):
    status = 503
    title = "The service cannot answer now"
    retry_after = 1


class TryAgain(Unavailable):
    """A serialization failure, deadlock or lock timeout: the same request may work at once."""

    title = "Another request came in between"
    retry_after = 0


class Failed(Problem):
    status = 500
    title = "Something went wrong on our side"


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457; `instance` is the request id, `errors` point into the request."""

    type: str
    title: str
    status: int
    instance: str
    detail: str = ""
    errors: tuple[FieldError, ...] = ()


def details_of(problem: Problem, instance: str) -> ProblemDetails:
    """What the caller is told; `instance` is the id of the request."""
    return ProblemDetails(
        type=problem.type_uri(),
        title=problem.title,
        status=problem.status,
        instance=instance,
        detail=problem.detail,
        errors=problem.errors,
    )
