"""A report that was acknowledged is kept, whatever happens to the line and to the process."""

import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from races.processes import METRICS_TOKEN, line_to, serving
from races.service import Service, a_report, a_token, running
from races.together import until

from triage.access.principal import Role
from triage.kit.db import create_engine, disposing

pytestmark = pytest.mark.long

POSTS = 200
IN_FLIGHT = 32
KILLED_AFTER = 40  # when some are answered, some are being written and some have yet to come

METRICS_HEADERS = {"Authorization": f"Bearer {METRICS_TOKEN}"}
HALF_WRITTEN = """
SELECT report.id
FROM report
WHERE (SELECT count(*) FROM report_case AS home JOIN "case" ON "case".id = home.case_id
       WHERE home.report_id = report.id) <> 1
   OR (SELECT count(*) FROM report_location AS location JOIN vault_item AS item
       ON item.id = location.url_item WHERE location.report_id = report.id) <> 1
   OR (SELECT count(*) FROM vault_subject AS subject JOIN vault_item AS item
       ON item.subject_id = subject.id AND item.field = 'content.text'
       WHERE subject.owner_id = report.id) <> 1
   OR (SELECT count(*) FROM report_case AS home JOIN queue_entry AS entry
       ON entry.case_id = home.case_id WHERE home.report_id = report.id) <> 1
   OR (SELECT count(*) FROM report_case AS home JOIN sla_clock AS clock
       ON clock.case_id = home.case_id WHERE home.report_id = report.id) < 1
   OR (SELECT count(*) FROM journal_event AS event
       WHERE event.kind = 'report.received'
         AND event.subjects @> jsonb_build_array(
             jsonb_build_array('report', report.id::text))) <> 1
"""
MISCOUNTED = """
SELECT id FROM "case"
WHERE report_count <> (SELECT count(*) FROM report_case WHERE case_id = "case".id)
"""


@pytest.fixture
async def store(fresh_database: Any) -> AsyncIterator[Service]:
    """Looks into the database that the processes use."""
    async with running(fresh_database.app_url) as service:
        yield service


@pytest.fixture
async def headers(store: Service) -> dict[str, str]:
    async with store.sessions.begin() as session:
        return {"Authorization": f"Bearer {await a_token(session, Role.INTAKE, 'bot')}"}


async def test_after_a_cut_answer_the_repeated_request_finds_its_report(
    fresh_database: Any, store: Service, headers: dict[str, str], tmp_path: Path
) -> None:
    headers |= {"Idempotency-Key": "once"}
    with serving(fresh_database.app_url, tmp_path) as (_, url):
        async with line_to(url) as line, httpx.AsyncClient(base_url=line.url) as bot:
            line.cuts_answers = True
            with pytest.raises(httpx.TransportError):
                await bot.post("/v1/reports", json=a_report(), headers=headers)
            assert line.answers_cut == 1
            line.cuts_answers = False

            again = await bot.post("/v1/reports", json=a_report(), headers=headers)

    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    [report] = await store.rows("SELECT id FROM report")
    assert again.json()["id"] == str(report["id"])


async def test_a_killed_process_loses_nothing_it_acknowledged_and_leaves_nothing_half_written(
    fresh_database: Any, store: Service, headers: dict[str, str], tmp_path: Path
) -> None:
    with serving(fresh_database.app_url, tmp_path) as (command, url):
        before = await post_all(url, headers, command.process.kill)
        assert command.process.wait(10) == -signal.SIGKILL
    assert KILLED_AFTER <= len(before) < POSTS
    assert {answer.status_code for answer in before.values()} == {201}
    await until(lambda: nobody_writes(store))

    kept = {str(row["id"]) for row in await store.rows("SELECT id FROM report")}
    assert kept >= {answer.json()["id"] for answer in before.values()}
    assert await store.rows(HALF_WRITTEN) == await store.rows(MISCOUNTED) == []

    with serving(fresh_database.app_url, tmp_path) as (_, url):
        again = await post_all(url, headers)
    assert all(again[n].content == answer.content for n, answer in before.items())
    statuses = [answer.status_code for answer in again.values()]
    assert (statuses.count(200), statuses.count(201)) == (len(kept), POSTS - len(kept))
    assert await store.count("report") == POSTS
    assert await store.rows(HALF_WRITTEN) == await store.rows(MISCOUNTED) == []


async def test_a_process_told_to_end_answers_what_it_has_begun(
    fresh_database: Any, store: Service, headers: dict[str, str], tmp_path: Path
) -> None:
    answers: list[httpx.Response] = []
    with serving(fresh_database.app_url, tmp_path) as (command, url):
        async with (
            httpx.AsyncClient(base_url=url, headers=headers) as bot,
            httpx.AsyncClient(base_url=url, headers=METRICS_HEADERS) as scraper,
            disposing(create_engine(fresh_database.owner_url)) as owner,
            anyio.create_task_group() as group,
        ):

            async def post(number: int) -> None:
                answers.append(await bot.post("/v1/reports", json=a_report(str(number))))

            async with owner.begin() as blocking:
                await blocking.exec_driver_sql("LOCK TABLE report IN EXCLUSIVE MODE")
                for number in range(5):
                    group.start_soon(post, number)
                await until(lambda: waiting_to_be_stored(scraper, 5))
                command.process.send_signal(signal.SIGTERM)
                await until(lambda: refuses_connections(url))
                assert answers == []
        assert command.process.wait(20) == 0

    assert [answer.status_code for answer in answers] == [201] * 5
    assert await store.count("report") == 5


async def post_all(
    url: str, headers: dict[str, str], kill: Callable[[], None] | None = None
) -> dict[int, httpx.Response]:
    """Post all reports, 32 in flight, four to a case; `kill` the process after some are answered.

    Answers by number. A bot repeats what was not answered, unless there is nobody left to answer.
    """
    answers: dict[int, httpx.Response] = {}
    limits = httpx.Limits(max_connections=IN_FLIGHT)
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as bot,
        anyio.create_task_group() as group,
    ):

        async def post(number: int) -> None:
            body = a_report(str(number // 4), external_id=f"bot:{number}")
            key = {"Idempotency-Key": f"key-{number}"}
            answer = None
            while answer is None or answer.status_code == 503:  # too many at once: go on
                try:
                    answer = await bot.post("/v1/reports", json=body, headers=key)
                except httpx.TransportError:
                    if kill is not None:
                        return
            answers[number] = answer
            if kill is not None and len(answers) == KILLED_AFTER:
                kill()

        for number in range(POSTS):
            group.start_soon(post, number)
    return answers


async def nobody_writes(store: Service) -> bool:
    """The server has noticed that the killed process's connections are gone."""
    rows = await store.rows(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    return not rows


async def waiting_to_be_stored(scraper: httpx.AsyncClient, number: int) -> bool:
    return f"\ntriage_reports_open {number:.1f}\n" in (await scraper.get("/metrics")).text


async def refuses_connections(url: str) -> bool:
    host, _, port = url.removeprefix("http://").rpartition(":")
    try:
        async with await anyio.connect_tcp(host, int(port)):
            return False
    except OSError:
        return True
