"""Sealing, erasing and waiting, as the tests of the vault do it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.kit.ids import uuid7
from triage.vault.keys import generate
from triage.vault.models import SubjectKind, VaultSubject
from triage.vault.service import Item, Subject, Vault

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEYS = generate()
VAULT = Vault(KEYS)


def a_subject_with_two_items() -> tuple[Subject, Item, Item]:
    subject = VAULT.subject("content", uuid7(), NOW)
    first, second = (VAULT.seal(subject, "content.text", text) for text in ("first", "second"))
    return subject, first, second


async def sealed(
    session: AsyncSession,
    owner_id: UUID,
    *values: Any,
    kind: SubjectKind = "content",
    name: str = "content.text",
) -> Sequence[Item]:
    subject = VAULT.subject(kind, owner_id, NOW)
    items = [VAULT.seal(subject, name, value) for value in values]
    await VAULT.store(session, [subject], items)
    return items


async def erase(session: AsyncSession, owner_id: UUID, kind: SubjectKind) -> None:
    await session.execute(
        sa.update(VaultSubject)
        .where(VaultSubject.owner_id == owner_id, VaultSubject.kind == kind)
        .values(wrapped_key=None, erased_at=NOW)
    )


async def until_one_waits(watcher: AsyncSession) -> None:
    """Until a connection of this database stands before another's lock."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(10):
        while not await watcher.scalar(waiting):
            await watcher.rollback()
