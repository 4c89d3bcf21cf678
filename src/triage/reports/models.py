"""Reports as they were received: immutable rows, their locations and media; texts are sealed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from triage.access.principal import ChannelKind
from triage.kit.db import Base, one_of
from triage.reports.taxonomy import Relation, SchoolLevel, SchoolRole, Sex


class ReportRow(Base):
    __tablename__ = "report"
    __table_args__ = (
        one_of("relation", Relation),
        one_of("channel_kind", ChannelKind),
        one_of("victim_sex", Sex),
        one_of("school_level", SchoolLevel),
        one_of("school_role", SchoolRole),
        sa.CheckConstraint("victim_age BETWEEN 0 AND 130", "victim_age"),
        sa.Index(
            "uq_report_channel_id_external_id_digest",
            "channel_id",
            "external_id_digest",
            unique=True,
            postgresql_where=sa.text("external_id_digest IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[UUID] = mapped_column(comment="the channel (or the desk) it came through")
    channel_kind: Mapped[str]
    submitted_by: Mapped[UUID] = mapped_column(comment="the principal that posted it")
    door: Mapped[str] = mapped_column(comment="wire format it arrived in")
    external_id_digest: Mapped[bytes | None] = mapped_column(comment="keyed digest")
    content_digest: Mapped[bytes] = mapped_column(comment="keyed digest of what was posted")
    receipt_digest: Mapped[bytes] = mapped_column(unique=True, comment="of the receipt code")
    received_at: Mapped[datetime] = mapped_column(index=True)
    occurred_at: Mapped[datetime | None]
    allegations: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    requests: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    language: Mapped[str | None]
    jurisdiction: Mapped[str | None]
    relation: Mapped[str]
    victim_age: Mapped[int | None] = mapped_column(sa.SmallInteger)
    victim_is_minor: Mapped[bool | None]
    victim_sex: Mapped[str | None]
    school_level: Mapped[str | None]
    school_role: Mapped[str | None]
    school_region: Mapped[str | None]
    declarations: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="booleans only")
    notice_served_at: Mapped[datetime | None] = mapped_column(
        comment="when an authority served notice; its name and number are sealed"
    )
    contact_safety: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="may_contact, discreet, locale"
    )
    masks: Mapped[list[Any]] = mapped_column(
        JSONB, comment="[start, end, kind] in code points: what reviewers do not read unrevealed"
    )
    validity: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="per regime: complete or not, and what was missing, as first answered"
    )


class ReportLocationRow(Base):
    """One address a report names; the url itself is sealed, its keyed digest matches."""

    __tablename__ = "report_location"
    __table_args__ = (
        one_of("scope", ("content", "container")),
        sa.Index("ix_report_location_kind_digest", "kind", "digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    ordinal: Mapped[int] = mapped_column(sa.SmallInteger)
    platform: Mapped[str]
    scope: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[bytes]
    rules_version: Mapped[int] = mapped_column(sa.SmallInteger)
    url_item: Mapped[UUID] = mapped_column(comment="vault item of all the report's urls")
    seen_at: Mapped[datetime | None]


class ReportMediaRow(Base):
    """One picture or video by its hashes: digests are keyed, PDQ values stay comparable."""

    __tablename__ = "report_media"
    __table_args__ = (
        sa.CheckConstraint("pdq_quality BETWEEN 0 AND 100", "pdq_quality"),
        sa.CheckConstraint("octet_length(pdq) = 32", "pdq_length"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    ordinal: Mapped[int] = mapped_column(sa.SmallInteger)
    sha256_digest: Mapped[bytes | None]
    md5_digest: Mapped[bytes | None]
    platform_media_digest: Mapped[bytes | None]
    pdq: Mapped[bytes | None]
    pdq_quality: Mapped[int | None] = mapped_column(sa.SmallInteger)
    pdq_forms: Mapped[list[bytes]] = mapped_column(ARRAY(sa.LargeBinary))
