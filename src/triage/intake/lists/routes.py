"""Lists of known content over HTTP, for administrators."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from litestar import Request, Response, Router, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.idempotency import once
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.cases.known import HashListImportRow, HashListRow, ListFormat
from triage.intake.lists import formats
from triage.intake.lists.exporting import begin_export, confirmed_hashes
from triage.intake.lists.formats import Document
from triage.intake.lists.schemas import (
    HashList,
    HashListChange,
    HashListForm,
    HashListImport,
    present_import,
    present_list,
)
from triage.intake.lists.service import (
    change_list,
    create_list,
    entry_counts,
    find_import,
    find_list,
    import_document,
)
from triage.kit.clock import Clock
from triage.kit.confined import Confined
from triage.kit.ids import uuid7
from triage.kit.paging import Limit, Page, decode_cursor, page_of
from triage.kit.types import Line
from triage.reports.taxonomy import Harm
from triage.vault.service import Vault

MAX_BYTES = 8 * 1024 * 1024

READERS: Mapping[str, tuple[ListFormat, Callable[[bytes], Document]]] = {
    "application/json": (ListFormat.STOPNCII, formats.parse_stopncii),
    "application/xml": (ListFormat.NCMEC, formats.parse_ncmec),
    "text/csv": (ListFormat.CSV, formats.parse_csv),
}


@get("/v1/hash-lists", operation_id="list_hash_lists")
async def list_hash_lists(
    session: NamedDependency[AsyncSession],
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[HashList]:
    """Lists of known content, in the order of their making."""
    statement = sa.select(HashListRow).order_by(HashListRow.id).limit(limit + 1)
    if after := decode_cursor(cursor, tuple[UUID]):
        statement = statement.where(HashListRow.id > after[0])
    rows = (await session.scalars(statement)).all()
    counts = await entry_counts(session, [row.id for row in rows])
    return page_of(
        rows, limit, lambda row: present_list(row, counts[row.id]), lambda row: (row.id,)
    )


@post(
    "/v1/hash-lists",
    operation_id="create_hash_list",
    status_code=201,
    responses=replayed(HashList),
    opt={"refuses": (409,)},
)
async def create_hash_list(
    data: JSONBody[HashListForm],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[HashList]:
    """Make an empty list; what is on it is imported."""
    now, list_id = clock(), uuid7()
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation="create_hash_list",
        request=data,
        result_id=list_id,
        now=now,
    )
    if first is not None:
        return replay(await _presented(session, first))
    await create_list(session, principal.actor, data, list_id, now)
    return Response(await _presented(session, list_id), status_code=201)


@get("/v1/hash-lists/{list_id:uuid}", operation_id="get_hash_list")
async def get_hash_list(
    list_id: FromPath[UUID], session: NamedDependency[AsyncSession]
) -> HashList:
    """One list."""
    return await _presented(session, list_id)


@patch("/v1/hash-lists/{list_id:uuid}", operation_id="update_hash_list")
async def update_hash_list(
    list_id: FromPath[UUID],
    data: JSONBody[HashListChange],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> HashList:
    """Let the list match, or match nothing any more; what it has raised stays as it is."""
    await change_list(session, principal.actor, list_id, data, clock())
    return await _presented(session, list_id)


@post(
    "/v1/hash-lists/{list_id:uuid}/imports",
    operation_id="import_hash_list",
    status_code=201,
    responses=replayed(HashListImport),
    request_max_body_size=MAX_BYTES,
    opt={"media_types": dict.fromkeys(READERS)},
)
async def import_hash_list(
    list_id: FromPath[UUID],
    request: Request[Principal, Any, State],
    principal: NamedDependency[Principal],
    sessions: NamedDependency[async_sessionmaker[AsyncSession]],
    parsers: NamedDependency[Confined],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> Response[HashListImport]:
    """Take in a page of StopNCII's JSON, of NCMEC's XML, or a CSV.

    A CSV has the columns `kind`, `value`, `status` and `modified_at`. The last record of a hash
    counts, in whatever order they come; withdrawn and deleted ones match nothing. A document that
    was interrupted goes on where it stopped when it is sent again.
    """
    form, parse = READERS[request.content_type[0]]
    body = await request.body()
    document = await parsers.run(parse, body)
    row, repeated = await import_document(
        sessions, vault, principal.actor, list_id, form, body, document, clock
    )
    answer = present_import(row)
    return replay(answer) if repeated else Response(answer, status_code=201)


@get("/v1/hash-lists/{list_id:uuid}/imports", operation_id="list_hash_list_imports")
async def list_hash_list_imports(
    list_id: FromPath[UUID],
    session: NamedDependency[AsyncSession],
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[HashListImport]:
    """Imports of a list, the newest first; one that is not finished tells how far it is."""
    await find_list(session, list_id)
    statement = (
        sa.select(HashListImportRow)
        .where(HashListImportRow.list_id == list_id)
        .order_by(HashListImportRow.id.desc())
        .limit(limit + 1)
    )
    if after := decode_cursor(cursor, tuple[UUID]):
        statement = statement.where(HashListImportRow.id < after[0])
    rows = (await session.scalars(statement)).all()
    return page_of(rows, limit, present_import, lambda row: (row.id,))


@get("/v1/hash-lists/{list_id:uuid}/imports/{import_id:uuid}", operation_id="get_hash_list_import")
async def get_hash_list_import(
    list_id: FromPath[UUID], import_id: FromPath[UUID], session: NamedDependency[AsyncSession]
) -> HashListImport:
    """How far an import is."""
    return present_import(await find_import(session, list_id, import_id))


@get("/v1/hash-lists/own", operation_id="export_own_hashes", media_type="text/csv")
async def export_own_hashes(
    harm: FromQuery[Harm],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    sessions: NamedDependency[async_sessionmaker[AsyncSession]],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    proven: FromQuery[bool] = True,  # noqa: FBT002 - of the query
) -> Response[str]:
    """Our own confirmed hashes as the CSV that an import takes, streamed.

    Of cases that were decided to be removed the files of the reports that the decision has seen;
    `proven=false`: also where an unproven channel alone tells of the digest.
    """
    await begin_export(session, principal, harm, clock())
    lines = confirmed_hashes(sessions, vault, principal, harm, proven=proven)
    stream: Response[Any] = Stream(lines, media_type="text/csv")
    return stream


async def _presented(session: AsyncSession, list_id: UUID) -> HashList:
    row = await find_list(session, list_id)
    return present_list(row, (await entry_counts(session, [row.id]))[row.id])


_all = Router(path="/", route_handlers=[list_hash_lists, list_hash_list_imports, export_own_hashes])
_one = Router(path="/", route_handlers=[get_hash_list, update_hash_list])
router = Router(
    path="/",
    route_handlers=[_all, _one, create_hash_list, import_hash_list, get_hash_list_import],
    tags=["Administration"],
)
