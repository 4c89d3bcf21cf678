"""Clocks: started, re-targeted and stopped with the act that causes it, in its transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.ids import uuid7
from triage.sla.models import ClockKind, ClockRow, ClockState
from triage.sla.policies import Deadline

LIVE = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)


def clock_row(deadline: Deadline, case_id: UUID, removal_id: UUID | None = None) -> dict[str, Any]:
    """The row of a clock that starts to run."""
    policy = deadline.policy
    return {
        "id": uuid7(),
        "case_id": case_id,
        "removal_id": removal_id,
        "policy_id": policy.id,
        "policy_version": policy.version,
        "kind": policy.kind,
        "bound": policy.bound,
        "statutory": policy.statutory,
        "state": ClockState.RUNNING,
        "started_at": deadline.started_at,
        "warn_at": deadline.warn_at,
        "due_at": deadline.due_at,
    }


async def live_clocks(
    session: AsyncSession,
    case_id: UUID | sa.Select[UUID],
    kind: ClockKind,
    removal_id: UUID | None = None,
) -> Sequence[ClockRow]:
    """The clocks that still count, under their row locks."""
    rows = await session.scalars(
        sa.select(ClockRow)
        .where(
            ClockRow.case_id == case_id
            if isinstance(case_id, UUID)
            else ClockRow.case_id.in_(case_id),
            ClockRow.kind == kind,
            ClockRow.removal_id.is_not_distinct_from(removal_id),
            ClockRow.state.in_(LIVE),
        )
        .order_by(ClockRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return rows.all()


def stop_clock(session: AsyncSession, clock: ClockRow, actor: Actor, now: datetime) -> None:
    """The duty is done: kept, or late when it was due before (then the breach is told now)."""
    if now > clock.due_at and clock.breached_at is None:
        breach_clock(session, clock, actor, now)
    clock.state = ClockState.KEPT if clock.breached_at is None else ClockState.LATE
    clock.stopped_at = now
    clock.paused_since = None
    append(
        session,
        f"clock.{clock.state}",
        actor,
        subjects_of(clock),
        at=now,
        body={"kind": clock.kind},
    )


def void_clock(session: AsyncSession, clock: ClockRow, actor: Actor, now: datetime) -> None:
    """There is no duty left; a breach that happened stays told in the journal."""
    clock.state = ClockState.VOID if clock.breached_at is None else ClockState.LATE
    clock.stopped_at = now
    append(session, "clock.voided", actor, subjects_of(clock), at=now, body={"kind": clock.kind})


def retarget_clock(
    session: AsyncSession, clock: ClockRow, deadline: Deadline, actor: Actor, now: datetime
) -> None:
    """Another policy applies: the elapsed time stays, a breach that was told stays told."""
    policy = deadline.policy
    if (clock.policy_id, clock.policy_version) == (policy.id, policy.version):
        return
    elapsed_target = deadline.due_at - deadline.started_at
    clock.policy_id, clock.policy_version = policy.id, policy.version
    clock.due_at = clock.started_at + elapsed_target
    clock.warn_at = clock.started_at + (deadline.warn_at - deadline.started_at)
    clock.warned_at = None
    append(
        session,
        "clock.retargeted",
        actor,
        subjects_of(clock),
        at=now,
        body={"kind": clock.kind, "policy": policy.id},
    )


def breach_clock(session: AsyncSession, clock: ClockRow, actor: Actor, now: datetime) -> None:
    clock.state = ClockState.BREACHED
    clock.breached_at = now
    append(
        session,
        "clock.breached",
        actor,
        subjects_of(clock),
        at=now,
        body={"kind": clock.kind, "bound": clock.bound, "policy": clock.policy_id},
    )


def subjects_of(clock: ClockRow) -> list[Subject]:
    subjects = [Subject("case", clock.case_id), Subject("clock", clock.id)]
    if clock.removal_id is not None:
        subjects.append(Subject("removal", clock.removal_id))
    return subjects
