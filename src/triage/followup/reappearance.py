"""Content that is back after it was removed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.followup.models import RemovalRow
from triage.followup.states import RemovalState, moved_removal
from triage.journal.actor import Actor, Subject
from triage.journal.service import append


async def mark_reappeared(
    session: AsyncSession,
    case_id: UUID,
    location_digests: Collection[bytes],
    actor: Actor,
    now: datetime,
) -> int:
    """Removals of these locations that were done are open again; returns how many."""
    if not location_digests:
        return 0
    removals = (
        await session.scalars(
            sa.select(RemovalRow)
            .where(
                RemovalRow.case_id == case_id,
                RemovalRow.location_digest.in_(location_digests),
                RemovalRow.state == RemovalState.REMOVED,
            )
            .order_by(RemovalRow.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    ).all()
    for removal in removals:
        removal.state = moved_removal(RemovalState(removal.state), RemovalState.REAPPEARED)
        removal.reappearances += 1
        removal.closed_at, removal.result, removal.next_attempt_at = None, None, now
        append(
            session,
            "removal.reappeared",
            actor,
            [Subject("case", case_id), Subject("removal", removal.id)],
            at=now,
            body={"from": RemovalState.REMOVED},
        )
    return len(removals)
