"""Lists of known content, and the import of what their keepers send."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.cases.known import (
    EntryState,
    HashKind,
    HashListEntryRow,
    HashListImportRow,
    HashListRow,
    ListFormat,
)
from triage.intake.lists.deleting import delete_by_source
from triage.intake.lists.formats import Document, Record
from triage.intake.lists.schemas import HashListChange, HashListForm
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.errors import Conflict, NotFound
from triage.kit.ids import uuid7
from triage.kit.rows import insert_new, upsert
from triage.vault.service import Vault

EXTENDED = "hash_list.extended"
CHUNK = 1_000
"""Records of one transaction: an import that is interrupted goes on behind the last."""

KEY = ("list_id", "kind", "value", "source_id")
# The last record of a hash counts, in whatever order they come.
IS_LATER = """
    excluded.modified_at > stored.modified_at
    OR (excluded.modified_at = stored.modified_at AND excluded.state <> stored.state)
"""


class HashListNotFound(NotFound):
    title = "There is no such hash list"


class ImportNotFound(NotFound):
    title = "There is no such import of this list"


class HashListExists(Conflict):
    title = "There is a hash list of this name"


async def create_list(
    session: AsyncSession, actor: Actor, form: HashListForm, list_id: UUID, now: datetime
) -> HashListRow:
    row = {
        "id": list_id,
        "name": form.name,
        "harm": form.harm,
        "active": True,
        "created_at": now,
    }
    if not await insert_new(session, HashListRow, [row], returning=("id",)):
        raise HashListExists
    body = {"name": form.name, "harm": form.harm}
    append(session, "hash_list.created", actor, [Subject("hash_list", list_id)], at=now, body=body)
    return await find_list(session, list_id)


async def find_list(session: AsyncSession, list_id: UUID) -> HashListRow:
    row = await session.get(HashListRow, list_id)
    if row is None:
        raise HashListNotFound
    return row


async def find_list_by_name(session: AsyncSession, name: str) -> HashListRow:
    row = await session.scalar(sa.select(HashListRow).where(HashListRow.name == name))
    if row is None:
        raise HashListNotFound
    return row


async def change_list(
    session: AsyncSession, actor: Actor, list_id: UUID, change: HashListChange, now: datetime
) -> HashListRow:
    """What is not active matches nothing from now on; signals that it gave stay.

    When it is active again, what came meanwhile is searched for, too.
    """
    row = await find_list(session, list_id)
    if change.active is not None and change.active != row.active:
        row.active = change.active
        body = {"active": row.active}
        append(
            session, "hash_list.changed", actor, [Subject("hash_list", row.id)], at=now, body=body
        )
        if row.active:
            await _extend_again(session, actor, row.id, now)
    return row


async def entry_counts(
    session: AsyncSession, list_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, int]]:
    """Active entries by kind, of each list."""
    rows = await session.execute(
        sa.select(HashListEntryRow.list_id, HashListEntryRow.kind, sa.func.count())
        .where(HashListEntryRow.list_id.in_(list_ids), HashListEntryRow.state == EntryState.ACTIVE)
        .group_by(HashListEntryRow.list_id, HashListEntryRow.kind)
    )
    counts: dict[UUID, dict[str, int]] = {list_id: {} for list_id in list_ids}
    for list_id, kind, count in rows:
        counts[list_id][kind] = count
    return counts


async def import_document(
    sessions: async_sessionmaker[AsyncSession],
    vault: Vault,
    actor: Actor,
    list_id: UUID,
    form: ListFormat,
    content: bytes,
    document: Document,
    clock: Clock,
) -> tuple[HashListImportRow, bool]:
    """Take in a document chunk by chunk; also whether all of it was there already.

    The same document, sent again, goes on where it stopped: by whom ever, and at the same time.
    """
    digest = vault.digests.digest("hash_list.document", content)
    async with sessions.begin() as session:
        known, is_new = await _begin(session, actor, list_id, form, digest, document, clock())
    if known.finished_at is not None:
        return known, not is_new
    while True:
        async with sessions.begin() as session:
            row = await _go_on(session, vault, actor, known.id, document.records, clock())
        if row.finished_at is not None:
            return row, False


async def find_import(session: AsyncSession, list_id: UUID, import_id: UUID) -> HashListImportRow:
    row = await session.get(HashListImportRow, import_id)
    if row is None or row.list_id != list_id:
        raise ImportNotFound
    return row


async def _extend_again(session: AsyncSession, actor: Actor, list_id: UUID, now: datetime) -> None:
    chunks = await session.execute(
        sa.select(HashListEntryRow.import_id, HashListEntryRow.chunk)
        .where(HashListEntryRow.list_id == list_id, HashListEntryRow.state == EntryState.ACTIVE)
        .distinct()
        .order_by(HashListEntryRow.import_id, HashListEntryRow.chunk)
    )
    for import_id, chunk in chunks:
        _extend(session, actor, list_id, import_id, chunk, now)


def _extend(
    session: AsyncSession, actor: Actor, list_id: UUID, import_id: UUID, chunk: int, now: datetime
) -> None:
    """Tell the matcher which entries there are to search for."""
    body = {"import": str(import_id), "chunk": chunk}
    append(session, EXTENDED, actor, [Subject("hash_list", list_id)], at=now, body=body)


async def _begin(
    session: AsyncSession,
    actor: Actor,
    list_id: UUID,
    form: ListFormat,
    digest: bytes,
    document: Document,
    now: datetime,
) -> tuple[HashListImportRow, bool]:
    """Where the import of this document stands, and whether it is a new one."""
    await find_list(session, list_id)
    row = {
        "id": uuid7(),
        "list_id": list_id,
        "format": form,
        "document_digest": digest,
        "records": len(document.records),
        "done": 0,
        "changed": 0,
        "skipped": document.skipped,
        "started_by": actor.id,
        "started_at": now,
        "finished_at": None if document.records else now,
    }
    is_new = await insert_new(session, HashListImportRow, [row], returning=("id",))
    found = await session.scalars(
        sa.select(HashListImportRow).where(
            HashListImportRow.list_id == list_id, HashListImportRow.document_digest == digest
        )
    )
    return found.one(), bool(is_new)


async def _go_on(
    session: AsyncSession,
    vault: Vault,
    actor: Actor,
    import_id: UUID,
    records: Sequence[Record],
    now: datetime,
) -> HashListImportRow:
    """One chunk more, if another has not taken in the rest meanwhile.

    Documents of one list take turns: what one deletes, another may just be bringing.
    """
    mine = HashListImportRow.id == import_id
    list_id = sa.select(HashListImportRow.list_id).where(mine).scalar_subquery()
    await session.execute(
        sa.select(HashListRow.id).where(HashListRow.id == list_id).with_for_update(key_share=True)
    )
    row = (
        await session.scalars(
            sa.select(HashListImportRow).where(mine).with_for_update(key_share=True)
        )
    ).one()
    if row.finished_at is not None:
        return row
    chunk = records[row.done : row.done + CHUNK]
    number = row.done // CHUNK
    changed = await upsert(
        session, HashListEntryRow, _entries(vault, row, number, chunk), KEY, IS_LATER
    )
    row.changed += changed + await delete_by_source(session, row, chunk)
    row.done += len(chunk)
    if row.done == row.records:
        row.finished_at = now
    _extend(session, actor, row.list_id, row.id, number, now)
    return row


def _entries(
    vault: Vault, row: HashListImportRow, number: int, chunk: Sequence[Record]
) -> list[dict[str, Any]]:
    """In the order in which all lock them; of two records of one hash the later."""
    latest: dict[tuple[str, bytes, str], Record] = {}
    for record in chunk:
        if record.kind is None:
            continue
        key = record.kind.value, _value(vault, record.kind, record.value), record.source_id
        if key not in latest or record.modified_at >= latest[key].modified_at:
            latest[key] = record
    return [
        {
            "id": uuid7(),
            "list_id": row.list_id,
            "kind": kind,
            "value": value,
            "source_id": source_id,
            "state": record.state,
            "modified_at": record.modified_at,
            "import_id": row.id,
            "chunk": number,
        }
        for (kind, value, source_id), record in sorted(latest.items(), key=lambda item: item[0])
    ]


def _value(vault: Vault, kind: HashKind, value: str) -> bytes:
    """As the files of reports have it, so that equal files meet."""
    if kind is HashKind.PDQ:
        return bytes.fromhex(value)
    return vault.digests.digest(f"fingerprint:{kind}", value)
