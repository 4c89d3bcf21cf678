"""Leads merge cases, let them go again, and split reports off."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.cases.visibility import known_case
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.preconditions import read_if_match
from triage.review.act_schemas import MergeRequest, SplitRequest, UnmergeRequest
from triage.review.disclosure import Sight
from triage.review.merging import find_record, merge
from triage.review.page import case_page
from triage.review.queries import visible_case
from triage.review.schemas import Case
from triage.review.splitting import split
from triage.review.unmerging import unmerge
from triage.vault.service import Vault

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


@post(
    "/v1/cases/{case_id:uuid}/merge",
    operation_id="merge_case",
    status_code=200,
)
async def merge_case(
    case_id: FromPath[UUID],
    data: JSONBody[MergeRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Case]:
    """Let the case live in another, `into`; answers with that one. No row moves."""
    now, record_id = clock(), uuid7()
    await known_case(session, principal, case_id)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"merge:{case_id}",
        request=data,
        result_id=record_id,
        now=now,
    )
    if first is not None:
        record = await find_record(session, first)
        return replay(await _page(session, vault, principal, record.survivor_id, now))
    version = read_if_match(if_match)
    await merge(session, principal, case_id, data.into, version, record_id, now)
    await session.flush()
    page = await _page(session, vault, principal, data.into, now)
    return Response(page, headers={"ETag": f'"{page.version}"'})


@post(
    "/v1/cases/{case_id:uuid}/unmerge",
    operation_id="unmerge_case",
    status_code=200,
)
async def unmerge_case(
    case_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Case]:
    """Let a merged case live for itself again, with what came for it since; answers with it."""
    now = clock()
    await known_case(session, principal, case_id)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"unmerge:{case_id}",
        request=UnmergeRequest(),
        result_id=case_id,
        now=now,
    )
    if first is not None:
        return replay(await _page(session, vault, principal, first, now))
    await unmerge(session, principal, case_id, read_if_match(if_match), now)
    await session.flush()
    page = await _page(session, vault, principal, case_id, now)
    return Response(page, headers={"ETag": f'"{page.version}"'})


@post(
    "/v1/cases/{case_id:uuid}/split",
    operation_id="split_case",
    status_code=201,
    responses=replayed(Case),
)
async def split_case(
    case_id: FromPath[UUID],
    data: JSONBody[SplitRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Case]:
    """Let reports leave to a case of their own, as if they had never come here; answers with it."""
    now, new_id = clock(), uuid7()
    await known_case(session, principal, case_id)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"split:{case_id}",
        request=data,
        result_id=new_id,
        now=now,
    )
    if first is not None:
        return replay(await _page(session, vault, principal, first, now))
    version = read_if_match(if_match)
    await split(session, vault, principal, case_id, version, data, new_id, now)
    await session.flush()
    page = await _page(session, vault, principal, new_id, now)
    return Response(page, status_code=201, headers={"ETag": f'"{page.version}"'})


async def _page(
    session: AsyncSession, vault: Vault, principal: Principal, case_id: UUID, now: datetime
) -> Case:
    """The case as `get_case` shows it to the caller."""
    seen = await visible_case(session, principal, case_id, now)
    if seen.sight is Sight.TEXTS:
        append(session, "case.read", principal.actor, [Subject("case", case_id)], at=now)
    return await case_page(session, vault, principal, seen.case, seen.lease, seen.sight)


router = Router(path="/", route_handlers=[merge_case, unmerge_case, split_case], tags=["Work"])
