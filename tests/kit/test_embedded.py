"""The embedded server starts once, is found again, loses nothing, and ends when told."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from kit.servers import BINARIES, GIVEN, ask, pid_of, start
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from triage.kit import embedded
from triage.kit.db import disposing
from triage.kit.embedded import BinariesMissing, Server
from triage.kit.places import EmbeddedPostgresFailed, socket_directory
from triage.kit.postmaster import postmaster_of
from triage.kit.roles import APP, OWNER, ensure_roles_and_database


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose server has run once and ended."""
    data = tmp_path_factory.mktemp("initialised")
    embedded.stop(embedded.start(data, binaries=BINARIES, durable=False))
    return data


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    yield data
    embedded.stop(Server(data, data / "socket"))


@pytest.fixture
def data(empty: Path, initialised: Path) -> Path:
    shutil.copytree(initialised / "postgres", empty / "postgres")
    return empty


def test_it_is_reached_by_a_private_socket_and_by_no_port(data: Path) -> None:
    server = start(data)

    assert server == embedded.running(data) == Server(data, socket_directory(data))
    assert server.socket_dir.stat().st_mode & 0o777 == 0o700
    assert ask(server, "SHOW listen_addresses") == ""


@pytest.mark.parametrize(("durable", "setting"), [(True, "on"), (False, "off")])
def test_only_a_durable_server_waits_for_the_disk(
    data: Path,
    durable: bool,  # noqa: FBT001 - a case of the test
    setting: str,
) -> None:
    server = start(data, durable=durable)

    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert ask(server, f"SHOW {name}") == setting
    assert ask(server, "SHOW data_checksums") == "on"


def test_starting_again_takes_over_what_runs(data: Path) -> None:
    start(data)
    first = pid_of(data)

    assert start(data) == embedded.running(data)
    assert pid_of(data) == first


def test_four_starts_at_once_in_an_empty_directory_make_one_server(empty: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        servers = list(threads.map(start, [empty] * 4))

    assert set(servers) == {embedded.running(empty)}
    assert ask(servers[0], "SHOW server_encoding") == "UTF8"


def test_it_outlives_a_killed_process_and_is_taken_over(data: Path) -> None:
    script = """if True:
        import os, signal, sys
        from pathlib import Path
        from triage.kit import embedded
        embedded.start(Path(sys.argv[1]), binaries=sys.argv[2] and Path(sys.argv[2]) or None)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    starter = subprocess.run([sys.executable, "-c", script, data, GIVEN or ""], check=False)
    first = pid_of(data)

    assert starter.returncode == -signal.SIGKILL
    assert ask(start(data), "SELECT 1") == 1
    assert pid_of(data) == first


def test_what_was_committed_survives_a_killed_server(data: Path) -> None:
    server = start(data, durable=True)
    change(server, "CREATE TABLE kept AS SELECT 7 AS number")
    kill(data)

    assert embedded.running(data) is None
    assert ask(start(data, durable=True), "SELECT number FROM kept") == 7


def test_a_pid_that_is_another_program_by_now_is_not_mistaken_for_the_server(data: Path) -> None:
    stale = [os.getpid(), data / "postgres", 0, 5432, data / "socket", "", "1 1", "ready"]
    (data / "postgres" / "postmaster.pid").write_text("\n".join(map(str, stale)))
    (data / "socket").mkdir(mode=0o700)
    (data / "socket" / ".s.PGSQL.5432.lock").write_text("\n".join(map(str, stale)))

    assert embedded.running(data) is None
    embedded.stop(Server(data, data / "socket"))  # does not signal us
    assert ask(start(data), "SELECT 1") == 1


def test_an_interrupted_initialisation_is_begun_anew(empty: Path) -> None:
    (empty / "postgres.new").mkdir()
    (empty / "postgres.new" / "PG_VERSION").touch()

    assert ask(start(empty), "SELECT 1") == 1


def test_stopping_cuts_off_open_transactions(data: Path) -> None:
    server = start(data)

    async def stop_within_a_transaction() -> None:
        engine = create_async_engine(server.url("postgres", "postgres"))
        async with disposing(engine):
            connection = await engine.connect()
            await connection.execute(sa.text("CREATE TABLE never (number integer)"))
            await asyncio.to_thread(embedded.stop, server)
            with pytest.raises(DBAPIError):
                await connection.execute(sa.text("SELECT 1"))
            await connection.invalidate()
            await connection.close()

    asyncio.run(stop_within_a_transaction())

    assert embedded.running(data) is None
    assert ask(start(data), "SELECT to_regclass('never')") is None


def test_stopping_what_does_not_run_is_fine(data: Path) -> None:
    server = start(data)
    embedded.stop(server)
    embedded.stop(server)

    assert embedded.running(data) is None


def test_missing_binaries_are_named(empty: Path) -> None:
    with pytest.raises(BinariesMissing, match="there is no initdb"):
        embedded.start(empty, binaries=empty)


def test_a_failed_start_tells_what_the_server_said(data: Path) -> None:
    (data / "postgres" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(EmbeddedPostgresFailed, match="no_such_setting"):
        start(data)


def test_the_log_keeps_no_value_of_a_refused_row(data: Path) -> None:
    server = start(data)
    change(server, "CREATE TABLE person (name text PRIMARY KEY)")
    change(server, "INSERT INTO person VALUES ('Minseo Invented')")

    with pytest.raises(DBAPIError):
        change(server, "INSERT INTO person VALUES ('Minseo Invented')")

    said = (data / "postgres" / "server.log").read_text()
    assert "person_pkey" in said
    assert "Minseo" not in said


def test_roles_and_database_are_made_once_by_whoever_is_first(data: Path) -> None:
    server = start(data)

    async def ensure_by_three() -> None:
        await asyncio.gather(*(ensure_roles_and_database(server, "triage") for _ in range(3)))

    asyncio.run(ensure_by_three())
    asyncio.run(ensure_roles_and_database(server, "triage"))

    privileged = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'triage%' AND rolsuper"
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'triage'"
    assert ask(server, privileged) == 0
    assert ask(server, owner) == OWNER
    assert ask(server, "SELECT current_user", role=APP, database="triage") == APP


def test_the_application_makes_no_tables(data: Path) -> None:
    server = start(data)
    asyncio.run(ensure_roles_and_database(server, "triage"))

    change(server, "CREATE TABLE allowed ()", role=OWNER, database="triage")
    with pytest.raises(DBAPIError, match="permission denied for schema public"):
        change(server, "CREATE TABLE refused ()", role=APP, database="triage")


def change(
    server: Server, statement: str, *, role: str = "postgres", database: str = "postgres"
) -> None:
    async def run() -> None:
        engine = create_async_engine(server.url(role, database), poolclass=NullPool)
        async with disposing(engine), engine.begin() as connection:
            await connection.execute(sa.text(statement))

    asyncio.run(run())


def kill(data: Path) -> None:
    """Returns once the process has ended."""
    pid = pid_of(data)
    os.kill(pid, signal.SIGKILL)
    while postmaster_of(data / "postgres"):
        os.sched_yield()
