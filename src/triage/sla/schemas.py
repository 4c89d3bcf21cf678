"""Clocks as the API shows them."""

from datetime import datetime
from uuid import UUID

import msgspec

from triage.sla.models import Bound, ClockKind, ClockRow, ClockState


class Clock(msgspec.Struct, frozen=True):
    id: UUID
    case_id: UUID
    policy: str
    kind: ClockKind
    bound: Bound
    statutory: bool
    removal_id: UUID | None
    state: ClockState
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused_since: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None


class CaseClocks(msgspec.Struct, frozen=True):
    items: list[Clock]


def present_clock(row: ClockRow) -> Clock:
    return Clock(
        id=row.id,
        case_id=row.case_id,
        policy=row.policy_id,
        kind=ClockKind(row.kind),
        bound=Bound(row.bound),
        statutory=row.statutory,
        removal_id=row.removal_id,
        state=ClockState(row.state),
        started_at=row.started_at,
        due_at=row.due_at,
        stopped_at=row.stopped_at,
        paused_since=row.paused_since,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
    )
