"""What one message of Telegram tells, gathered for a report: words, lines, links, files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from triage.intake.formats.telegram_entities import link_of_name, links_of, marked, person
from triage.intake.formats.telegram_entities import usable_link as usable
from triage.intake.formats.telegram_rich import read_rich
from triage.intake.formats.telegram_shapes import (
    Chat,
    Contents,
    Entity,
    ExternalReply,
    File,
    Message,
    Origin,
    PlainMessage,
    Spot,
    Story,
)

MOST_LINKS = 1_000  # looked at; Telegram marks at most 100 in one text
PRIVATE = "private"
ROOMS = 10**12  # supergroups and channels are -(10^12 + their id)


@dataclass(slots=True)
class Draft:
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
        found: dict[str, tuple[str, str]] = {}
        for raw in islice(self.links, MOST_LINKS):
            if link := usable(raw):
                url, canonical, platform = link
                if canonical != self.own_link:
                    found.setdefault(canonical, (url, platform))
        ordered = sorted(found.values(), key=lambda link: link[1] != "telegram")
        return [url for url, _ in ordered]

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.lines or self.links or self.files or self.own_phone)

    def line(self, name: str, value: object) -> None:
        self.lines.append(f"{name}: {value}")


def draft_of(message: Message) -> Draft:
    sender = message.sender
    profile = usable(next(link_of_name(sender.username), "")) if sender else None
    draft = Draft(
        sender_id=sender.id if sender else None,
        own_link=profile[1] if profile else None,
    )
    if message.forward_origin:
        _origin(draft, message.forward_origin)
    _said(draft, message)
    _contents(draft, message)
    _quoted(draft, message)
    if message.reply_to_story:
        _story(draft, message.reply_to_story)
    if message.edit_date and not draft.is_empty:
        draft.line("edited", _time(message.edit_date))
    if message.author_signature and not draft.is_empty:
        draft.line("signed", message.author_signature)
    return draft


def room_link(chat: Chat, message_id: int | None = None) -> Iterator[str]:
    """The link of a room, or of a message in it; private chats and basic groups have none."""
    room = next(link_of_name(chat.username), None)
    if room is None and chat.id < -ROOMS:
        room = f"https://t.me/c/{-chat.id - ROOMS}"
    if room and chat.type != PRIVATE:
        yield f"{room}/{message_id}" if message_id else room


def _said(draft: Draft, message: PlainMessage) -> None:
    for text, entities in (
        (message.text, message.entities),
        (message.caption, message.caption_entities),
    ):
        if text:
            draft.words.append(text)
            _links(draft, text, entities)
    if message.rich_message is not None:
        rich = read_rich(message.rich_message)
        draft.words.append(rich.text)
        draft.links += [*rich.links, *links_of(rich.text, [])]
        for user in rich.users:
            draft.line("mentioned", f"tg://user?id={user}")
        for sizes in rich.photos:
            _photo(draft, sizes)
        _files(draft, rich.files)
        for spot in rich.spots:
            draft.line("location", _degrees(spot))
    if message.reply_markup:
        rows = message.reply_markup.inline_keyboard
        draft.links += [button.url for row in rows for button in row if button.url]


def _links(draft: Draft, text: str, entities: list[Entity]) -> None:
    draft.links += links_of(text, entities)
    for entity, words in marked(text, entities):
        if entity.type == "text_mention" and entity.user and entity.user.id != draft.sender_id:
            draft.line("mentioned", f"{words} = {person(entity.user)}")
        elif entity.type == "text_link" and entity.url and usable(entity.url) is None:
            draft.line("link", entity.url)


def _contents(draft: Draft, carrier: Contents) -> None:
    _files(
        draft,
        (
            carrier.animation,
            carrier.audio,
            carrier.document,
            carrier.live_photo,
            carrier.sticker,
            carrier.video,
            carrier.video_note,
            carrier.voice,
        ),
    )
    _photo(draft, carrier.photo)
    for paid in carrier.paid_media.paid_media if carrier.paid_media else ():
        _files(draft, (paid.video, paid.live_photo))
        _photo(draft, paid.photo)
    if carrier.sticker and carrier.sticker.set_name:
        draft.line("sticker set", carrier.sticker.set_name)
    if carrier.story:
        _story(draft, carrier.story)
    if carrier.link_preview_options and carrier.link_preview_options.url:
        draft.links.append(carrier.link_preview_options.url)
    _cards(draft, carrier)


def _cards(draft: Draft, carrier: Contents) -> None:
    if contact := carrier.contact:
        if contact.user_id is not None and contact.user_id == draft.sender_id:
            draft.own_phone = contact.phone_number
        else:
            name = " ".join(filter(None, (contact.first_name, contact.last_name)))
            known = f" (tg://user?id={contact.user_id})" if contact.user_id else ""
            draft.line("contact", f"{name} {contact.phone_number}{known}".strip())
            if contact.vcard:
                draft.line("vcard", contact.vcard)
    if venue := carrier.venue:
        draft.line("location", f"{_degrees(venue.location)} {venue.title}, {venue.address}")
    elif carrier.location:
        draft.line("location", _degrees(carrier.location))
    if carrier.poll:
        draft.line("poll", carrier.poll.question)
        for option in carrier.poll.options:
            draft.line("option", option.text)
    if carrier.checklist:
        draft.line("checklist", carrier.checklist.title)
        for task in carrier.checklist.tasks:
            draft.line("task", task.text)


def _quoted(draft: Draft, message: Message) -> None:
    """The message that this one answers, if it stands elsewhere than in a talk with the bot."""
    if message.quote:
        draft.line("quoted", message.quote.text)
        draft.links += links_of(message.quote.text, message.quote.entities)
    if message.external_reply:
        _external(draft, message.external_reply)
    answered = message.reply_to_message
    if answered is None or message.chat.type == PRIVATE:
        return
    seen = Draft(sender_id=draft.sender_id)
    _said(seen, answered)
    _contents(seen, answered)
    if answered.forward_origin:
        _origin(seen, answered.forward_origin)
    if seen.is_empty:
        return  # the start of a topic, to which each of its messages is an answer
    draft.links += room_link(answered.chat, answered.message_id)
    draft.links += seen.links
    draft.files |= seen.files
    if answered.sender and answered.sender.id != draft.sender_id:
        draft.line("answered", person(answered.sender))
    for text in seen.words:
        draft.line("answered", text)
    draft.lines += seen.lines


def _external(draft: Draft, reply: ExternalReply) -> None:
    if reply.chat:
        draft.links += room_link(reply.chat, reply.message_id)
    _origin(draft, reply.origin)
    _contents(draft, reply)


def _origin(draft: Draft, origin: Origin) -> None:
    """Where a forwarded message was posted: its link, or a line where there can be none."""
    user = origin.sender_user
    if user and user.id == draft.sender_id:
        return
    chat = origin.chat or origin.sender_chat
    draft.line("forwarded, first sent", _time(origin.date))
    if chat:
        draft.links += room_link(chat, origin.message_id)
        name = f"@{chat.username}" if chat.username else f"({chat.id})"
        draft.line("forwarded from room", f"{chat.title or ''} {name}".strip())
    if user:
        draft.line("forwarded from", person(user))
    if origin.sender_user_name:
        draft.line("forwarded from", origin.sender_user_name)
    if origin.author_signature:
        draft.line("forwarded, signed", origin.author_signature)


def _story(draft: Draft, story: Story) -> None:
    for name in link_of_name(story.chat.username):
        draft.links.append(f"{name}/s/{story.id}")
    draft.line("story", f"{story.chat.title or ''} ({story.chat.id}) {story.id}".strip())


def _files(draft: Draft, files: Iterable[File | None]) -> None:
    for file in files:
        if file and file.file_unique_id not in draft.files:
            draft.files[file.file_unique_id] = None
            if file.file_name:
                draft.line("file", file.file_name)


def _photo(draft: Draft, sizes: list[File] | None) -> None:
    """The largest size stands for the photo: each size has an id of its own."""
    if sizes:
        _files(draft, [max(sizes, key=lambda size: size.width * size.height)])


def _degrees(spot: Spot) -> str:
    return f"{spot.latitude:.6f}, {spot.longitude:.6f}"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
