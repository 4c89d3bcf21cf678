"""People's work on cases: claim, read, reveal, decide, give back."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.cases.queries import find_case
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.preconditions import read_if_match
from triage.queues.dispenser import Idle, claim
from triage.queues.leases import release
from triage.queues.schemas import Release
from triage.review.act_schemas import (
    Claimed,
    ClaimRequest,
    Decision,
    DecisionRequest,
    Note,
    NoteRequest,
    Revealed,
    RevealRequest,
)
from triage.review.decisions import decide, present_decision
from triage.review.disclosure import Sight
from triage.review.notes import write_note
from triage.review.page import case_page, present_lease
from triage.review.queries import present_note, visible_case
from triage.review.reveals import reveal
from triage.review.schemas import Case
from triage.review.score import present_reasons
from triage.settings import Settings
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
        release_lease,
        reveal_items,
        decide_case,
        create_note,
    ],
    tags=["Work"],
)
