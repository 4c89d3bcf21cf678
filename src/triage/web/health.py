"""Is the process alive, and can it serve: for supervisors and load balancers."""

import asyncio
from typing import Literal

import msgspec
import sqlalchemy as sa
from litestar import Router, get
from litestar.datastructures import State
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from triage.kit.db import is_unavailable
from triage.kit.errors import Unavailable

PATIENCE = 3
"""Seconds that the database has for its answer."""

JOURNAL_PROTECTED = sa.text("""
    SELECT NOT (
        role.rolsuper
        OR pg_has_role(current_user, journal.relowner, 'MEMBER')
        OR has_table_privilege(journal.oid, 'UPDATE')
        OR has_table_privilege(journal.oid, 'DELETE')
        OR has_table_privilege(journal.oid, 'TRUNCATE')
    )
    FROM pg_class AS journal, pg_roles AS role
    WHERE journal.oid = to_regclass('journal_event') AND role.rolname = current_user
""")
MIGRATION = sa.text("SELECT version_num FROM alembic_version")


class Alive(msgspec.Struct, frozen=True):
    status: Literal["alive"] = "alive"


class Readiness(msgspec.Struct, frozen=True):
    """`journal` is "not protected" where the application's role could rewrite it."""

    status: Literal["ready"]
    database: Literal["up", "down"]
    migrations: Literal["at head", "not at head", "unknown"]
    journal: Literal["protected", "not protected", "unknown"]


class NotReady(Unavailable):
    """Carries database, migrations and journal as members of its own; `status` is 503 here."""

    title = "Triage cannot serve now"

    def __init__(self, readiness: Readiness) -> None:
        super().__init__()
        self.members = msgspec.structs.asdict(readiness)


@get("/health/live", operation_id="get_health_live")
async def get_live() -> Alive:
    """The process answers; nothing else is looked at."""
    return Alive()


@get("/health/ready", operation_id="get_health_ready")
async def get_ready(state: State) -> Readiness:
    """Whether requests can be served: the database is up and at the newest migration."""
    try:
        async with asyncio.timeout(PATIENCE), state.sessions() as session:
            readiness = await _look(session, state.migration_head)
    except Exception as error:
        if not is_unavailable(error):
            raise
        readiness = Readiness("ready", "down", "unknown", "unknown")
    if readiness.database == "down" or readiness.migrations != "at head":
        raise NotReady(readiness)
    return readiness


async def _look(session: AsyncSession, head: str) -> Readiness:
    protected = (await session.execute(JOURNAL_PROTECTED)).scalar()
    try:
        at_head = (await session.execute(MIGRATION)).scalars().all() == [head]
    except ProgrammingError:  # no such table, or not ours to read
        at_head = False
    return Readiness(
        status="ready",
        database="up",
        migrations="at head" if at_head else "not at head",
        journal="protected" if protected else "unknown" if protected is None else "not protected",
    )


router = Router(path="/", route_handlers=[get_live, get_ready], tags=["Operations"])
