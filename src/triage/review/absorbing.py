"""What a merged case brings that its survivor did not know, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow
from triage.cases.queries import homes_of
from triage.cases.states import CaseState
from triage.followup.drafting import draft_removals
from triage.followup.locations import KnownLocation, locations_of
from triage.followup.models import RemovalRow
from triage.followup.reappearance import mark_reappeared
from triage.followup.states import OPEN_REMOVALS, RemovalState
from triage.journal.actor import Actor
from triage.reports.models import ReportLocationRow, ReportRow
from triage.review.models import Outcome


@dataclass(frozen=True, slots=True)
class Brought:
    """`is_worse`: a higher band or a rule that did not speak before."""

    is_worse: bool
    locations: Sequence[KnownLocation]


async def brought_by(session: AsyncSession, child: CaseRow, survivor: CaseRow) -> Brought:
    """What the child tells that the survivor does not, before they are merged."""
    known = {location.digest for location in await locations_of(session, survivor.id)}
    return Brought(
        is_worse=child.band < survivor.band
        or bool(child.rule_weights.keys() - survivor.rule_weights.keys()),
        locations=[
            location
            for location in await locations_of(session, child.id)
            if location.digest not in known
        ],
    )


async def must_be_looked_at(
    session: AsyncSession, survivor: CaseRow, brought: Brought, actor: Actor, now: datetime
) -> bool:
    """Whether a decided survivor needs a new decision, by the rule that holds for a report.

    A new location of a case that is being removed becomes one more removal draft instead.
    """
    only_locations = brought.locations and not brought.is_worse
    is_removing = survivor.state == CaseState.FOLLOWING and survivor.outcome == Outcome.REMOVE
    if only_locations and is_removing:
        await draft_removals(session, survivor, brought.locations, {}, actor, now)
        return False
    return brought.is_worse or bool(brought.locations)


async def tell_reappeared(
    session: AsyncSession, survivor: CaseRow, actor: Actor, now: datetime
) -> None:
    """What one case saw removed and the other saw later is back."""
    gone, again = sa.orm.aliased(RemovalRow), sa.orm.aliased(RemovalRow)
    lives_here = homes_of(survivor.id)
    rows = await session.execute(
        sa.select(
            gone.location_digest,
            sa.func.max(sa.func.coalesce(ReportLocationRow.seen_at, ReportRow.received_at)).label(
                "seen_at"
            ),
        )
        .join(again, again.location_digest == gone.location_digest)
        .join(ReportLocationRow, ReportLocationRow.id == again.location_id)
        .join(ReportRow, ReportRow.id == ReportLocationRow.report_id)
        .where(
            gone.case_id.in_(lives_here),
            again.case_id.in_(lives_here),
            gone.state == RemovalState.REMOVED,
            again.state.in_(OPEN_REMOVALS),
            again.counted_at.is_(None),
        )
        .group_by(gone.location_digest)
    )
    seen = {row.location_digest: row.seen_at for row in rows}
    await mark_reappeared(session, survivor.id, seen, actor, now)
