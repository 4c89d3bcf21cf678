"""Queues, leases and held work as the API shows and takes them."""

from datetime import datetime
from uuid import UUID

import msgspec

from triage.kit.types import Text
from triage.queues.models import Purpose, ReleaseReason


class QueueView(msgspec.Struct, frozen=True):
    """`at_risk`: the warning time of the decision clock has passed, the deadline has not."""

    id: str
    name: str
    open: int
    at_risk: int
    breached: int
    oldest: datetime | None
    by_band: dict[str, int]


class Queues(msgspec.Struct, frozen=True):
    items: list[QueueView]


class LeaseToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: UUID


class LeaseView(msgspec.Struct, frozen=True):
    token: UUID
    holder: UUID
    expires_at: datetime


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: UUID
    reason: ReleaseReason
    note: Text | None = None


class HeldWork(msgspec.Struct, frozen=True):
    case_id: UUID
    purpose: Purpose
    band: str
    due_at: datetime
    lease: LeaseView


class MyWork(msgspec.Struct, frozen=True):
    items: list[HeldWork]
