"""A JSON object of an unknown sender, read within bounds of size, depth and number of values."""

from collections.abc import Iterable
from typing import Any

import msgspec

from triage.kit.errors import FieldError, Invalid

MOST_VALUES = 100_000
DEEPEST = 32  # levels of objects and arrays

_BOM = b"\xef\xbb\xbf"


def read_object(document: bytes, max_bytes: int) -> dict[str, Any]:
    """Raises Invalid where it is no JSON object (RFC 8259) in UTF-8, or beyond the bounds."""
    if len(document) > max_bytes:
        raise refused("", f"too long: at most {max_bytes} bytes")
    # Counted before a value is made of them: commas within strings count, too.
    if sum(document.count(sign) for sign in (b",", b"{", b"[")) > MOST_VALUES:
        raise refused("", f"too many values: at most {MOST_VALUES}")
    try:
        found = msgspec.json.decode(document.removeprefix(_BOM))
    except msgspec.ValidationError:  # of values without a type, numbers alone can be refused
        wrong = refused("", "a number out of range")
    except (msgspec.DecodeError, UnicodeDecodeError):
        wrong = refused("", "not JSON in UTF-8")
    except RecursionError:
        wrong = refused("", "nested too deeply")
    else:
        if not isinstance(found, dict):
            raise refused("", "not an object")
        _check_depth(found)
        return found
    raise wrong


def refused(pointer: str, detail: str) -> Invalid:
    """The refusal of a document because of one place in it."""
    return Invalid(errors=[FieldError(pointer, detail)])


def words_at(fields: dict[str, Any], name: str, holder: str = "") -> str:
    """The text in a field that there has to be; raises Invalid where it is none or empty.

    `holder` points to the object of the field.
    """
    if name not in fields:
        raise refused(f"{holder}/{name}", "required")
    value = fields[name]
    if not isinstance(value, str):
        raise refused(f"{holder}/{name}", "not a text")
    if not value.strip():
        raise refused(f"{holder}/{name}", "empty")
    return value


def _check_depth(found: dict[str, Any]) -> None:
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [
            part for holder in level for part in _inner(holder) if isinstance(part, dict | list)
        ]
        if not level:
            return
    raise refused("", f"nested too deeply: at most {DEEPEST} levels")


def _inner(holder: Any) -> Iterable[Any]:
    return holder.values() if isinstance(holder, dict) else holder
