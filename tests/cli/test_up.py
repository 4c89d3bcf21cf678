"""`triage up`: everything with one command, and nothing left behind."""

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from races.processes import Command, triage
from races.service import a_report

from triage.access.principal import Role
from triage.kit import embedded

pytestmark = pytest.mark.long

STARTED = r"^Triage: (?P<url>http://\S+)"
TOKEN = re.compile(r"^  (?P<role>\w+) +(?P<token>trg_\S+)$", re.MULTILINE)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder that is not there yet; a server that a failed test left in it is stopped."""
    yield tmp_path / "data"
    server = embedded.running(tmp_path / "data")
    if server:
        embedded.stop(server)


def test_up_prints_tokens_once_serves_and_leaves_nothing_behind(data: Path) -> None:
    with triage("up", "--port=0", f"--data={data}") as first:
        url = first.wait_for(STARTED)["url"]
        tokens = tokens_in(first)
        answer = report(url, tokens["intake"])
        ready = httpx.get(f"{url}/health/ready").json()
        code = first.end(signal.SIGINT)

    assert set(tokens) == set(Role)
    assert answer.status_code == 201
    assert (ready["status"], ready["journal"]) == ("ready", "protected")
    assert code == 0
    assert embedded.running(data) is None

    with triage("up", "--port=0", f"--data={data}") as second:
        url = second.wait_for(STARTED)["url"]
        known = report(url, tokens["intake"])
        journal = httpx.get(f"{url}/v1/journal/checkpoint")
        second.process.kill()
        second.process.wait()

    assert tokens_in(second) == {}
    assert (known.status_code, known.json()["id"]) == (200, answer.json()["id"])
    assert journal.status_code == 200
    assert embedded.running(data), "a killed command cannot stop its server: the next one does"

    with triage("up", "--port=0", f"--data={data}") as third:
        url = third.wait_for(STARTED)["url"]
        known = report(url, tokens["intake"])
        code = third.end(signal.SIGTERM)

    assert (known.status_code, known.json()["id"]) == (200, answer.json()["id"])
    assert code == 0
    assert embedded.running(data) is None


def test_up_says_that_the_port_is_taken_before_it_starts_anything(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with triage("up", f"--port={port}", f"--data={data}") as command:
            said = command.process.communicate(timeout=60)[0]

    assert command.process.returncode == 1
    assert "cannot listen" in said
    assert not data.exists()


def tokens_in(command: Command) -> dict[str, str]:
    return dict(TOKEN.findall("".join(command.said)))


def report(url: str, token: str) -> httpx.Response:
    return httpx.post(
        f"{url}/v1/reports",
        json=a_report(external_id="bot:1"),
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
