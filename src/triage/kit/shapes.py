"""What can be inside a declared type: names of fields, and where times may hide."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec.inspect import DateTimeType, Field, StructType, Type, type_info

from triage.kit.types import is_usable


def declared_names(kind: Any) -> frozenset[str]:
    """Every field name that may occur in a value of this type."""
    return frozenset(
        field.encode_name
        for node in _nodes(type_info(kind))
        if isinstance(node, StructType)
        for field in node.fields
    )


def holds_times(kind: Any) -> bool:
    return any(isinstance(node, DateTimeType) for node in _nodes(type_info(kind)))


def unusable_times(value: Any, pointer: str = "") -> Iterator[str]:
    """Pointers to the times in a decoded value that cannot be calculated with."""
    match value:
        case msgspec.Struct():
            for name, encoded in _timed_fields(type(value)):
                yield from unusable_times(getattr(value, name), f"{pointer}/{encoded}")
        case list() | tuple():
            for index, inner in enumerate(value):
                yield from unusable_times(inner, f"{pointer}/{index}")
        case dict():
            for inner in value.values():
                yield from unusable_times(inner, pointer)
        case datetime() if not is_usable(value):
            yield pointer


@cache
def _timed_fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (field.name, field.encode_name)
        for field in msgspec.structs.fields(kind)
        if holds_times(field.type)
    )


def _nodes(root: Type) -> Iterator[Type]:
    """The type and all types inside it, each once: types may contain themselves."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            waiting.extend(_inside(node))
            yield node


def _inside(node: Type) -> Iterator[Type]:
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Field):
                yield part.type
            elif isinstance(part, Type):
                yield part
