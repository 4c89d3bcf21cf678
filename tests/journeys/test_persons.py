"""Persons that a few cases share are suggested links; what leads to nobody is none."""

from typing import Any

import httpx
import pytest
from journeys.pictures import act_on_links, links_of, match
from journeys.shared import PHONE, about, campaigns, cases_from, persons_linked
from journeys.steps import ManualClock, added, reported
from races.service import Service, a_report


async def test_a_shared_phone_links_a_new_case_to_the_three_newest_and_none_beyond_ten(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    cases: list[str] = []
    for number in range(1, 13):
        written = PHONE if number % 2 else "+82 10 2345 6789"
        cases += await cases_from(bot, about(number, written))
        await match(service, clock)

    assert await persons_linked(lead, cases[0]) == set(cases[1:4])
    assert await persons_linked(lead, cases[9]) == set(cases[6:9])
    assert await persons_linked(lead, cases[10]) == set()
    assert await persons_linked(lead, cases[11]) == set()
    [link, *_] = await links_of(lead, cases[0])
    assert (link["kind"], link["model"], link["state"]) == ("person", "person-1", "suggested")
    [campaign] = await campaigns(lead)
    assert (campaign["kind"], campaign["case_count"]) == ("phone", 12)


async def test_reports_that_come_together_are_linked_as_if_they_had_come_one_by_one(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    answer = await bot.post("/v1/reports/batch", json=[about(n, PHONE) for n in range(1, 13)])
    cases = [item["receipt"]["case_id"] for item in answer.json()["items"]]
    await match(service, clock)

    assert await persons_linked(lead, cases[0]) == set(cases[1:4])
    assert await persons_linked(lead, cases[11]) == set()
    assert await service.count("case_link") == 0 + 1 + 2 + 7 * 3


async def test_a_number_in_a_text_is_that_of_the_victim_elsewhere_however_it_is_written(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_from(
        bot, about(1, PHONE), about(2, text="He wrote: call 공일공 2345 6789 tonight.")
    )
    await match(service, clock)

    assert await persons_linked(ana, first) == {second}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reporter": {"relation": "friend", "contact": PHONE}}, f"Call me at {PHONE}."),
        ({"reporter": {"contact": "Ana@a.example"}}, "Write to ana@a.example please."),
        ({}, "I called 02-735-8994, 1366 and 1644-7077, and wrote to support@x.example."),
        ({}, "I called 112 and 02-1366; @everyone saw it."),
    ],
)
async def test_a_reporters_contact_and_hotlines_make_neither_campaign_nor_link(
    service: Service,
    bot: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
    fields: dict[str, Any],
    words: str,
) -> None:
    reports = [a_report(str(n), text=f"{words} Case {n}.") | fields for n in (1, 2)]
    first, _ = await cases_from(bot, *reports)
    await match(service, clock)

    assert await persons_linked(lead, first) == set()
    assert await campaigns(lead) == []


async def test_a_contact_that_was_told_before_is_no_trait_of_what_is_added(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    reporter = {"relation": "friend", "contact": PHONE}
    receipts = [await reported(bot, a_report(str(n), reporter=reporter)) for n in (1, 2)]
    for receipt in receipts:
        await added(bot, receipt, text=f"He wrote again: call me at {PHONE} or 010-9876-5432.")
    await match(service, clock)

    [campaign] = await campaigns(lead)
    assert (campaign["kind"], campaign["case_count"]) == ("phone", 2)
    assert await service.count("report_trait") == 2


async def test_an_account_is_a_campaign_and_links_only_where_it_is_a_victims(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    profile = "https://www.instagram.com/example.account"
    shown = {"locations": [{"url": profile}]}
    first, second = await cases_from(
        bot, a_report(text="One.") | shown, a_report(text="Two.") | shown
    )
    await match(service, clock)
    assert await persons_linked(lead, first) == set()
    [campaign] = await campaigns(lead)
    assert (campaign["kind"], campaign["case_count"]) == ("account", 2)

    of_victim = about(3, victim={"handles": ["instagram.com/Example.Account"]})
    [third] = await cases_from(bot, of_victim)
    await match(service, clock)

    assert await persons_linked(lead, third) == {first, second}


async def test_what_is_muted_suggests_no_more_links(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    await cases_from(bot, about(1, PHONE), about(2, PHONE))
    await match(service, clock)
    [campaign] = await campaigns(lead)
    await lead.patch(f"/v1/campaigns/{campaign['id']}", json={"muted": True})

    [third] = await cases_from(bot, about(3, PHONE))
    await match(service, clock)

    assert await persons_linked(lead, third) == set()
    assert [c["case_count"] for c in await campaigns(lead, muted=True)] == [3]
    assert await campaigns(lead, muted=False) == []


async def test_a_rejected_person_is_not_suggested_again(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_from(bot, about(1, PHONE), about(2, PHONE))
    await match(service, clock)
    [link] = await links_of(ana, first)
    assert (await act_on_links(ana, first, f"/{link['id']}/reject")).status_code == 200

    await reported(bot, about(2, PHONE, text="Again."))
    await match(service, clock)

    assert [link["state"] for link in await links_of(ana, second)] == ["rejected"]
