"""What one message of Telegram tells: its words, what it carries, forwards and answers."""

from triage.intake.formats.prose import written_link
from triage.intake.formats.telegram_contents import add_contents, add_shared, add_story
from triage.intake.formats.telegram_entities import link_of_name, links_of, marked, person
from triage.intake.formats.telegram_rich import read_rich
from triage.intake.formats.telegram_shapes import (
    Entity,
    ExternalReply,
    Message,
    Origin,
    PlainMessage,
)
from triage.intake.formats.telegram_told import PRIVATE, Told, degrees, room_link, time_of


def told_in(message: Message) -> Told:
    sender = message.sender
    profile = written_link(next(link_of_name(sender.username), "")) if sender else None
    told = Told(
        sender_id=sender.id if sender else None,
        own_link=profile[1].canonical if profile else None,
    )
    if message.forward_origin:
        _origin(told, message.forward_origin)
    _said(told, message)
    add_contents(told, message)
    _quoted(told, message)
    if message.reply_to_story:
        add_story(told, message.reply_to_story)
    if message.edit_date and not told.is_empty:
        told.line("edited", time_of(message.edit_date))
    if message.author_signature and not told.is_empty:
        told.line("signed", message.author_signature)
    return told


def _said(told: Told, message: PlainMessage) -> None:
    for text, entities in (
        (message.text, message.entities),
        (message.caption, message.caption_entities),
    ):
        if text:
            told.words.append(text)
            _links(told, text, entities)
    if message.rich_message is not None:
        rich = read_rich(message.rich_message)
        told.words.append(rich.text)
        told.links += [*rich.links, *links_of(rich.text, [])]
        for user in rich.users:
            told.line("mentioned", f"tg://user?id={user}")
        for sizes in rich.photos:
            told.add_photo(sizes)
        told.add_files(*rich.files)
        for spot in rich.spots:
            told.line("location", degrees(spot))
    add_shared(told, message)
    if message.reply_markup:
        rows = message.reply_markup.inline_keyboard
        told.links += [button.url for row in rows for button in row if button.url]


def _links(told: Told, text: str, entities: list[Entity]) -> None:
    told.links += links_of(text, entities)
    for entity, words in marked(text, entities):
        if entity.type == "text_mention" and entity.user and entity.user.id != told.sender_id:
            told.line("mentioned", f"{words} = {person(entity.user)}")
        elif entity.type == "text_link" and entity.url and written_link(entity.url) is None:
            told.line("link", entity.url)


def _quoted(told: Told, message: Message) -> None:
    """The message that this one answers, if it stands elsewhere than in a talk with the bot."""
    if message.quote:
        told.line("quoted", message.quote.text)
        told.links += links_of(message.quote.text, message.quote.entities)
    if message.external_reply:
        _external(told, message.external_reply)
    answered = message.reply_to_message
    if answered is None or message.chat.type == PRIVATE:
        return
    seen = Told(sender_id=told.sender_id)
    _said(seen, answered)
    add_contents(seen, answered)
    if answered.forward_origin:
        _origin(seen, answered.forward_origin)
    if seen.is_empty:
        return  # the start of a topic, to which each of its messages is an answer
    told.links += room_link(answered.chat, answered.message_id)
    told.links += seen.links
    told.files |= seen.files
    if answered.sender and answered.sender.id != told.sender_id:
        told.line("answered", person(answered.sender))
    for text in seen.words:
        told.line("answered", text)
    told.lines += seen.lines


def _external(told: Told, reply: ExternalReply) -> None:
    if reply.chat:
        told.links += room_link(reply.chat, reply.message_id)
    _origin(told, reply.origin)
    add_contents(told, reply)


def _origin(told: Told, origin: Origin) -> None:
    """Where a forwarded message was posted: its link, or a line where there can be none."""
    user = origin.sender_user
    if user and user.id == told.sender_id:
        return
    chat = origin.chat or origin.sender_chat
    told.line("forwarded, first sent", time_of(origin.date))
    if chat:
        told.room("forwarded from room", chat, origin.message_id)
    if user:
        told.line("forwarded from", person(user))
    if origin.sender_user_name:
        told.line("forwarded from", origin.sender_user_name)
    if origin.author_signature:
        told.line("forwarded, signed", origin.author_signature)
