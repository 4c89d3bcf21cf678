"""Reads beside the case page: lists, timeline, score, clocks, removals and referrals of a case."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.assessment.bands import Band
from triage.followup.queries import referrals_of, removals_of
from triage.followup.routes import create_referral, create_removal
from triage.followup.schemas import CaseReferrals, CaseRemovals
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.paging import Limit, Page
from triage.kit.types import CountryCode, Instant, Line
from triage.reports.taxonomy import Allegation
from triage.review.disclosure import Sight
from triage.review.queries import CaseFilter, list_cases, timeline, visible_case
from triage.review.schemas import BandName, CaseSummary, Score, ShownState, TimelineEvent
from triage.review.score import present_score
from triage.sla.queries import clocks_of
from triage.sla.schemas import CaseClocks
from triage.vault.service import Vault

WeightsNumber = Annotated[int, Meta(ge=1, le=32_767)]


@get("/v1/cases", operation_id="list_cases")
async def list_all_cases(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    in_state: Annotated[ShownState | None, QueryParameter(name="state")] = None,
    band: FromQuery[BandName | None] = None,
    queue: FromQuery[Line | None] = None,
    category: FromQuery[Allegation | None] = None,
    platform: FromQuery[Line | None] = None,
    jurisdiction: FromQuery[CountryCode | None] = None,
    due: FromQuery[Instant | None] = None,
    holder: FromQuery[UUID | None] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[CaseSummary]:
    """Cases, also the closed ones; by id, so that pages stay true while cases come.

    `category`: as decided, until then as alleged. `due`: those due by then. `holder`: whose lease.
    """
    return await list_cases(
        session,
        principal,
        clock(),
        CaseFilter(
            state=in_state,
            band=None if band is None else Band[band],
            queue=queue,
            category=category,
            platform=platform,
            jurisdiction=jurisdiction,
            due=due,
            holder=holder,
        ),
        limit=limit,
        cursor=cursor,
    )


@get("/v1/cases/{case_id:uuid}/timeline", operation_id="get_case_timeline")
async def get_timeline(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[TimelineEvent]:
    """What happened to the case, oldest first; heartbeats are no events."""
    await visible_case(session, principal, case_id, clock())
    return await timeline(session, case_id, limit, cursor)


@get("/v1/cases/{case_id:uuid}/score", operation_id="get_case_score")
async def get_score(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    weights_version: FromQuery[WeightsNumber | None] = None,
) -> Score:
    """Why the case has its band: every signal with its rule, reason and evidence.

    With `weights_version` what those weights say of it, as an old score is checked. The words
    that said so, masked, for the holder of the lease only (journaled).
    """
    now = clock()
    seen = await visible_case(session, principal, case_id, now)
    if seen.sight is Sight.TEXTS:
        append(session, "case.read", principal.actor, [Subject("case", case_id)], at=now)
    return await present_score(session, vault, seen.case, seen.sight, weights_version)


@get("/v1/cases/{case_id:uuid}/clocks", operation_id="list_case_clocks")
async def list_case_clocks(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> CaseClocks:
    """The clocks of the case, and who is bound by each."""
    await visible_case(session, principal, case_id, clock())
    return CaseClocks(items=await clocks_of(session, case_id))


@get("/v1/cases/{case_id:uuid}/removals", operation_id="list_case_removals")
async def list_case_removals(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> CaseRemovals:
    """What is asked of whom, location by location."""
    await visible_case(session, principal, case_id, clock())
    return CaseRemovals(items=await removals_of(session, case_id))


@get("/v1/cases/{case_id:uuid}/referrals", operation_id="list_case_referrals")
async def list_case_referrals(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> CaseReferrals:
    """What went to police, regulators and helpers."""
    await visible_case(session, principal, case_id, clock())
    return CaseReferrals(items=await referrals_of(session, case_id))


router = Router(
    path="/",
    route_handlers=[
        list_all_cases,
        get_timeline,
        get_score,
        list_case_clocks,
        list_case_removals,
        list_case_referrals,
        # Of one path, one router: Litestar joins methods within a router only.
        create_removal,
        create_referral,
    ],
    tags=["Work"],
)
