"""Reads of a case beside its page: who may see it, its timeline, lists of cases, a note."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Grant, Principal
from triage.cases.models import CaseRow
from triage.cases.queries import find_case
from triage.journal.queries import Numbered, events_of
from triage.kit.paging import Page, decode_cursor, page_of
from triage.queues.dispenser import Lease
from triage.queues.leases import live_lease
from triage.queues.models import Purpose, QueueEntryRow
from triage.review.disclosure import Sight, sight_of
from triage.review.models import NoteRow
from triage.review.page import present_summary
from triage.review.schemas import CaseSummary, Note, TimelineEvent


@dataclass(frozen=True, slots=True)
class VisibleCase:
    case: CaseRow
    lease: Lease | None
    sight: Sight


async def visible_case(
    session: AsyncSession, principal: Principal, case_id: UUID, now: datetime
) -> VisibleCase:
    """The case and what the caller sees of it; raises CaseNotFound also when it is not theirs."""
    case = await find_case(session, case_id)
    lease = await live_lease(session, case_id, now)
    return VisibleCase(case, lease, sight_of(principal, case, lease))


async def list_cases(
    session: AsyncSession,
    principal: Principal,
    now: datetime,
    *,
    state: str | None,
    band: int | None,
    queue: str | None,
    category: str | None,
    jurisdiction: str | None,
    limit: int,
    cursor: str | None,
) -> Page[CaseSummary]:
    """Cases by id, oldest first; no state is left out unless the caller asks for one."""
    after = decode_cursor(cursor, tuple[UUID])
    statement = (
        sa.select(CaseRow, QueueEntryRow)
        .outerjoin(
            QueueEntryRow,
            sa.and_(QueueEntryRow.case_id == CaseRow.id, QueueEntryRow.purpose == Purpose.REVIEW),
        )
        .order_by(CaseRow.id)
        .limit(limit + 1)
    )
    if not principal.has(Grant.CHILD_SAFETY):
        statement = statement.where(CaseRow.needs_child_safety.is_(False))
    if after is not None:
        statement = statement.where(CaseRow.id > after[0])
    if state == "in_review":
        statement = statement.where(QueueEntryRow.lease_until > now)
    elif state is not None:
        statement = statement.where(CaseRow.state == state)
    if band is not None:
        statement = statement.where(CaseRow.band == band)
    if queue is not None:
        statement = statement.where(CaseRow.queue == queue)
    if category is not None:
        statement = statement.where(CaseRow.categories.contains([category]))
    if jurisdiction is not None:
        statement = statement.where(CaseRow.jurisdictions.contains([jurisdiction]))
    rows = (await session.execute(statement)).all()

    def present(row: Any) -> CaseSummary:
        case, entry = row.CaseRow, row.QueueEntryRow
        is_held = entry is not None and entry.lease_until is not None and entry.lease_until > now
        return present_summary(case, entry, is_held=is_held)

    return page_of(rows, limit, present, lambda row: (row[0].id,))


async def timeline(
    session: AsyncSession, case_id: UUID, limit: int, cursor: str | None
) -> Page[TimelineEvent]:
    after = decode_cursor(cursor, tuple[UUID])
    rows = await events_of(
        session, case_id, limit=limit + 1, after=None if after is None else after[0]
    )
    return page_of(rows, limit, _present_event, lambda row: (row.event.id,))


async def present_note(session: AsyncSession, note_id: UUID) -> Note:
    row = (await session.scalars(sa.select(NoteRow).where(NoteRow.id == note_id))).one()
    return Note(
        id=row.id,
        case_id=row.case_id,
        audience="reporter" if row.audience == "reporter" else "internal",
        written_by=row.written_by,
        written_at=row.written_at,
    )


def _present_event(row: Numbered) -> TimelineEvent:
    event = row.event
    return TimelineEvent(
        id=event.id,
        position=row.position,
        kind=event.kind,
        at=event.occurred_at,
        actor=event.actor_id,
        actor_role=event.actor_role,
        subjects=[[str(part) for part in subject] for subject in event.subjects],
        body=event.body,
    )
