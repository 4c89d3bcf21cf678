"""The decision deadline of cases that merge and part: one clock runs, the earliest is due."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow
from triage.cases.queries import stays_in
from triage.cases.recounting import own_band
from triage.journal.actor import Actor
from triage.journal.service import append
from triage.queues.placement import Placement, move_entry
from triage.sla.models import ClockKind, ClockRow, ClockState
from triage.sla.policies import Policies
from triage.sla.service import live_clocks, subjects_of

TIMES = ("policy_id", "policy_version", "bound", "statutory", "started_at", "warn_at", "due_at")


async def decision_clock(session: AsyncSession, case_id: UUID) -> ClockRow | None:
    """The one that runs, under its lock."""
    clocks = await live_clocks(session, case_id, ClockKind.DECISION)
    return clocks[0] if clocks else None


async def revive_clock(
    session: AsyncSession, clock_id: UUID, actor: Actor, now: datetime
) -> ClockRow:
    """A clock that a merge stopped runs on, its time never interrupted; a breach stays told."""
    clock = (await _clocks(session, [clock_id]))[0]
    clock.state = ClockState.RUNNING if clock.breached_at is None else ClockState.BREACHED
    clock.stopped_at = None
    append(session, "clock.resumed", actor, subjects_of(clock), at=now, body={"kind": clock.kind})
    return clock


async def own_start(session: AsyncSession, clock: ClockRow) -> datetime:
    """When the case's own time began, whosever deadline its clock has taken since."""
    for stay in await stays_in(session, clock.case_id):
        if stay.survivor_clock_id == clock.id and stay.survivor_started_at is not None:
            return stay.survivor_started_at
    return clock.started_at


async def settle_deadline(
    session: AsyncSession,
    case: CaseRow,
    clock: ClockRow,
    start: datetime,
    policies: Policies,
    actor: Actor,
    now: datetime,
) -> None:
    """Due is the earliest: of the case itself, whose time began at `start`, and of those in it."""
    place = Placement.of(case, start)
    own = policies.deadline(
        ClockKind.DECISION,
        band=await own_band(session, case),
        jurisdiction=place.jurisdiction,
        start=start,
    )
    stays = await stays_in(session, case.id)
    inside = await _clocks(session, [s.child_clock_id for s in stays if s.child_clock_id])
    nearest = min(inside, key=lambda other: other.due_at, default=None)
    if nearest is not None and nearest.due_at < own.due_at:
        take_deadline(session, clock, nearest, actor, now)
    elif clock.due_at != own.due_at:
        clock.policy_id, clock.policy_version = own.policy.id, own.policy.version
        clock.bound, clock.statutory = own.policy.bound, own.policy.statutory
        clock.started_at, clock.warn_at, clock.due_at = start, own.warn_at, own.due_at
        if own.warn_at > now:
            clock.warned_at = None
        if own.due_at > now:
            clock.breached_at = None
            clock.state = ClockState.RUNNING
        _told(session, clock, actor, now)
    await move_entry(session, place, clock, actor, now)


def take_deadline(
    session: AsyncSession, clock: ClockRow, earlier: ClockRow, actor: Actor, now: datetime
) -> None:
    """Run as the other clock ran; what was told of it is not told again."""
    for name in TIMES:
        setattr(clock, name, getattr(earlier, name))
    clock.warned_at = earlier.warned_at
    if earlier.breached_at is not None and clock.breached_at is None:
        clock.state, clock.breached_at = ClockState.BREACHED, earlier.breached_at
    _told(session, clock, actor, now)


def _told(session: AsyncSession, clock: ClockRow, actor: Actor, now: datetime) -> None:
    append(
        session,
        "clock.retargeted",
        actor,
        subjects_of(clock),
        at=now,
        body={"kind": clock.kind, "policy": clock.policy_id},
    )


async def _clocks(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[ClockRow]:
    rows = await session.scalars(
        sa.select(ClockRow)
        .where(ClockRow.id.in_(ids))
        .order_by(ClockRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return rows.all()
