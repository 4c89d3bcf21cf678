"""Where a case waits and by when: its decision clock and its queue entry, always set together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import ScopeRow
from triage.access.principal import Grant
from triage.cases.models import CaseRow, NewCase
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.rows import Writes, insert
from triage.queues.models import AssignmentRow, Purpose, QueueEntryRow
from triage.sla.models import ClockKind, ClockRow
from triage.sla.policies import Policies
from triage.sla.service import clock_row, live_clocks, retarget_clock, stop_clock, void_clock

DEFAULT_QUEUE = "general"


@dataclass(frozen=True, slots=True)
class Placement:
    """An open case as the queue needs to know it."""

    case_id: UUID
    band: int
    queue: str
    language: str
    needs_child_safety: bool
    jurisdictions: Sequence[str]
    since: datetime

    @property
    def jurisdiction(self) -> str | None:
        """The one named first: its policies bind."""
        return self.jurisdictions[0] if self.jurisdictions else None

    @classmethod
    def of(cls, case: CaseRow | NewCase, since: datetime) -> "Placement":
        return cls(
            case_id=case.id,
            band=case.band,
            queue=case.queue,
            language=case.languages[0] if case.languages else "other",
            needs_child_safety=case.needs_child_safety,
            jurisdictions=case.jurisdictions,
            since=since,
        )


def enqueue(writes: Writes, placements: Sequence[Placement], policies: Policies) -> None:
    """Cases that open or open again: a decision clock from `since`, and an entry due with it."""
    entries, clocks = [], []
    for place in placements:
        deadline = policies.deadline(
            ClockKind.DECISION,
            band=place.band,
            jurisdiction=place.jurisdiction,
            start=place.since,
        )
        clocks.append(clock_row(deadline, place.case_id))
        entries.append(_entry_row(place, deadline.due_at))
    writes.add(QueueEntryRow, entries)
    writes.add(ClockRow, clocks)


async def enter(session: AsyncSession, place: Placement, clock: ClockRow) -> None:
    """A case that waits again under a clock that it had before."""
    await insert(session, QueueEntryRow, [_entry_row(place, clock.due_at)])


def _entry_row(place: Placement, due_at: datetime) -> dict[str, Any]:
    return {
        "case_id": place.case_id,
        "purpose": Purpose.REVIEW,
        "queue": place.queue,
        "band": place.band,
        "lane": place.band,
        "due_at": due_at,
        "language": place.language,
        "jurisdictions": place.jurisdictions,
        "needs_child_safety": place.needs_child_safety,
        "entered_at": place.since,
    }


async def retarget(
    session: AsyncSession, place: Placement, policies: Policies, actor: Actor, now: datetime
) -> None:
    """A waiting case that is now worse, a child's or of more countries: its entry moves.

    Its clock keeps the elapsed time. A holder who may not see a child's case loses the lease.
    """
    entry = await lock_entry(session, place.case_id, Purpose.REVIEW)
    for clock in await live_clocks(session, place.case_id, ClockKind.DECISION):
        deadline = policies.deadline(
            ClockKind.DECISION,
            band=place.band,
            jurisdiction=place.jurisdiction,
            start=clock.started_at,
        )
        retarget_clock(session, clock, deadline, actor, now)
        if entry is not None:
            entry.due_at = deadline.due_at
    if entry is not None:
        entry.band = place.band
        entry.lane = min(entry.lane, place.band)
        entry.jurisdictions = [*place.jurisdictions]
        if place.needs_child_safety and not entry.needs_child_safety:
            entry.needs_child_safety = True
            if not await _may_hold_a_childs_case(session, entry.holder_id):
                journal_lease_end(session, entry, "withdrawn", actor, now)
                await end_lease(session, entry, "withdrawn", now)


async def move_entry(
    session: AsyncSession, place: Placement, clock: ClockRow, actor: Actor, now: datetime
) -> None:
    """A waiting case that was merged, unmerged or split: its entry tells what it is now.

    A holder who may not see a child's case loses the lease.
    """
    entry = await lock_entry(session, place.case_id, Purpose.REVIEW)
    if entry is None:
        return
    entry.band, entry.due_at = place.band, clock.due_at
    entry.lane = place.band if clock.warned_at is None else max(place.band - 1, 0)
    entry.language, entry.jurisdictions = place.language, [*place.jurisdictions]
    entry.needs_child_safety = place.needs_child_safety
    if place.needs_child_safety and not await _may_hold_a_childs_case(session, entry.holder_id):
        journal_lease_end(session, entry, "withdrawn", actor, now)
        await end_lease(session, entry, "withdrawn", now)


async def withdraw(
    session: AsyncSession,
    case_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    end_reason: str,
    duty_done: bool,
) -> None:
    """The case waits no longer: its entry goes, its lease ends, its decision clock stops."""
    entry = await lock_entry(session, case_id, Purpose.REVIEW)
    if entry is not None:
        await end_lease(session, entry, end_reason, now)
        await session.delete(entry)
    for clock in await live_clocks(session, case_id, ClockKind.DECISION):
        (stop_clock if duty_done else void_clock)(session, clock, actor, now)


async def lock_entry(
    session: AsyncSession, case_id: UUID, purpose: Purpose
) -> QueueEntryRow | None:
    entry: QueueEntryRow | None = await session.scalar(
        sa.select(QueueEntryRow)
        .where(QueueEntryRow.case_id == case_id, QueueEntryRow.purpose == purpose)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return entry


async def end_lease(
    session: AsyncSession, entry: QueueEntryRow, reason: str, now: datetime
) -> None:
    """Free the entry, which is locked, and close the lease's line in the history."""
    if entry.lease_token is None:
        return
    await session.execute(
        sa.update(AssignmentRow)
        .where(AssignmentRow.id == entry.lease_token, AssignmentRow.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
    )
    entry.holder_id = entry.lease_token = entry.lease_until = None


def lease_subjects(case_id: UUID, token: UUID) -> list[Subject]:
    return [Subject("case", case_id), Subject("lease", token)]


def journal_lease_end(
    session: AsyncSession, entry: QueueEntryRow, reason: str, actor: Actor, now: datetime
) -> None:
    """Tell the journal that the lease in `entry` has ended before a decision."""
    if entry.lease_token is None:
        return
    append(
        session,
        f"lease.{'expired' if reason == 'expired' else 'released'}",
        actor,
        lease_subjects(entry.case_id, entry.lease_token),
        at=now,
        body={"purpose": entry.purpose, "reason": reason},
    )


async def _may_hold_a_childs_case(session: AsyncSession, holder: UUID | None) -> bool:
    granted = sa.select(ScopeRow.principal_id).where(
        ScopeRow.principal_id == holder,
        ScopeRow.kind == "grant",
        ScopeRow.value == Grant.CHILD_SAFETY,
    )
    return bool(await session.scalar(sa.select(granted.exists())))
