"""What became of a case outside: removals per location, and referrals to those who can act."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from triage.followup.states import (
    OPEN_REMOVALS,
    HeldBy,
    ReferralState,
    ReferralTo,
    RemovalResult,
    RemovalState,
)
from triage.kit.db import Base, one_of

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_REMOVALS))


class RemovalRow(Base):
    """One location asked to be gone. The last columns are what regulators count by."""

    __tablename__ = "removal"
    __table_args__ = (
        one_of("state", RemovalState),
        one_of("result", RemovalResult),
        one_of("held_by", HeldBy),
        sa.CheckConstraint("(state = 'removed') <= (result IS NOT NULL)", "removed_has_result"),
        sa.CheckConstraint("(state = 'held') = (held_by IS NOT NULL)", "held_by_someone"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = "
            "(state NOT IN ('removed', 'refused', 'unreachable', 'withdrawn'))",
            "closed",
        ),
        sa.Index(
            "uq_removal_case_id_location_digest",
            "case_id",
            "location_digest",
            unique=True,
            postgresql_where=sa.text("state <> 'withdrawn'"),
        ),
        sa.Index("ix_removal_open", "state", "id", postgresql_where=sa.text(f"state IN ({_OPEN})")),
        sa.CheckConstraint(
            "counted_at IS NOT NULL OR "
            "(requested_at IS NULL AND result IS NULL AND reappearances = 0)",
            "counted",
        ),
        sa.Index("ix_removal_counted_at", "counted_at"),
        sa.CheckConstraint("twin_of <> id", "not_its_own_twin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    location_id: Mapped[UUID]
    location_digest: Mapped[bytes] = mapped_column(comment="keyed: one removal for one address")
    state: Mapped[str]
    result: Mapped[str | None]
    addressee: Mapped[str] = mapped_column(comment="who is asked; the platform unless said")
    confirmed_by: Mapped[UUID | None]
    held_by: Mapped[str | None]
    held_until: Mapped[datetime | None]
    reference: Mapped[str | None] = mapped_column(comment="the addressee's number of the request")
    evidence_waiver_item: Mapped[UUID | None] = mapped_column(
        comment="vault item: why none is kept"
    )
    attempts: Mapped[int]
    reappearances: Mapped[int]
    created_at: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None] = mapped_column(
        comment="its period in the figures, set once: first requested, or found gone before"
    )
    twin_of: Mapped[UUID | None] = mapped_column(
        comment="the removal of the same address that stands for both while their cases are merged"
    )
    platform: Mapped[str]
    category: Mapped[str]
    jurisdiction: Mapped[str]
    channel_kind: Mapped[str]
    content_class: Mapped[str] = mapped_column(comment="filmed, synthetic, child, other")
    requester: Mapped[str] = mapped_column(comment="victim or organisation")


class ReferralRow(Base):
    __tablename__ = "referral"
    __table_args__ = (one_of("to", ReferralTo, quote=True), one_of("state", ReferralState))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    to: Mapped[str]
    agency: Mapped[str | None]
    state: Mapped[str]
    reference: Mapped[str | None]
    result: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
