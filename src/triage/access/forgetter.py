"""Deletes idempotency keys whose 24 hours are over, and quotas' use of minutes that are past."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.idempotency import KEPT
from triage.access.models import IdempotencyKeyRow, QuotaUseRow
from triage.access.quotas import WINDOW
from triage.kit.clock import Clock

BATCH = 1_000

_key = (IdempotencyKeyRow.principal_id, IdempotencyKeyRow.key_digest)
FORGET = (
    sa.delete(IdempotencyKeyRow)
    .where(
        sa.tuple_(*_key).in_(
            sa.select(*_key)
            .where(IdempotencyKeyRow.created_at < sa.bindparam("before"))
            .order_by(IdempotencyKeyRow.created_at)
            .limit(BATCH)
            # One that is being taken over by a new request lives on.
            .with_for_update(skip_locked=True)
        )
    )
    .returning(IdempotencyKeyRow.key_digest)
    .execution_options(synchronize_session=False)
)


class Forgetter:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def run_once(self) -> int:
        """Delete up to 1,000 keys, the oldest first; returns how many."""
        async with self._sessions.begin() as session:
            now = self._clock()
            gone = await session.execute(FORGET, {"before": now - KEPT})
            # The last minute still counts in part.
            past = int(now.timestamp() // WINDOW) - 1
            await session.execute(sa.delete(QuotaUseRow).where(QuotaUseRow.minute < past))
            return len(gone.all())
