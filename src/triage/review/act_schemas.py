"""What people do with cases: claims, decisions, reveals and notes, as the API takes them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from triage.cases.states import CaseState
from triage.followup.schemas import Referral, ReferralDraft, Removal, RemovalDraft
from triage.kit.types import Line, Text
from triage.queues.models import Purpose
from triage.reports.taxonomy import Allegation
from triage.review.models import Grounds, Outcome
from triage.review.schemas import Case, Lease, Reason

SEALED_REFERENCE = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]{1,6}$"


class ClaimRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    queues: Annotated[list[Line], msgspec.Meta(max_length=50)] | None = None
    purpose: Purpose = Purpose.REVIEW


class Claimed(msgspec.Struct, frozen=True):
    case: Case
    lease: Lease
    reasons: list[Reason]


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lease_token: UUID
    seen_until: Annotated[str, msgspec.Meta(max_length=100)]
    outcome: Outcome
    grounds: Grounds
    facts: Annotated[Text, msgspec.Meta(min_length=1)]
    reasoning_public: Annotated[Text, msgspec.Meta(min_length=1)]
    categories: Annotated[list[Allegation], msgspec.Meta(max_length=20)] = []
    note_private: Text | None = None
    duplicate_of: UUID | None = None
    removals: Annotated[list[RemovalDraft], msgspec.Meta(max_length=100)] | None = None
    referrals: Annotated[list[ReferralDraft], msgspec.Meta(max_length=20)] = []


class Decision(msgspec.Struct, frozen=True):
    """`reports_since` came after `seen_until`; `case_state` is what they and the outcome led to."""

    id: UUID
    case_id: UUID
    case_version: int
    case_state: CaseState
    outcome: Outcome
    duplicate_of: UUID | None
    categories: list[Allegation]
    grounds: Grounds
    decided_by: UUID
    decided_at: datetime
    held_for_second_look: bool
    reports_since: list[UUID]
    removals: list[Removal]
    referrals: list[Referral]


class RevealRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    items: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=SEALED_REFERENCE)]],
        msgspec.Meta(min_length=1, max_length=50),
    ]
    reason: Annotated[Line, msgspec.Meta(min_length=3)]


class RevealedItem(msgspec.Struct, frozen=True):
    id: str
    kind: str
    value: str


class Revealed(msgspec.Struct, frozen=True):
    items: list[RevealedItem]
    expires_at: datetime


class NoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[Text, msgspec.Meta(min_length=1)]
    audience: Literal["internal", "reporter"] = "internal"


class Note(msgspec.Struct, frozen=True):
    id: UUID
    case_id: UUID
    audience: Literal["internal", "reporter"]
    written_by: UUID
    written_at: datetime


class MuteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`items`: ids of media and of locations as the case page has them."""

    items: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=50)]
    reason: Annotated[Text, msgspec.Meta(min_length=1)]


class MergeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`into` survives."""

    into: UUID


class UnmergeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to say: a key of idempotency needs a request to compare."""


class SplitRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    report_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=1000)]
    reason: Annotated[Text, msgspec.Meta(min_length=1)]
