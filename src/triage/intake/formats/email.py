"""A plain mail of a victim, or of somebody for them (RFC 5322)."""

from triage.intake.formats.draft import Draft
from triage.intake.formats.mime import (
    MAX_BYTES,
    Part,
    add_file,
    add_text,
    address,
    header,
    is_file,
    parts_of,
    read_mail,
)
from triage.intake.formats.narrowing import external_id
from triage.reports.report import Report
from triage.reports.taxonomy import Relation

__all__ = ["MAX_BYTES", "parse"]


def parse(document: bytes) -> list[Report]:
    """Raises Invalid for what is no mail. Attachments are hashed and dropped.

    Of the same words in plain text and in HTML the plain ones are kept, and the links of both.
    """
    mail = read_mail(document)
    draft = Draft(
        external_id=external_id("mail", header(mail, "Message-ID")), relation=Relation.VICTIM
    )
    sender, sent_from = address(mail, "From", "Sender")
    _, answer_to = address(mail, "Reply-To", "From", "Sender")
    draft.name, draft.contact = sender, answer_to
    draft.words.append(header(mail, "Subject"))
    leaves = list(parts_of(mail))
    has_words = any(_speaks(part) and part.kind == "text/plain" for part in leaves)
    for part in leaves:
        _add(draft, part, has_words=has_words)
    draft.say("sent", header(mail, "Date"))
    draft.say("to", header(mail, "To"))
    if sent_from != answer_to:
        draft.say("from", sent_from)
    return draft.reports()


def _add(draft: Draft, part: Part, *, has_words: bool) -> None:
    if part.is_attached_message:
        for name in ("From", "Date", "Subject"):
            draft.say(f"attached.{name.lower()}", header(part.message, name))
    elif is_file(part):
        add_file(draft, part)
    else:
        add_text(draft, part, speaks=part.within or part.kind == "text/plain" or not has_words)


def _speaks(part: Part) -> bool:
    return not (part.is_attached_message or part.within or is_file(part))
