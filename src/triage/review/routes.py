"""People's work on cases: claim, read, reveal, decide, give back."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.assessment.bands import Band
from triage.cases.queries import find_case
from triage.followup.queries import referrals_of, removals_of
from triage.followup.routes import create_referral, create_removal
from triage.followup.schemas import CaseReferrals, CaseRemovals
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.paging import Limit, Page
from triage.kit.preconditions import read_if_match
from triage.kit.types import CountryCode, Line
from triage.queues.dispenser import Idle, claim
from triage.queues.leases import release
from triage.queues.schemas import Release
from triage.reports.taxonomy import Allegation
from triage.review.decisions import decide, present_decision
from triage.review.disclosure import Sight
from triage.review.notes import write_note
from triage.review.page import case_page, present_lease, present_reasons, present_score
from triage.review.queries import list_cases, present_note, timeline, visible_case
from triage.review.reveals import reveal
from triage.review.schemas import (
    BandName,
    Case,
    CaseSummary,
    Claimed,
    ClaimRequest,
    Decision,
    DecisionRequest,
    Note,
    NoteRequest,
    Revealed,
    RevealRequest,
    Score,
    ShownState,
    TimelineEvent,
)
from triage.settings import Settings
from triage.sla.queries import clocks_of
from triage.sla.schemas import CaseClocks
from triage.vault.service import Vault

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


@post("/v1/claims", operation_id="claim", status_code=200)
async def claim_case(
    data: JSONBody[ClaimRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Settings],
) -> Response[Claimed | None]:
    """The next piece of work, the same one again for its holder; 204 when there is none."""
    lease = await claim(
        session,
        principal,
        queues=data.queues,
        purpose=data.purpose,
        now=clock(),
        length=settings.lease,
    )
    if isinstance(lease, Idle):
        return Response(None, status_code=204, headers={"Triage-Idle": lease})
    case = await find_case(session, lease.case_id)
    shown = present_lease(lease)
    if shown is None:
        raise RuntimeError("a claim gives a lease")
    return Response(
        Claimed(
            case=await case_page(session, vault, principal, case, lease, Sight.TEXTS),
            lease=shown,
            reasons=present_reasons(case),
        )
    )


@get("/v1/cases/{case_id:uuid}", operation_id="get_case")
async def get_case(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> Response[Case]:
    """The case page; its texts, masked, for the holder of the lease only (journaled)."""
    now = clock()
    seen = await visible_case(session, principal, case_id, now)
    if seen.sight is Sight.TEXTS:
        append(session, "case.read", principal.actor, [Subject("case", case_id)], at=now)
    page = await case_page(session, vault, principal, seen.case, seen.lease, seen.sight)
    return Response(page, headers={"ETag": f'"{page.version}"'})


@get("/v1/cases", operation_id="list_cases")
async def list_all_cases(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    in_state: Annotated[ShownState | None, QueryParameter(name="state")] = None,
    band: FromQuery[BandName | None] = None,
    queue: FromQuery[Line | None] = None,
    category: FromQuery[Allegation | None] = None,
    jurisdiction: FromQuery[CountryCode | None] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[CaseSummary]:
    """All cases, also the closed ones; by id, so that pages stay true while cases come."""
    return await list_cases(
        session,
        principal,
        clock(),
        state=in_state,
        band=None if band is None else Band[band],
        queue=queue,
        category=category,
        jurisdiction=jurisdiction,
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
    clock: NamedDependency[Clock],
) -> Score:
    """Why the case has its band: every signal with its rule, reason and evidence."""
    seen = await visible_case(session, principal, case_id, clock())
    return await present_score(session, seen.case)


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


@post("/v1/cases/{case_id:uuid}/release", operation_id="release_lease", status_code=204)
async def release_lease(
    case_id: FromPath[UUID],
    data: JSONBody[Release],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> None:
    """Give the case back; it keeps its place in the queue."""
    now = clock()
    await release(session, principal, case_id, data.token, data.reason, now)
    if data.note:
        await write_note(session, vault, principal, case_id, uuid7(), data.note, "internal", now)


@post("/v1/cases/{case_id:uuid}/reveal", operation_id="reveal", status_code=200)
async def reveal_items(
    case_id: FromPath[UUID],
    data: JSONBody[RevealRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> Revealed:
    """Open sealed items of this case for five minutes; the reason is kept, the act journaled."""
    now = clock()
    seen = await visible_case(session, principal, case_id, now)
    return await reveal(session, vault, principal, case_id, seen.lease, data, now)


@post(
    "/v1/cases/{case_id:uuid}/decisions",
    operation_id="decide",
    status_code=201,
    responses=replayed(Decision),
)
async def decide_case(
    case_id: FromPath[UUID],
    data: JSONBody[DecisionRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Decision]:
    """Decide as the holder of the lease, on the version and the reports that were shown."""
    now, decision_id = clock(), uuid7()
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"decide:{case_id}",
        request=data,
        result_id=decision_id,
        now=now,
    )
    if first is not None:
        answer = await present_decision(session, first)
        return replay(answer)
    version = read_if_match(if_match)
    await decide(session, vault, principal, case_id, version, data, decision_id, now)
    await session.flush()
    return Response(await present_decision(session, decision_id), status_code=201)


@post(
    "/v1/cases/{case_id:uuid}/notes",
    operation_id="create_note",
    status_code=201,
    responses=replayed(Note),
)
async def create_note(
    case_id: FromPath[UUID],
    data: JSONBody[NoteRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[Note]:
    """Write a note on the case; its text is sealed and shown to nobody by this answer."""
    now, note_id = clock(), uuid7()
    await visible_case(session, principal, case_id, now)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"note:{case_id}",
        request=data,
        result_id=note_id,
        now=now,
    )
    if first is not None:
        answer = await present_note(session, first)
        return replay(answer)
    await write_note(session, vault, principal, case_id, note_id, data.text, data.audience, now)
    return Response(await present_note(session, note_id), status_code=201)


router = Router(
    path="/",
    route_handlers=[
        claim_case,
        get_case,
        list_all_cases,
        get_timeline,
        get_score,
        list_case_clocks,
        list_case_removals,
        list_case_referrals,
        # Of one path, one router: Litestar joins methods within a router only.
        create_removal,
        create_referral,
        release_lease,
        reveal_items,
        decide_case,
        create_note,
    ],
    tags=["Work"],
)
