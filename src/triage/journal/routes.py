"""The journal over HTTP: events for auditors, checkpoint and key for everybody."""

from typing import Annotated
from uuid import UUID

from litestar import MediaType, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal import queries, schemas
from triage.journal.checkpoint import Verifier
from triage.kit.errors import NotFound
from triage.kit.paging import Limit, Page
from triage.kit.types import Instant, Line


class NoCheckpointYet(NotFound):
    title = "Nothing has been numbered yet"


@get("/events", operation_id="list_journal_events")
async def list_journal_events(
    *,
    session: NamedDependency[AsyncSession],
    actor: FromQuery[UUID | None] = None,
    case: FromQuery[UUID | None] = None,
    kind: FromQuery[Line | None] = None,
    since: Annotated[Instant | None, QueryParameter(name="from")] = None,
    until: Annotated[Instant | None, QueryParameter(name="to")] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[schemas.Event]:
    """Events by position; `case` is the id of a case or of any other thing in its place."""
    chosen = queries.EventFilter(
        actor_id=actor, subject_id=case, kind=kind, since=since, until=until
    )
    return await queries.events(session, chosen, schemas.event, limit=limit, cursor=cursor)


@get(
    "/checkpoint",
    operation_id="get_journal_checkpoint",
    media_type=MediaType.TEXT,
    opt={"refuses": (404,)},
)
async def get_journal_checkpoint(session: NamedDependency[AsyncSession]) -> str:
    """The newest checkpoint, a C2SP signed note."""
    checkpoint = await queries.latest_checkpoint(session)
    if checkpoint is None:
        raise NoCheckpointYet
    return checkpoint.note


@get("/key", operation_id="get_journal_key", media_type=MediaType.TEXT)
async def get_journal_key(verifier: NamedDependency[Verifier]) -> str:
    """The key that checkpoints are signed with: `origin+key id+key`."""
    return f"{verifier.text}\n"


router = Router(
    "/v1/journal",
    route_handlers=[list_journal_events, get_journal_checkpoint, get_journal_key],
    tags=["Journal"],
)
