"""Clocks of a case, and those that a lead looks after."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow
from triage.cases.queries import homes_of, root_of
from triage.cases.visibility import known_to
from triage.kit.paging import Page, decode_cursor, page_of
from triage.sla.models import ClockRow
from triage.sla.schemas import Clock, present_clock


async def clocks_of(session: AsyncSession, case_id: UUID) -> list[Clock]:
    rows = await session.scalars(
        sa.select(ClockRow).where(ClockRow.case_id.in_(homes_of(case_id))).order_by(ClockRow.id)
    )
    return [present_clock(row) for row in rows]


async def list_clocks(
    session: AsyncSession,
    principal: Principal,
    now: datetime,
    *,
    state: str | None,
    due_within: timedelta | None,
    limit: int,
    cursor: str | None,
) -> Page[Clock]:
    """Clocks of cases that the caller may know, the nearest deadline first."""
    after = decode_cursor(cursor, tuple[datetime, UUID])
    statement = (
        sa.select(ClockRow)
        .join(CaseRow, CaseRow.id == root_of(ClockRow.case_id))
        .where(*known_to(principal))
        .order_by(ClockRow.due_at, ClockRow.id)
        .limit(limit + 1)
    )
    if state is not None:
        statement = statement.where(ClockRow.state == state)
    if due_within is not None:
        statement = statement.where(ClockRow.due_at <= now + due_within)
    if after is not None:
        statement = statement.where(sa.tuple_(ClockRow.due_at, ClockRow.id) > after)
    rows = (await session.scalars(statement)).all()
    return page_of(rows, limit, present_clock, lambda row: (row.due_at, row.id))
