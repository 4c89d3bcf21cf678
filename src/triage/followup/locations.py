"""The locations of a case: each address once, however many reports name it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import ReportCaseRow
from triage.cases.queries import homes_of
from triage.reports.models import ReportLocationRow, ReportRow
from triage.reports.taxonomy import Relation

ORGANISATIONS = frozenset(
    {
        Relation.REPRESENTATIVE,
        Relation.SCHOOL,
        Relation.TRUSTED_FLAGGER,
        Relation.AUTHORITY,
        Relation.PLATFORM,
    }
)


@dataclass(frozen=True, slots=True)
class KnownLocation:
    """`url_item` holds the urls that came together, this one at `url_place`."""

    id: UUID
    report_id: UUID
    home_id: UUID
    ordinal: int
    platform: str
    scope: str
    kind: str
    digest: bytes
    lookalike: bool
    url_item: UUID
    url_place: int
    seen_at: datetime | None
    jurisdiction: str | None
    channel_kind: str
    requester: str


FIRST_NAMED = (
    sa.select(
        ReportLocationRow.id,
        ReportLocationRow.report_id,
        ReportLocationRow.ordinal,
        ReportLocationRow.platform,
        ReportLocationRow.scope,
        ReportLocationRow.kind,
        ReportLocationRow.digest,
        ReportLocationRow.lookalike,
        ReportLocationRow.url_item,
        ReportLocationRow.url_place,
        ReportLocationRow.seen_at,
        ReportRow.jurisdiction,
        ReportRow.channel_kind,
        ReportRow.relation,
        ReportCaseRow.case_id.label("home_id"),
        ReportCaseRow.ordinal.label("nth_report"),
        ReportCaseRow.attached_at,
    )
    .join(ReportRow, ReportRow.id == ReportLocationRow.report_id)
    .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
    .where(ReportCaseRow.case_id.in_(homes_of(sa.bindparam("case_id", type_=sa.Uuid))))
    .ext(distinct_on(ReportLocationRow.digest))
    .order_by(
        ReportLocationRow.digest,
        ReportCaseRow.attached_at,
        ReportCaseRow.ordinal,
        ReportLocationRow.ordinal,
    )
    .subquery()
)
LOCATIONS = sa.select(FIRST_NAMED).order_by(
    FIRST_NAMED.c.attached_at, FIRST_NAMED.c.nth_report, FIRST_NAMED.c.ordinal
)


async def locations_of(session: AsyncSession, case_id: UUID) -> list[KnownLocation]:
    """In the order in which they were first reported; content and containers alike."""
    rows = await session.execute(LOCATIONS, {"case_id": case_id})
    return [
        KnownLocation(
            id=row.id,
            report_id=row.report_id,
            home_id=row.home_id,
            ordinal=row.ordinal,
            platform=row.platform,
            scope=row.scope,
            kind=row.kind,
            digest=row.digest,
            lookalike=row.lookalike,
            url_item=row.url_item,
            url_place=row.url_place,
            seen_at=row.seen_at,
            jurisdiction=row.jurisdiction,
            channel_kind=row.channel_kind,
            requester=requester_of(row.relation),
        )
        for row in rows
    ]


def requester_of(relation: str) -> str:
    """Who asks, as Korean statistics part it: the victim's side or an organisation."""
    return "organisation" if relation in ORGANISATIONS else "victim"
