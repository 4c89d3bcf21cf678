"""Commands side by side on one data folder: each has its database until it ends."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.to_thread import run_sync
from races.processes import LISTENING, PATIENCE, Command, environment, triage
from races.service import a_report
from races.together import until

from triage.kit import embedded

pytestmark = pytest.mark.long

STARTED = r"^Triage: (?P<url>http://\S+)"


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder that is not there yet; a server that a failed test left in it is stopped."""
    yield tmp_path / "data"
    server = embedded.running(tmp_path / "data")
    if server:
        embedded.stop(server)


def test_api_worker_and_commands_by_hand_share_a_server_until_the_last_ends(data: Path) -> None:
    run("migrate", data)
    run("keys", data, "create")
    assert embedded.running(data) is None

    with triage("serve", "--port=0", f"--data={data}") as api:
        url = api.wait_for(LISTENING)["url"]
        token = run("token", data, "create", "--role=intake", "--name=bot").strip()
        with triage("work", f"--data={data}") as worker:
            receipt = report(url, token)
            assert receipt.status_code == 201
            wait_until_numbered(url, beyond=0)
            assert api.end(signal.SIGTERM) == 0

            assert embedded.running(data), "the worker uses it, though the API started it"
            with triage("serve", "--port=0", f"--data={data}") as second:
                url = second.wait_for(LISTENING)["url"]
                assert worker.end(signal.SIGINT) == 0
                again = report(url, token)
                assert second.end(signal.SIGTERM) == 0

    assert (again.status_code, again.json()["id"]) == (200, receipt.json()["id"])
    assert embedded.running(data) is None


def test_two_ups_begun_at_once_set_up_once_and_the_second_outlives_the_first(data: Path) -> None:
    with (
        triage("up", "--port=0", f"--data={data}") as one,
        triage("up", "--port=0", f"--data={data}") as other,
    ):
        urls = [command.wait_for(STARTED)["url"] for command in (one, other)]
        tokens = [token for command in (one, other) for token in tokens_in(command)]
        assert len(tokens) == len(set(tokens)) == 1
        first = report(urls[0], tokens[0])
        assert one.end(signal.SIGINT) == 0
        again = report(urls[1], tokens[0])
        numbered = size_of_journal(urls[1])
        new = report(urls[1], tokens[0], external_id="bot:2")
        wait_until_numbered(urls[1], beyond=numbered)
        assert other.end(signal.SIGINT) == 0

    assert (first.status_code, again.status_code, new.status_code) == (201, 200, 201)
    assert embedded.running(data) is None


def test_standard_output_has_only_what_a_command_promises(data: Path) -> None:
    migrated = run("migrate", data)
    token = run("token", data, "create", "--role=admin", "--name=ana", "--json")

    assert migrated == "The database is up to date.\n"
    assert list(json.loads(token)) == ["token"]
    assert token.count("\n") == 1


def test_a_command_by_hand_logs_to_standard_error_as_the_settings_say(data: Path) -> None:
    loud = as_process("migrate", data)
    silent = as_process("migrate", data, TRIAGE_LOG_LEVEL="error")

    events = [json.loads(line)["event"] for line in loud.stderr.splitlines()]
    assert events == ["postgres.started", "postgres.stopped"]
    assert silent.stderr == ""


@pytest.mark.parametrize("step", ["postgres.new", "postgres/postmaster.pid"])
async def test_a_command_told_to_end_while_it_starts_leaves_no_server(
    data: Path, step: str
) -> None:
    async def has_come_to_it() -> bool:
        return (data / step).exists()

    with triage("up", "--port=0", f"--data={data}") as command:
        await until(has_come_to_it)
        code = await run_sync(command.end, signal.SIGTERM)

    assert code == 1
    assert embedded.running(data) is None


def run(command: str, data: Path, *arguments: str) -> str:
    ended = as_process(command, data, *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def as_process(
    command: str, data: Path, *arguments: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "triage.cli.main", command, *arguments, f"--data={data}"],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def tokens_in(command: Command) -> list[str]:
    """The tokens for intake that it has printed."""
    rows = [line.split() for line in command.said]
    return [words[1] for words in rows if words[:1] == ["intake"]]


def report(url: str, token: str, **fields: Any) -> httpx.Response:
    return httpx.post(
        f"{url}/v1/reports",
        json=a_report(**{"external_id": "bot:1", **fields}),
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )


def wait_until_numbered(url: str, *, beyond: int) -> None:
    """Events become part of the journal only while a worker works."""

    async def is_numbered() -> bool:
        return size_of_journal(url) > beyond

    asyncio.run(until(is_numbered))


def size_of_journal(url: str) -> int:
    checkpoint = httpx.get(f"{url}/v1/journal/checkpoint", timeout=30)
    return int(checkpoint.text.splitlines()[1]) if checkpoint.is_success else 0
