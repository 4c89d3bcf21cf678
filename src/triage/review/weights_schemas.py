"""Weights and approvals as leads see them over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from triage.access.approvals import ApprovalKind, ApprovalRow, ApprovalState
from triage.assessment.bands import BandName
from triage.cases.weights_in_force import WeightsRow
from triage.review.weights import Shadow

Toml = Annotated[str, msgspec.Meta(min_length=1, max_length=400_000, pattern=r"^[^\x00]*$")]


class WeightsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`toml`: a whole weights file, of a version above those there are."""

    toml: Toml


class ShadowForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`last`: how many of the newest cases are looked at."""

    toml: Toml
    last: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1_000


class WeightsVersion(msgspec.Struct, frozen=True):
    """`activated_at`: from when on they scored; none for what is proposed, and what is shipped."""

    version: int
    in_force: bool
    shipped: bool
    proposed_by: UUID | None
    proposed_at: datetime | None
    activated_at: datetime | None


class WeightsInForce(msgspec.Struct, frozen=True):
    """Newest first; what this release ships comes last."""

    in_force: int
    versions: list[WeightsVersion]


class Move(msgspec.Struct, frozen=True):
    reference: str
    before: BandName
    after: BandName


class MoveCount(msgspec.Struct, frozen=True):
    before: BandName
    after: BandName
    cases: int


class ShadowResult(msgspec.Struct, frozen=True):
    """A case that is open keeps its band where `after` is less urgent: automation only raises."""

    looked_at: int
    counts: list[MoveCount]
    moves: list[Move]


class ApprovalAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`approved`: false refuses what was proposed, which then stays without effect."""

    approved: bool


class Approval(msgspec.Struct, frozen=True):
    """`subject`: what it is about, as its kind names it: a version of the weights."""

    id: UUID
    kind: ApprovalKind
    subject: str
    state: ApprovalState
    proposed_by: UUID
    proposed_at: datetime
    answered_by: UUID | None
    answered_at: datetime | None


def present_approval(row: ApprovalRow) -> Approval:
    return Approval(
        id=row.id,
        kind=ApprovalKind(row.kind),
        subject=row.subject,
        state=ApprovalState(row.state),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )


def present_version(row: WeightsRow, in_force: int) -> WeightsVersion:
    return WeightsVersion(
        version=row.version,
        in_force=row.version == in_force,
        shipped=False,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        activated_at=row.activated_at,
    )


def present_shadow(found: Shadow) -> ShadowResult:
    return ShadowResult(
        looked_at=found.looked_at,
        counts=[
            MoveCount(before.name, after.name, cases)  # type: ignore[arg-type]  # names of bands
            for (before, after), cases in found.counts.items()
        ],
        moves=[
            Move(move.reference, move.before.name, move.after.name)  # type: ignore[arg-type]
            for move in found.moves
        ],
    )
