"""Processes killed under load, again and again: what was acknowledged is there, and once.

`make chaos` runs a hundred rounds; the suite runs TRIAGE_CHAOS_ROUNDS, two if not set.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest
from kit.servers import BINARIES
from races.processes import Command, serving
from races.service import a_report, a_token, running
from races.test_lost_answers import HALF_WRITTEN, MISCOUNTED

from triage.access.principal import Role
from triage.kit import embedded, migrations
from triage.kit.embedded import Server
from triage.kit.postmaster import postmaster_of
from triage.kit.roles import APP, OWNER, ensure_roles_and_database

pytestmark = pytest.mark.long

ROUNDS = int(os.environ.get("TRIAGE_CHAOS_ROUNDS", "2"))
POSTS = 40
KILLED_AFTER = 8
TRIES = 20

Answers = dict[str, httpx.Response]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL of the test's own, which waits for the disk."""
    data = tmp_path / "data"
    server = embedded.start(data, binaries=BINARIES)
    asyncio.run(ensure_roles_and_database(server))
    migrations.upgrade(server.url(OWNER, "triage"), APP)
    yield server
    embedded.stop(server)


async def test_nothing_acknowledged_is_lost_or_doubled_by_kills(
    server: Server, tmp_path: Path
) -> None:
    database_url = server.url(APP, "triage")
    async with running(database_url) as store, store.sessions.begin() as session:
        token = await a_token(session, Role.INTAKE, "bot")
    acknowledged: dict[str, str] = {}
    for number in range(ROUNDS):
        with serving(database_url, tmp_path) as (api, url):
            first = await posted(url, token, number, when_some=partial(kill, api))
        is_back_at_once = number % 3 > 0
        stop = restart_database if is_back_at_once else kill_database
        with serving(database_url, tmp_path) as (_, url):
            second = await posted(url, token, number, when_some=partial(stop, server))
            if not is_back_at_once:
                embedded.start(server.data, binaries=BINARIES)
            last = await posted_until_kept(url, token, number)
        for answers in (first, second, last):
            for key, answer in answers.items():
                if answer.status_code in {200, 201}:
                    assert acknowledged.setdefault(key, answer.json()["id"]) == answer.json()["id"]

        async with running(database_url) as store:
            kept = {str(row["id"]) for row in await store.rows("SELECT id FROM report")}
            assert kept == set(acknowledged.values())
            assert len(kept) == len(acknowledged) == POSTS * (number + 1)
            assert await store.rows(MISCOUNTED) == []
    async with running(database_url) as store:
        assert await store.rows(HALF_WRITTEN) == []


async def posted(
    url: str, token: str, number: int, when_some: Callable[[], None] | None = None
) -> Answers:
    """Post the reports of a round together; those that got no answer are missing."""
    answers: Answers = {}
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as bot,
        anyio.create_task_group() as group,
    ):

        async def post(key: str) -> None:
            try:
                answer = await bot.post(
                    "/v1/reports", json=a_report(key), headers={"Idempotency-Key": key}
                )
            except httpx.TransportError:
                return
            answers[key] = answer
            if when_some and len(answers) == KILLED_AFTER:
                when_some()

        for post_number in range(POSTS):
            group.start_soon(post, f"{number}-{post_number}")
    return answers


async def posted_until_kept(url: str, token: str, number: int) -> Answers:
    """As a patient bot does it: again until every report is acknowledged."""
    for _ in range(TRIES):
        answers = await posted(url, token, number)
        if all(answer.status_code in {200, 201} for answer in answers.values()):
            break
    assert len(answers) == POSTS
    return answers


def kill(api: Command) -> None:
    api.process.send_signal(signal.SIGKILL)


def restart_database(server: Server) -> None:
    """While what was posted still waits for its answer."""
    kill_database(server)
    embedded.start(server.data, binaries=BINARIES)


def kill_database(server: Server) -> None:
    """Returns once it has ended."""
    postmaster = postmaster_of(server.data / "postgres")
    assert postmaster
    os.kill(postmaster.pid, signal.SIGKILL)
    while postmaster_of(server.data / "postgres"):
        os.sched_yield()
