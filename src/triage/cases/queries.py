"""Reads of cases that more than one package needs."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow, MergeRow
from triage.kit.errors import NotFound, PreconditionFailed, TryAgain


class CaseNotFound(NotFound):
    title = "There is no such case"


def homes_of(case_id: UUID | sa.SQLColumnExpression[UUID]) -> sa.Select[UUID]:
    """The cases that live in this one, itself among them; of a merged case only itself.

    Reports, fingerprints, signals, removals, notes and decisions keep the home they had: to read
    "of a case" is to read `case_id.in_(homes_of(case))`.
    """
    home = sa.orm.aliased(CaseRow)
    return sa.select(home.id).where(sa.or_(home.root_id == case_id, home.id == case_id))


def root_of(home_id: UUID | sa.SQLColumnExpression[UUID]) -> sa.ScalarSelect[UUID]:
    """The case in which a home lives; itself if it was not merged."""
    home = sa.orm.aliased(CaseRow)
    return sa.select(home.root_id).where(home.id == home_id).scalar_subquery()


async def find_case(session: AsyncSession, case_id: UUID) -> CaseRow:
    case = await session.get(CaseRow, case_id)
    if case is None:
        raise CaseNotFound
    return case


async def lock_case(session: AsyncSession, case_id: UUID) -> CaseRow:
    """The case under its row lock, as it is now."""
    case = await session.scalar(
        sa.select(CaseRow)
        .where(CaseRow.id == case_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise CaseNotFound
    return case


def check_version(case: CaseRow, seen: int) -> None:
    """Raise PreconditionFailed unless the caller (If-Match) saw the case as it is."""
    if case.version != seen:
        raise PreconditionFailed


async def lock_cases(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, CaseRow]:
    """The cases under their row locks, taken in the order of their ids."""
    if not ids:
        return {}
    rows = await session.scalars(
        sa.select(CaseRow)
        .where(CaseRow.id == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid))))
        .order_by(CaseRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {case.id: case for case in rows}


async def lock_root(session: AsyncSession, home_id: UUID) -> CaseRow:
    """The live case of a home under its row lock; raises TryAgain when it moves meanwhile."""
    root_id = await session.scalar(sa.select(root_of(home_id)))
    if root_id is None:
        raise CaseNotFound
    case = await lock_case(session, root_id)
    await check_lives_in(session, home_id, case)
    return case


async def check_lives_in(session: AsyncSession, home_id: UUID, case: CaseRow) -> None:
    """Raise TryAgain where a merge, unmerge or split came before the lock of the case."""
    if await session.scalar(sa.select(root_of(home_id))) != case.id:
        raise TryAgain


async def lived_since(session: AsyncSession, home_id: UUID) -> datetime | None:
    """Since when the home lives in its present root; None where it is its own."""
    stay = (
        sa.select(MergeRow.survivor_id, MergeRow.merged_at)
        .where(MergeRow.child_id == home_id, MergeRow.unmerged_at.is_(None))
        .cte("stay", recursive=True)
    )
    above = sa.select(MergeRow.survivor_id, MergeRow.merged_at).where(
        MergeRow.child_id == stay.c.survivor_id, MergeRow.unmerged_at.is_(None)
    )
    stays = stay.union_all(above)
    since: datetime | None = await session.scalar(sa.select(sa.func.max(stays.c.merged_at)))
    return since


async def stays_in(session: AsyncSession, survivor_id: UUID) -> Sequence[MergeRow]:
    """The live records of the cases that were merged into this one, oldest first."""
    rows = await session.scalars(
        sa.select(MergeRow)
        .where(MergeRow.survivor_id == survivor_id, MergeRow.unmerged_at.is_(None))
        .order_by(MergeRow.id)
    )
    return rows.all()
