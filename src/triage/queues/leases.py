"""Leases after the claim: checked with every act, extended by heartbeats, given back."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Grant, Principal
from triage.cases.queries import CaseNotFound
from triage.cases.visibility import known_case
from triage.journal.attempts import Attempt
from triage.kit.errors import Conflict
from triage.queues.dispenser import Lease, lease_of
from triage.queues.models import QueueEntryRow, ReleaseReason
from triage.queues.placement import end_lease, journal_lease_end, lease_subjects


class LeaseLost(Conflict):
    title = "The lease is not held any more"


async def check_lease(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    token: UUID,
    now: datetime,
    *,
    act: str,
) -> QueueEntryRow:
    """The queue entry of a lease that lives, under its row lock.

    Raises CaseNotFound for a case that is not the caller's to know, else LeaseLost, which journals
    the attempt `act` after the rollback.
    """
    entry = await session.scalar(
        sa.select(QueueEntryRow)
        .where(QueueEntryRow.case_id == case_id, QueueEntryRow.lease_token == token)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    lease = lease_of(entry, now)
    if entry is None or lease is None or lease.holder != principal.id:
        await known_case(session, principal, case_id)
        raise LeaseLost(
            event=Attempt(
                kind="lease.missed",
                actor=principal.actor,
                subjects=lease_subjects(case_id, token),
                at=now,
                body={"act": act},
            )
        )
    if entry.needs_child_safety and not principal.has(Grant.CHILD_SAFETY):
        raise CaseNotFound  # the grant was taken away while they held it
    return entry


async def extend(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    token: UUID,
    now: datetime,
    length: timedelta,
) -> Lease:
    """A heartbeat: the lease lives on from now. Kept out of the journal on purpose."""
    entry = await check_lease(session, principal, case_id, token, now, act="extend_lease")
    entry.lease_until = now + length
    return Lease(case_id, token, principal.id, now + length)


async def release(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    token: UUID,
    reason: ReleaseReason,
    now: datetime,
) -> None:
    """Give the case back; it keeps its place in the queue."""
    entry = await check_lease(session, principal, case_id, token, now, act="release_lease")
    journal_lease_end(session, entry, reason, principal.actor, now)
    await end_lease(session, entry, reason, now)


async def live_lease(session: AsyncSession, case_id: UUID, now: datetime) -> Lease | None:
    """Who holds the case now, for whatever purpose."""
    entry = (
        await session.scalars(
            sa.select(QueueEntryRow)
            .where(QueueEntryRow.case_id == case_id, QueueEntryRow.lease_until > now)
            .limit(1)
        )
    ).one_or_none()
    return lease_of(entry, now)
