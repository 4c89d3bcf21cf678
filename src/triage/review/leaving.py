"""The rows that leave a case with its reports: homes, signals, fingerprints, removals, clocks."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import FingerprintRow, ReportCaseRow, SignalRow
from triage.cases.queries import homes_of
from triage.followup.models import RemovalRow
from triage.followup.states import RemovalState
from triage.reports.models import ReportLocationRow, ReportMediaRow
from triage.sla.models import ClockRow

MOVE_REPORTS = sa.text("""
UPDATE report_case AS home
SET case_id = :case_id, ordinal = leaving.ordinal
FROM (
    SELECT report_id, row_number() OVER (ORDER BY attached_at, ordinal, report_id) AS ordinal
    FROM report_case WHERE report_id = ANY (:report_ids)
) AS leaving
WHERE home.report_id = leaving.report_id
""").bindparams(
    sa.bindparam("case_id", type_=sa.Uuid), sa.bindparam("report_ids", type_=ARRAY(sa.Uuid))
)


async def lock_fingerprints(
    session: AsyncSession, case_id: UUID, report_ids: Sequence[UUID]
) -> None:
    await session.execute(
        sa.select(FingerprintRow.kind, FingerprintRow.digest)
        .where(
            FingerprintRow.case_id.in_(homes_of(case_id)), FingerprintRow.report_id.in_(report_ids)
        )
        .order_by(FingerprintRow.kind, FingerprintRow.digest)
        .with_for_update(key_share=True)
    )


async def move_reports(session: AsyncSession, report_ids: Sequence[UUID], to: UUID) -> None:
    """Their signals go along; a supplement keeps the numbers that it was told under."""
    old = (
        await session.scalars(
            sa.select(ReportCaseRow.case_id)
            .where(ReportCaseRow.report_id.in_(report_ids))
            .distinct()
        )
    ).all()
    await session.execute(MOVE_REPORTS, {"case_id": to, "report_ids": list(report_ids)})
    await session.execute(
        sa.update(SignalRow)
        .where(SignalRow.case_id.in_(old), SignalRow.report_id.in_(report_ids))
        .values(case_id=to)
        .execution_options(synchronize_session=False)
    )


async def move_fingerprints(
    session: AsyncSession, case_id: UUID, to: UUID, report_ids: Sequence[UUID]
) -> None:
    """What a leaving report brought first goes along, unless one that stays has brought it too."""
    mine = (
        FingerprintRow.case_id.in_(homes_of(case_id)),
        FingerprintRow.report_id.in_(report_ids),
    )
    location = (
        sa.select(ReportLocationRow.report_id, ReportCaseRow.ordinal)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportLocationRow.report_id)
        .where(
            ReportCaseRow.case_id.in_(homes_of(case_id)),
            ReportLocationRow.kind == FingerprintRow.kind,
            ReportLocationRow.digest == FingerprintRow.digest,
        )
        .correlate(FingerprintRow)
    )
    file = (
        sa.select(ReportMediaRow.report_id, ReportCaseRow.ordinal)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportMediaRow.report_id)
        .where(
            ReportCaseRow.case_id.in_(homes_of(case_id)),
            sa.or_(
                ReportMediaRow.sha256_digest == FingerprintRow.digest,
                ReportMediaRow.md5_digest == FingerprintRow.digest,
                ReportMediaRow.platform_media_digest == FingerprintRow.digest,
            ),
        )
        .correlate(FingerprintRow)
    )
    both = location.union_all(file).subquery()
    staying = (
        sa.select(both.c.report_id).order_by(both.c.ordinal, both.c.report_id).limit(1)
    ).scalar_subquery()
    rows = await session.execute(
        sa.select(FingerprintRow.kind, FingerprintRow.digest, staying.label("staying")).where(*mine)
    )
    for row in rows.all():
        values = {"case_id": to} if row.staying is None else {"report_id": row.staying}
        await session.execute(
            sa.update(FingerprintRow)
            .where(FingerprintRow.kind == row.kind, FingerprintRow.digest == row.digest)
            .values(values)
            .execution_options(synchronize_session=False)
        )


async def move_removals(session: AsyncSession, case_id: UUID, to: UUID) -> None:
    """A removal goes with the last report that names its address, its clocks and history with it.

    One that stays is asked for by the location of a report that stays.
    """
    named = (
        sa.select(ReportLocationRow.digest, ReportLocationRow.id)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportLocationRow.report_id)
        .order_by(ReportCaseRow.ordinal, ReportLocationRow.ordinal)
    )
    rows = await session.execute(named.where(ReportCaseRow.case_id.in_(homes_of(case_id))))
    staying: dict[bytes, UUID] = {}
    kept: set[UUID] = set()
    for row in rows:
        staying.setdefault(row.digest, row.id)
        kept.add(row.id)
    removals = await session.scalars(
        sa.select(RemovalRow)
        .where(RemovalRow.case_id.in_(homes_of(case_id)))
        .order_by(RemovalRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    leaving: list[UUID] = []
    moved: set[bytes] = set()  # a case has one removal for an address
    for removal in removals:
        is_twin_of_one = (
            removal.location_digest in moved and removal.state != RemovalState.WITHDRAWN
        )
        if removal.location_digest not in staying and not is_twin_of_one:
            moved.add(removal.location_digest)
            removal.case_id = to
            leaving.append(removal.id)
        elif removal.location_digest in staying and removal.location_id not in kept:
            removal.location_id = staying[removal.location_digest]
    await session.flush()
    await session.execute(
        sa.update(ClockRow)
        .where(ClockRow.removal_id.in_(leaving))
        .values(case_id=to)
        .execution_options(synchronize_session=False)
    )
