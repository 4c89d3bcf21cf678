"""Links and names within a text of Telegram, where positions count UTF-16 code units."""

import re
from collections.abc import Iterable, Iterator

from triage.fingerprints.url import BadLink, parse_link
from triage.intake.formats.telegram_shapes import Entity, User

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,31}")
UNIT = 2  # bytes of a UTF-16 code unit
LONGEST_LINK = 4_096

# What Telegram marks as no link: defanged ones, and those within code. ASCII alone, so that a
# Korean particle written onto a link does not become part of it.
_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9@])"
    r"(?:(?:https?|hxxps?|tg)://|(?:www\.)?(?:t|telegram)(?:\.|\[\.\]|\(\.\))(?:me|dog)/)"
    r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+",
    re.IGNORECASE,
)
PUNCTUATION = ".,;:!?'\")]}>*"


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


def written_links(text: str) -> Iterator[str]:
    """Links that stand in a text without being marked."""
    for match in _WRITTEN.finditer(text):
        yield match.group().rstrip(PUNCTUATION)


def link_of_name(username: str | None) -> Iterator[str]:
    if username and USERNAME.fullmatch(username):
        yield f"https://t.me/{username}"


def usable_link(url: str) -> tuple[str, str, str] | None:
    """The link as it can be kept, its canonical form and its platform; None if it is no link.

    Known sites name nothing beyond ASCII: what follows there belongs to the sentence.
    """
    url = url.strip()
    ascii_part = url[: _after_ascii(url)].rstrip(PUNCTUATION)
    for candidate in (ascii_part, url):
        if "\0" in candidate or not candidate:
            continue
        try:
            link = parse_link(candidate)
        except BadLink:
            continue
        if candidate == url or link.platform != "other":
            return candidate, link.canonical, link.platform
    return None


def _after_ascii(url: str) -> int:
    """Where the run beyond ASCII begins that the link ends in: looked for from the end."""
    end = len(url)
    while end and not "!" <= url[end - 1] <= "~":
        end -= 1
    return end


def person(user: User) -> str:
    """Somebody else than the sender, as a line of a sealed text names them."""
    name = " ".join(filter(None, (user.first_name, user.last_name)))
    handle = f"@{user.username}" if user.username else ""
    return " ".join(filter(None, (name, handle, f"(tg://user?id={user.id})")))
