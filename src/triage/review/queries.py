"""Reads of a case beside its page: who may see it, its timeline, lists of cases, a note."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.queries import find_case, homes_of
from triage.cases.visibility import known_to
from triage.journal.queries import EventFilter, Numbered, events
from triage.kit.paging import Page, decode_cursor, page_of
from triage.queues.dispenser import Lease
from triage.queues.leases import live_lease
from triage.queues.models import Purpose, QueueEntryRow
from triage.reports.models import ReportLocationRow
from triage.review.act_schemas import Note
from triage.review.disclosure import Sight, sight_of
from triage.review.models import NoteRow
from triage.review.page import present_summary
from triage.review.schemas import CaseSummary, TimelineEvent


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list of cases is narrowed to; None: not by this. `due`: due by then."""

    state: str | None = None
    band: int | None = None
    queue: str | None = None
    category: str | None = None
    platform: str | None = None
    jurisdiction: str | None = None
    due: datetime | None = None
    holder: UUID | None = None

    def conditions(self, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
        if self.state == "in_review":
            yield QueueEntryRow.lease_until > now
        elif self.state is not None:
            yield CaseRow.state == self.state
        if self.band is not None:
            yield CaseRow.band == self.band
        if self.queue is not None:
            yield CaseRow.queue == self.queue
        if self.category is not None:
            # What was decided, and until then what was alleged.
            undecided = sa.func.cardinality(CaseRow.categories) == 0
            yield sa.or_(
                CaseRow.categories.contains([self.category]),
                sa.and_(undecided, CaseRow.allegations.contains([self.category])),
            )
        if self.platform is not None:
            yield (
                sa.select(ReportLocationRow.id)
                .join(ReportCaseRow, ReportCaseRow.report_id == ReportLocationRow.report_id)
                .where(
                    ReportCaseRow.case_id.in_(homes_of(CaseRow.id).correlate(CaseRow)),
                    ReportLocationRow.platform == self.platform,
                )
                .exists()
            )
        if self.jurisdiction is not None:
            yield CaseRow.jurisdictions.contains([self.jurisdiction])
        if self.due is not None:
            yield QueueEntryRow.due_at <= self.due
        if self.holder is not None:
            yield sa.and_(QueueEntryRow.holder_id == self.holder, QueueEntryRow.lease_until > now)


async def list_cases(
    session: AsyncSession,
    principal: Principal,
    now: datetime,
    chosen: CaseFilter,
    *,
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
        .where(*known_to(principal), *chosen.conditions(now))
        .order_by(CaseRow.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(CaseRow.id > after[0])
    rows = (await session.execute(statement)).all()

    def present(row: Any) -> CaseSummary:
        case, entry = row.CaseRow, row.QueueEntryRow
        is_held = entry is not None and entry.lease_until is not None and entry.lease_until > now
        return present_summary(case, entry, is_held=is_held)

    return page_of(rows, limit, present, lambda row: (row[0].id,))


async def timeline(
    session: AsyncSession, case_id: UUID, limit: int, cursor: str | None
) -> Page[TimelineEvent]:
    """By position; events that are not numbered yet stand at the end of the last page.

    What happened to the cases merged into it is among it.
    """
    homes = (await session.scalars(homes_of(case_id))).all()
    return await events(
        session, EventFilter(subject_ids=homes), _present_event, limit=limit, cursor=cursor
    )


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
