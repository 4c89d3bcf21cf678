"""What waits in the queues, counted; and what a person holds."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Grant, Principal
from triage.assessment.bands import Band
from triage.queues.models import Purpose, QueueEntryRow
from triage.queues.schemas import HeldWork, LeaseView, QueueView
from triage.sla.models import ClockKind

COUNTS = sa.text("""
SELECT q.id, q.name,
       count(e.case_id) AS open,
       count(e.case_id) FILTER (WHERE e.due_at > :now AND c.warn_at <= :now) AS at_risk,
       count(e.case_id) FILTER (WHERE e.due_at <= :now) AS breached,
       min(e.entered_at) AS oldest,
       count(e.case_id) FILTER (WHERE e.band = 0) AS p0,
       count(e.case_id) FILTER (WHERE e.band = 1) AS p1,
       count(e.case_id) FILTER (WHERE e.band = 2) AS p2,
       count(e.case_id) FILTER (WHERE e.band = 3) AS p3
FROM queue AS q
LEFT JOIN queue_entry AS e
       ON e.queue = q.id AND (:child_safety OR NOT e.needs_child_safety)
      AND (:everywhere OR e.jurisdictions && CAST(:jurisdictions AS text[]))
LEFT JOIN sla_clock AS c
       ON c.case_id = e.case_id AND c.kind = :decision AND c.removal_id IS NULL
      AND c.state IN ('running', 'paused', 'breached')
WHERE q.id = ANY (:queues)
GROUP BY q.id, q.name, q.rank
ORDER BY q.rank, q.id
""")


async def count_queues(
    session: AsyncSession, principal: Principal, queues: Collection[str], now: datetime
) -> list[QueueView]:
    """What waits in the queues for the caller: only what they could be given."""
    rows = await session.execute(
        COUNTS,
        {
            "now": now,
            "queues": sorted(queues),
            "child_safety": principal.has(Grant.CHILD_SAFETY),
            "everywhere": not principal.jurisdictions,
            "jurisdictions": sorted(principal.jurisdictions),
            "decision": ClockKind.DECISION,
        },
    )
    return [
        QueueView(
            id=row.id,
            name=row.name,
            open=row.open,
            at_risk=row.at_risk,
            breached=row.breached,
            oldest=row.oldest,
            by_band={"P0": row.p0, "P1": row.p1, "P2": row.p2, "P3": row.p3},
        )
        for row in rows
    ]


async def held_by(session: AsyncSession, holder: UUID, now: datetime) -> list[HeldWork]:
    rows = await session.scalars(
        sa.select(QueueEntryRow)
        .where(QueueEntryRow.holder_id == holder, QueueEntryRow.lease_until > now)
        .order_by(QueueEntryRow.lease_until)
    )
    return [
        HeldWork(
            case_id=row.case_id,
            purpose=Purpose(row.purpose),
            band=Band(row.band).name,
            due_at=row.due_at,
            lease=LeaseView(token=row.lease_token, holder=holder, expires_at=row.lease_until),
        )
        for row in rows
        if row.lease_token is not None and row.lease_until is not None
    ]


async def depth(session: AsyncSession) -> dict[str, int]:
    """Open review work by band, for the metrics."""
    rows = await session.execute(
        sa.select(QueueEntryRow.band, sa.func.count().label("entries")).group_by(QueueEntryRow.band)
    )
    counts = {row.band: row.entries for row in rows}
    return {band.name: counts.get(band, 0) for band in Band}
