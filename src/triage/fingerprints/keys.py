"""What makes two reports the same: a typed identity, and whether it names a post or a place."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Content (a post, a file) attaches reports to a case; a container only relates them."""

    CONTENT = "content"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Equal keys mean the same thing; stored only as a keyed digest."""

    kind: str
    value: str
