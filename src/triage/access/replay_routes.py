"""How creating routes take an Idempotency-Key, and how their documents tell of a replay."""

from typing import Annotated, Any, TypeVar

from litestar import Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

T = TypeVar("T")

IdempotencyKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


def replayed(kind: type[Any]) -> dict[int, ResponseSpec]:
    """The 200 of a creating operation, for its `responses`."""
    return {
        200: ResponseSpec(
            kind, description="A repetition: the same answer", generate_examples=False
        )
    }


def replay(content: T) -> Response[T]:
    return Response(content, status_code=200, headers={"Idempotency-Replayed": "true"})
