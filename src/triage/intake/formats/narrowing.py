"""Values of foreign documents, made as narrow as the native form takes them."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from triage.fingerprints.url import BadLink, parse_link
from triage.kit.types import is_usable

LONGEST_LINE = 500
LONGEST_TEXT = 20_000
LONGEST_NAME = 100
LONGEST_LINK = 4_096

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(value: Any, longest: int = LONGEST_LINE) -> str | None:
    """A text without line breaks; None for what is no text, or an empty one."""
    if not isinstance(value, str):
        return None
    return _CONTROLS.sub(" ", value[:longest]).strip() or None


def fitting_line(value: Any) -> str | None:
    """A text that is one line already, as it came; None for every other."""
    return value if isinstance(value, str) and one_line(value) == value else None


def usable_link(value: Any) -> str | None:
    """A link that can be kept and compared; None for what is none."""
    if not isinstance(value, str) or len(value) > LONGEST_LINK or "\0" in value:
        return None
    link = value.strip()
    try:
        parse_link(link)
    except BadLink:
        return None
    return link


def instant(value: Any) -> datetime | None:
    """A time in RFC 3339 or ISO 8601, in UTC where it has no offset; None for what is none."""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        return None
    try:
        time = datetime.fromisoformat(value.strip().upper())
    except ValueError:
        return None
    if not is_usable(time):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def digest(value: Any, digits: int) -> str | None:
    """A digest of so many hexadecimal digits, in lower case; None for what is none."""
    if not isinstance(value, str) or len(value) != digits:
        return None
    return value.lower() if _HEXADECIMAL.fullmatch(value) else None


_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")


def external_id(kind: str, value: Any) -> str | None:
    """`kind:value`, with a digest instead of a value that has no room in a line."""
    if not isinstance(value, str) or not value.strip():
        return None
    if (line := fitting_line(value)) and len(line) <= LONGEST_LINE - len(kind) - _ROOM:
        return f"{kind}:{line}"
    return f"{kind}:sha256:{hashlib.sha256(value.encode()).hexdigest()}"


_ROOM = 10  # the colon, and the number of a further report


def lines_of(name: str, value: Any) -> Iterator[str]:
    """A field as lines `name: value`; inner fields are named `outer.inner` and `outer[index]`."""
    match value:
        case dict():
            for inner, part in value.items():
                key = one_line(inner, LONGEST_NAME) or ""
                yield from lines_of(f"{name}.{key}" if name else key, part)
        case list() if any(isinstance(part, dict | list) for part in value):
            for index, part in enumerate(value):
                yield from lines_of(f"{name}[{index}]", part)
        case list():
            if spelled := ", ".join(filter(None, map(_spelled, value))):
                yield f"{name}: {spelled}"
        case _:
            if words := _spelled(value):
                yield f"{name}: {words}"


def _spelled(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return one_line(value, LONGEST_TEXT)
    return str(value).lower() if isinstance(value, bool) else str(value)
