"""What the keeper of a list deletes by its id alone, before or after the hashes came."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.known import (
    EntryState,
    HashListDeletionRow,
    HashListEntryRow,
    HashListImportRow,
)
from triage.intake.lists.formats import Record
from triage.kit.rows import upsert


async def delete_by_source(
    session: AsyncSession, row: HashListImportRow, chunk: Sequence[Record]
) -> int:
    """Also what this chunk has brought, if it was deleted before it came."""
    deleted: dict[str, datetime] = {}
    for record in chunk:
        if record.kind is None:
            known = deleted.get(record.source_id, record.modified_at)
            deleted[record.source_id] = max(known, record.modified_at)
    rows = [
        {"list_id": row.list_id, "source_id": source_id, "modified_at": at}
        for source_id, at in sorted(deleted.items())
    ]
    newer = "excluded.modified_at > stored.modified_at"
    await upsert(session, HashListDeletionRow, rows, ("list_id", "source_id"), newer)
    touched = sorted({record.source_id for record in chunk if record.source_id})
    if not touched:
        return 0
    gone = await session.execute(
        sa.update(HashListEntryRow)
        .where(
            HashListEntryRow.list_id == row.list_id,
            HashListEntryRow.source_id == sa.any_(sa.literal(touched, ARRAY(sa.Text))),
            HashListEntryRow.state != EntryState.DELETED,
            HashListDeletionRow.list_id == HashListEntryRow.list_id,
            HashListDeletionRow.source_id == HashListEntryRow.source_id,
            HashListDeletionRow.modified_at >= HashListEntryRow.modified_at,
        )
        .values(state=EntryState.DELETED, modified_at=HashListDeletionRow.modified_at)
        .returning(HashListEntryRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
