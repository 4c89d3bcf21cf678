"""The doors that take reports, and what their senders can ask later."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.idempotency import once, read_key, repoint
from triage.access.principal import Format, Principal
from triage.access.quotas import Quotas, check_fits, quota_of
from triage.access.rate_limits import spend
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.intake.batch import MAX_BYTES, NDJSON, claim_body, elements_of, lines_of, receive_batch
from triage.intake.documents import check_format
from triage.intake.pipeline import Pipeline
from triage.intake.receipts import own_report
from triage.intake.schemas import (
    BatchAnswer,
    Receipt,
    ReportProgress,
    SupplementReceipt,
)
from triage.intake.standing import check_own_report, supplement_of
from triage.intake.submission import Submission, channel_of
from triage.intake.supplements import Addition, add_supplement, present_supplement
from triage.kit.clock import Clock
from triage.kit.confined import Confined
from triage.kit.ids import uuid7
from triage.reports.report import Report, Supplement
from triage.vault.service import Vault


@post("/v1/reports", operation_id="create_report", status_code=201, responses=replayed(Receipt))
async def create_report(
    data: JSONBody[Report],
    request: Request[Principal, Any, State],
    pipeline: NamedDependency[Pipeline],  # the only one: several would be a task for each
    idempotency_key: IdempotencyKey = None,
) -> Response[Receipt]:
    """Take one report: 201 with its receipt, 200 when it is a repetition."""
    principal = request.user
    check_format(principal, Format.NATIVE)
    submission = Submission(
        principal=principal, report=data, door="native", key=read_key(idempotency_key)
    )
    kept = await pipeline.receive(submission)
    if kept.replayed:
        return replay(kept.receipt)
    return Response(kept.receipt, status_code=201)


@post(
    "/v1/reports/batch",
    operation_id="create_reports",
    status_code=200,
    request_max_body_size=MAX_BYTES,
    opt={"media_types": {NDJSON: None, "application/json": list[Report]}},
)
async def create_reports(
    request: Request[Principal, Any, State],
    principal: NamedDependency[Principal],
    sessions: NamedDependency[async_sessionmaker[AsyncSession]],
    pipeline: NamedDependency[Pipeline],
    vault: NamedDependency[Vault],
    parsers: NamedDependency[Confined],
    clock: NamedDependency[Clock],
    quotas: NamedDependency[Quotas],
    idempotency_key: IdempotencyKey = None,
) -> Response[BatchAnswer]:
    """Take up to 1,000 reports: one a line, or an array; each is answered in its place.

    With an Idempotency-Key every line is keyed too: the same body sent again stores nothing twice.
    """
    check_format(principal, Format.NATIVE)
    body, key = await request.body(), read_key(idempotency_key)
    ndjson = request.content_type[0] == NDJSON
    documents = lines_of(body) if ndjson else await parsers.run(elements_of, body)
    quota = quota_of(principal)
    check_fits(quota, len(documents))
    if more := max(0, len(documents) - 1):  # the first one has been counted
        await spend(quotas, request.scope, quota, more)
    pipeline.check_room_for_many(channel_of(principal))
    replayed = key is not None and await claim_body(
        sessions, vault.digests, principal, key, body, clock()
    )
    answer = await receive_batch(pipeline, principal, documents, key)
    headers = {"Idempotency-Replayed": "true"} if replayed else {}
    return Response(answer, status_code=200, headers=headers)


@post(
    "/v1/reports/{report_id:uuid}/supplements",
    operation_id="create_supplement",
    status_code=201,
    responses=replayed(SupplementReceipt),
)
async def create_supplement(
    report_id: FromPath[UUID],
    data: JSONBody[Supplement],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[SupplementReceipt]:
    """Add to a report of the caller's: it is scored and judged as a legal request anew."""
    now, supplement_id = clock(), uuid7()
    await check_own_report(session, channel_of(principal).id, report_id)
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"create_supplement:{report_id}",
        request=data,
        result_id=supplement_id,
        now=now,
    )
    if first is not None:
        return replay(present_supplement(await supplement_of(session, first)))
    addition = Addition(
        report_id=report_id,
        supplement_id=supplement_id,
        supplement=data,
        door="native",
        actor=principal.actor,
        submitted_by=principal.id,
    )
    receipt, repeated = await add_supplement(session, vault, addition, clock)
    if not repeated:
        return Response(receipt, status_code=201)
    await repoint(session, vault.digests, principal, idempotency_key, receipt.id)
    return replay(receipt)


@get("/v1/reports/{report_id:uuid}", operation_id="get_report")
async def get_report(
    report_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> ReportProgress:
    """The caller's own report: its state and outcome as far as the channel may know."""
    return await own_report(session, principal, report_id, clock())


router = Router(
    path="/",
    route_handlers=[create_report, create_reports, create_supplement, get_report],
    tags=["Doors"],
)
