"""Where work waits and who has it. Only open work lives in `queue_entry`: it stays narrow."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base, one_of


class Purpose(StrEnum):
    REVIEW = "review"
    SECOND_LOOK = "second_look"
    APPEAL = "appeal"


class ReleaseReason(StrEnum):
    SKIP = "skip"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    LANGUAGE = "language"
    NEEDS_LEAD = "needs_lead"
    WELLBEING = "wellbeing"


ENDS = (*ReleaseReason, "decided", "expired", "withdrawn", "merged")


class QueueRow(Base):
    __tablename__ = "queue"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    rank: Mapped[int] = mapped_column(sa.SmallInteger, comment="routing asks lower ranks first")


class QueueEntryRow(Base):
    """One open piece of work. The lease is three columns: holder, token (the assignment), until."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        one_of("purpose", Purpose),
        sa.CheckConstraint("band BETWEEN 0 AND 3 AND lane BETWEEN 0 AND 3", "lane"),
        sa.CheckConstraint(
            "(holder_id IS NULL) = (lease_token IS NULL) "
            "AND (holder_id IS NULL) = (lease_until IS NULL)",
            "whole_lease",
        ),
        sa.Index(
            "ix_queue_entry_claim",
            "queue",
            "purpose",
            "lane",
            "due_at",
            "case_id",
            postgresql_where=sa.text("holder_id IS NULL"),
        ),
        sa.Index(
            "ix_queue_entry_holder",
            "holder_id",
            postgresql_where=sa.text("holder_id IS NOT NULL"),
        ),
        # Rows come and go all day: without this the claim reads ever more dead ones.
        {
            "postgresql_with": {
                "fillfactor": 70,
                "autovacuum_vacuum_scale_factor": 0.01,
                "autovacuum_vacuum_threshold": 500,
                "autovacuum_vacuum_cost_delay": 0,
            }
        },
    )

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(sa.ForeignKey("queue.id"))
    band: Mapped[int] = mapped_column(sa.SmallInteger)
    lane: Mapped[int] = mapped_column(sa.SmallInteger)
    due_at: Mapped[datetime]
    language: Mapped[str]
    jurisdictions: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    needs_child_safety: Mapped[bool]
    holder_id: Mapped[UUID | None]
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    entered_at: Mapped[datetime]


class AssignmentRow(Base):
    """The history of leases; its id is the lease's fencing token."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("purpose", Purpose),
        one_of("end_reason", ENDS),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", "ended"),
        sa.Index(
            "uq_assignment_live",
            "case_id",
            "purpose",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    principal_id: Mapped[UUID] = mapped_column(index=True)
    band: Mapped[int] = mapped_column(sa.SmallInteger)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
