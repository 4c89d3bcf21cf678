"""Rich messages of the Bot API (10.1): a tree of blocks and texts, read for words, links, files.

Blocks and texts of kinds yet to come are walked like those that are known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from triage.intake.formats.telegram_entities import link_of_name
from triage.intake.formats.telegram_shapes import File, Sizes, Spot
from triage.kit.errors import FieldError, Invalid

DEEPEST = 100  # Telegram allows 16 levels of blocks, each with a few of text

# Texts end a line in these; a list item, a cell and a button are blocks without a `type`.
_INLINE = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "subscript", "superscript"}
    | {"marked", "code", "url", "email_address", "phone_number", "bank_card_number", "mention"}
    | {"text_mention", "hashtag", "cashtag", "bot_command", "date_time", "custom_emoji"}
    | {"anchor_link", "reference", "reference_link", "button"}
)
_WORDS = ("label", "text", "summary", "credit", "alternative_text", "expression")
_PARTS = ("blocks", "items", "cells", "caption", "button", "buttons")
_FILES = ("animation", "audio", "document", "video", "voice_note")


@dataclass(slots=True)
class Rich:
    """What a rich message says and carries."""

    pieces: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    photos: list[list[File]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    users: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        lines = "".join(self.pieces).split("\n")
        return "\n".join(filter(None, map(str.strip, lines)))


def read_rich(message: Any) -> Rich:
    """Raises Invalid when the tree is deeper than any that Telegram lets through."""
    rich = Rich()
    _walk(message, rich, 0)
    return rich


def _walk(node: Any, rich: Rich, depth: int) -> None:
    if depth > DEEPEST:
        raise Invalid(errors=[FieldError("", "a rich message nested too deeply")])
    match node:
        case str():
            rich.pieces.append(node)
        case list():
            for part in node:
                _walk(part, rich, depth + 1)
        case dict():
            _object(node, rich, depth)


def _object(node: dict[str, Any], rich: Rich, depth: int) -> None:
    inline = isinstance(node.get("type"), str) and node["type"] in _INLINE
    between = "" if inline else "\n"
    rich.pieces.append(between)
    for name in (*_WORDS, *_PARTS):
        if name in node:
            _walk(node[name], rich, depth + 1)
            rich.pieces.append(between)
    rich.links.extend(_links(node))
    rich.photos.extend(_read(node.get("photo"), Sizes))
    for name in _FILES:
        rich.files.extend(_read(node.get(name), File))
    rich.spots.extend(_read(node.get("location"), Spot))
    if isinstance(user := node.get("user"), dict) and isinstance(user.get("id"), int):
        rich.users.append(user["id"])


def _links(node: dict[str, Any]) -> Iterator[str]:
    if isinstance(url := node.get("url"), str):
        yield url
    if node.get("type") == "mention" and isinstance(name := node.get("username"), str):
        yield from link_of_name(name.removeprefix("@"))


def _read(value: Any, shape: Any) -> Iterator[Any]:
    """The value if it is of the shape; what is not is passed over, as unknown fields are."""
    if value is None:
        return
    try:
        yield msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return
