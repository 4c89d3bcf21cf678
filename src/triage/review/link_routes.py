"""Links of a case over HTTP: list, propose, confirm, reject, confirm many."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.cases.links import LinkState
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.paging import Limit, Page
from triage.kit.preconditions import read_if_match
from triage.kit.types import Line
from triage.review.link_schemas import ConfirmedLinks, Link, LinkProposal, LinksToConfirm
from triage.review.links import (
    confirm_links,
    decide_link,
    list_links,
    present_link,
    propose_link,
)
from triage.review.queries import visible_case
from triage.review.routes import IfMatch
from triage.vault.service import Vault


@get("/v1/cases/{case_id:uuid}/links", operation_id="list_case_links")
async def list_case_links(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    in_state: Annotated[LinkState | None, QueryParameter(name="state")] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[Link]:
    """Cases that may be about the same, as far as the caller may know them; oldest link first."""
    seen = await visible_case(session, principal, case_id, clock())
    return await list_links(
        session, principal, seen.case, state=in_state, limit=limit, cursor=cursor
    )


@post(
    "/v1/cases/{case_id:uuid}/links",
    operation_id="propose_link",
    status_code=201,
    responses=replayed(Link),
)
async def propose_case_link(
    case_id: FromPath[UUID],
    data: JSONBody[LinkProposal],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Link]:
    """Propose that another case is about the same; a lead merges, nobody else."""
    now, link_id = clock(), uuid7()
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"link:{case_id}",
        request=data,
        result_id=link_id,
        now=now,
    )
    if first is not None:
        return replay(await present_link(session, principal, case_id, first))
    version = read_if_match(if_match)
    await propose_link(session, principal, case_id, data.case_id, link_id, version, now)
    await session.flush()
    return Response(await present_link(session, principal, case_id, link_id), status_code=201)


def _deciding(act: str, to: LinkState, words: str) -> HTTPRouteHandler:
    @post(
        f"/v1/cases/{{case_id:uuid}}/links/{{link_id:uuid}}/{act}",
        operation_id=f"{act}_link",
        description=words,
        status_code=200,
    )
    async def decide_case_link(
        case_id: FromPath[UUID],
        link_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Link:
        version = read_if_match(if_match)
        await decide_link(session, principal, case_id, link_id, to, version, clock())
        return await present_link(session, principal, case_id, link_id)

    return decide_case_link


confirm_case_link = _deciding(
    "confirm",
    LinkState.CONFIRMED,
    "It is the same harm; the cases stay two until a lead merges them.",
)
reject_case_link = _deciding(
    "reject",
    LinkState.REJECTED,
    "It is not the same; the pair is not suggested again for this kind of likeness.",
)


@post(
    "/v1/cases/{case_id:uuid}/links/confirm-all",
    operation_id="confirm_links",
    status_code=200,
)
async def confirm_case_links(
    case_id: FromPath[UUID],
    data: JSONBody[LinksToConfirm],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    if_match: IfMatch = None,
) -> ConfirmedLinks:
    """Confirm a flood of re-uploads at once: of one kind, and as close as said."""
    version = read_if_match(if_match)
    confirmed, after = await confirm_links(session, principal, case_id, data, version, clock())
    return ConfirmedLinks(confirmed=confirmed, version=after)


router = Router(
    path="/",
    route_handlers=[
        list_case_links,
        propose_case_link,
        confirm_case_link,
        reject_case_link,
        confirm_case_links,
    ],
    tags=["Work"],
)
