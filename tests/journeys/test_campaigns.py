"""Campaigns: one room or file of many cases, made by rule; who belongs to one is derived."""

import httpx
from journeys.merges import merged, split_off, unmerged
from journeys.pictures import match
from journeys.shared import ROOM, campaigns, cases_from, in_room
from journeys.steps import ManualClock, added, case_of, got, reported
from races.service import Service, a_report


async def test_two_hundred_victims_of_one_room_make_one_campaign_and_no_link(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    lines = [in_room(post) for post in range(1, 201)]
    answers = [await bot.post("/v1/reports/batch", json=lines[at : at + 50]) for at in (0, 50)]
    await match(service, clock)
    answers += [await bot.post("/v1/reports/batch", json=lines[at : at + 50]) for at in (100, 150)]
    await match(service, clock)
    opened = {item["receipt"]["case_id"] for answer in answers for item in answer.json()["items"]}

    [campaign] = await campaigns(lead)
    assert (campaign["kind"], campaign["case_count"], campaign["report_count"]) == (
        "room",
        200,
        200,
    )
    assert sum(campaign["bands"].values()) == 200
    assert await service.count("case_link") == 0
    path, cursor, seen = f"/v1/campaigns/{campaign['id']}/cases", None, []
    while True:
        page = await got(lead, path, limit=77, **({"cursor": cursor} if cursor else {}))
        seen += [case["id"] for case in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == sorted(opened)


async def test_a_room_of_one_case_is_no_campaign_however_often_it_is_reported(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    for number in range(3):
        await reported(bot, in_room(1, text=f"Again {number}."))
    await match(service, clock)

    assert await campaigns(lead) == []
    assert await service.count("report_trait") == 3


async def test_merging_parting_and_splitting_change_counts_and_move_no_row(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_from(bot, in_room(1), in_room(2))
    again = await reported(bot, in_room(1, text="Once more."))
    await match(service, clock)
    [campaign] = await campaigns(lead)
    before = await service.rows("SELECT * FROM report_trait ORDER BY report_id, kind")

    async def counted() -> tuple[int, int]:
        found = await got(lead, f"/v1/campaigns/{campaign['id']}")
        return found["case_count"], found["report_count"]

    assert await counted() == (2, 3)
    await merged(lead, first, second)
    assert await counted() == (1, 3)
    assert (await case_of(lead, second))["campaigns"] == []
    await unmerged(lead, first)
    assert await counted() == (2, 3)
    await split_off(lead, first, again["id"])
    assert await counted() == (3, 3)
    assert await service.rows("SELECT * FROM report_trait ORDER BY report_id, kind") == before


async def test_a_case_that_parts_makes_a_campaign_of_the_room_it_shared_inside(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    [case] = await cases_from(bot, in_room(1))
    again = await reported(bot, in_room(1, text="Once more."))
    await match(service, clock)
    assert await campaigns(lead) == []

    await split_off(lead, case, again["id"])
    await match(service, clock)

    assert [campaign["case_count"] for campaign in await campaigns(lead)] == [2]


async def test_cases_that_were_one_when_they_were_read_make_a_campaign_once_they_are_parted(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_from(bot, in_room(1), in_room(2))
    await merged(lead, first, second)
    await match(service, clock)
    assert await campaigns(lead) == []

    await unmerged(lead, first)
    await match(service, clock)

    assert [campaign["case_count"] for campaign in await campaigns(lead)] == [2]


async def test_a_room_that_is_added_later_counts_and_an_older_one_is_not_forgotten(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    one, two = [await reported(bot, a_report(str(number))) for number in (1, 2)]
    await added(bot, one, locations=[{"url": f"{ROOM}/7"}])
    await match(service, clock)
    await added(bot, two, locations=[{"url": ROOM}, {"url": f"{ROOM}/8"}])
    await added(bot, two, locations=[{"url": f"{ROOM}/9"}])
    await match(service, clock)

    [campaign] = await campaigns(lead)
    assert (campaign["case_count"], campaign["report_count"]) == (2, 2)


async def test_a_file_that_two_cases_carry_is_a_campaign(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    file = {"sha256": "ab" * 32, "md5": "cd" * 16}
    first = await reported(bot, a_report("1"))
    await reported(bot, a_report("1", text="With the file.", media=[file]))
    third = await reported(bot, a_report("3", media=[file]))
    await match(service, clock)

    assert third["case_id"] != first["case_id"], "a bot's claim of a hash unites nothing"
    assert [(c["kind"], c["case_count"]) for c in await campaigns(lead)] == [("file", 2)]

    page = await case_of(lead, third["case_id"])
    assert [one["kind"] for one in page["campaigns"]] == ["file"]
    muting = {"items": [page["media"][0]["id"]], "reason": "a logo"}
    version = {"If-Match": f'"{page["version"]}"'}
    muted = await lead.post(f"/v1/cases/{page['id']}/mute", json=muting, headers=version)
    assert muted.status_code < 300, muted.text
    assert (await case_of(lead, third["case_id"]))["campaigns"] == []
    assert [c["muted"] for c in await campaigns(lead)] == [True]
