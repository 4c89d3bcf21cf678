"""What came to a case since somebody looked, and could change what they decided."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import ReportCaseRow, SignalRow
from triage.cases.queries import homes_of
from triage.reports.models import ReportLocationRow, ReportSupplementRow
from triage.review.seen import Seen


async def came_with_news(session: AsyncSession, case_id: UUID, seen: Seen) -> bool:
    """Whether what came after `seen` brought a new location or signal, or raised the band.

    The homes that live in a case share its numbers: what came after a merge stands behind both.
    """
    lives_here = ReportCaseRow.case_id.in_(homes_of(case_id))
    since = (
        sa.select(ReportCaseRow.report_id)
        .where(lives_here, ReportCaseRow.ordinal > seen.reports)
        .scalar_subquery()
    )
    before = (
        sa.select(ReportCaseRow.report_id)
        .where(lives_here, ReportCaseRow.ordinal <= seen.reports)
        .scalar_subquery()
    )
    known = sa.select(ReportLocationRow.digest).where(ReportLocationRow.report_id.in_(before))
    location = sa.select(ReportLocationRow.id).where(
        ReportLocationRow.report_id.in_(since), ReportLocationRow.digest.not_in(known)
    )
    signals = SignalRow.case_id.in_(homes_of(case_id))
    rules = sa.select(SignalRow.rule).where(signals, SignalRow.report_id.in_(before))
    signal = sa.select(SignalRow.id).where(
        signals, SignalRow.report_id.in_(since), SignalRow.rule.not_in(rules)
    )
    bands = sa.select(sa.func.min(ReportCaseRow.band)).where(lives_here)
    worse = (
        bands.where(ReportCaseRow.ordinal > seen.reports).scalar_subquery()
        < bands.where(ReportCaseRow.ordinal <= seen.reports).scalar_subquery()
    )
    added = sa.select(ReportSupplementRow.id).where(
        ReportSupplementRow.case_id.in_(homes_of(case_id)),
        ReportSupplementRow.ordinal > seen.supplements,
        ReportSupplementRow.has_news,
    )
    news = sa.or_(location.exists(), signal.exists(), worse, added.exists())
    return bool(await session.scalar(sa.select(news)))
