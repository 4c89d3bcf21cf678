"""Notes on a case: sealed, for colleagues or for the reporter."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.rows import insert
from triage.review.models import NoteRow
from triage.vault.service import Vault


async def write_note(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case_id: UUID,
    note_id: UUID,
    text: str,
    audience: str,
    now: datetime,
) -> None:
    notes = await vault.subject_of(session, "notes", case_id, now)
    item = vault.seal(notes, "note.text", text)
    await vault.store(session, [], [item])
    await insert(
        session,
        NoteRow,
        [
            {
                "id": note_id,
                "case_id": case_id,
                "written_by": principal.id,
                "audience": audience,
                "text_item": item.id,
                "written_at": now,
            }
        ],
    )
    append(
        session,
        "note.written",
        principal.actor,
        [Subject("case", case_id), Subject("note", note_id)],
        at=now,
        body={"audience": audience},
    )
