"""Removals and referrals of a case, and the removal desk's lists."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow
from triage.cases.queries import homes_of, root_of
from triage.cases.visibility import known_to
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.schemas import Referral, Removal, present_referral, present_removal
from triage.kit.paging import Page, decode_cursor, page_of


async def removals_of(session: AsyncSession, case_id: UUID) -> list[Removal]:
    rows = await session.scalars(
        sa.select(RemovalRow)
        .where(RemovalRow.case_id.in_(homes_of(case_id)), RemovalRow.twin_of.is_(None))
        .order_by(RemovalRow.id)
    )
    return [present_removal(row) for row in rows]


async def referrals_of(session: AsyncSession, case_id: UUID) -> list[Referral]:
    rows = await session.scalars(
        sa.select(ReferralRow)
        .where(ReferralRow.case_id.in_(homes_of(case_id)))
        .order_by(ReferralRow.id)
    )
    return [present_referral(row) for row in rows]


async def list_removals(
    session: AsyncSession,
    principal: Principal,
    now: datetime,
    *,
    state: str | None,
    addressee: str | None,
    due_within: timedelta | None,
    limit: int,
    cursor: str | None,
) -> Page[Removal]:
    """Removals of cases that the caller may know, oldest first; `due_within`: due by then."""
    after = decode_cursor(cursor, tuple[UUID])
    statement = (
        sa.select(RemovalRow)
        .join(CaseRow, CaseRow.id == root_of(RemovalRow.case_id))
        .where(*known_to(principal), RemovalRow.twin_of.is_(None))
        .order_by(RemovalRow.id)
        .limit(limit + 1)
    )
    if state is not None:
        statement = statement.where(RemovalRow.state == state)
    if addressee is not None:
        statement = statement.where(RemovalRow.addressee == addressee)
    if due_within is not None:
        statement = statement.where(RemovalRow.next_attempt_at <= now + due_within)
    if after is not None:
        statement = statement.where(RemovalRow.id > after[0])
    rows = (await session.scalars(statement)).all()
    return page_of(rows, limit, present_removal, lambda row: (row.id,))


async def list_referrals(
    session: AsyncSession,
    principal: Principal,
    *,
    state: str | None,
    limit: int,
    cursor: str | None,
) -> Page[Referral]:
    """Referrals of cases that the caller may know, oldest first."""
    after = decode_cursor(cursor, tuple[UUID])
    statement = (
        sa.select(ReferralRow)
        .join(CaseRow, CaseRow.id == root_of(ReferralRow.case_id))
        .where(*known_to(principal))
        .order_by(ReferralRow.id)
        .limit(limit + 1)
    )
    if state is not None:
        statement = statement.where(ReferralRow.state == state)
    if after is not None:
        statement = statement.where(ReferralRow.id > after[0])
    rows = (await session.scalars(statement)).all()
    return page_of(rows, limit, present_referral, lambda row: (row.id,))
