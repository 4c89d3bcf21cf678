"""Reads of cases that more than one package needs."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow
from triage.kit.errors import NotFound, PreconditionFailed


class CaseNotFound(NotFound):
    title = "There is no such case"


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
