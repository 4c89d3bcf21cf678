"""Links between cases, as the API shows and takes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from triage.cases.links import LinkKind, LinkState
from triage.review.schemas import BandName, ShownState


class Link(msgspec.Struct, frozen=True):
    """`case_id` is the other case; `distance` of 256 bits for pdq, `similarity` for text."""

    id: UUID
    case_id: UUID
    reference: str
    band: BandName
    case_state: ShownState
    kind: LinkKind
    state: LinkState
    distance: int | None
    similarity: float | None
    model: str
    report_id: UUID | None
    other_report_id: UUID | None
    suggested_at: datetime
    proposed_by: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None


class LinkProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The case that looks like the same harm to whoever proposes it."""

    case_id: UUID


class LinksToConfirm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the suggested links those of a kind that are as close as said, at most `limit`."""

    kind: LinkKind
    max_distance: Annotated[int, msgspec.Meta(ge=0, le=256)] | None = None
    min_similarity: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1000


class ConfirmedLinks(msgspec.Struct, frozen=True):
    """`version` of the case, for the next If-Match."""

    confirmed: int
    version: int
