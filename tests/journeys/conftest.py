"""The API on a database of the test's own, a clock that is moved, and callers of every role."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from journeys.fates import Followed, follow_all
from journeys.people import a_person
from journeys.steps import ManualClock
from litestar import Litestar
from races.service import KEYS, Service, running

from triage.access.principal import ChannelKind, Role
from triage.access.tokens import Scopes, issue
from triage.app import create_app
from triage.intake.readers import Readers
from triage.journal.actor import COMMAND_LINE
from triage.settings import Settings


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
async def readers() -> AsyncIterator[Readers]:
    """Children that serve one app after another: each takes a second to start."""
    readers = Readers()
    yield readers
    await readers.close()


@pytest.fixture(scope="session")
def app() -> Litestar:
    """Routes that serve one test after another, each with all else made anew."""
    return create_app(Settings(database_url="postgresql+asyncpg://"), KEYS)


@pytest.fixture
def fresh_database(wiped_database: Any) -> Any:
    """Journeys go over HTTP: what they leave behind is rows."""
    return wiped_database


@pytest.fixture
async def service(
    fresh_database: Any, clock: ManualClock, readers: Readers, app: Litestar
) -> AsyncIterator[Service]:
    async with running(fresh_database.app_url, clock=clock, readers=readers, app=app) as service:
        yield service


@pytest.fixture(scope="module")
async def followed(module_database: Any) -> AsyncIterator[Followed]:
    clock = ManualClock()
    async with running(module_database.app_url, clock=clock) as service:
        bot, ana = await service.one(Role.INTAKE, "bot"), await service.one(Role.REVIEWER, "ana")
        removals = await follow_all(bot, ana, clock)
        yield Followed(ana, await a_person(service, role=Role.REGULATOR), removals)


@pytest.fixture
async def bot(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.INTAKE, "bot")


@pytest.fixture
async def ana(service: Service) -> httpx.AsyncClient:
    """A reviewer with every grant."""
    return await service.one(Role.REVIEWER, "ana")


@pytest.fixture
async def lead(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.LEAD, "lead")


@pytest.fixture
async def fresh_bot(service: Service) -> httpx.AsyncClient:
    """A bot without any grant."""
    async with service.sessions.begin() as session:
        token = await issue(
            session,
            COMMAND_LINE,
            role=Role.INTAKE,
            name="plain-bot",
            scopes=Scopes(),
            now=datetime.now(UTC),
            channel=("plain-bot", ChannelKind.BOT, None),
        )
    return service.caller(token)


@pytest.fixture
async def authority(service: Service) -> httpx.AsyncClient:
    """A channel of kind authority."""
    async with service.sessions.begin() as session:
        token = await issue(
            session,
            COMMAND_LINE,
            role=Role.INTAKE,
            name="authority",
            scopes=Scopes(),
            now=datetime.now(UTC),
            channel=("authority", ChannelKind.AUTHORITY, "KR"),
        )
    return service.caller(token)


@pytest.fixture
async def admin(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.ADMIN, "admin")
