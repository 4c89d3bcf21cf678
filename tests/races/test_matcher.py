"""Look-alikes that come at the same time through many processes: all linked, none twice."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.to_thread import run_sync
from journeys.pictures import a_hash, changed, of_picture
from races.processes import serving, working
from races.service import Service, a_report, a_token
from races.together import until

from triage.access.principal import Role

pytestmark = pytest.mark.long

PAIRS = 1_000
LINES = 50
KILLED_AFTER = 200

UNREAD = """
SELECT 1 FROM matcher, journal_head
WHERE matcher.position < journal_head.size OR EXISTS (SELECT FROM journal_pending)
"""


async def test_near_pairs_from_four_processes_are_linked_though_one_matcher_is_killed(
    service: Service, fresh_database: Any, tmp_path: Path
) -> None:
    async with service.sessions.begin() as session:
        token = await a_token(session, Role.INTAKE, "many")
    url = fresh_database.app_url
    with ExitStack() as stack:
        doomed = stack.enter_context(working(url, tmp_path))
        stack.enter_context(working(url, tmp_path))
        starts = [serving(url, tmp_path) for _ in range(4)]
        started = await asyncio.gather(*(run_sync(stack.enter_context, api) for api in starts))
        apis = [address for _, address in started]
        posting = asyncio.gather(
            post_pairs(token, apis[:2], range(0, PAIRS, 2 * LINES)),
            post_pairs(token, apis[2:], range(LINES, PAIRS, 2 * LINES)),
        )
        await until(lambda: has_links(service, KILLED_AFTER))
        doomed.process.send_signal(signal.SIGKILL)
        cases = {half: case for found in await posting for half, case in found.items()}
        await until(lambda: has_read_all(service))

    links = await service.rows("SELECT low_case_id, high_case_id, distance FROM case_link")
    found = sorted((str(link["low_case_id"]), str(link["high_case_id"])) for link in links)
    pairs = [sorted((cases[number, 0], cases[number, 1])) for number in range(PAIRS)]
    assert found == sorted((low, high) for low, high in pairs)
    assert sum(link["distance"] for link in links) == sum(number % 32 for number in range(PAIRS))


async def post_pairs(token: str, apis: Sequence[str], starts: range) -> dict[tuple[int, int], str]:
    """The case of each half; the halves of a pair come at the same moment through two processes."""
    cases = {}
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=60) as bot:
        for start in starts:
            numbers = range(start, start + LINES)
            answers = await asyncio.gather(
                *(
                    bot.post(f"{api}/v1/reports/batch", json=[half(n, place) for n in numbers])
                    for place, api in enumerate(apis)
                )
            )
            for place, answer in enumerate(answers):
                for number, item in zip(numbers, answer.json()["items"], strict=True):
                    cases[number, place] = item["receipt"]["case_id"]
    return cases


def half(number: int, place: int) -> dict[str, Any]:
    """A post of its own with one of two pictures that 0 to 31 bits tell apart."""
    pdq = changed(a_hash(number), place * (number % 32))
    return a_report(f"{number + 1}{place}", media=[of_picture(pdq)])


async def has_links(service: Service, least: int) -> bool:
    return await service.count("case_link") >= least


async def has_read_all(service: Service) -> bool:
    return not await service.rows(UNREAD)
