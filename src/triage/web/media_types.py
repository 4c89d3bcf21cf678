"""415: Litestar decodes a JSON body whatever its Content-Type says."""

from collections.abc import Collection
from functools import lru_cache

from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from triage.web.bodies import body_field
from triage.web.problems import UnsupportedMediaType

OPTION = "media_types"
"""`opt={"media_types": {type: shape or None}}` of an operation that reads its body by itself."""


class MediaTypes(ASGIMiddleware):
    """Refuses a body whose Content-Type is missing or not what the operation takes."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        taken = media_types_of(scope["route_handler"])
        if taken and not _fits(scope, taken):
            raise UnsupportedMediaType(f"expected {' or '.join(taken)}")
        await next_app(scope, receive, send)


@lru_cache(maxsize=1024)
def media_types_of(handler: HTTPRouteHandler) -> Collection[str]:
    """What the operation's body may be; nothing where it takes none."""
    if chosen := handler.opt.get(OPTION):
        return tuple(chosen)
    declared = body_field(handler)
    return () if declared is None else (declared[1],)


def _fits(scope: Scope, taken: Collection[str]) -> bool:
    content_type, has_body = b"", False
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            has_body = True
    if not content_type:
        return not has_body
    media_type, _, options = content_type.decode("latin-1").lower().partition(";")
    return media_type.strip() in taken and _is_utf8(options)


def _is_utf8(options: str) -> bool:
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.strip() == "charset":
            return value.strip().strip('"') in {"utf-8", "utf8", "us-ascii"}
    return True
