"""The case page, claims, decisions and reveals as the API shows and takes them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from triage.access.principal import ChannelKind
from triage.assessment.bands import Band
from triage.fingerprints.traits import TraitKind
from triage.reports.taxonomy import Allegation, Relation, Request
from triage.reports.validity import Validity
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
    """`lookalike`: the host is written so that it can be taken for another site's.

    `muted`: a lead said that it tells nothing; it leads no report to a case.
    """

    id: UUID
    report_id: UUID
    platform: str
    scope: Literal["content", "container"]
    kind: str
    lookalike: bool
    muted: bool
    url: MaskedText | None
    seen_at: datetime | None


class MediaView(msgspec.Struct, frozen=True):
    id: UUID
    report_id: UUID
    has_sha256: bool
    has_md5: bool
    has_pdq: bool
    pdq_quality: int | None
    muted: bool


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
    """`name` and `contact` as they were told last, `told_before` the earlier ones."""

    relation: Relation
    name: Sealed | None
    contact: Sealed | None
    told_before: list[Sealed]
    may_contact: bool
    discreet: bool


class DeclarationsView(msgspec.Struct, frozen=True):
    """As declared in the report or in any addition to it."""

    good_faith: bool
    authorised: bool
    signature: Sealed | None


class SupplementView(msgspec.Struct, frozen=True):
    """What was added to a report later; its names, links and files stand with the report's."""

    id: UUID
    received_at: datetime
    door: str
    allegations: list[Allegation]
    requests: list[Request]
    victim_age: int | None
    victim_is_minor: bool | None
    text: MaskedText | None
    details: MaskedText | None


class ReportView(msgspec.Struct, frozen=True):
    """One report; from `text` on, all is null without a lease on the case."""

    id: UUID
    ordinal: int
    received_at: datetime
    occurred_at: datetime | None
    channel_kind: ChannelKind
    language: str | None
    jurisdiction: str | None
    allegations: list[Allegation]
    requests: list[Request]
    validity: dict[str, Validity]
    text: MaskedText | None
    notice: Sealed | None
    victim: VictimView | None
    reporter: ReporterView | None
    declarations: DeclarationsView | None
    evidence: list[Sealed] | None
    supplements: list[SupplementView]


class NoteView(msgspec.Struct, frozen=True):
    """A note; `text` is null once it was erased."""

    id: UUID
    audience: Literal["internal", "reporter"]
    written_by: UUID
    written_at: datetime
    text: MaskedText | None


class DecisionView(msgspec.Struct, frozen=True):
    """A decision as it was written; never edited."""

    id: UUID
    outcome: Outcome
    duplicate_of: UUID | None
    categories: list[Allegation]
    grounds: Grounds
    decided_by: UUID
    decided_at: datetime
    facts: MaskedText | None
    reasoning_public: MaskedText | None
    note_private: MaskedText | None


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


class CaseCampaign(msgspec.Struct, frozen=True):
    """A room, account, file or person that the case shares with others; `name`: by a lead."""

    id: UUID
    kind: TraitKind
    name: str | None
    case_count: int


class Case(CaseSummary, frozen=True):
    """The case page; `reports` holds the newest 50, `report_count` tells of all.

    `notes` and `decisions`, oldest first, are null without a lease on the case.
    """

    reports: list[ReportView]
    locations: list[LocationView]
    media: list[MediaView]
    campaigns: list[CaseCampaign]
    lease: Lease | None
    merged_into: UUID | None
    seen_until: str
    allowed_actions: list[str]
    display: Display
    needs_child_safety: bool
    outcome: Outcome | None
    notes: list[NoteView] | None
    decisions: list[DecisionView] | None


class Signal(msgspec.Struct, frozen=True):
    """`hash_list`: the list of known content that has it; `distance`: of 256 bits, 0 the same."""

    id: UUID
    rule: str
    label: str
    weight: float
    text: dict[str, str]
    evidence: "SignalEvidence"
    hash_list: str | None
    distance: int | None
    weights_version: int
    dismissed_by: UUID | None


class SignalEvidence(msgspec.Struct, frozen=True):
    """`start`, `end`: code points into the report's text; `text`: for the holder, masked."""

    report_id: UUID
    supplement_id: UUID | None
    start: int | None
    end: int | None
    view: str | None
    text: MaskedText | None


class Score(msgspec.Struct, frozen=True):
    """`unscored`: rules that showed and that these weights do not know, so that nothing counts."""

    band: BandName
    score: float
    weights_version: int
    reasons: list[Reason]
    unscored: list[str]
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


def band_name(band: int) -> BandName:
    name: BandName = Band(band).name  # type: ignore[assignment]
    return name
