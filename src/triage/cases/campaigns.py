"""What cases have in common: the traits of reports, and campaigns, which are traits of many."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from triage.cases.models import FingerprintRow
from triage.fingerprints.traits import TraitKind
from triage.kit.db import Base, one_of

FILES = ("sha256", "md5", "platform_media")
"""Kinds of fingerprints of which a file may have its digest."""


class TraitSource(StrEnum):
    """Where a report says it: an address, a file's hash, what is declared of the victim, a text."""

    LINK = "link"
    MEDIA = "media"
    VICTIM = "victim"
    TEXT = "text"


class ReportTraitRow(Base):
    """A room, account, file or person that a report names; the value itself is nowhere."""

    __tablename__ = "report_trait"
    __table_args__ = (
        one_of("kind", TraitKind),
        one_of("source", TraitSource),
        # With the report, so that the first and the last one are found at once.
        sa.Index("ix_report_trait_kind_digest", "kind", "digest", "report_id"),
    )

    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True, comment="keyed digest of the value")
    supplement_id: Mapped[UUID | None] = mapped_column(comment="what brought it; null: the report")
    source: Mapped[str]


class CampaignRow(Base):
    """A trait that cases share, with a name once a lead gave it one.

    Which cases belong to it is not stored: it follows from where the reports with the trait live,
    so merging, unmerging and splitting move nothing here.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        one_of("kind", TraitKind),
        sa.UniqueConstraint("kind", "digest"),
        sa.CheckConstraint("(name IS NULL) OR (named_by IS NOT NULL)", "named"),
        sa.CheckConstraint("(named_by IS NULL) = (named_at IS NULL)", "named_at"),
        sa.Index("ix_campaign_active_at", "active_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    digest: Mapped[bytes] = mapped_column(comment="as in report_trait")
    name: Mapped[str | None] = mapped_column(comment="by a lead; a label, no free text")
    muted: Mapped[bool] = mapped_column(server_default=sa.false())
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(comment="a lead; null: by the rule")
    named_by: Mapped[UUID | None]
    named_at: Mapped[datetime | None]
    active_at: Mapped[datetime] = mapped_column(comment="when a report last came with the trait")


def is_muted() -> sa.ColumnElement[bool]:
    """That a campaign was muted, or the file that it is of: a logo has many cases, too."""
    file_is_muted = (
        sa.select(FingerprintRow.kind)
        .where(
            FingerprintRow.kind.in_(FILES),
            FingerprintRow.digest == CampaignRow.digest,
            FingerprintRow.muted,
        )
        .correlate(CampaignRow)
        .exists()
    )
    return sa.or_(CampaignRow.muted, sa.and_(CampaignRow.kind == TraitKind.FILE, file_is_muted))
