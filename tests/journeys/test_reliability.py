"""People's decisions say how far a channel's next reports are believed."""

from typing import Any

import httpx
from journeys.steps import ManualClock, claimed, decided, reported
from races.service import Service, a_report

from triage.access.principal import Role
from triage.access.reliability import judge_channels


async def judgements(service: Service) -> list[tuple[float, float]]:
    rows = await service.rows("SELECT confirmed, refuted FROM channel_reliability")
    return [(row["confirmed"], row["refuted"]) for row in rows]


async def test_a_decision_counts_once_for_a_channel_however_often_it_reported(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    for number in range(3):
        await reported(bot, a_report("1", text=f"the same post, {number}"))
    await decided(ana, await claimed(ana), outcome="no_violation")
    refuted = await judgements(service)
    await reported(bot, a_report("2", text="another post"))
    await decided(ana, await claimed(ana), outcome="insufficient")
    neither = await judgements(service)
    await reported(bot, a_report("3", text="a third post"))
    await decided(ana, await claimed(ana), outcome="remove")

    assert refuted == neither == [(0.0, 1.0)]
    assert await judgements(service) == [(1.0, 1.0)]


async def test_a_channel_that_is_often_wrong_weighs_less_and_keeps_its_band(
    service: Service, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    trusted, doubted = await service.callers(Role.INTAKE, "first", "second")
    before = await score_of(lead, await reported(trusted, threat("1")))
    rows = await service.rows("SELECT id FROM channel WHERE name = 'second'")
    async with service.sessions.begin() as session:
        for _ in range(100):
            await judge_channels(session, {row["id"] for row in rows}, clock(), confirmed=False)

    after = await score_of(lead, await reported(doubted, threat("2")))

    assert rows
    assert after["score"] < before["score"]
    assert after["band"] == before["band"] == "P1"
    assert after["reasons"][0]["weight"] == round(before["reasons"][0]["weight"] * 0.6, 4)


def threat(post: str) -> dict[str, Any]:
    return a_report(post, allegations=["threat"], text=f"see the post {post}")


async def score_of(lead: httpx.AsyncClient, receipt: Any) -> Any:
    return (await lead.get(f"/v1/cases/{receipt['case_id']}/score")).json()
