"""Policies (data, versioned) and the clocks that run under them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base, one_of


class ClockKind(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    FIRST_LOOK = "first_look"
    DECISION = "decision"
    REQUEST_SENT = "request_sent"
    POLICE_REFERRAL = "police_referral"
    REMOVAL = "removal"


class Bound(StrEnum):
    """Who breaks the law, or our word, when the clock runs out."""

    US = "us"
    ADDRESSEE = "addressee"


class ClockState(StrEnum):
    """running -> kept | breached -> late; running <-> paused; void when there is no duty left."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BREACHED = "breached"
    LATE = "late"
    VOID = "void"


class PolicyRow(Base):
    __tablename__ = "sla_policy"
    __table_args__ = (
        one_of("kind", ClockKind),
        one_of("bound", Bound),
        sa.CheckConstraint("limit_seconds > 0", "limit_seconds"),
        sa.CheckConstraint("warn_share > 0 AND warn_share < 1", "warn_share"),
        sa.CheckConstraint("band BETWEEN 0 AND 3", "band"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    bound: Mapped[str]
    jurisdiction: Mapped[str | None] = mapped_column(comment="ISO 3166 code; null: everywhere")
    band: Mapped[int | None] = mapped_column(sa.SmallInteger, comment="null: every band")
    starts_with: Mapped[str] = mapped_column(comment="the event that starts the clock")
    limit_seconds: Mapped[int] = mapped_column(comment="the law's limit, or our internal target")
    without_delay: Mapped[bool] = mapped_column(comment="the law names no hours; the limit is ours")
    statutory: Mapped[bool]
    warn_share: Mapped[float] = mapped_column(comment="share of the limit after which to warn")
    source: Mapped[str]


class ClockRow(Base):
    __tablename__ = "sla_clock"
    __table_args__ = (
        one_of("kind", ClockKind),
        one_of("bound", Bound),
        one_of("state", ClockState),
        sa.CheckConstraint("(breached_at IS NULL) = (state NOT IN ('breached', 'late'))", "breach"),
        sa.CheckConstraint("NOT (statutory AND state = 'paused')", "statutory_runs"),
        sa.Index(
            "ix_sla_clock_due",
            "due_at",
            "case_id",
            postgresql_where=sa.text("state = 'running'"),
        ),
        sa.Index(
            "ix_sla_clock_warn",
            "warn_at",
            "case_id",
            postgresql_where=sa.text("state = 'running' AND warned_at IS NULL"),
        ),
        sa.Index(
            "uq_sla_clock_live",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=sa.text(
                "removal_id IS NULL AND kind = 'decision' "
                "AND state IN ('running', 'paused', 'breached')"
            ),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    removal_id: Mapped[UUID | None] = mapped_column(index=True)
    policy_id: Mapped[str]
    policy_version: Mapped[int]
    kind: Mapped[str]
    bound: Mapped[str]
    statutory: Mapped[bool]
    state: Mapped[str]
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    paused_since: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
