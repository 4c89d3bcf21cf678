"""The removal desk, referrals, and platforms' answers."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.cases.visibility import known_case
from triage.followup.answers import take_answers
from triage.followup.drafting import add_referral, add_removal, find_referral, find_removal
from triage.followup.queries import list_referrals, list_removals
from triage.followup.referrals import update_referral
from triage.followup.requests import request_text
from triage.followup.schemas import (
    AnsweredRemovals,
    Referral,
    ReferralChange,
    ReferralDraft,
    Removal,
    RemovalAnswers,
    RemovalChange,
    RemovalDraft,
    RemovalRequestText,
    present_referral,
    present_removal,
)
from triage.followup.service import update_removal
from triage.followup.states import ReferralState, RemovalState
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.paging import Limit, Page
from triage.kit.types import Line, Seconds
from triage.vault.service import Vault


@get("/v1/removals", operation_id="list_removals")
async def list_all_removals(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    in_state: Annotated[RemovalState | None, QueryParameter(name="state")] = None,
    addressee: FromQuery[Line | None] = None,
    due_within: FromQuery[Seconds | None] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[Removal]:
    """Removals of cases that the caller may know; `due_within`: seconds to the next attempt."""
    return await list_removals(
        session,
        principal,
        clock(),
        state=in_state,
        addressee=addressee,
        due_within=None if due_within is None else timedelta(seconds=due_within),
        limit=limit,
        cursor=cursor,
    )


@post(
    "/v1/cases/{case_id:uuid}/removals",
    operation_id="create_removal",
    status_code=201,
    responses=replayed(Removal),
)
async def create_removal(
    case_id: FromPath[UUID],
    data: JSONBody[RemovalDraft],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[Removal]:
    """Draft one more removal for a location of a decided case."""
    now, removal_id = clock(), uuid7()
    await known_case(session, principal, case_id)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"removal:{case_id}",
        request=data,
        result_id=removal_id,
        now=now,
    )
    if first is not None:
        answer = await find_removal(session, first)
        return replay(present_removal(answer))
    removal = await add_removal(session, principal, case_id, removal_id, data, now)
    return Response(present_removal(removal), status_code=201)


@patch("/v1/removals/{removal_id:uuid}", operation_id="update_removal")
async def change_removal(
    removal_id: FromPath[UUID],
    data: JSONBody[RemovalChange],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> Removal:
    """Tell what became of a removal; its clock and its case follow."""
    removal, warnings = await update_removal(session, vault, principal, removal_id, data, clock())
    return present_removal(removal, warnings)


@get("/v1/removals/{removal_id:uuid}/request", operation_id="get_removal_request")
async def get_removal_request(
    removal_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    lang: FromQuery[Literal["ko", "en"]] = "en",
) -> RemovalRequestText:
    """The text to send to the addressee; it opens the location's url (journaled)."""
    return await request_text(session, vault, principal, removal_id, lang, clock())


@post(
    "/v1/removals/answers",
    operation_id="answer_removals",
    status_code=200,
    opt={"refuses": (404,)},
)
async def answer_removals(
    data: JSONBody[RemovalAnswers],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> AnsweredRemovals:
    """A platform's answers to requests it was sent; saying the same twice changes nothing."""
    told = await take_answers(session, vault, principal, data.answers, clock())
    return AnsweredRemovals(items=told)


@get("/v1/referrals", operation_id="list_referrals")
async def list_all_referrals(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    in_state: Annotated[ReferralState | None, QueryParameter(name="state")] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[Referral]:
    """Referrals of cases that the caller may know, oldest first."""
    return await list_referrals(session, principal, state=in_state, limit=limit, cursor=cursor)


@post(
    "/v1/cases/{case_id:uuid}/referrals",
    operation_id="create_referral",
    status_code=201,
    responses=replayed(Referral),
)
async def create_referral(
    case_id: FromPath[UUID],
    data: JSONBody[ReferralDraft],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[Referral]:
    """Draft a referral beside those of a decision."""
    now, referral_id = clock(), uuid7()
    await known_case(session, principal, case_id)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"referral:{case_id}",
        request=data,
        result_id=referral_id,
        now=now,
    )
    if first is not None:
        answer = await find_referral(session, first)
        return replay(present_referral(answer))
    referral = await add_referral(session, principal, case_id, referral_id, data, now)
    return Response(present_referral(referral), status_code=201)


@patch("/v1/referrals/{referral_id:uuid}", operation_id="update_referral")
async def change_referral(
    referral_id: FromPath[UUID],
    data: JSONBody[ReferralChange],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Referral:
    """Tell what became of a referral; its case follows."""
    return present_referral(await update_referral(session, principal, referral_id, data, clock()))


router = Router(
    path="/",
    route_handlers=[
        list_all_removals,
        change_removal,
        get_removal_request,
        answer_removals,
        list_all_referrals,
        change_referral,
    ],
    tags=["Follow-up"],
)
