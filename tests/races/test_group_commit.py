"""What waits together is written together; only the guilty one fails; nobody's report is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from races.database_line import line_to_database
from races.processes import serving
from races.service import Service, a_report, a_token, running
from races.together import together, until
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from triage.access.principal import Role
from triage.intake import lanes, writer
from triage.kit.db import create_engine, disposing

POISON = "ck_report_poisoned"


@pytest.fixture
async def owner(fresh_database: Any) -> AsyncIterator[AsyncEngine]:
    async with disposing(create_engine(fresh_database.owner_url)) as engine:
        yield engine


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that a test holds up is held up until it is let go."""
    monkeypatch.setattr(writer, "TOGETHER", 30.0)


@pytest.fixture
async def bot(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.INTAKE, "bot")


@asynccontextmanager
async def nothing_is_stored(owner: AsyncEngine) -> AsyncIterator[None]:
    """Batches wait at the table of reports until the end of the block."""
    async with owner.begin() as blocking:
        await blocking.exec_driver_sql("LOCK TABLE report IN EXCLUSIVE MODE")
        yield


@contextmanager
def counted_transactions(service: Service) -> Iterator[list[int]]:
    engine = service.sessions.kw["bind"].sync_engine
    begun: list[int] = []

    def count(_: sa.Connection) -> None:
        begun.append(1)

    sa.event.listen(engine, "begin", count)
    try:
        yield begun
    finally:
        sa.event.remove(engine, "begin", count)


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


async def test_who_waits_for_a_row_of_somebody_elses_keeps_nobody_waiting(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The case's row is free again only when all others have their answers."""
    monkeypatch.setattr(writer, "TOGETHER", 0.2)
    await bot.post("/v1/reports", json=a_report("locked"))
    async with owner.connect() as hanging:
        await hanging.exec_driver_sql('SELECT 1 FROM "case" FOR UPDATE')
        stuck = [
            asyncio.create_task(bot.post("/v1/reports", json=a_report("locked", text=f"{number}")))
            for number in range(3)
        ]
        others = await together(
            partial(bot.post, "/v1/reports", json=a_report(str(number))) for number in range(40)
        )
        await hanging.rollback()
    answers = await asyncio.gather(*stuck)

    assert {answer.status_code for answer in others} == {201}
    assert {answer.status_code for answer in answers} == {201}
    assert await service.count("report") == 44


async def test_a_row_that_is_held_for_ever_is_no_fault_of_the_report(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "TOGETHER", 0.1)
    monkeypatch.setattr(writer, "ASIDE", 0.2)
    await bot.post("/v1/reports", json=a_report())
    async with owner.connect() as hanging:
        await hanging.exec_driver_sql('SELECT 1 FROM "case" FOR UPDATE')
        refused = await bot.post("/v1/reports", json=a_report(text="more"))
        await hanging.rollback()

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "0")
    assert (await bot.post("/v1/reports", json=a_report(text="more"))).status_code == 201
    assert await service.count("report") == 2


async def test_a_database_that_takes_no_writes_is_no_fault_of_the_reports(
    service: Service, bot: httpx.AsyncClient, owner: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a failover; nothing is halved, and the bots are told to come again."""
    monkeypatch.setattr(writer, "PATIENCE", 0.0)
    await bot.get("/v1/me")
    async with owner.connect() as connection:
        [name] = (await connection.exec_driver_sql("SELECT current_database()")).one()
        await connection.exec_driver_sql(
            f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
        )
        await connection.commit()
    await service.sessions.kw["bind"].dispose()
    with counted_transactions(service) as begun:
        answers = await together(
            partial(bot.post, "/v1/reports", json=a_report(str(number))) for number in range(20)
        )

    assert {answer.status_code for answer in answers} == {503}
    assert len(begun) < len(answers)


async def test_a_key_that_somebody_holds_makes_only_its_own_request_wait(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process has taken the key and hangs before its COMMIT."""
    monkeypatch.setattr(writer, "TOGETHER", 0.2)
    await bot.post("/v1/reports", json=a_report("0"), headers={"Idempotency-Key": "held"})
    async with owner.connect() as hanging:
        await hanging.exec_driver_sql("DELETE FROM idempotency_key")
        posts = [
            asyncio.create_task(
                bot.post(
                    "/v1/reports",
                    json=a_report(str(number)),
                    headers={"Idempotency-Key": "held" if number == 2 else f"key-{number}"},
                )
            )
            for number in range(4)
        ]
        await asyncio.wait([posts[0], posts[1], posts[3]])
        assert not posts[2].done()
        held = await posts[2]
        await hanging.rollback()

    assert [posts[number].result().status_code for number in (0, 1, 3)] == [201] * 3
    assert (held.status_code, held.headers["retry-after"]) == (409, "1")
    assert await service.count("report") == 4
