"""Merges that meet each other, and reports that come while a case moves."""

from functools import partial
from typing import Any

import httpx
from races.service import Service, a_report
from races.together import together

from triage.access.principal import Role


async def test_of_two_that_merge_a_into_b_and_b_into_a_one_wins(service: Service) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    leads = await service.callers(Role.LEAD, "one", "two")
    for n in range(0, 20, 2):
        first, second = [await opened(bot, f"{n + k}") for k in (1, 2)]

        answers = await together(
            [
                partial(merge, leads[0], first, second),
                partial(merge, leads[1], second, first),
            ]
        )

        won, lost = sorted(answer.status_code for answer in answers)
        assert won == 200
        assert lost in {409, 412}
    rows = await service.rows('SELECT state, count(*) FROM "case" GROUP BY state')
    assert {row["state"]: row["count"] for row in rows} == {"open": 10, "merged": 10}
    assert await service.rows(ASTRAY) == []


async def test_reports_that_come_while_cases_merge_part_and_split_all_find_a_live_case(
    service: Service,
) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    lead = await service.one(Role.LEAD, "lead")
    first, second = [await opened(bot, post) for post in ("1", "2")]
    answers: list[httpx.Response] = []

    async def report() -> None:
        for n in range(20):
            post = f"{n % 2 + 1}"
            answers.append(await bot.post("/v1/reports", json=a_report(post, text=f"again {n}")))

    async def move() -> None:
        for _ in range(4):
            await merge(lead, second, first, version=await version_of(lead, second))
            await act(lead, second, "unmerge", None, await version_of(lead, second))
            page = (await lead.get(f"/v1/cases/{second}")).json()
            body = {"report_ids": [page["reports"][0]["id"]], "reason": "Another person."}
            await act(lead, second, "split", body, page["version"])

    await together([report, report, move])

    assert {answer.status_code for answer in answers} == {201}
    assert await service.rows(ASTRAY) == []
    assert await service.rows(MISCOUNTED) == []


ASTRAY = """
SELECT r.report_id FROM report_case AS r
JOIN "case" AS home ON home.id = r.case_id JOIN "case" AS live ON live.id = home.root_id
WHERE live.state = 'merged' OR live.root_id <> live.id
"""
MISCOUNTED = """
SELECT live.id FROM "case" AS live
WHERE live.state <> 'merged' AND live.report_count <> (
    SELECT count(*) FROM report_case AS r JOIN "case" AS home ON home.id = r.case_id
    WHERE home.root_id = live.id)
"""


async def opened(bot: httpx.AsyncClient, post: str) -> str:
    answer = await bot.post("/v1/reports", json=a_report(post))
    case_id: str = answer.json()["case_id"]
    return case_id


async def version_of(lead: httpx.AsyncClient, case_id: str) -> int:
    version: int = (await lead.get(f"/v1/cases/{case_id}")).json()["version"]
    return version


async def merge(lead: httpx.AsyncClient, child: str, into: str, version: int = 1) -> httpx.Response:
    return await act(lead, child, "merge", {"into": into}, version)


async def act(
    lead: httpx.AsyncClient, case_id: str, verb: str, body: Any, version: int
) -> httpx.Response:
    headers = {"If-Match": f'"{version}"'}
    return await lead.post(f"/v1/cases/{case_id}/{verb}", json=body, headers=headers)
