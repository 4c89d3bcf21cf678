"""After a decision a report reopens its case only for what could change the decision."""

from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, case_of, claimed, decided, moved, reported
from races.service import Service, a_report

MIRROR = {"url": "https://x.com/someone/status/2"}


async def a_decided_case(bot: httpx.AsyncClient, ana: httpx.AsyncClient, **decision: Any) -> Any:
    await reported(bot, a_report())
    claim = await claimed(ana)
    return await decided(ana, claim, **decision)


async def test_a_mere_duplicate_attaches_and_reopens_nothing(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    decision = await a_decided_case(bot, ana, outcome="no_violation")

    again = await reported(bot, a_report(text="me too"))

    assert (again["case_id"], again["disposition"]) == (decision["case_id"], "attached")
    case = await case_of(ana, decision["case_id"])
    assert (case["state"], case["report_count"]) == ("closed", 2)
    assert (await ana.post("/v1/claims", json={})).status_code == 204


async def test_a_new_threat_reopens_the_case_with_a_new_deadline(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    decision = await a_decided_case(bot, ana, outcome="no_violation")

    again = await reported(bot, a_report(allegations=["threat"], text="now he threatens"))

    assert again["disposition"] == "reopened"
    claim = await claimed(ana)
    assert claim["case"]["id"] == decision["case_id"]
    assert claim["case"]["band"] == "P1"
    clocks = await service.rows("SELECT state FROM sla_clock ORDER BY id")
    assert [clock["state"] for clock in clocks] == ["kept", "running"]


async def test_a_new_location_of_a_case_in_removal_is_one_more_draft(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    decision = await a_decided_case(bot, ana)
    known = a_report()["locations"]

    again = await reported(bot, a_report(locations=[*known, MIRROR], text="also here"))

    assert again["disposition"] == "attached"
    case_id = decision["case_id"]
    assert (await case_of(ana, case_id))["state"] == "following"
    removals = (await ana.get(f"/v1/cases/{case_id}/removals")).json()["items"]
    assert [removal["state"] for removal in removals] == ["drafted", "drafted"]


async def test_a_new_location_of_another_decided_case_reopens_it(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await a_decided_case(bot, ana, outcome="no_violation")

    again = await reported(bot, a_report(locations=[*a_report()["locations"], MIRROR], text="x"))

    assert again["disposition"] == "reopened"


async def test_content_that_is_reported_again_after_its_removal_has_reappeared(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    decision = await a_decided_case(bot, ana)
    [removal] = decision["removals"]
    await moved(ana, removal["id"], "requested")
    await moved(ana, removal["id"], "removed", result="deleted")
    assert (await case_of(ana, decision["case_id"]))["state"] == "closed"

    again = await reported(bot, a_report(text="it is back"))

    assert again["disposition"] == "reopened"
    removals = (await ana.get(f"/v1/cases/{decision['case_id']}/removals")).json()["items"]
    assert [removal["state"] for removal in removals] == ["reappeared"]


async def test_a_request_after_a_reappearance_starts_the_addressees_clock_anew(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    decision = await a_decided_case(bot, ana)
    [removal] = decision["removals"]
    await moved(ana, removal["id"], "requested")
    await moved(ana, removal["id"], "removed", result="deleted")
    clock.forward(days=3)
    await reported(bot, a_report(text="it is back"))

    await moved(ana, removal["id"], "requested")

    clocks = await service.rows(
        "SELECT state, started_at FROM sla_clock WHERE kind = 'removal' ORDER BY id"
    )
    assert [row["state"] for row in clocks] == ["kept", "running"]
    assert clocks[1]["started_at"] == clock.now


async def test_a_removed_file_at_another_address_has_reappeared_and_is_ready_to_be_asked_for(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    file = {"media": [{"sha256": "ab" * 32}]}
    await reported(bot, a_report() | file)
    decision = await decided(ana, await claimed(ana))
    [removal] = decision["removals"]
    await moved(ana, removal["id"], "requested")
    await moved(ana, removal["id"], "removed", result="deleted")

    again = await reported(bot, a_report(locations=[MIRROR], text="the same file") | file)

    assert (again["case_id"], again["disposition"]) == (decision["case_id"], "reopened")
    removals = (await ana.get(f"/v1/cases/{decision['case_id']}/removals")).json()["items"]
    assert [removal["state"] for removal in removals] == ["removed", "drafted"]
    rows = await service.rows("SELECT body FROM journal_event WHERE kind = 'case.reopened'")
    assert [row["body"] for row in rows] == [{"reason": "reappeared"}]


@pytest.mark.parametrize(
    ("seen_at", "disposition"),
    [("2026-11-20T08:59:59Z", "attached"), ("2026-11-20T09:00:01Z", "reopened")],
)
async def test_content_seen_before_its_removal_is_not_back(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, seen_at: str, disposition: str
) -> None:
    """The clock of these tests stands at 9 o'clock."""
    decision = await a_decided_case(bot, ana)
    [removal] = decision["removals"]
    await moved(ana, removal["id"], "requested")
    await moved(ana, removal["id"], "removed", result="deleted")

    [location] = a_report()["locations"]
    again = await reported(bot, a_report(locations=[location | {"seen_at": seen_at}], text="seen"))

    assert again["disposition"] == disposition


async def test_a_decision_names_the_reports_it_has_not_seen(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    claim = await claimed(ana)
    later = await reported(bot, a_report(text="me too"))

    decision = await decided(ana, claim, outcome="no_violation")

    assert decision["reports_since"] == [later["id"]]
    assert decision["case_state"] == "closed"


async def test_unseen_news_puts_the_case_back_to_work(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    claim = await claimed(ana)
    await reported(bot, a_report(locations=[*a_report()["locations"], MIRROR], text="and here"))

    decision = await decided(ana, claim, outcome="no_violation")

    assert decision["case_state"] == "open"
    assert (await claimed(ana))["case"]["id"] == decision["case_id"]


async def test_closed_cases_are_found_by_the_same_filters(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    decision = await a_decided_case(bot, ana, outcome="no_violation")

    for params in ({}, {"state": "closed"}, {"band": "P2"}, {"category": "intimate_image"}):
        found = (await lead.get("/v1/cases", params=params)).json()["items"]
        assert [case["id"] for case in found] == [decision["case_id"]], params
    assert (await lead.get("/v1/cases", params={"state": "open"})).json()["items"] == []


async def test_one_address_in_two_spellings_is_one_removal(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    decision = await a_decided_case(bot, ana)
    twice = [{"url": "https://t.me/room_b/5"}, {"url": "https://t.me/room_b/5?single"}]

    await reported(bot, a_report(locations=[*a_report()["locations"], *twice], text="and there"))

    removals = (await ana.get(f"/v1/cases/{decision['case_id']}/removals")).json()["items"]
    assert [removal["platform"] for removal in removals] == ["x", "telegram"]
