"""What waits together is written together; only the guilty one fails; nobody's report is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from races.database_line import line_to_database
from races.processes import serving
from races.service import Service, a_report, a_token, counted_transactions, running
from races.together import together, until
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from triage.access.principal import Role
from triage.intake import lanes, writer

POISON = "ck_report_poisoned"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that a test holds up is held up until it is let go."""
    monkeypatch.setattr(writer, "TOGETHER", 30.0)


@asynccontextmanager
async def nothing_is_stored(owner: AsyncEngine) -> AsyncIterator[None]:
    """Batches wait at the table of reports until the end of the block."""
    async with owner.begin() as blocking:
        await blocking.exec_driver_sql("LOCK TABLE report IN EXCLUSIVE MODE")
        yield


async def open_reports(service: Service, number: int) -> bool:
    scraper = await service.one(Role.ADMIN, "scraper")
    return f"\ntriage_reports_open {number:.1f}\n" in (await scraper.get("/metrics")).text


async def writers_connection_ended(service: Service) -> bool:
    rows = await service.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return len(rows) == 1


async def test_what_comes_while_a_batch_is_written_goes_together(
    service: Service, bot: httpx.AsyncClient, owner: AsyncEngine
) -> None:
    async with nothing_is_stored(owner):
        first = asyncio.create_task(bot.post("/v1/reports", json=a_report("first")))
        await until(partial(open_reports, service, 1))
        posts = asyncio.gather(
            *(bot.post("/v1/reports", json=a_report(str(number))) for number in range(32))
        )
        await until(partial(open_reports, service, 33))
    answers = [await first, *await posts]

    assert [answer.status_code for answer in answers] == [201] * 33
    [row] = await service.rows("SELECT count(DISTINCT xmin::text) AS transactions FROM report")
    assert row["transactions"] == 2, "the first was written alone, at once"


async def test_of_64_reports_only_the_poisoned_one_fails(
    service: Service, bot: httpx.AsyncClient, owner: AsyncEngine
) -> None:
    async with owner.begin() as connection:
        await connection.exec_driver_sql(
            f"ALTER TABLE report ADD CONSTRAINT {POISON} CHECK (victim_age <> 77)"
        )
    reports = [a_report(str(number), text=str(number)) for number in range(64)]
    reports[41] |= {"victim": {"age": 77}}

    async with nothing_is_stored(owner):
        first = asyncio.create_task(bot.post("/v1/reports", json=a_report("first")))
        await until(partial(open_reports, service, 1))
        posts = asyncio.gather(*(bot.post("/v1/reports", json=report) for report in reports))
        await until(partial(open_reports, service, 65))
    with capture_logs() as logs, counted_transactions(service) as begun:
        answers = await posts
    await first

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 63
    assert statuses[41] == 500
    assert len(begun) <= 13
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["request.failed"]
    assert await service.count("report") == 64


async def test_a_client_that_hangs_up_leaves_its_report(
    service: Service, bot: httpx.AsyncClient, owner: AsyncEngine
) -> None:
    async with nothing_is_stored(owner):
        posts = [
            asyncio.create_task(bot.post("/v1/reports", json=a_report(str(number))))
            for number in range(3)
        ]
        await until(partial(open_reports, service, 3))
        for post in posts[:2]:  # one that is being written, one that waits
            post.cancel()
    assert (await posts[2]).status_code == 201
    await until(partial(open_reports, service, 0))

    assert await service.count("report") == 3


async def test_when_too_many_wait_the_next_is_told_to_come_again(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lanes, "WAITING", 6)
    async with nothing_is_stored(owner):
        first = asyncio.create_task(bot.post("/v1/reports", json=a_report("first")))
        await until(partial(open_reports, service, 1))  # it is being written
        posts = asyncio.gather(
            *(bot.post("/v1/reports", json=a_report(str(number))) for number in range(3))
        )
        await until(partial(open_reports, service, 4))
        refused = await bot.post("/v1/reports", json=a_report("5"))
    answers = [await first, *await posts]

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["type"] == "urn:triage:problem:busy"
    assert [answer.status_code for answer in answers] == [201] * 4
    assert await service.count("report") == 4


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}])
async def test_an_unanswered_commit_is_looked_up_not_written_again(
    fresh_database: Any, key: dict[str, str]
) -> None:
    async with (
        line_to_database(fresh_database.app_url) as line,
        running(line.url) as service,
    ):
        bot = await service.one(Role.INTAKE, "bot")
        await bot.get("/v1/me")  # known from here on: the next COMMIT is the report's
        line.cuts = 1

        answer = await bot.post("/v1/reports", json=a_report(), headers=key)

        assert line.cuts == 0
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer.headers
        [row] = await service.rows("SELECT id FROM report")
        assert answer.json()["id"] == str(row["id"])
        assert (await service.rows('SELECT report_count FROM "case"'))[0]["report_count"] == 1
        received = "SELECT 1 AS one FROM journal_event WHERE kind = 'report.received'"
        assert len(await service.rows(received)) == 1


async def test_a_lost_connection_costs_the_callers_nothing(
    service: Service, bot: httpx.AsyncClient, owner: AsyncEngine
) -> None:
    async with nothing_is_stored(owner):
        posts = asyncio.gather(
            *(bot.post("/v1/reports", json=a_report(str(number))) for number in range(5))
        )
        await until(partial(open_reports, service, 5))
        await until(partial(writers_connection_ended, service))
    answers = await posts

    assert [answer.status_code for answer in answers] == [201] * 5
    assert await service.count("report") == 5


async def test_two_processes_eight_keys_one_post(
    service: Service, fresh_database: Any, owner: AsyncEngine, tmp_path: Path
) -> None:
    async with service.sessions.begin() as session:
        token = await a_token(session, Role.INTAKE, "bot")
    headers = {"Authorization": f"Bearer {token}"}
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with (
        serving(fresh_database.app_url, tmp_path) as (_, one),
        serving(fresh_database.app_url, tmp_path) as (_, other),
    ):
        async with (
            httpx.AsyncClient(base_url=one, headers=headers, timeout=30) as first,
            httpx.AsyncClient(base_url=other, headers=headers, timeout=30) as second,
        ):
            answers = await together(
                partial(
                    (first, second)[n % 2].post,
                    "/v1/reports",
                    json=a_report(text=f"report {n % 8}"),
                    headers={"Idempotency-Key": f"key-{n % 8}"},
                )
                for n in range(64)
            )

    assert {answer.status_code for answer in answers} <= {200, 201}
    assert [answer.status_code for answer in answers].count(201) == 8
    assert len({answer.json()["id"] for answer in answers}) == 8
    assert await service.count("report") == 8
    assert (await service.rows('SELECT report_count FROM "case"')) == [{"report_count": 8}]
    async with owner.connect() as connection:
        assert (await connection.exec_driver_sql(deadlocks)).scalar_one() == 0
