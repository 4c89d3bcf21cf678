"""Many people ask for work at the same moment."""

from functools import partial
from typing import Any

import anyio
import httpx
from races.service import Service, a_report
from races.together import together

from triage.access.principal import Role

PERSONS = 50
CASES = 10


async def test_fifty_persons_at_once_share_ten_cases_without_one_held_twice(
    service: Service,
) -> None:
    await open_cases(service, CASES)
    persons = await service.callers(Role.REVIEWER, *(f"p{n}" for n in range(PERSONS)))

    for _ in range(3):
        answers = await together(partial(claim, person) for person in persons)

        winners = [n for n, answer in enumerate(answers) if answer.status_code == 200]
        idle = [answer for answer in answers if answer.status_code == 204]
        held = {answers[n].json()["case"]["id"] for n in winners}
        assert (len(winners), len(idle), len(held)) == (CASES, PERSONS - CASES, CASES)
        assert {answer.headers["Triage-Idle"] for answer in idle} == {"empty"}
        assert await holders(service) == dict.fromkeys(held, 1)

        given_back = await together(
            partial(release, persons[n], answers[n].json()) for n in winners
        )
        assert {answer.status_code for answer in given_back} == {204}


async def test_a_person_who_claims_twice_at_once_gets_the_same_case(service: Service) -> None:
    await open_cases(service, 3)
    ana = await service.one(Role.REVIEWER)

    first, second = await together([partial(claim, ana), partial(claim, ana)])

    assert first.status_code == second.status_code == 200
    assert first.json()["lease"]["token"] == second.json()["lease"]["token"]
    assert first.json()["case"]["id"] == second.json()["case"]["id"]
    assert len(await holders(service)) == 1


async def test_a_case_that_reports_attach_to_all_the_time_is_decided_at_the_first_try(
    service: Service,
) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    ana = await service.one(Role.REVIEWER)
    await bot.post("/v1/reports", json=a_report())
    attached = 0

    async with anyio.create_task_group() as group:
        decided = anyio.Event()
        flowing = anyio.Event()

        async def report_on_and_on() -> None:
            nonlocal attached
            while not decided.is_set():
                answer = await bot.post("/v1/reports", json=a_report())
                attached += answer.json()["disposition"] == "attached"
                if attached == 3:
                    flowing.set()

        group.start_soon(report_on_and_on)
        group.start_soon(report_on_and_on)
        await flowing.wait()
        for_ana = await claim(ana)
        before = attached
        while attached < before + 3:  # more have come between the claim and the decision
            await anyio.lowlevel.checkpoint()
        answer = await decide(ana, for_ana.json())
        decided.set()

    assert (for_ana.status_code, answer.status_code) == (200, 201), answer.text
    [case] = await service.rows('SELECT state, report_count FROM "case"')
    assert case["report_count"] == await service.count("report")


async def open_cases(service: Service, number: int) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    for post in range(number):
        answer = await bot.post("/v1/reports", json=a_report(str(post)))
        assert answer.status_code == 201


async def claim(person: httpx.AsyncClient) -> httpx.Response:
    return await person.post("/v1/claims", json={})


async def release(person: httpx.AsyncClient, claimed: dict[str, Any]) -> httpx.Response:
    body = {"token": claimed["lease"]["token"], "reason": "wellbeing"}
    return await person.post(f"/v1/cases/{claimed['case']['id']}/release", json=body)


async def decide(person: httpx.AsyncClient, claimed: dict[str, Any]) -> httpx.Response:
    case = claimed["case"]
    return await person.post(
        f"/v1/cases/{case['id']}/decisions",
        headers={"If-Match": f'"{case["version"]}"'},
        json={
            "lease_token": claimed["lease"]["token"],
            "seen_until": case["seen_until"],
            "outcome": "remove",
            "categories": [],
            "grounds": "law",
            "facts": "The picture is there.",
            "reasoning_public": "It shows a person without consent.",
        },
    )


async def holders(service: Service) -> dict[str, int]:
    """How many live assignments each held case has."""
    rows = await service.rows(
        "SELECT case_id, count(*) AS holders FROM assignment WHERE ended_at IS NULL "
        "GROUP BY case_id"
    )
    return {str(row["case_id"]): row["holders"] for row in rows}
