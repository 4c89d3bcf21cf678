"""Keys that are over are deleted, a batch at a time, and no others."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.forgetter import BATCH, Forgetter
from triage.access.idempotency import KEPT
from triage.access.models import IdempotencyKeyRow
from triage.kit.rows import insert

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


async def keys_from(session: AsyncSession, *times: datetime) -> None:
    rows = [
        {
            "principal_id": uuid4(),
            "key_digest": uuid4().bytes,
            "request_digest": b"request",
            "result_id": uuid4(),
            "created_at": time,
        }
        for time in times
    ]
    await insert(session, IdempotencyKeyRow, rows)
    await session.commit()


@pytest.mark.parametrize(("age", "left"), [(KEPT, 1), (KEPT + INSTANT, 0)], ids=str)
async def test_a_key_lives_for_24_hours(
    session: AsyncSession,
    sessions: async_sessionmaker[AsyncSession],
    age: timedelta,
    left: int,
) -> None:
    await keys_from(session, NOW - age)

    await Forgetter(sessions, lambda: NOW).run_once()

    assert await session.scalar(sa.select(sa.func.count()).select_from(IdempotencyKeyRow)) == left


async def test_the_oldest_keys_go_first_a_batch_at_a_time(
    session: AsyncSession, sessions: async_sessionmaker[AsyncSession]
) -> None:
    newest = NOW - 2 * KEPT
    await keys_from(session, newest, *[newest - INSTANT] * BATCH)
    forgetter = Forgetter(sessions, lambda: NOW)

    first = await forgetter.run_once()
    left = (await session.scalars(sa.select(IdempotencyKeyRow.created_at))).all()

    assert first == BATCH
    assert left == [newest]
    assert [await forgetter.run_once(), await forgetter.run_once()] == [1, 0]
