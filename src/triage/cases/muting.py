"""What leads have muted: a logo or a blank picture, which says nothing about who is in it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.links import LinkKind, LinkState
from triage.cases.models import CaseLinkRow, FingerprintRow, MutedPictureRow
from triage.reports.models import ReportLocationRow, ReportMediaRow

WITHIN = 10
"""Bits: what two programs that compute PDQ may differ by for one and the same picture."""


def is_muted(pdq: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """That a picture is one of the muted, or a copy of one."""
    return (
        sa.select(MutedPictureRow.pdq)
        .where(near(MutedPictureRow.pdq, pdq))
        .correlate_except(MutedPictureRow)
        .exists()
    )


async def muted_among(
    session: AsyncSession, media_ids: Collection[UUID], location_ids: Collection[UUID]
) -> set[UUID]:
    """Which of these files and posts are muted."""
    media = sa.select(ReportMediaRow.id).where(
        ReportMediaRow.id.in_(media_ids),
        sa.or_(
            _has_muted_key("sha256", ReportMediaRow.sha256_digest),
            _has_muted_key("md5", ReportMediaRow.md5_digest),
            _has_muted_key("platform_media", ReportMediaRow.platform_media_digest),
            is_muted(ReportMediaRow.pdq),
        ),
    )
    posts = sa.select(ReportLocationRow.id).where(
        ReportLocationRow.id.in_(location_ids),
        _has_muted_key(ReportLocationRow.kind, ReportLocationRow.digest),
    )
    return set(await session.scalars(sa.union_all(media, posts)))


def is_of_muted_pictures() -> sa.ColumnElement[bool]:
    """That a suggested link has no picture behind it, at one of its ends, that is not muted."""
    return sa.and_(
        CaseLinkRow.kind == LinkKind.PDQ,
        CaseLinkRow.state == LinkState.SUGGESTED,
        sa.exists().select_from(MutedPictureRow),
        sa.or_(
            *(_has_no_other(end) for end in (CaseLinkRow.report_id, CaseLinkRow.other_report_id))
        ),
    )


def _has_muted_key(
    kind: str | sa.SQLColumnExpression[str], digest: sa.SQLColumnExpression[Any]
) -> sa.ColumnElement[bool]:
    return (
        sa.select(FingerprintRow.kind)
        .where(FingerprintRow.kind == kind, FingerprintRow.digest == digest, FingerprintRow.muted)
        .correlate_except(FingerprintRow)
        .exists()
    )


def _has_no_other(report_id: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    media = sa.orm.aliased(ReportMediaRow)
    return ~(
        sa.select(media.id)
        .where(media.report_id == report_id, media.pdq.is_not(None), ~is_muted(media.pdq))
        .correlate(CaseLinkRow)
        .exists()
    )


def near(
    one: sa.SQLColumnExpression[Any], other: sa.SQLColumnExpression[Any] | bytes
) -> sa.ColumnElement[bool]:
    """That two hashes are of copies. bytea cannot tell in how many bits, bit strings can."""
    differing = _bits(one).op("#")(_bits(other))
    return sa.func.bit_count(differing, type_=sa.BigInteger) <= WITHIN


def _bits(pdq: sa.SQLColumnExpression[Any] | bytes) -> sa.ColumnElement[Any]:
    return sa.cast(sa.literal_column("'x'").op("||")(sa.func.encode(pdq, "hex")), BIT(256))
