"""What a message of Telegram tells, in the making: words, lines, links, files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from triage.fingerprints.url import Link
from triage.intake.formats.prose import written_link, written_links
from triage.intake.formats.telegram_entities import link_of_name
from triage.intake.formats.telegram_shapes import Chat, File, Spot

MOST_LINKS = 1_000  # looked at; Telegram marks at most 100 in one text
PRIVATE = "private"
ROOMS = 10**12  # supergroups and channels are -(10^12 + their id)


@dataclass(slots=True)
class Told:
    """`links` are as they came; `words` is what the person wrote, `lines` what else was there."""

    words: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: dict[str, None] = field(default_factory=dict)
    sender_id: int | None = None
    own_link: str | None = None
    own_phone: str | None = None

    def usable_links(self) -> list[str]:
        """Each place once, Telegram's first: a file's id counts on the first one's platform."""
        found: dict[str, tuple[str, Link]] = {}
        for raw in islice(self.links, MOST_LINKS):
            if written := written_link(raw):
                _, link = written
                if link.canonical != self.own_link:
                    found.setdefault(link.canonical, written)
        ordered = sorted(found.values(), key=lambda written: written[1].platform != "telegram")
        return [url for url, _ in ordered]

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.lines or self.links or self.files or self.own_phone)

    def line(self, name: str, value: object) -> None:
        self.lines.append(f"{name}: {value}")

    def lines_with_links(self, name: str, *texts: str | None) -> None:
        """What is written elsewhere than in the message's own words, with the links in it."""
        for text in filter(None, texts):
            self.line(name, text)
            self.links += written_links(text)

    def room(self, name: str, chat: Chat, message_id: int | None = None) -> None:
        """A room, or a message in it, with a line that names it where there can be no link."""
        self.links += room_link(chat, message_id)
        known = f"@{chat.username}" if chat.username else f"({chat.id})"
        self.line(name, f"{chat.title or ''} {known}".strip())

    def add_files(self, *files: File | None) -> None:
        for file in files:
            if file and file.file_unique_id not in self.files:
                self.files[file.file_unique_id] = None
                if file.file_name:
                    self.line("file", file.file_name)

    def add_photo(self, sizes: list[File] | None) -> None:
        """The largest size stands for the photo: each size has an id of its own."""
        if sizes:
            self.add_files(max(sizes, key=lambda size: size.width * size.height))


def room_link(chat: Chat, message_id: int | None = None) -> Iterator[str]:
    """The link of a room, or of a message in it; private chats and basic groups have none."""
    room = next(link_of_name(chat.username), None)
    if room is None and chat.id < -ROOMS:
        room = f"https://t.me/c/{-chat.id - ROOMS}"
    if room and chat.type != PRIVATE:
        yield f"{room}/{message_id}" if message_id else room


def time_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def degrees(spot: Spot) -> str:
    return f"{spot.latitude:.6f}, {spot.longitude:.6f}"
