"""Updates of the Telegram Bot API (version 10) as reports, and the answer to a webhook."""

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from triage.intake.formats.narrowing import LONGEST_TEXT, one_line
from triage.intake.formats.telegram_entities import USERNAME
from triage.intake.formats.telegram_message import told_in
from triage.intake.formats.telegram_shapes import Envelope, Message, User
from triage.intake.formats.telegram_told import PRIVATE, Told
from triage.kit.errors import FieldError, Invalid
from triage.kit.types import LanguageTag
from triage.reports.report import Report
from triage.reports.taxonomy import Relation

MAX_BYTES = 1_048_576
MOST = 100  # locations and media of one report
LONGEST_ANSWER = 4_096

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
)
PERSON = "tg://user?id="
NOT_A_MESSAGE = "not_a_message"
FROM_A_BOT = "from_a_bot"
COMMAND = "command"
NOTHING_SAID = "nothing_said"
ONLY_MOVED = "only_moved"

RECEIPT_WORDS = {
    "ko": "접수되었습니다. 접수 번호: {code}",
    "en": "We have received it. Your number: {code}",
}
"""Words for an answer that are safe on a screen somebody else may see."""


@dataclass(frozen=True, slots=True)
class Update:
    """One Update: either `report`, or the reason why it is deliberately `ignored`.

    `album` is the same for the messages of one album. `edited`: the same message came before
    with other content. `answerable`: a message into the chat is read by the sender alone.
    """

    update_id: int
    chat_id: int | None
    sender_id: int | None
    message_id: int | None
    report: Report | None
    ignored: str | None
    language: str | None
    album: str | None
    edited: bool = False
    answerable: bool = False


def parse(document: bytes) -> Update:
    """Raises Invalid where the document is no Update as https://core.telegram.org/bots/api says."""
    envelope = _decode(document)
    kind, message = next(
        ((kind, found) for kind in KINDS if (found := getattr(envelope, kind))), (None, None)
    )
    if kind is None or message is None:
        return Update(
            update_id=envelope.update_id,
            chat_id=None,
            sender_id=None,
            message_id=None,
            report=None,
            ignored=NOT_A_MESSAGE,
            language=None,
            album=None,
        )
    sender = None if message.sender_chat else message.sender
    language = _tag(sender.language_code) if sender else None
    edited = kind.startswith("edited_")
    if edited and _is_a_place_alone(message):
        judged: tuple[Report | None, str | None] = None, ONLY_MOVED
    else:
        judged = _report(message, sender, language)
    return Update(
        update_id=envelope.update_id,
        chat_id=message.chat.id,
        sender_id=sender.id if sender else None,
        message_id=message.message_id or None,
        report=judged[0],
        ignored=judged[1],
        language=language,
        album=message.media_group_id,
        edited=edited,
        answerable=message.chat.type == PRIVATE
        and message.business_connection_id is None
        and message.guest_query_id is None,
    )


def receipt_words(language: str | None, code: str) -> str:
    """In the sender's language where we have it, in Korean and English where we have not."""
    known = RECEIPT_WORDS.get((language or "").partition("-")[0].lower())
    chosen = [known] if known else [*RECEIPT_WORDS.values()]
    return "\n".join(words.format(code=code) for words in chosen)


def send_message(chat_id: int, text: str, reply_to: int | None) -> dict[str, Any]:
    """The body of a webhook's answer that sends `text` as it is, without a link preview."""
    answer: dict[str, Any] = {
        "method": "sendMessage",
        "chat_id": chat_id,
        "text": text[:LONGEST_ANSWER],
        "link_preview_options": {"is_disabled": True},
    }
    if reply_to is not None:
        answer["reply_parameters"] = {
            "message_id": reply_to,
            "allow_sending_without_reply": True,
        }
    return answer


_PLACE = re.compile(r"at `\$([^`]*)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_MISSING = re.compile(r"Object missing required field `(\w+)`")


def _decode(document: bytes) -> Envelope:
    if len(document) > MAX_BYTES:
        wrong = FieldError("", f"too long: at most {MAX_BYTES} bytes")
        raise Invalid(errors=[wrong])
    try:
        return msgspec.json.decode(document, type=Envelope)
    except msgspec.ValidationError as error:
        wrong = _field_error(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError):
        wrong = FieldError("", "not JSON in UTF-8")
    except RecursionError:
        wrong = FieldError("", "nested too deeply")
    raise Invalid(errors=[wrong])


def _field_error(message: str) -> FieldError:
    """The place is built of names that we gave: unknown fields are never looked into."""
    place = _PLACE.search(message)
    steps = _STEP.findall(place[1]) if place else []
    pointer = "".join(f"/{name or index}" for name, index in steps)
    if missing := _MISSING.match(message):
        return FieldError(f"{pointer}/{missing[1]}", "required")
    return FieldError(pointer, "not of the documented type, or out of range")


def _report(
    message: Message, sender: User | None, language: str | None
) -> tuple[Report | None, str | None]:
    if message.sender_business_bot or (sender and sender.is_bot):
        return None, FROM_A_BOT
    told = told_in(message)
    links, media = told.usable_links(), list(told.files)
    if not (links or media) and _is_command(message):
        return None, COMMAND
    text = _text(told, links, media)
    if not (links or media or text):
        return None, NOTHING_SAID
    form = {
        "external_id": _external_id(message),
        "locations": [{"url": url} for url in links[:MOST]],
        "media": [{"platform": "telegram", "platform_media_id": file} for file in media[:MOST]],
        "text": text,
        "language": language,
        "reporter": {
            "relation": Relation.ANONYMOUS,
            "name": _name(sender),
            "contact": _contact(sender, told.own_phone),
            "locale": language,
        },
    }
    return msgspec.convert(form, Report), None


def _external_id(message: Message) -> str | None:
    """None for a message that has no number yet: Telegram says 0 then.

    The chats of a business account have numbers that chats of the bot may have, too.
    """
    if not message.message_id:
        return None
    business = message.business_connection_id
    room = f"{business}:{message.chat.id}" if business else str(message.chat.id)
    return f"telegram:{room}:{message.message_id}"


def _is_a_place_alone(message: Message) -> bool:
    """Somebody's live location, which Telegram edits every few seconds while they move."""
    return message.location is not None and message.venue is None


_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@\w{1,64})?(?!\S)")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _is_command(message: Message) -> bool:
    """A command alone; `/start` may carry what a link to the bot appended. Words make a report."""
    found = _COMMAND.match(message.text or "")
    if found is None:
        return False
    rest = found.string[found.end() :].strip()
    started = found[1].lower() == "start"
    return not rest or (started and _PAYLOAD.fullmatch(rest) is not None)


def _text(told: Told, links: list[str], media: list[str]) -> str | None:
    """What was written, then a line for all that has no place of its own in a report."""
    lines = [
        *told.words,
        *told.lines,
        *(f"link: {url}" for url in links[MOST:]),
        *(f"file: {file}" for file in media[MOST:]),
    ]
    text = "\n".join(lines).replace("\0", "").strip()
    if len(text) > LONGEST_TEXT:
        end = f"\ncut: {len(text)} characters came"
        text = text[: LONGEST_TEXT - len(end)] + end
    return text or None


def _name(sender: User | None) -> str | None:
    if sender is None:
        return None
    return one_line(" ".join(filter(None, (sender.first_name, sender.last_name))))


def _contact(sender: User | None, phone: str | None) -> str | None:
    """The handle or Telegram's own number, and a telephone's if they shared it."""
    named = sender and sender.username and USERNAME.fullmatch(sender.username)
    by_number = f"{PERSON}{sender.id}" if sender else None
    handle = f"@{named[0]}" if named else by_number
    return one_line(", ".join(filter(None, (handle, phone))))


def _tag(code: str | None) -> str | None:
    try:
        return msgspec.convert(code, LanguageTag)
    except msgspec.ValidationError:
        return None
