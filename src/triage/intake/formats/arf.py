"""Feedback reports by mail (ARF, RFC 5965), also as loosely made as they come."""

from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from triage.intake.formats.draft import Draft
from triage.intake.formats.html import text_and_links
from triage.intake.formats.json_document import refused
from triage.intake.formats.mime import (
    MAX_BYTES,
    Part,
    add_file,
    add_links,
    add_text,
    address,
    date,
    decoded,
    header,
    is_file,
    parts_of,
    read_mail,
    text_of,
)
from triage.intake.formats.narrowing import external_id
from triage.reports.report import Report
from triage.reports.taxonomy import Relation

__all__ = ["MAX_BYTES", "parse"]

FIELDS = "message/feedback-report"
MARK = "feedback-type:"
URI = "reported-uri"
TIMES = ("arrival-date", "received-date")
OF_THE_MESSAGE = ("From", "Date", "Subject", "Message-ID")
MOST_FIELDS = 1_000


def parse(document: bytes) -> list[Report]:
    """Raises Invalid where no part of the mail is a feedback report or a reported message.

    What the attached message links to is reported with the URIs that are named.
    """
    mail = read_mail(document)
    draft = Draft(
        external_id=external_id("arf", header(mail, "Message-ID")), relation=Relation.PLATFORM
    )
    draft.name, draft.contact = address(mail, "Reply-To", "From", "Sender")
    draft.words.append(header(mail, "Subject"))
    found = False
    for part in parts_of(mail):
        if part.is_attached_message:
            found = found or mail.get_content_type() in {"multipart/mixed", "multipart/report"}
            _tell(draft, part.message)
        elif fields := _fields(part):
            found = True
            _read(draft, fields)
        elif part.kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            _tell(draft, _parsed(text_of(part.message)))
        elif is_file(part):
            add_file(draft, part)
        else:
            _read_text(draft, part)
    if not found:
        raise refused("", "no feedback report (RFC 5965) in the mail")
    return draft.reports()


def _read_text(draft: Draft, part: Part) -> None:
    """The words around a report are the sender's own, and link to explanations of the format."""
    if part.within:
        add_text(draft, part, speaks=False)
    elif part.kind == "text/html":
        draft.words.append(text_and_links(text_of(part.message))[0])
    else:
        draft.words.append(text_of(part.message).strip())


def _fields(part: Part) -> Message | None:
    """The report's fields; in mails that are not multipart they stand in a plain text."""
    if part.kind == FIELDS and not part.within:
        return part.message if part.message.keys() else _parsed(text_of(part.message))
    if part.kind != "text/plain" or part.within:
        return None
    text = text_of(part.message)
    mark = text.lower().find(MARK)
    if mark < 0 or text[:mark].rpartition("\n")[2].strip():
        return None
    # From the first line of the block of fields that the mark stands in; what came before is told.
    start = text.rfind("\n\n", 0, mark) + 1
    fields = _parsed(text[start:].lstrip())
    fields.preamble = text[:start].strip()
    return fields


def _parsed(text: str) -> Message:
    parsed = HeaderParser(policy=compat32).parsestr(text)
    if len(parsed.keys()) > MOST_FIELDS:
        raise refused("", "too many fields")
    return parsed


def _read(draft: Draft, fields: Message) -> None:
    if fields.preamble:
        draft.words.append(fields.preamble)
        add_links(draft, fields.preamble)
    for name, value in fields.raw_items():
        words = decoded(" ".join(str(value).split()))
        if name.lower() == URI:
            draft.place(name, words.strip("<>"))
        elif name.lower() in TIMES and (time := date(words)):
            draft.happened(name, time)
        else:
            draft.say(name, words)
    rest = fields.get_payload()
    if isinstance(rest, str) and rest.strip():
        draft.words.append(rest.strip())
        add_links(draft, rest)


def _tell(draft: Draft, message: Message) -> None:
    """Whose message was reported."""
    for name in OF_THE_MESSAGE:
        draft.say(f"message.{name.lower()}", header(message, name))
