"""The campaigns that a case's page tells of: kind, name and size, and no other case."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.campaigns import CampaignRow, ReportTraitRow, is_muted
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.queries import homes_of
from triage.cases.visibility import known_to
from triage.fingerprints.traits import TraitKind
from triage.review.schemas import CaseCampaign

SHOWN = 20
LOOKED_AT = 1_000
"""Reports of the case whose traits are asked for, and of a campaign that are counted: the newest.

A page must not wait for a room that a hundred thousand reports name; the campaign's own page does.
"""

_home = sa.orm.aliased(CaseRow)


async def campaigns_of(
    session: AsyncSession, principal: Principal, case_id: UUID
) -> list[CaseCampaign]:
    """With at least two living cases that the caller may know, the last active first."""
    traits = _traits_of(case_id).subquery()
    counted = _case_count(principal, case_id)
    rows = await session.execute(
        sa.select(CampaignRow.id, CampaignRow.kind, CampaignRow.name, counted.c.cases)
        .join(
            traits,
            sa.and_(traits.c.kind == CampaignRow.kind, traits.c.digest == CampaignRow.digest),
        )
        .join(counted, sa.true())
        .where(~is_muted(), counted.c.cases > 1)
        .order_by(CampaignRow.active_at.desc(), CampaignRow.id.desc())
        .limit(SHOWN)
    )
    return [
        CaseCampaign(id=row.id, kind=TraitKind(row.kind), name=row.name, case_count=row.cases)
        for row in rows
    ]


def _traits_of(case_id: UUID) -> sa.Select[str, bytes]:
    homes = homes_of(case_id).subquery()
    newest = (
        sa.select(ReportCaseRow.report_id)
        .where(ReportCaseRow.case_id == homes.c.id)
        .order_by(ReportCaseRow.ordinal.desc())
        .limit(LOOKED_AT)
        .lateral()
    )
    return (
        sa.select(ReportTraitRow.kind, ReportTraitRow.digest)
        .select_from(homes)
        .join(newest, sa.true())
        .join(ReportTraitRow, ReportTraitRow.report_id == newest.c.report_id)
        .distinct()
    )


def _case_count(principal: Principal, case_id: UUID) -> sa.FromClause:
    newest = (
        sa.select(ReportTraitRow.report_id)
        .where(ReportTraitRow.kind == CampaignRow.kind, ReportTraitRow.digest == CampaignRow.digest)
        .order_by(ReportTraitRow.report_id.desc())
        .limit(LOOKED_AT)
        .correlate(CampaignRow)
        .subquery()
    )
    return (
        sa.select(sa.func.count(CaseRow.id.distinct()).label("cases"))
        .select_from(newest)
        .join(ReportCaseRow, ReportCaseRow.report_id == newest.c.report_id)
        .join(_home, _home.id == ReportCaseRow.case_id)
        .join(CaseRow, CaseRow.id == _home.root_id)
        .where(sa.or_(CaseRow.id == case_id, sa.and_(sa.true(), *known_to(principal))))
        .lateral("counted")
    )
