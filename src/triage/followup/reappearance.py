"""Content that is back after it was removed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.queries import homes_of
from triage.followup.models import RemovalRow
from triage.followup.states import RemovalState, moved_removal
from triage.journal.actor import Actor, Subject
from triage.journal.service import append


async def mark_reappeared(
    session: AsyncSession,
    case_id: UUID,
    seen: Mapping[bytes, datetime | None],
    actor: Actor,
    now: datetime,
) -> int:
    """Removals of these locations that were done are open again; returns how many.

    `seen` tells by location digest when the reporter saw it: before it was removed, it is not back.
    """
    if not seen:
        return 0
    removals = (
        await session.scalars(
            sa.select(RemovalRow)
            .where(
                RemovalRow.case_id.in_(homes_of(case_id)),
                RemovalRow.twin_of.is_(None),
                RemovalRow.location_digest.in_(seen),
                RemovalRow.state == RemovalState.REMOVED,
            )
            .order_by(RemovalRow.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    ).all()
    back = [removal for removal in removals if _is_back(removal, seen[removal.location_digest])]
    for removal in back:
        removal.state = moved_removal(RemovalState(removal.state), RemovalState.REAPPEARED)
        removal.reappearances += 1
        removal.closed_at, removal.result, removal.next_attempt_at = None, None, now
        append(
            session,
            "removal.reappeared",
            actor,
            [Subject("case", removal.case_id), Subject("removal", removal.id)],
            at=now,
            body={"from": RemovalState.REMOVED},
        )
    return len(back)


def _is_back(removal: RemovalRow, seen_at: datetime | None) -> bool:
    return seen_at is None or removal.closed_at is None or seen_at > removal.closed_at
