"""The outermost layer: request id, access log, measurement and headers of every answer."""

import time
from collections.abc import Callable

import structlog
from litestar import Request
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPResponseStartEvent,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
)
from structlog.contextvars import bound_contextvars

from triage.access.rate_limits import rate_limit_fields
from triage.kit.errors import Failed
from triage.web.problems import respond
from triage.web.request_id import HEADER, assign_request_id, request_id

log = structlog.get_logger()

Observe = Callable[[str, int, float], None]
"""Takes the operation, the status and the seconds of a request."""

UNMATCHED = "unmatched"
CLIENT_GONE = 499
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Defaults: an answer that sets one of them keeps its own."""


class Edge:
    """An ASGI application around Litestar's, which answers unknown paths before any middleware."""

    def __init__(self, app: ASGIApp, observe: Observe) -> None:
        self.app = app
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        with bound_contextvars(request_id=assign_request_id(scope)):
            exchange = _Exchange(scope, send)
            try:
                await self._answer(exchange, receive)
            finally:
                exchange.log(self.observe)

    async def _answer(self, exchange: "_Exchange", receive: Receive) -> None:
        scope = exchange.scope
        try:
            await self.app(scope, receive, exchange.send)
        except Exception as error:
            if exchange.status is not None:
                raise  # too late for an answer: the server cuts the connection and logs it
            response = respond(scope, Failed(), error)
            ready = response.to_asgi_response(app=None, request=Request(scope))
            await ready(scope, receive, exchange.send)


class _Exchange:
    """One request and what became of it."""

    def __init__(self, scope: HTTPScope, send: Send) -> None:
        self.scope = scope
        self.status: int | None = None
        self._send = send
        self._started = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            _add_headers(message, self.scope)
        await self._send(message)

    def log(self, observe: Observe) -> None:
        """One line and one measurement; the path as its template, for ids stand in paths."""
        seconds = time.perf_counter() - self._started
        status = CLIENT_GONE if self.status is None else self.status
        handler = self.scope.get("route_handler")
        operation = getattr(handler, "operation_id", None)
        observe(operation if isinstance(operation, str) else UNMATCHED, status, seconds)
        method = self.scope["method"]
        log.info(
            "request.answered",
            method=method if method in METHODS else "other",
            route=self.scope.get("path_template", UNMATCHED),
            status=status,
            milliseconds=round(seconds * 1000, 1),
        )


def _add_headers(message: HTTPResponseStartEvent, scope: Scope) -> None:
    headers = list(message["headers"])
    present = {name for name, _ in headers}
    headers += [header for header in HEADERS if header[0] not in present]
    headers += rate_limit_fields(scope)
    headers.append((HEADER, request_id(scope).encode()))
    message["headers"] = headers
