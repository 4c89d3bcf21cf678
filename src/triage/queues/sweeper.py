"""Warns of deadlines that come near and tells every breach exactly once."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.cases.queries import lock_case
from triage.journal.actor import SYSTEM
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.queues.models import Purpose
from triage.queues.placement import lock_entry
from triage.sla.models import ClockKind, ClockRow, ClockState
from triage.sla.service import breach_clock, subjects_of

BATCH = 100


class Sweeper:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def run_once(self) -> int:
        """Look for up to 100 cases with due clocks, without locks; returns how many were due."""
        now = self._clock()
        async with self._sessions.begin() as session:
            due = (
                await session.scalars(
                    sa.select(ClockRow.case_id)
                    .where(
                        ClockRow.state == ClockState.RUNNING,
                        sa.or_(
                            ClockRow.due_at <= now,
                            sa.and_(ClockRow.warned_at.is_(None), ClockRow.warn_at <= now),
                        ),
                    )
                    .limit(BATCH)
                )
            ).all()
        for case_id in sorted(set(due)):
            await self._sweep(case_id)
        return len(due)

    async def _sweep(self, case_id: UUID) -> None:
        """Under the case's lock, read its clocks again and act on what is still due."""
        async with self._sessions.begin() as session:
            now = self._clock()
            await lock_case(session, case_id)
            entry = await lock_entry(session, case_id, Purpose.REVIEW)
            clocks = await session.scalars(
                sa.select(ClockRow)
                .where(ClockRow.case_id == case_id, ClockRow.state == ClockState.RUNNING)
                .order_by(ClockRow.id)
                .with_for_update(key_share=True)
            )
            for clock in clocks:
                if clock.warned_at is None and clock.warn_at <= now:
                    clock.warned_at = now
                    append(
                        session,
                        "clock.warned",
                        SYSTEM,
                        subjects_of(clock),
                        at=now,
                        body={"kind": clock.kind, "policy": clock.policy_id},
                    )
                    if entry is not None and clock.kind == ClockKind.DECISION:
                        entry.lane = max(min(entry.lane, entry.band - 1), 0)
                if clock.due_at <= now:
                    breach_clock(session, clock, SYSTEM, now)
