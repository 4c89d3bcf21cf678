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
    text_of,
)
from triage.intake.formats.narrowing import external_id
from triage.reports.report import Report
from triage.reports.taxonomy import Relation

__all__ = ["MAX_BYTES", "parse"]


def parse(document: bytes) -> list[Report]:
    """Raises Invalid for what is no mail. Attachments are hashed and dropped.

    Where the same is there in plain text and in HTML (multipart/alternative), the plain words are
    kept, and the links of both.
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
    told = {
        part.choice
        for part in leaves
        if part.kind == "text/plain" and part.choice and text_of(part.message).strip()
    }
    for part in leaves:
        _add(draft, part, told=part.kind == "text/html" and part.choice in told)
    draft.say("sent", header(mail, "Date"))
    draft.say("to", header(mail, "To"))
    if sent_from != answer_to:
        draft.say("from", sent_from)
    return draft.reports()


def _add(draft: Draft, part: Part, *, told: bool) -> None:
    if part.is_attached_message:
        for name in ("From", "Date", "Subject"):
            draft.say(f"attached.{name.lower()}", header(part.message, name))
    elif is_file(part):
        add_file(draft, part)
    else:
        add_text(draft, part, speaks=not told)
