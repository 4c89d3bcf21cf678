"""The locations of a case: each address once, however many reports name it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import ReportCaseRow
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
    """`url_item` holds all urls of its report, this one at `ordinal`."""

    id: UUID
    report_id: UUID
    ordinal: int
    platform: str
    scope: str
    kind: str
    digest: bytes
    url_item: UUID
    seen_at: datetime | None
    jurisdiction: str | None
    channel_kind: str
    requester: str


async def locations_of(session: AsyncSession, case_id: UUID) -> list[KnownLocation]:
    """In the order in which they were first reported; content and containers alike."""
    rows = await session.execute(
        sa.select(
            ReportLocationRow,
            ReportRow.jurisdiction,
            ReportRow.channel_kind,
            ReportRow.relation,
        )
        .join(ReportRow, ReportRow.id == ReportLocationRow.report_id)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
        .where(ReportCaseRow.case_id == case_id)
        .order_by(ReportCaseRow.ordinal, ReportLocationRow.ordinal)
    )
    first: dict[bytes, KnownLocation] = {}
    for location, jurisdiction, channel_kind, relation in rows:
        first.setdefault(
            location.digest,
            KnownLocation(
                id=location.id,
                report_id=location.report_id,
                ordinal=location.ordinal,
                platform=location.platform,
                scope=location.scope,
                kind=location.kind,
                digest=location.digest,
                url_item=location.url_item,
                seen_at=location.seen_at,
                jurisdiction=jurisdiction,
                channel_kind=channel_kind,
                requester=requester_of(relation),
            ),
        )
    return list(first.values())


def requester_of(relation: str) -> str:
    """Who asks, as Korean statistics part it: the victim's side or an organisation."""
    return "organisation" if relation in ORGANISATIONS else "victim"
