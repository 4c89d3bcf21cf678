"""Leads list, make, name and mute campaigns; a case page tells of them."""

import httpx
import pytest
from journeys.people import a_person
from journeys.pictures import match
from journeys.shared import ROOM, campaigns, cases_from, in_room
from journeys.steps import ManualClock, case_of, claimed, got, reported
from races.service import Service

from triage.access.principal import Grant, Role

KINDS = "SELECT kind FROM journal_event WHERE kind LIKE 'campaign.%' ORDER BY id"


async def test_a_page_names_the_campaign_with_its_size_and_no_other_case(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    _, second = await cases_from(bot, in_room(1), in_room(2))
    await match(service, clock)
    [campaign] = await campaigns(lead)
    path = f"/v1/campaigns/{campaign['id']}"
    named = await lead.patch(path, json={"name": "The November room"})
    assert (named.status_code, named.json()["name"]) == (200, "The November room")

    page = (await claimed(ana))["case"]

    shown = {"id": campaign["id"], "kind": "room", "name": "The November room", "case_count": 2}
    assert page["campaigns"] == [shown]
    assert second not in str(page)

    assert (await lead.patch(path, json={"muted": True})).json()["muted"] is True
    assert (await case_of(ana, page["id"]))["campaigns"] == []
    assert (await lead.patch(path, json={"muted": False, "name": None})).json()["name"] is None
    assert [one["name"] for one in (await case_of(ana, page["id"]))["campaigns"]] == [None]
    kinds = [row["kind"] for row in await service.rows(KINDS)]
    assert kinds == [
        f"campaign.{what}" for what in ("formed", "named", "muted", "unmuted", "unnamed")
    ]
    told = await service.rows("SELECT body::text FROM journal_event")
    assert "November" not in str(told)


async def test_a_lead_makes_a_campaign_of_a_room_before_anybody_has_reported_it(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    made = await lead.post("/v1/campaigns", json={"kind": "room", "value": "t.me/Example_Room"})
    assert (made.status_code, made.json()["case_count"]) == (201, 0)
    await cases_from(bot, in_room(1), in_room(2))
    await match(service, clock)

    again = await lead.post("/v1/campaigns", json={"kind": "room", "value": ROOM})

    assert again.status_code == 200
    assert (again.json()["id"], again.json()["case_count"]) == (made.json()["id"], 2)
    assert again.json()["active_at"] >= made.json()["active_at"]
    by_phone = {"kind": "phone", "value": "tel:+82-10-2345-6789"}
    assert (await lead.post("/v1/campaigns", json=by_phone)).status_code == 201


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("room", "not a link"),
        ("room", "https://www.instagram.com/example.account"),
        ("room", "https://t.me/"),
        ("account", ROOM),
        ("phone", "1366"),
        ("phone", "02-735-8994"),
        ("email", "nobody"),
        ("handle", "two words"),
        ("number", "12"),
        ("file", "abc"),
    ],
)
async def test_what_is_no_such_thing_makes_no_campaign(
    lead: httpx.AsyncClient, kind: str, value: str
) -> None:
    answer = await lead.post("/v1/campaigns", json={"kind": kind, "value": value})

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/value"]
    assert value not in str(answer.json()["errors"])


@pytest.mark.parametrize("name", ["Call 010-2345-6789", "see https://t.me/x", "@somebody", ""])
async def test_a_name_is_a_label_in_which_nothing_personal_fits(
    lead: httpx.AsyncClient, name: str
) -> None:
    made = await lead.post("/v1/campaigns", json={"kind": "room", "value": ROOM})
    path = f"/v1/campaigns/{made.json()['id']}"

    assert (await lead.patch(path, json={"name": name})).status_code == 400
    assert (await got(lead, path))["name"] is None


async def test_campaigns_are_the_leads(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    await cases_from(bot, in_room(1), in_room(2))
    await match(service, clock)
    path = f"/v1/campaigns/{(await campaigns(lead))[0]['id']}"

    answers = [
        await ana.get("/v1/campaigns"),
        await ana.get(path),
        await ana.get(f"{path}/cases"),
        await ana.patch(path, json={"muted": True}),
        await ana.post("/v1/campaigns", json={"kind": "room", "value": ROOM}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5


async def test_a_lead_counts_and_sees_only_the_cases_that_are_theirs_to_know(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    korean, child = {"jurisdiction": "KR"}, {"victim": {"is_minor": True}}
    cases = await cases_from(
        bot, in_room(1, **korean), in_room(2, **korean, **child), in_room(3, jurisdiction="GB")
    )
    await match(service, clock)
    [campaign] = await campaigns(lead)
    path = f"/v1/campaigns/{campaign['id']}"
    plain = await a_person(service, role=Role.LEAD, jurisdictions=["KR"])
    guard = await a_person(service, Grant.CHILD_SAFETY, role=Role.LEAD, jurisdictions=["KR"])
    foreign = await a_person(service, role=Role.LEAD, jurisdictions=["FR"])

    async def seen_by(person: httpx.AsyncClient) -> tuple[int, list[str]]:
        page = await got(person, f"{path}/cases")
        found = [case["id"] for case in page["items"]]
        return (await got(person, path))["case_count"], found

    assert await seen_by(lead) == (3, cases)
    assert await seen_by(plain) == (1, cases[:1])
    assert await seen_by(guard) == (2, cases[:2])
    reviewers = [
        await a_person(service, jurisdictions=["KR"]),
        await a_person(service, Grant.CHILD_SAFETY, jurisdictions=["KR"]),
    ]
    pages = [(await case_of(person, cases[0]))["campaigns"] for person in reviewers]
    assert [[one["case_count"] for one in page] for page in pages] == [[], [2]]
    assert await campaigns(foreign) == []
    assert [(await foreign.get(url)).status_code for url in (path, f"{path}/cases")] == [404, 404]
    assert (await foreign.patch(path, json={"muted": True})).status_code == 404


async def test_pages_of_campaigns_go_from_the_last_active_to_the_first(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    for number in range(1, 6):
        room = f"https://t.me/example_room{number}"
        await cases_from(bot, *(in_room(post, room) for post in range(1, number + 2)))
        clock.forward(minutes=1)
    await reported(bot, in_room(99, "https://t.me/example_room2"))
    await match(service, clock)

    cursor, sizes = None, []
    while True:
        page = await got(lead, "/v1/campaigns", limit=2, **({"cursor": cursor} if cursor else {}))
        sizes += [campaign["case_count"] for campaign in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert sizes == [4, 6, 5, 4, 2]
    assert [c["case_count"] for c in await campaigns(lead, min_case_count=5)] == [6, 5]
    assert await campaigns(lead, kind="phone") == []
    assert await campaigns(lead, named=True) == []
    assert (await lead.get("/v1/campaigns", params={"cursor": "x"})).status_code == 400
