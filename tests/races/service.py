"""Triage in process on real connections, and those who call it."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import sqlalchemy as sa
from litestar import Litestar
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from triage.access.principal import ALL_QUEUES, ChannelKind, Grant, Role
from triage.access.tokens import Scopes, issue
from triage.app import at_the_edge, create_app, equip
from triage.intake.readers import Readers
from triage.journal.actor import COMMAND_LINE
from triage.journal.checkpoint import Signer
from triage.journal.sequencer import Sequencer
from triage.journal.service import sessions as journaled
from triage.kit.clock import Clock
from triage.kit.db import create_engine
from triage.settings import Settings
from triage.vault.keys import generate

BASE_URL = "http://triage.test"
PEOPLE = (Role.REVIEWER, Role.LEAD)
KEYS = generate()
ORIGIN = "triage.test/journal"


@dataclass(frozen=True, slots=True)
class Service:
    sessions: async_sessionmaker[AsyncSession]
    transport: httpx.AsyncBaseTransport

    def caller(self, token: str = "") -> httpx.AsyncClient:
        """A client of the API; without a token nobody in particular."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(transport=self.transport, base_url=BASE_URL, headers=headers)

    async def callers(self, role: Role, *names: str) -> list[httpx.AsyncClient]:
        async with self.sessions.begin() as session:
            return [self.caller(await a_token(session, role, name)) for name in names]

    async def one(self, role: Role, name: str = "ana") -> httpx.AsyncClient:
        [caller] = await self.callers(role, name)
        return caller

    async def rows(self, query: str, **values: Any) -> Sequence[sa.RowMapping]:
        async with self.sessions() as session:
            return (await session.execute(sa.text(query), values)).mappings().all()

    async def rows_written(self, statement: str) -> None:
        async with self.sessions.begin() as session:
            await session.execute(sa.text(statement))

    async def number(self) -> None:
        """Give every event that waits its position."""
        sequencer = Sequencer(
            self.sessions, lambda: datetime.now(UTC), Signer(KEYS.signing_seed), ORIGIN
        )
        while await sequencer.run_once():
            pass

    async def count(self, table: str) -> int:
        [row] = await self.rows(f'SELECT count(*) AS rows FROM "{table}"')  # noqa: S608 - our own
        return int(row["rows"])


class Engines:
    """One after another serves databases in turn: it remembers how statements are compiled.

    In the loop of the tests it also stays connected to the database that they share.
    """

    def __init__(self) -> None:
        self._idle: list[Engine] = []
        self._connected: list[Engine] = []
        self._kept: tuple[asyncio.AbstractEventLoop, dict[str, Any]] | None = None

    @asynccontextmanager
    async def __call__(self, database_url: str) -> AsyncIterator[AsyncEngine]:
        address = _address(database_url)
        is_kept = (asyncio.get_running_loop(), address) == self._kept
        waiting = self._connected if is_kept and self._connected else self._idle
        engine = waiting.pop() if waiting else Engine()
        engine.address = address
        yield engine.engine
        if is_kept:
            self._connected.append(engine)
        else:
            await engine.engine.dispose()
            self._idle.append(engine)

    @asynccontextmanager
    async def keeping(self, database_url: str) -> AsyncIterator[None]:
        """Connections to the database that are made in this loop are kept, to the end."""
        self._kept = asyncio.get_running_loop(), _address(database_url)
        yield
        self._kept = None
        for engine in self._connected:
            await engine.engine.dispose()


class Engine:
    """An engine that connects to whatever its address says when it connects."""

    def __init__(self) -> None:
        self.address: dict[str, Any] = {}
        self.engine = create_engine("postgresql+asyncpg://")

        @sa.event.listens_for(self.engine.sync_engine, "do_connect")
        def _(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
            parameters.update(self.address)


def _address(database_url: str) -> dict[str, Any]:
    return dict(asyncpg_dialect().create_connect_args(make_url(database_url))[1])


an_engine = Engines()


@asynccontextmanager
async def running(
    database_url: str,
    *,
    clock: Clock | None = None,
    readers: Readers | None = None,
    app: Litestar | None = None,
) -> AsyncIterator[Service]:
    """The API on a database, with as many connections as a process has.

    `app`: one that nobody runs any more, which is equipped anew.
    """
    settings = Settings(database_url=database_url)
    async with an_engine(database_url) as engine:
        sessions = journaled(engine)
        if app is None:
            app = create_app(settings, KEYS, clock=clock, sessions=sessions, readers=readers)
        else:
            equip(app, settings, KEYS, clock=clock, sessions=sessions, readers=readers)
        edge: Any = at_the_edge(app)
        async with app.lifespan():
            yield Service(sessions, httpx.ASGITransport(edge))


@contextmanager
def counted_transactions(service: Service) -> Iterator[list[int]]:
    engine = service.sessions.kw["bind"].sync_engine
    begun: list[int] = []

    def count(_: sa.Connection) -> None:
        begun.append(1)

    sa.event.listen(engine, "begin", count)
    try:
        yield begun
    finally:
        sa.event.remove(engine, "begin", count)


async def a_token(session: AsyncSession, role: Role, name: str) -> str:
    people = role in PEOPLE
    return await issue(
        session,
        COMMAND_LINE,
        role=role,
        name=name,
        scopes=Scopes(
            grants=list(Grant) if people else [Grant.SEES_MATCHES],
            queues=[ALL_QUEUES] if people else [],
            platforms=["telegram"] if role is Role.PLATFORM else [],
        ),
        now=datetime.now(UTC),
        channel=(name, ChannelKind.BOT, None) if role is Role.INTAKE else None,
    )


def a_report(post: str = "1", **fields: Any) -> dict[str, Any]:
    """A report of one post."""
    return {
        "allegations": ["intimate_image"],
        "locations": [{"url": f"https://x.com/someone/status/{post}"}],
        "text": "A picture of me stands there.",
    } | fields
