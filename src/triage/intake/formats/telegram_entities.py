"""Links and names within a text of Telegram, where positions count UTF-16 code units."""

import re
from collections.abc import Iterable, Iterator

from triage.intake.formats.prose import written_links
from triage.intake.formats.telegram_shapes import Entity, User

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,31}")
UNIT = 2  # bytes of a UTF-16 code unit
LONGEST_LINK = 4_096


def marked(text: str, entities: Iterable[Entity]) -> Iterator[tuple[Entity, str]]:
    """Each entity with the text that it marks; one that does not fit the text is passed over."""
    units = text.encode("utf-16-le")
    for entity in entities:
        if entity.length > LONGEST_LINK:
            continue
        words = units[entity.offset * UNIT : (entity.offset + entity.length) * UNIT]
        if len(words) < entity.length * UNIT:
            continue
        try:
            yield entity, words.decode("utf-16-le")
        except UnicodeDecodeError:
            continue


def links_of(text: str, entities: Iterable[Entity]) -> Iterator[str]:
    """Every link of a text, marked ones first; a mention is the link of the same name."""
    units = bytearray(text.encode("utf-16-le"))
    for entity, words in marked(text, entities):
        match entity.type:
            case "url":
                yield words
            case "text_link" if entity.url:
                yield entity.url
            case "mention":
                yield from link_of_name(words.removeprefix("@"))
                continue
            case _:
                continue
        start, end = entity.offset * UNIT, (entity.offset + entity.length) * UNIT
        if entity.type == "url":
            units[start:end] = b" \0" * entity.length
    yield from written_links(units.decode("utf-16-le", errors="ignore"))


def link_of_name(username: str | None) -> Iterator[str]:
    if username and USERNAME.fullmatch(username):
        yield f"https://t.me/{username}"


def person(user: User) -> str:
    """Somebody else than the sender, as a line of a sealed text names them."""
    name = " ".join(filter(None, (user.first_name, user.last_name)))
    handle = f"@{user.username}" if user.username else ""
    return " ".join(filter(None, (name, handle, f"(tg://user?id={user.id})")))
