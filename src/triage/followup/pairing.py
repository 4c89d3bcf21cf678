"""Removals of one address in merged cases: one of them stands for all, listed and counted once."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.queries import homes_of
from triage.followup.models import RemovalRow
from triage.followup.states import OPEN_REMOVALS, RemovalState


async def pair_removals(session: AsyncSession, case_id: UUID, digest: bytes | None = None) -> None:
    """Say anew which removals of the case, or of one of its addresses, stand for others.

    The other keeps its own life: it can be moved by its id, and comes back into sight when the
    cases part.
    """
    statement = (
        sa.select(RemovalRow)
        .where(RemovalRow.case_id.in_(homes_of(case_id)))
        .order_by(RemovalRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if digest is not None:
        statement = statement.where(RemovalRow.location_digest == digest)
    by_digest: dict[bytes, list[RemovalRow]] = {}
    for row in await session.scalars(statement):
        by_digest.setdefault(row.location_digest, []).append(row)
    for rows in by_digest.values():
        _pair(rows)
    await session.flush()


def _pair(rows: Sequence[RemovalRow]) -> None:
    leader = min(rows, key=_rank)
    for row in rows:
        is_twin = (
            row is not leader
            and row.state != RemovalState.WITHDRAWN
            # What was counted is hidden behind what is counted only: the figures lose nothing.
            and (row.counted_at is None or leader.counted_at is not None)
        )
        twin_of = leader.id if is_twin else None
        if row.twin_of != twin_of:
            row.twin_of = twin_of


def _rank(row: RemovalRow) -> tuple[int, UUID]:
    """Asked and not answered, done, still to be asked, given up; then the oldest."""
    is_open = row.state in OPEN_REMOVALS
    if row.state == RemovalState.WITHDRAWN:
        place = 4
    elif is_open:
        place = 0 if row.counted_at else 2
    else:
        place = 1 if row.state == RemovalState.REMOVED else 3
    return place, row.id
