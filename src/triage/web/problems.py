"""Everything that was refused or failed, told as RFC 9457 problems (application/problem+json)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.types import ExceptionHandlersMap, Scope

from triage.kit.db import problem_of
from triage.kit.errors import (
    Conflict,
    Failed,
    FieldError,
    Invalid,
    NotFound,
    Problem,
    Unavailable,
    details_of,
)
from triage.kit.field_errors import sentence
from triage.web.request_id import request_id

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class MethodNotAllowed(Problem):
    status = 405
    title = "The method is not possible here"


class TooLarge(Problem):
    status = 413
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    status = 415
    title = "The body is not of a media type that is taken here"


class TooManyRequests(Problem):
    status = 429
    title = "Too many requests"
    retry_after = 1


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem answer to an error, logged when it is not the caller's."""
    return respond(request.scope, understand(request.scope, error), error)


def respond(scope: Scope, problem: Problem, error: Exception | None = None) -> Response[bytes]:
    if problem.status >= Failed.status and not isinstance(error, Problem):
        if isinstance(problem, Failed):
            log.error("request.failed", exc_info=error)
        else:
            log.warning("request.postponed", exc_info=error)
    return Response(
        _encode(scope, problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=_headers(problem, error),
    )


def understand(scope: Scope, error: Exception) -> Problem:
    """Which problem an error is for the caller."""
    reason = _first(error)
    if isinstance(reason, Problem):
        return reason
    if isinstance(reason, HTTPException):
        return _of_litestar(scope, reason)
    return problem_of(reason)


async def write_event(error: Exception, scope: Scope) -> None:
    """Journal the event that an error carries; an `after_exception` hook, so before the answer."""
    event = getattr(_first(error), "event", None)
    if event is None:
        return
    try:
        await scope["litestar_app"].state.write_event(event)
    except Exception:
        # The refusal itself must still be answered.
        log.exception("event.lost", event_type=type(event).__name__)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {Exception: answer}

_BY_STATUS: Mapping[int, type[Problem]] = {
    kind.status: kind
    for kind in (
        Invalid,
        NotFound,
        MethodNotAllowed,
        Conflict,
        TooLarge,
        UnsupportedMediaType,
        TooManyRequests,
        Unavailable,
    )
}
_MISSING_PARAMETER = re.compile(r"Missing required \w+ parameter '(?P<name>[\w.-]+)' for path ")


def _first(error: BaseException) -> BaseException:
    """Litestar groups what clean-up raised; a refusal that led to the clean-up stands above it."""
    while isinstance(error, BaseExceptionGroup):
        cause = error.__cause__
        error = cause if isinstance(cause, Problem) else error.exceptions[0]
    return error


def _of_litestar(scope: Scope, error: HTTPException) -> Problem:
    if isinstance(error, ValidationException):
        return Invalid(errors=_parameter_errors(scope, error))
    if error.status_code >= Failed.status:
        return _BY_STATUS.get(error.status_code, Failed)()
    kind = _BY_STATUS.get(error.status_code, Invalid)
    handler = scope.get("route_handler")
    if kind is TooLarge and isinstance(handler, HTTPRouteHandler):
        return TooLarge(f"at most {handler.resolve_request_max_body_size()} bytes")
    return kind()


def _parameter_errors(scope: Scope, error: ValidationException) -> list[FieldError]:
    if missing := _MISSING_PARAMETER.match(error.detail):
        return [FieldError(f"/{missing['name']}", "required")]
    messages: list[dict[str, Any]] = error.extra if isinstance(error.extra, list) else []
    return [_parameter_error(scope, message) for message in messages]


def _parameter_error(scope: Scope, message: Mapping[str, Any]) -> FieldError:
    key = str(message.get("key", "")).partition(".")[0]
    if key == "data":
        return FieldError("", "a body is required")
    pointer = f"/{_name_outside(scope, key)}" if key else ""
    return FieldError(pointer, sentence(str(message.get("message", ""))))


def _name_outside(scope: Scope, argument: str) -> str:
    """Litestar names the argument: callers know it by another name where that is a keyword."""
    handler = scope.get("route_handler")
    if not isinstance(handler, HTTPRouteHandler):
        return argument
    field = handler.parsed_fn_signature.parameters.get(argument)
    declared = field.kwarg_definition if field else None
    return (isinstance(declared, ParameterKwarg) and declared.name) or argument


def _encode(scope: Scope, problem: Problem) -> bytes:
    details = msgspec.to_builtins(details_of(problem, request_id(scope)))
    if scope["path"].startswith("/xrpc/"):
        details["error"] = "InvalidRequest" if problem.status == Invalid.status else _name(problem)
        details["message"] = problem.detail or problem.title
    return msgspec.json.encode(problem.members | details)


def _name(problem: Problem) -> str:
    return type(problem).__name__


def _headers(problem: Problem, error: Exception | None) -> dict[str, str]:
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:  # noqa: PLR2004 - RFC 9110 §11.6.1
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HTTPException) and (allow := (error.headers or {}).get("allow")):
        headers["Allow"] = allow
    return headers
