"""Reports as they were received, and what was added later: immutable rows; texts are sealed."""

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
    original_digest: Mapped[bytes | None] = mapped_column(
        comment="keyed digest of the document, where it came in another format than ours"
    )
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
    text_sketch: Mapped[bytes | None] = mapped_column(comment="keyed MinHash of the text")
    validity: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="per regime: complete or not, and what was missing, as first answered"
    )


class ReportSupplementRow(Base):
    """What was added to a report later; its locations and media stand with the report's.

    `case_id` was the report's home then; `ordinal` counts within the case that lived, as decisions
    need to know.
    """

    __tablename__ = "report_supplement"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "ordinal"),
        sa.CheckConstraint("band BETWEEN 0 AND 3", "band"),
        sa.Index(
            "uq_report_supplement_channel_id_external_id_digest",
            "channel_id",
            "external_id_digest",
            unique=True,
            postgresql_where=sa.text("external_id_digest IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID]
    ordinal: Mapped[int]
    channel_id: Mapped[UUID] = mapped_column(comment="the report's")
    submitted_by: Mapped[UUID | None] = mapped_column(comment="null: by the receipt code")
    door: Mapped[str]
    external_id_digest: Mapped[bytes | None] = mapped_column(comment="keyed digest")
    content_digest: Mapped[bytes] = mapped_column(comment="keyed digest of what was posted")
    original_digest: Mapped[bytes | None] = mapped_column(comment="as the report's")
    received_at: Mapped[datetime]
    allegations: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    requests: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    declarations: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="booleans only")
    victim: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="age, is_minor, sex, and of the school all but its name"
    )
    text_item: Mapped[UUID | None] = mapped_column(comment="vault item")
    details_item: Mapped[UUID | None] = mapped_column(comment="vault item: of the victim")
    text_sketch: Mapped[bytes | None] = mapped_column(comment="as the report's")
    masks: Mapped[list[Any]] = mapped_column(JSONB, comment="of the text, as the report's")
    validity: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="of the report with all that had come by then"
    )
    band: Mapped[int] = mapped_column(sa.SmallInteger, comment="of the case, with this in it")
    has_news: Mapped[bool] = mapped_column(
        comment="it brought a new signal or location or raised the band"
    )


class ReportValidityRow(Base):
    """Since when a report is a complete request under a legal regime; no row: it is not yet."""

    __tablename__ = "report_validity"

    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    regime: Mapped[str] = mapped_column(primary_key=True)
    valid_since: Mapped[datetime]
    supplement_id: Mapped[UUID | None] = mapped_column(comment="what completed it; null: itself")


class ReportLocationRow(Base):
    """One address a report names; the url itself is sealed, its keyed digest matches."""

    __tablename__ = "report_location"
    __table_args__ = (
        one_of("scope", ("content", "container")),
        sa.Index("ix_report_location_kind_digest", "kind", "digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    supplement_id: Mapped[UUID | None]
    ordinal: Mapped[int] = mapped_column(sa.SmallInteger, comment="within the report")
    platform: Mapped[str]
    scope: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[bytes]
    rules_version: Mapped[int] = mapped_column(sa.SmallInteger)
    lookalike: Mapped[bool] = mapped_column(
        server_default=sa.false(), comment="its host imitates another"
    )
    url_item: Mapped[UUID] = mapped_column(comment="vault item of urls that came together")
    url_place: Mapped[int] = mapped_column(sa.SmallInteger, comment="which of the item's urls")
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
    supplement_id: Mapped[UUID | None]
    ordinal: Mapped[int] = mapped_column(sa.SmallInteger, comment="within the report")
    sha256_digest: Mapped[bytes | None]
    md5_digest: Mapped[bytes | None]
    platform_media_digest: Mapped[bytes | None]
    pdq: Mapped[bytes | None]
    pdq_quality: Mapped[int | None] = mapped_column(sa.SmallInteger)
    pdq_forms: Mapped[list[bytes]] = mapped_column(ARRAY(sa.LargeBinary))
