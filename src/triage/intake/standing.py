"""A report as it stands: itself, what was added to it, and its live case, under its lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow, ReportCaseRow
from triage.intake.keeping import ExternalIdReused
from triage.intake.receipts import ReportNotFound
from triage.reports.models import (
    ReportLocationRow,
    ReportMediaRow,
    ReportRow,
    ReportSupplementRow,
)
from triage.reports.validity import Validity

REPEATED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Standing:
    """`home_id` is the case it attached to, `case_id` the one that lives; counts are rows."""

    report: ReportRow
    added: Sequence[ReportSupplementRow]
    home_id: UUID
    case_id: UUID
    locations: int
    media: int

    @property
    def validity(self) -> dict[str, Validity]:
        # By number, which the case's lock gives: the clocks of two processes may differ.
        latest = max(self.added, key=lambda row: row.ordinal, default=self.report)
        return msgspec.convert(latest.validity, dict[str, Validity])

    @property
    def allegations(self) -> set[str]:
        return set(self.report.allegations).union(*(row.allegations for row in self.added))


async def check_own_report(session: AsyncSession, channel_id: UUID, report_id: UUID) -> None:
    """Raises ReportNotFound for another channel's report and for none alike."""
    if not await session.scalar(
        sa.select(ReportRow.id).where(ReportRow.id == report_id, ReportRow.channel_id == channel_id)
    ):
        raise ReportNotFound


async def lock_report(session: AsyncSession, report_id: UUID) -> Standing:
    """The lock of a report is that of its home: the report itself never changes."""
    home_id = await session.scalar(
        sa.select(ReportCaseRow.case_id)
        .where(ReportCaseRow.report_id == report_id)
        .with_for_update(key_share=True)
    )
    if home_id is None:
        raise ReportNotFound
    report = (await session.scalars(sa.select(ReportRow).where(ReportRow.id == report_id))).one()
    added = await session.scalars(
        sa.select(ReportSupplementRow).where(ReportSupplementRow.report_id == report_id)
    )
    counts = (
        await session.execute(
            sa.select(
                *(
                    sa.select(sa.func.count())
                    .select_from(model)
                    .where(model.report_id == report_id)
                    .scalar_subquery()
                    for model in (ReportLocationRow, ReportMediaRow)
                ),
                sa.select(CaseRow.root_id).where(CaseRow.id == home_id).scalar_subquery(),
            )
        )
    ).one()
    return Standing(report, added.all(), home_id, counts[2], counts[0], counts[1])


async def find_supplement(
    session: AsyncSession,
    home: Standing,
    external: bytes | None,
    content_digest: bytes,
    now: datetime,
) -> ReportSupplementRow | None:
    """The supplement that this repeats. Without an id of the sender's: the same words just now.

    The same words a day later are news: "He wrote again".
    """
    if external is None:
        since = now - REPEATED_WITHIN
        return next(
            (
                row
                for row in home.added
                if row.content_digest == content_digest and row.received_at > since
            ),
            None,
        )
    known = await session.scalar(
        sa.select(ReportSupplementRow).where(
            ReportSupplementRow.channel_id == home.report.channel_id,
            ReportSupplementRow.external_id_digest == external,
        )
    )
    if known is not None and (known.report_id, known.content_digest) != (
        home.report.id,
        content_digest,
    ):
        raise ExternalIdReused(f"It is a supplement of report {known.report_id}")
    return known


async def supplement_of(session: AsyncSession, supplement_id: UUID) -> ReportSupplementRow:
    rows = await session.scalars(
        sa.select(ReportSupplementRow).where(ReportSupplementRow.id == supplement_id)
    )
    return rows.one()
