"""Weights of urgency over HTTP, for leads: proposed by one, approved by another."""

from uuid import UUID

import sqlalchemy as sa
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.approvals import ApprovalKind, ApprovalRow, answer
from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.assessment.weights import SHIPPED_VERSION
from triage.cases.weights_in_force import WeightsRow, in_force
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.paging import Limit, Page, decode_cursor, page_of
from triage.kit.types import Line
from triage.review.weights import propose_weights, put_in_force, read, shadow
from triage.review.weights_schemas import (
    Approval,
    ApprovalAnswer,
    ShadowForm,
    ShadowResult,
    WeightsForm,
    WeightsInForce,
    WeightsVersion,
    present_approval,
    present_shadow,
    present_version,
)
from triage.vault.service import Vault

MAX_TOML = 512 * 1024


@get("/v1/weights", operation_id="list_weights")
async def list_weights(session: NamedDependency[AsyncSession]) -> WeightsInForce:
    """Which weights score, and those that were proposed or scored before."""
    current = (await in_force(session)).version
    rows = await session.scalars(sa.select(WeightsRow).order_by(WeightsRow.version.desc()))
    shipped = WeightsVersion(
        version=SHIPPED_VERSION,
        in_force=current == SHIPPED_VERSION,
        shipped=True,
        proposed_by=None,
        proposed_at=None,
        activated_at=None,
    )
    return WeightsInForce(current, [*(present_version(row, current) for row in rows), shipped])


@post(
    "/v1/weights",
    operation_id="propose_weights",
    status_code=201,
    responses=replayed(Approval),
    request_max_body_size=MAX_TOML,
    opt={"refuses": (409,)},
)
async def propose(
    data: JSONBody[WeightsForm],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[Approval]:
    """Propose weights; they score nothing until another lead approves them."""
    now, approval_id = clock(), uuid7()
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation="propose_weights",
        request=data,
        result_id=approval_id,
        now=now,
    )
    if first is not None:
        return replay(present_approval(await session.get_one(ApprovalRow, first)))
    row = await propose_weights(session, principal.actor, data.toml, approval_id, now)
    return Response(present_approval(row), status_code=201)


@post(
    "/v1/weights/shadow",
    operation_id="shadow_weights",
    status_code=200,
    request_max_body_size=MAX_TOML,
)
async def shadow_weights(
    data: JSONBody[ShadowForm], session: NamedDependency[AsyncSession]
) -> ShadowResult:
    """What would move if these weights scored: which of the newest cases, from band to band."""
    return present_shadow(await shadow(session, read(data.toml), data.last))


@get("/v1/approvals", operation_id="list_approvals")
async def list_approvals(
    session: NamedDependency[AsyncSession],
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[Approval]:
    """What waits for a second person, and what was answered; newest first."""
    statement = sa.select(ApprovalRow).order_by(ApprovalRow.id.desc()).limit(limit + 1)
    if after := decode_cursor(cursor, tuple[UUID]):
        statement = statement.where(ApprovalRow.id < after[0])
    rows = (await session.scalars(statement)).all()
    return page_of(rows, limit, present_approval, lambda row: (row.id,))


@post(
    "/v1/approvals/{approval_id:uuid}/answer",
    operation_id="answer_approval",
    status_code=200,
    opt={"refuses": (409,)},
)
async def answer_approval(
    approval_id: FromPath[UUID],
    data: JSONBody[ApprovalAnswer],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Approval:
    """Approve what another proposed, which does it at once; or refuse it."""
    now = clock()
    row = await answer(session, approval_id, principal.actor, now, approved=data.approved)
    if data.approved:
        match ApprovalKind(row.kind):
            case ApprovalKind.WEIGHTS:
                await put_in_force(session, principal.actor, int(row.subject), now)
    return present_approval(row)


_weights = Router(path="/", route_handlers=[list_weights, propose])
router = Router(
    path="/",
    route_handlers=[_weights, shadow_weights, list_approvals, answer_approval],
    tags=["Administration"],
)
