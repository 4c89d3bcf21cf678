"""Ends leases that have expired, so that their cases are dispensed again."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.journal.actor import SYSTEM
from triage.kit.clock import Clock
from triage.queues.models import QueueEntryRow
from triage.queues.placement import end_lease, journal_lease_end

BATCH = 100


class Reaper:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def run_once(self) -> int:
        """End up to 100 expired leases; returns how many."""
        async with self._sessions.begin() as session:
            now = self._clock()
            expired = (
                await session.scalars(
                    sa.select(QueueEntryRow)
                    .where(QueueEntryRow.holder_id.is_not(None), QueueEntryRow.lease_until <= now)
                    .order_by(QueueEntryRow.case_id)
                    .limit(BATCH)
                    .with_for_update(key_share=True, skip_locked=True)
                )
            ).all()
            for entry in expired:
                journal_lease_end(session, entry, "expired", SYSTEM, now)
                await end_lease(session, entry, "expired", now)
            return len(expired)
