"""The way up, the way down, and what the application's role may do at the top."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from races.service import a_report, running
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from triage.access.principal import Role
from triage.kit.db import disposing, sqlstate
from triage.kit.migrations import SCRIPTS, downgrade, head_revision, print_sql, upgrade
from triage.kit.roles import APP, OWNER, ensure_database

T = TypeVar("T")

INSUFFICIENT_PRIVILEGE = "42501"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SHAPE = """
SELECT table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL
SELECT table_name, grantee, string_agg(privilege_type, ',' ORDER BY privilege_type), '', ''
FROM information_schema.role_table_grants WHERE table_schema = 'public' GROUP BY 1, 2
ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty(server: Any) -> Iterator[str]:
    """The name of a database without tables."""
    name = f"triage_test_empty_{uuid4().hex[:12]}"
    superuser = server.url("postgres", "postgres")
    asyncio.run(connected(superuser, lambda c: ensure_database(c, name)))
    yield name
    drop = sa.text(f'DROP DATABASE "{name}" WITH (FORCE)')
    asyncio.run(connected(superuser, lambda c: c.execute(drop)))


def test_up_and_down_and_up_again_comes_to_the_same_shape(server: Any, empty: str) -> None:
    url = server.url(OWNER, empty)

    upgrade(url, APP)
    first = ask(url, SHAPE)
    downgrade(url, APP, "base")
    below = ask(url, TABLES)
    upgrade(url, APP)

    assert len(first) > 100
    assert below == [("alembic_version",)]
    assert ask(url, SHAPE) == first


def test_up_once_more_changes_nothing(server: Any, empty: str) -> None:
    url = server.url(OWNER, empty)
    upgrade(url, APP)
    first = ask(url, SHAPE)

    upgrade(url, APP)

    assert ask(url, SHAPE) == first


def test_each_step_can_be_undone_alone(server: Any, empty: str) -> None:
    url = server.url(OWNER, empty)
    upgrade(url, APP, "+1")
    shapes = [ask(url, SHAPE)]
    while ask(url, "SELECT version_num FROM alembic_version") != [(head_revision(),)]:
        upgrade(url, APP, "+1")
        shapes.append(ask(url, SHAPE))

    while shapes:
        assert ask(url, SHAPE) == shapes.pop()
        downgrade(url, APP, "-1")


def test_the_tables_are_those_of_the_code(server: Any, empty: str) -> None:
    upgrade(server.url(OWNER, empty), APP)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes |= {"url": server.url(OWNER, empty), "app_role": APP}

    command.check(config)  # raises where a table and its code differ


def test_the_sql_can_be_printed_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    print_sql()

    assert "CREATE TABLE journal_event" in capsys.readouterr().out


@pytest.mark.parametrize("table", ["journal_event", "journal_leaf", "report", "decision", "note"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_application_cannot_rewrite_what_happened(
    database: Any, table: str, act: str
) -> None:
    column = "position" if table == "journal_leaf" else "id"
    statement = sa.text(act.replace("id", column).format(table))

    with pytest.raises(DBAPIError) as refused:
        await connected(database.app_url, lambda c: c.execute(statement))

    assert sqlstate(refused.value) == INSUFFICIENT_PRIVILEGE


async def test_the_application_owns_nothing_and_makes_no_table(database: Any) -> None:
    owned = sa.text("SELECT relname FROM pg_class WHERE relowner = current_user::regrole")
    made = sa.text("CREATE TABLE report_copy (id uuid)")

    found = await connected(database.app_url, lambda c: c.execute(owned))
    with pytest.raises(DBAPIError) as refused:
        await connected(database.app_url, lambda c: c.execute(made))

    assert found.all() == []
    assert sqlstate(refused.value) == INSUFFICIENT_PRIVILEGE


def test_one_role_for_all_works_and_readiness_tells_of_it(server: Any, empty: str) -> None:
    url = server.url(OWNER, empty)
    upgrade(url, OWNER)

    async def take_a_report() -> tuple[int, dict[str, Any]]:
        async with running(url) as service:
            bot = await service.one(Role.INTAKE)
            answer = await bot.post("/v1/reports", json=a_report())
            return answer.status_code, (await bot.get("/health/ready")).json()

    status, ready = asyncio.run(take_a_report())

    assert status == 201
    assert (ready["status"], ready["journal"]) == ("ready", "not protected")


async def test_two_roles_protect_the_journal(database: Any) -> None:
    async with running(database.app_url) as service:
        ready = (await service.caller().get("/health/ready")).json()

    assert (ready["migrations"], ready["journal"]) == ("at head", "protected")


def test_a_database_that_is_not_at_the_head_is_not_ready(server: Any, empty: str) -> None:
    url = server.url(OWNER, empty)
    upgrade(url, APP, "+1")

    async def look() -> tuple[int, dict[str, Any]]:
        async with running(url) as service:
            answer = await service.caller().get("/health/ready")
            return answer.status_code, answer.json()

    status, ready = asyncio.run(look())

    assert (status, ready["migrations"]) == (503, "not at head")


def ask(url: str, query: str) -> Sequence[Any]:
    rows = asyncio.run(connected(url, lambda c: c.execute(sa.text(query))))
    return [tuple(row) for row in rows]


async def connected(url: str, act: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """What `act` gives, on a connection of its own that commits every statement."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with disposing(engine), engine.connect() as connection:
        return await act(connection)
