"""Removals and referrals as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.states import (
    HeldBy,
    ReferralState,
    ReferralTo,
    RemovalResult,
    RemovalState,
)
from triage.kit.types import Instant, Label, Line, Reference, Slug


class Removal(msgspec.Struct, frozen=True):
    id: UUID
    case_id: UUID
    location_id: UUID
    platform: str
    addressee: str
    state: RemovalState
    result: RemovalResult | None
    confirmed_by: UUID | None
    held_by: HeldBy | None
    held_until: datetime | None
    reference: str | None
    requested_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    next_attempt_at: datetime | None
    attempts: int
    warnings: list[str] = []


class EvidenceWaived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Line


class RemovalDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`addressee`: who is asked instead of the platform itself, such as a hoster's domain."""

    location_id: UUID
    addressee: Slug | None = None


class RemovalChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: RemovalState
    result: RemovalResult | None = None
    reference: Reference | None = None
    evidence_waived: EvidenceWaived | None = None
    held_by: HeldBy | None = None
    held_until: Instant | None = None


class RemovalAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A platform's word on one removal it was asked for."""

    removal_id: UUID
    state: Literal["acknowledged", "removed", "refused"]
    result: RemovalResult | None = None
    reference: Reference | None = None


class AnsweredRemoval(msgspec.Struct, frozen=True):
    """What a platform sees of a removal: nothing of the case behind it.

    `taken`: the answer fits the removal's state, or said it again.
    """

    removal_id: UUID
    taken: bool
    state: RemovalState
    result: RemovalResult | None
    reference: str | None


class AnsweredRemovals(msgspec.Struct, frozen=True):
    items: list[AnsweredRemoval]


class RemovalAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    answers: Annotated[list[RemovalAnswer], msgspec.Meta(min_length=1, max_length=100)]


class Referral(msgspec.Struct, frozen=True):
    id: UUID
    case_id: UUID
    to: ReferralTo
    agency: str | None
    state: ReferralState
    reference: str | None
    result: str | None
    created_at: datetime
    sent_at: datetime | None
    closed_at: datetime | None


class ReferralDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: ReferralTo
    agency: Label | None = None


class ReferralChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: ReferralState
    reference: Reference | None = None
    result: Label | None = None


class CaseRemovals(msgspec.Struct, frozen=True):
    items: list[Removal]


class CaseReferrals(msgspec.Struct, frozen=True):
    items: list[Referral]


class RemovalRequestText(msgspec.Struct, frozen=True):
    """What to send to the addressee; it holds the location's url and nothing else of the case."""

    language: Literal["ko", "en"]
    subject: str
    body: str


def present_removal(row: RemovalRow, warnings: list[str] | None = None) -> Removal:
    return Removal(
        id=row.id,
        case_id=row.case_id,
        location_id=row.location_id,
        platform=row.platform,
        addressee=row.addressee,
        state=RemovalState(row.state),
        result=None if row.result is None else RemovalResult(row.result),
        confirmed_by=row.confirmed_by,
        held_by=None if row.held_by is None else HeldBy(row.held_by),
        held_until=row.held_until,
        reference=row.reference,
        requested_at=row.requested_at,
        acknowledged_at=row.acknowledged_at,
        closed_at=row.closed_at,
        next_attempt_at=row.next_attempt_at,
        attempts=row.attempts,
        warnings=warnings or [],
    )


def present_referral(row: ReferralRow) -> Referral:
    return Referral(
        id=row.id,
        case_id=row.case_id,
        to=ReferralTo(row.to),
        agency=row.agency,
        state=ReferralState(row.state),
        reference=row.reference,
        result=row.result,
        created_at=row.created_at,
        sent_at=row.sent_at,
        closed_at=row.closed_at,
    )
