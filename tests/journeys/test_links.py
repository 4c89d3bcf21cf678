"""Links between cases: what reports suggest, and what people propose, confirm and reject."""

import httpx
from journeys.merges import merged, split_off, unmerged
from journeys.pictures import (
    a_hash,
    act_on_links,
    cases_with,
    changed,
    links_of,
    match,
    of_picture,
)
from journeys.steps import ManualClock, case_of, got, reported
from races.service import Service, a_report

from triage.access.principal import Role

PDQ = a_hash(1)


async def test_a_rejected_pair_is_not_suggested_again(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(changed(PDQ, 9)))
    await match(service, clock)
    [link] = await links_of(ana, first)

    rejected = await act_on_links(ana, first, f"/{link['id']}/reject")
    again = await act_on_links(ana, first, f"/{link['id']}/reject")
    await reported(bot, a_report("1", media=[of_picture(changed(PDQ, 9))], text="closer"))
    await match(service, clock)

    assert (rejected.status_code, again.status_code) == (200, 409)
    [kept] = await links_of(ana, second)
    assert (kept["state"], kept["distance"]) == ("rejected", 9)
    assert await links_of(ana, first, state="suggested") == []


async def test_confirming_joins_nothing_and_counts_as_an_act(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(PDQ))
    await match(service, clock)
    [link] = await links_of(ana, first)
    stale, path = '"7"', f"/{link['id']}/confirm"

    assert (await act_on_links(ana, first, path, version=stale)).status_code == 412
    assert (await ana.post(f"/v1/cases/{first}/links{path}")).status_code == 428
    assert (await act_on_links(ana, first, path)).json()["state"] == "confirmed"

    pages = [await case_of(ana, case) for case in (first, second)]
    assert [(page["state"], page["version"]) for page in pages] == [("open", 2), ("open", 1)]
    await service.number()
    events = (await got(ana, f"/v1/cases/{first}/timeline"))["items"]
    assert events[-1]["kind"] == "link.confirmed"


async def test_a_link_of_another_case_is_not_found(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    cases = await cases_with(bot, of_picture(PDQ), of_picture(PDQ), of_picture(a_hash(5)))
    await match(service, clock)
    [link] = await links_of(ana, cases[0])

    assert (await act_on_links(ana, cases[2], f"/{link['id']}/confirm")).status_code == 404


async def test_a_flood_of_uploads_is_confirmed_at_once_as_far_as_it_is_close(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    flood = [of_picture(changed(PDQ, bits)) for bits in (1, 2, 3, 12)]
    first, *_ = await cases_with(bot, of_picture(PDQ), *flood)
    await match(service, clock)

    chosen = {"kind": "pdq", "max_distance": 3}
    answer = await act_on_links(ana, first, "/confirm-all", chosen)
    again = await act_on_links(ana, first, "/confirm-all", chosen)

    assert answer.json() == {"confirmed": 3, "version": 2}
    assert again.json() == {"confirmed": 0, "version": 2}
    assert [link["distance"] for link in await links_of(ana, first, state="suggested")] == [12]


async def test_a_person_proposes_what_no_machine_sees(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(a_hash(2)))
    proposal = {"case_id": second}

    made = await act_on_links(ana, first, "", proposal)
    again = await act_on_links(ana, second, "", {"case_id": first})
    itself = await act_on_links(ana, first, "", {"case_id": first})
    nobody = await act_on_links(ana, first, "", {"case_id": "01a2093d-0000-7000-8000-000000000000"})

    assert (made.status_code, made.json()["kind"]) == (201, "proposed")
    assert again.status_code == 409
    assert [answer.status_code for answer in (itself, nobody)] == [400, 400]
    assert nobody.json()["errors"][0]["pointer"] == "/case_id"


async def test_a_childs_case_is_linked_only_for_those_who_may_know_it(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = (await reported(bot, a_report("1", media=[of_picture(PDQ)])))["case_id"]
    child = a_report("2", media=[of_picture(PDQ)], victim={"is_minor": True})
    second = (await reported(bot, child))["case_id"]
    await match(service, clock)
    plain = await service.one(Role.REVIEWER, "plain")
    await service.rows_written(
        "DELETE FROM principal_scope WHERE value = 'child_safety' AND principal_id = "
        "(SELECT id FROM principal WHERE name = 'plain')"
    )

    assert [link["case_id"] for link in await links_of(ana, first)] == [second]
    assert await links_of(plain, first) == []
    assert (await plain.get(f"/v1/cases/{second}/links")).status_code == 404


async def test_a_report_that_names_two_cases_links_them_and_so_does_what_it_brought(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    posts = [a_report(str(number))["locations"][0] for number in (1, 2, 3)]
    first = (await reported(bot, a_report(locations=posts[:1])))["case_id"]
    second = (await reported(bot, a_report(locations=posts[1:2])))["case_id"]
    await reported(bot, a_report(locations=posts, text="all of them"))

    third = (await reported(bot, a_report(locations=posts[2:], text="the last")))["case_id"]

    assert len({first, second, third}) == 3, "the bridge's own post attaches nobody"
    assert [link["case_id"] for link in await links_of(ana, second)] == [first]
    linked = await links_of(ana, first)
    assert [(link["case_id"], link["kind"]) for link in linked] == [
        (second, "content"),
        (third, "content"),
    ]


async def test_a_post_that_is_added_later_links_the_case_that_has_it(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    first = (await reported(bot, a_report("1")))["case_id"]
    second = await reported(bot, a_report("2"))
    more = {"locations": a_report("1")["locations"]}
    await bot.post(f"/v1/reports/{second['id']}/supplements", json=more)

    assert [link["case_id"] for link in await links_of(ana, first)] == [second["case_id"]]


async def test_a_survivor_shows_the_links_of_what_was_merged_and_none_to_itself(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    pictures = [of_picture(PDQ), of_picture(changed(PDQ, 4)), of_picture(changed(PDQ, 8))]
    first, second, third = await cases_with(bot, *pictures)
    await match(service, clock)

    await merged(lead, first, second)
    together = await links_of(ana, second)
    seen_from_outside = await links_of(ana, third)
    await unmerged(lead, first)

    assert {link["case_id"] for link in together} == {third}
    assert {link["case_id"] for link in seen_from_outside} == {second}
    assert {link["case_id"] for link in await links_of(ana, first)} == {second, third}


async def test_a_link_leaves_with_the_report_that_it_came_by(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(a_hash(9)))
    wrong = await reported(bot, a_report("2", text="me too", media=[of_picture(PDQ)]))
    await match(service, clock)
    assert [link["case_id"] for link in await links_of(ana, first)] == [second]

    new = (await split_off(lead, second, wrong["id"]))["id"]

    assert [link["case_id"] for link in await links_of(ana, first)] == [new]
    assert await links_of(ana, second) == []
