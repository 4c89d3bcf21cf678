"""Warns of deadlines that come near and tells every breach exactly once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.cases.queries import lock_case
from triage.journal.actor import SYSTEM
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.db import is_retryable, is_unavailable
from triage.queues.models import Purpose
from triage.queues.placement import lock_entry
from triage.sla.models import ClockKind, ClockRow, ClockState
from triage.sla.service import breach_clock, subjects_of

BATCH = 100
POSTPONED_FOR = timedelta(minutes=5)
HELD_FOR = timedelta(seconds=10)
LOCK_WAIT = "1s"

log = structlog.get_logger()

_running = (
    # Spelled out: a plan for any value of a parameter cannot use the partial indexes.
    ClockRow.state == sa.literal_column(f"'{ClockState.RUNNING}'"),
    ClockRow.case_id != sa.all_(sa.bindparam("postponed", type_=ARRAY(sa.Uuid))),
)
# Two selects, each the start of its own index.
DUE = (
    sa.select(ClockRow.case_id)
    .where(*_running, ClockRow.due_at <= sa.bindparam("now"))
    .order_by(ClockRow.due_at)
    .limit(BATCH)
)
NEAR = (
    sa.select(ClockRow.case_id)
    .where(*_running, ClockRow.warned_at.is_(None), ClockRow.warn_at <= sa.bindparam("now"))
    .order_by(ClockRow.warn_at)
    .limit(BATCH)
)


class Sweeper:
    """A case that fails is logged, holds no other up, and is tried again after 5 minutes.

    One that another transaction holds for more than 1 s is tried again after 10 s.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._postponed: dict[UUID, datetime] = {}

    async def run_once(self) -> int:
        """Act on up to 100 breaches and 100 warnings, the nearest first; returns how many cases."""
        now = self._clock()
        self._postponed = {case: until for case, until in self._postponed.items() if until > now}
        swept = 0
        for case_id in await self._due(now):
            try:
                await self._sweep(case_id)
            except Exception as error:
                if is_unavailable(error):
                    raise
                if is_retryable(error):
                    log.info("sweeper.case_held", case=str(case_id))
                    self._postponed[case_id] = now + HELD_FOR
                else:
                    log.exception("sweeper.case_failed", case=str(case_id))
                    self._postponed[case_id] = now + POSTPONED_FOR
            else:
                swept += 1
        return swept

    async def _due(self, now: datetime) -> Sequence[UUID]:
        """Cases with clocks to act on, each once, read without locks."""
        values = {"now": now, "postponed": list(self._postponed)}
        async with self._sessions.begin() as session:
            due = await session.scalars(DUE, values)
            near = await session.scalars(NEAR, values)
            return list(dict.fromkeys([*due, *near]))

    async def _sweep(self, case_id: UUID) -> None:
        """Under the case's lock, read its clocks again and act on what is still due."""
        async with self._sessions.begin() as session:
            await session.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
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
