"""The case page, claims, decisions and reveals as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from triage.access.principal import ChannelKind
from triage.assessment.bands import Band
from triage.cases.states import CaseState
from triage.followup.schemas import Referral, ReferralDraft, Removal, RemovalDraft
from triage.kit.types import Line, Text
from triage.queues.models import Purpose
from triage.reports.taxonomy import Allegation, Relation, Request
from triage.review.models import Grounds, Outcome

BandName = Literal["P0", "P1", "P2", "P3"]
ShownState = Literal[
    "open",
    "in_review",
    "waiting",
    "awaiting_second_look",
    "following",
    "closed",
    "merged",
]


class Sealed(msgspec.Struct, frozen=True):
    """A part that `reveal` opens: `<item>:<n>` and what kind of detail it is."""

    sealed: str
    kind: str


MaskedText = list[str | Sealed]


class Lease(msgspec.Struct, frozen=True):
    token: UUID
    holder: UUID
    expires_at: datetime


class LocationView(msgspec.Struct, frozen=True):
    id: UUID
    report_id: UUID
    platform: str
    scope: Literal["content", "container"]
    kind: str
    url: MaskedText | None
    seen_at: datetime | None


class MediaView(msgspec.Struct, frozen=True):
    id: UUID
    report_id: UUID
    has_sha256: bool
    has_md5: bool
    has_pdq: bool
    pdq_quality: int | None


class SchoolView(msgspec.Struct, frozen=True):
    level: str | None
    role: str | None
    region: str | None
    name: Sealed | None


class VictimView(msgspec.Struct, frozen=True):
    age: int | None
    is_minor: bool | None
    sex: str | None
    names: list[Sealed]
    handles: list[Sealed]
    phones: list[Sealed]
    school: SchoolView
    details: MaskedText | None


class ReporterView(msgspec.Struct, frozen=True):
    relation: Relation
    name: Sealed | None
    contact: Sealed | None
    may_contact: bool
    discreet: bool


class ReportView(msgspec.Struct, frozen=True):
    """One report; `text`, `victim` and `reporter` are null without a lease on the case."""

    id: UUID
    ordinal: int
    received_at: datetime
    occurred_at: datetime | None
    channel_kind: ChannelKind
    language: str | None
    jurisdiction: str | None
    allegations: list[Allegation]
    requests: list[Request]
    text: MaskedText | None
    victim: VictimView | None
    reporter: ReporterView | None


class Display(msgspec.Struct, frozen=True):
    blur: bool
    greyscale: bool
    links_clickable: bool


class Reason(msgspec.Struct, frozen=True):
    rule: str
    label: str
    weight: float
    text: dict[str, str]


class CaseSummary(msgspec.Struct, frozen=True):
    """A case as lists show it: ids, bands and counts."""

    id: UUID
    reference: str
    version: int
    state: ShownState
    band: BandName
    due_at: datetime | None
    queue: str
    allegations: list[Allegation]
    categories: list[Allegation]
    jurisdictions: list[str]
    languages: list[str]
    report_count: int
    first_reported_at: datetime
    last_reported_at: datetime


class Case(CaseSummary, frozen=True):
    """The case page; `reports` holds the newest 50, `report_count` tells of all."""

    reports: list[ReportView]
    locations: list[LocationView]
    media: list[MediaView]
    campaigns: list[UUID]
    lease: Lease | None
    merged_into: UUID | None
    seen_until: str
    allowed_actions: list[str]
    display: Display
    needs_child_safety: bool
    outcome: Outcome | None


class ClaimRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    queues: Annotated[list[Line], msgspec.Meta(max_length=50)] | None = None
    purpose: Purpose = Purpose.REVIEW


class Claimed(msgspec.Struct, frozen=True):
    case: Case
    lease: Lease
    reasons: list[Reason]


class Signal(msgspec.Struct, frozen=True):
    id: UUID
    rule: str
    label: str
    weight: float
    text: dict[str, str]
    evidence: "SignalEvidence"
    weights_version: int
    dismissed_by: UUID | None


class SignalEvidence(msgspec.Struct, frozen=True):
    report_id: UUID
    start: int | None
    end: int | None
    view: str | None


class Score(msgspec.Struct, frozen=True):
    band: BandName
    score: float
    weights_version: int
    reasons: list[Reason]
    signals: list[Signal]


class TimelineEvent(msgspec.Struct, frozen=True):
    id: UUID
    position: int | None
    kind: str
    at: datetime
    actor: UUID | None
    actor_role: str
    subjects: list[list[str]]
    body: dict[str, Any]


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
        list[Annotated[str, msgspec.Meta(pattern="^[0-9a-f-]{36}:[0-9]{1,6}$")]],
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


def band_name(band: int) -> BandName:
    name: BandName = Band(band).name  # type: ignore[assignment]
    return name
