"""The commands that are run by hand: what they print and how they end."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from races.service import running
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from triage.access.principal import ChannelKind, Grant, Role
from triage.cli.main import COMMANDS as WHERE
from triage.cli.main import triage
from triage.kit.db import disposing
from triage.kit.roles import APP, OWNER, ensure_database
from triage.vault.keys import read_keys

COMMANDS = [
    "demo",
    "evaluate",
    "hash-list",
    "keys",
    "migrate",
    "openapi",
    "serve",
    "token",
    "up",
    "weights",
    "work",
]


@pytest.fixture
def given(module_database: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings name the migrated database of the tests."""
    monkeypatch.setenv("TRIAGE_DATABASE_URL", module_database.app_url)
    monkeypatch.setenv("TRIAGE_DATABASE_DIRECT_URL", module_database.owner_url)
    return module_database


@pytest.fixture
def empty(server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings name a database without tables."""
    name = f"triage_test_cli_{uuid4().hex[:12]}"
    asyncio.run(administer(server, name, make=True))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", server.url(APP, name))
    monkeypatch.setenv("TRIAGE_DATABASE_DIRECT_URL", server.url(OWNER, name))
    yield server.url(APP, name)
    asyncio.run(administer(server, name, make=False))


@pytest.mark.parametrize("role", list(Role))
def test_a_token_of_each_role_is_known_to_the_api(given: Any, role: Role) -> None:
    needs = ["--platform=telegram"] if role is Role.PLATFORM else []

    result = run("token", "create", f"--role={role}", f"--name={a_name()}", *needs)

    assert result.exit_code == 0
    assert me(given.app_url, result.stdout.strip())["role"] == role


def test_the_token_has_what_its_options_say(given: Any) -> None:
    options = [f"--grant={grant}" for grant in Grant]
    options += ["--jurisdiction=KR", "--jurisdiction=US", "--platform=x", "--queue=general"]

    result = run("token", "create", "--role=lead", f"--name={a_name()}", "--json", *options)

    known = me(given.app_url, json.loads(result.stdout)["token"])
    assert set(known["grants"]) == set(Grant)
    assert known["jurisdictions"] == ["KR", "US"]
    assert (known["platforms"], known["queues"]) == (["x"], ["general"])


def test_a_person_works_in_all_queues_unless_one_is_named(given: Any) -> None:
    result = run("token", "create", "--role=reviewer", f"--name={a_name()}")

    assert me(given.app_url, result.stdout.strip())["queues"] == ["*"]


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_a_token_of_a_channel_carries_its_kind_and_country(given: Any, kind: ChannelKind) -> None:
    channel = a_name()

    result = run(
        "token", "create", "--role=intake", f"--name={a_name()}",
        f"--channel={channel}", f"--kind={kind}", "--jurisdiction=KR",
    )  # fmt: skip

    known = me(given.app_url, result.stdout.strip())["channel"]
    assert (known["name"], known["kind"], known["jurisdiction"]) == (channel, kind, "KR")


def test_a_second_token_of_a_name_is_the_same_caller(given: Any) -> None:
    name = a_name()
    first, second = (
        run("token", "create", "--role=auditor", f"--name={name}").stdout.strip() for _ in range(2)
    )

    assert first != second
    assert me(given.app_url, first)["id"] == me(given.app_url, second)["id"]


@pytest.mark.usefixtures("given")
def test_a_channel_cannot_become_another_kind() -> None:
    channel = f"--channel={a_name()}"
    run("token", "create", "--role=intake", f"--name={a_name()}", channel, "--kind=bot")

    result = run("token", "create", "--role=intake", f"--name={a_name()}", channel, "--kind=desk")

    assert result.exit_code == 1
    assert "another kind" in result.stderr


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    ("options", "warning"),
    [
        (["--role=reviewer", "--queue=nosuch"], "There is no queue nosuch yet."),
        (["--role=regulator", "--platform=nosuch"], "There is no platform nosuch yet."),
        (["--role=regulator"], "Not narrowed"),
        (["--role=reviewer", "--queue=general"], ""),
        (["--role=regulator", "--platform=telegram"], ""),
    ],
    ids=str,
)
def test_a_scope_that_finds_nothing_is_warned_of(options: list[str], warning: str) -> None:
    result = run("token", "create", f"--name={a_name()}", *options)

    assert result.exit_code == 0
    assert result.stdout.startswith("trg_")
    assert (warning in result.stderr) if warning else not result.stderr


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--role=reviewer"],
        ["--name=ana"],
        ["--role=nobody", "--name=ana"],
        ["--role=reviewer", "--name=ana", "--grant=everything"],
        ["--role=reviewer", "--name=ana", "--channel=bot"],
        ["--role=lead", "--name=ana", "--kind=bot"],
        ["--role=intake", "--name=ana", "--kind=nothing"],
        ["--role=platform", "--name=ana"],
        ["--role=reviewer", "--name= "],
        ["--role=reviewer", "--name=ana", "--jurisdiction=KOREA"],
        ["--role=reviewer", "--name=ana", "--what"],
    ],
    ids=" ".join,
)
def test_wrong_use_of_token_create_ends_with_2_and_says_why(options: list[str]) -> None:
    result = run("token", "create", *options)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_migrate_makes_the_tables_and_can_be_repeated(empty: str) -> None:
    first, second = run("migrate"), run("migrate")

    assert first.exit_code == second.exit_code == 0, first.output
    token = run("token", "create", "--role=admin", "--name=ana").stdout.strip()
    assert me(empty, token)["role"] == "admin"


@pytest.mark.usefixtures("empty")
def test_migrate_goes_down_to_a_revision() -> None:
    run("migrate")

    result = run("migrate", "--down=base")

    assert (result.exit_code, result.stdout) == (0, "The database is at base.\n")
    assert run("token", "create", "--role=admin", "--name=ana").exit_code != 0


def test_openapi_is_checked_against_a_file(tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(run("openapi").stdout, encoding="utf-8")

    current = run("openapi", "--check", str(document))
    document.write_text(document.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    stale = run("openapi", "--check", str(document))

    assert (current.exit_code, stale.exit_code) == (0, 1)
    assert "not current" in stale.stderr


def test_openapi_check_of_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert run("openapi", "--check", str(tmp_path / "none.json")).exit_code == 2


def test_keys_are_made_once_and_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setenv("TRIAGE_KEYS_FILE", str(path))
    made = run("keys", "create")
    keys = read_keys(path)

    again = run("keys", "create")

    assert (made.exit_code, again.exit_code) == (0, 1)
    assert read_keys(path) == keys


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_every_command_is_listed() -> None:
    assert sorted(WHERE) == COMMANDS
    listed = run("--help").output.split("Commands:")[1]
    assert [line.split()[0] for line in listed.strip().splitlines()] == [*WHERE]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(triage, arguments)


def me(database_url: str, token: str) -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        async with running(database_url) as service:
            answer = await service.caller(token).get("/v1/me")
            known: dict[str, Any] = answer.json()
            return known

    return asyncio.run(ask())


def a_name() -> str:
    return f"cli-{uuid4().hex[:8]}"


async def administer(server: Any, name: str, *, make: bool) -> None:
    superuser = server.url("postgres", "postgres")
    engine = create_async_engine(superuser, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with disposing(engine), engine.connect() as connection:
        if make:
            await ensure_database(connection, name)
        else:
            await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
