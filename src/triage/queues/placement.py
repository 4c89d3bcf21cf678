"""Where a case waits and by when: its decision clock and its queue entry, always set together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.db import insert
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
    jurisdiction: str | None
    since: datetime

    @classmethod
    def of(cls, case: CaseRow, since: datetime) -> "Placement":
        return cls(
            case_id=case.id,
            band=case.band,
            queue=case.queue,
            language=case.languages[0] if case.languages else "other",
            needs_child_safety=case.needs_child_safety,
            jurisdiction=case.jurisdictions[0] if case.jurisdictions else None,
            since=since,
        )


async def enqueue(
    session: AsyncSession, placements: Sequence[Placement], policies: Policies
) -> None:
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
        entries.append(
            {
                "case_id": place.case_id,
                "purpose": Purpose.REVIEW,
                "queue": place.queue,
                "band": place.band,
                "lane": place.band,
                "due_at": deadline.due_at,
                "language": place.language,
                "needs_child_safety": place.needs_child_safety,
                "entered_at": place.since,
            }
        )
    await insert(session, QueueEntryRow, entries)
    await insert(session, ClockRow, clocks)


async def retarget(
    session: AsyncSession, place: Placement, policies: Policies, actor: Actor, now: datetime
) -> None:
    """A waiting case whose band changed: its entry moves, its clock keeps the elapsed time."""
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
        entry.needs_child_safety = place.needs_child_safety


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
        if entry.lease_token is not None:
            await end_assignment(session, entry.lease_token, end_reason, now)
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


async def end_assignment(session: AsyncSession, token: UUID, reason: str, now: datetime) -> None:
    await session.execute(
        sa.update(AssignmentRow)
        .where(AssignmentRow.id == token, AssignmentRow.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
    )


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
