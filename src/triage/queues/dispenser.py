"""The next piece of work for a person: the nearest in lane, deadline, id that fits; never twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import PrincipalRow
from triage.access.principal import ALL_QUEUES, Grant, Principal
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.ids import uuid7
from triage.kit.rows import insert
from triage.queues.models import AssignmentRow, Purpose, QueueEntryRow, QueueRow
from triage.queues.placement import lease_subjects

FIRST_LOOK = 64
WIDEST_LOOK = 64 * 1024

CLAIM = sa.text("""
WITH near AS MATERIALIZED (
    SELECT e.case_id, e.purpose, e.lane, e.due_at
    FROM unnest(CAST(:queues AS text[])) AS wanted (queue)
    CROSS JOIN LATERAL (
        SELECT q.case_id, q.purpose, q.lane, q.due_at
        FROM queue_entry AS q
        WHERE q.queue = wanted.queue
          AND q.purpose = :purpose
          AND q.holder_id IS NULL
          AND (:child_safety OR NOT q.needs_child_safety)
          AND (:everywhere OR q.jurisdictions && CAST(:jurisdictions AS text[]))
        ORDER BY q.lane, q.due_at, q.case_id
        LIMIT :look
    ) AS e
), taken AS (
    SELECT e.case_id, e.purpose, e.band
    FROM near
    JOIN queue_entry AS e USING (case_id, purpose)
    WHERE e.holder_id IS NULL
      AND e.queue = ANY (CAST(:queues AS text[]))
      AND (:child_safety OR NOT e.needs_child_safety)
      AND (:everywhere OR e.jurisdictions && CAST(:jurisdictions AS text[]))
    ORDER BY near.lane, near.due_at, near.case_id
    FOR NO KEY UPDATE OF e SKIP LOCKED
    LIMIT 1
), leased AS (
    UPDATE queue_entry AS e
    SET holder_id = :holder, lease_token = :token, lease_until = :until
    FROM taken
    WHERE e.case_id = taken.case_id AND e.purpose = taken.purpose
    RETURNING e.case_id, e.band
)
SELECT (SELECT case_id FROM leased) AS case_id,
       (SELECT band FROM leased) AS band,
       (SELECT count(*) FROM near) AS seen
""")


class Idle(StrEnum):
    """Why nothing came (`Triage-Idle`)."""

    EMPTY = "empty"
    COOLDOWN = "cooldown"
    LIMIT = "limit"
    NO_GRANT = "no_grant"


@dataclass(frozen=True, slots=True)
class Lease:
    case_id: UUID
    token: UUID
    holder: UUID
    expires_at: datetime


async def claim(
    session: AsyncSession,
    principal: Principal,
    *,
    queues: Collection[str] | None,
    purpose: Purpose,
    now: datetime,
    length: timedelta,
) -> Lease | Idle:
    """Lease the next case; whoever holds one gets the same again.

    The person's own row is locked first, so that two claims of one person come one after another;
    the case itself is never locked.
    """
    await session.execute(
        sa.select(PrincipalRow.id)
        .where(PrincipalRow.id == principal.id)
        .with_for_update(key_share=True)
    )
    held = await held_lease(session, principal, now)
    if held is not None:
        append(session, "case.read", principal.actor, [Subject("case", held.case_id)], at=now)
        return held
    own = await member_queues(session, principal)
    wanted = sorted(own if queues is None else own.intersection(queues))
    if not wanted:
        return Idle.NO_GRANT
    token, until = uuid7(), now + length
    look = FIRST_LOOK
    while True:
        found = (
            await session.execute(
                CLAIM,
                {
                    "queues": wanted,
                    "purpose": purpose,
                    "child_safety": principal.has(Grant.CHILD_SAFETY),
                    "everywhere": not principal.jurisdictions,
                    "jurisdictions": sorted(principal.jurisdictions),
                    "look": look,
                    "holder": principal.id,
                    "token": token,
                    "until": until,
                },
            )
        ).one()
        if found.case_id is not None:
            break
        # Rows were seen but all were being taken by others: look further before giving up.
        if found.seen < look or look >= WIDEST_LOOK:
            return Idle.EMPTY
        look *= 8
    await insert(
        session,
        AssignmentRow,
        [
            {
                "id": token,
                "case_id": found.case_id,
                "purpose": purpose,
                "principal_id": principal.id,
                "band": found.band,
                "started_at": now,
            }
        ],
    )
    append(
        session,
        "case.claimed",
        principal.actor,
        lease_subjects(found.case_id, token),
        at=now,
        body={"purpose": purpose, "band": found.band},
    )
    return Lease(found.case_id, token, principal.id, until)


async def held_lease(session: AsyncSession, principal: Principal, now: datetime) -> Lease | None:
    """The live lease of a person, if there is one that they may still work on."""
    entry = (
        await session.scalars(
            sa.select(QueueEntryRow)
            .where(
                QueueEntryRow.holder_id == principal.id,
                QueueEntryRow.lease_until > now,
                sa.or_(
                    QueueEntryRow.needs_child_safety.is_(False),
                    sa.literal(principal.has(Grant.CHILD_SAFETY)),
                ),
            )
            .order_by(QueueEntryRow.lease_until)
            .limit(1)
        )
    ).one_or_none()
    return None if entry is None else lease_of(entry, now)


def lease_of(entry: QueueEntryRow | None, now: datetime) -> Lease | None:
    """The live lease in a queue entry."""
    if (
        entry is None
        or entry.holder_id is None
        or entry.lease_token is None
        or entry.lease_until is None
        or entry.lease_until <= now
    ):
        return None
    return Lease(entry.case_id, entry.lease_token, entry.holder_id, entry.lease_until)


async def member_queues(session: AsyncSession, principal: Principal) -> frozenset[str]:
    """The queues a person works in; a membership in all of them follows new ones."""
    if ALL_QUEUES not in principal.queues:
        return principal.queues
    return frozenset(await session.scalars(sa.select(QueueRow.id)))
