"""Keyset paging: opaque cursors that stay true while rows are added."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar, cast

import msgspec

from triage.kit.errors import FieldError, Invalid
from triage.kit.types import is_usable

T = TypeVar("T")
Row = TypeVar("Row")

Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


Position = Annotated[int, msgspec.Meta(ge=-1, le=2**63 - 1)]
"""A place in an order that is counted."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    items: list[T]
    next_cursor: str | None


def page_of(
    rows: Sequence[Row],
    limit: int,
    present: Callable[[Row], T],
    key: Callable[[Row], tuple[Any, ...]],
) -> Page[T]:
    """A page from `limit + 1` rows: the extra one only tells that there is more."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[present(row) for row in shown],
        next_cursor=encode_cursor(key(shown[-1])) if more else None,
    )


def encode_cursor(key: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, shape: type[T]) -> T | None:
    """The key behind a cursor, checked against the tuple type `shape`."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = msgspec.json.decode(raw, type=shape)
        times = [part for part in cast("tuple[Any, ...]", key) if isinstance(part, datetime)]
        if not all(time.tzinfo and is_usable(time) for time in times):
            raise ValueError
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise Invalid(errors=[FieldError("/cursor", "not a cursor of this list")]) from None
    return key
