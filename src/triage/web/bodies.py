"""JSON bodies: read into the type that the operation declares."""

from functools import lru_cache
from typing import Any

from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler
from litestar.params import BodyKwarg
from litestar.typing import FieldDefinition

from triage.kit.errors import Invalid
from triage.kit.strict_json import BodyReader


class BodyIncomplete(Invalid):
    title = "The request ended before its body was complete"


class JSONRequest(Request[Any, Any, Any]):
    """Litestar would decode to plain values and then convert leniently: "1" for 1, 1 for true.

    The value read here has the declared type, so that its later conversion finds nothing to do.
    """

    async def json(self) -> Any:
        reader = _reader_of(self.route_handler)
        body = await self.body()
        return reader.read(body) if reader else body

    async def body(self) -> bytes:
        try:
            return await super().body()
        except InternalServerException:
            # Litestar's word for a caller who has gone: no failure of ours.
            raise BodyIncomplete from None


def body_field(handler: HTTPRouteHandler) -> tuple[FieldDefinition, str] | None:
    """The body that an operation declares, and its media type."""
    field = handler.parsed_fn_signature.parameters.get("data")
    if field is None:
        return None
    declared = field.kwarg_definition
    media_type = declared.media_type if isinstance(declared, BodyKwarg) else "application/json"
    return field, str(getattr(media_type, "value", media_type))


@lru_cache(maxsize=1024)
def _reader_of(handler: HTTPRouteHandler) -> BodyReader[Any] | None:
    """None where the operation takes the bytes of another media type as they are."""
    declared = body_field(handler)
    if declared is None or declared[1] != RequestEncodingType.JSON:
        return None
    return BodyReader(declared[0].raw)
