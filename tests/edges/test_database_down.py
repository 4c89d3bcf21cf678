"""The database goes away and comes back under a running API."""

import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from anyio.to_thread import run_sync
from races.service import Service, a_report, running
from races.together import together, until

from triage.access.principal import Role
from triage.kit import embedded
from triage.kit.embedded import Server
from triage.kit.migrations import upgrade
from triage.kit.roles import APP, OWNER, ensure_roles_and_database

GIVEN = os.environ.get("TRIAGE_TEST_POSTGRES_BIN")
PROBLEM = "application/problem+json"
start = partial(embedded.start, binaries=Path(GIVEN) if GIVEN else None, durable=False)


@pytest.fixture(scope="module")
async def own_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    server = await run_sync(start, tmp_path_factory.mktemp("down"))
    await ensure_roles_and_database(server)
    await run_sync(upgrade, server.url(OWNER, "triage"), APP)
    yield server
    await run_sync(embedded.stop, server)


@pytest.fixture(scope="module")
async def service(own_server: Server) -> AsyncIterator[Service]:
    async with running(own_server.url(APP, "triage")) as service:
        yield service


async def test_without_its_database_it_says_so_and_goes_on_when_it_is_back(
    own_server: Server, service: Service
) -> None:
    bot = await service.one(Role.INTAKE)
    reviewer = await service.one(Role.REVIEWER)
    assert (await post(bot, "1")).status_code == 201
    await warm(bot)

    await run_sync(embedded.stop, own_server)
    down = [
        await bot.get("/health/ready"),
        await post(bot, "2"),
        *await together(partial(post, bot, str(number)) for number in range(5)),
        await reviewer.post("/v1/claims", json={}),
        await reviewer.get("/v1/queues"),
        await service.caller(f"trg_{uuid4().hex}_unknown").get("/v1/me"),
    ]
    alive = await bot.get("/health/live")
    await run_sync(start, own_server.data)

    assert [answer.status_code for answer in down] == [503] * len(down)
    assert all(int(answer.headers["Retry-After"]) >= 0 for answer in down)
    assert all(answer.headers["Content-Type"] == PROBLEM for answer in down)
    assert alive.status_code == 200
    await until(lambda: is_ready(bot))
    assert (await post(bot, "2")).status_code == 201
    assert (await reviewer.post("/v1/claims", json={})).status_code == 200
    assert await service.count("report") == 2


async def warm(bot: httpx.AsyncClient) -> None:
    """Let the pool hold several connections, which the stop then cuts off."""
    answers = await together([partial(bot.get, "/health/ready")] * 5)
    assert {answer.status_code for answer in answers} == {200}


async def post(bot: httpx.AsyncClient, number: str) -> httpx.Response:
    return await bot.post("/v1/reports", json=a_report(number))


async def is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200
