"""The one guard: every operation is looked up in the permission table before it runs."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from triage.access.permissions import COUNTED, PERMISSIONS, TELEGRAM_DOOR
from triage.access.principal import Principal
from triage.access.quotas import quota_of
from triage.access.rate_limits import spend
from triage.journal.actor import Subject
from triage.journal.attempts import Attempt
from triage.kit.errors import Problem
from triage.web.metrics import holds_metrics_token
from triage.web.request_id import request_id

Connection = ASGIConnection[Any, Any, Any, Any]


class Unauthenticated(Problem):
    status = 401
    title = "A valid token is required"


class Forbidden(Problem):
    status = 403
    title = "The caller may not do this"


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Find out who calls and whether they may; raises Unauthenticated, Forbidden, QuotaExceeded.

    A refused caller who is known is told to the journal.
    """
    operation = str(getattr(handler, "operation_id", None))
    rule = PERMISSIONS.get(operation)
    if rule is not None and rule.public:
        return
    state = connection.app.state
    if operation == "get_metrics" and holds_metrics_token(connection, state.settings.metrics_token):
        return
    principal = await _caller(connection, operation)
    if rule is None or not rule.permits(principal):
        raise Forbidden(event=_attempt(principal, operation, state.clock()))
    connection.scope["user"] = principal
    if operation in COUNTED:
        await spend(state.quotas, connection.scope, quota_of(principal))


async def _caller(connection: Connection, operation: str) -> Principal:
    if operation == TELEGRAM_DOOR:
        token = connection.headers.get("x-telegram-bot-api-secret-token", "")
    else:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        token = token if scheme.lower() == "bearer" else ""
    if not token:
        raise Unauthenticated
    principal: Principal | None = await connection.app.state.authenticator(token.strip())
    if principal is None:
        raise Unauthenticated
    return replace(principal, request_id=request_id(connection.scope))


def _attempt(principal: Principal, operation: str, now: datetime) -> Attempt:
    return Attempt(
        "access.refused",
        principal.actor,
        [Subject("principal", principal.id)],
        at=now,
        body={"operation": operation},
    )
