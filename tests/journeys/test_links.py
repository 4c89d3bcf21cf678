"""Pictures that look alike are suggested links; people confirm, reject and propose them."""

from typing import Any

import httpx
import pytest
from journeys.pictures import a_hash, changed, match, of_picture
from journeys.steps import ManualClock, case_of, got, reported
from races.service import Service, a_report

from triage.access.principal import Role
from triage.intake import matcher

PDQ = a_hash(1)


async def cases_with(bot: httpx.AsyncClient, *media: dict[str, Any]) -> list[str]:
    """A case for each, opened by a report of another post with this picture."""
    return [
        (await reported(bot, a_report(str(number), media=[one])))["case_id"]
        for number, one in enumerate(media, start=1)
    ]


async def links_of(reader: httpx.AsyncClient, case_id: str, **params: Any) -> list[Any]:
    return list((await got(reader, f"/v1/cases/{case_id}/links", **params))["items"])


async def act(
    person: httpx.AsyncClient, case_id: str, path: str, body: Any = None, version: str = ""
) -> httpx.Response:
    seen = version or f'"{(await case_of(person, case_id))["version"]}"'
    url = f"/v1/cases/{case_id}/links{path}"
    return await person.post(url, json=body, headers={"If-Match": seen})


@pytest.mark.parametrize(("bits", "links"), [(0, 1), (10, 1), (31, 1), (32, 0)])
async def test_pictures_within_31_bits_are_linked_and_never_one_case(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
    bits: int,
    links: int,
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(changed(PDQ, bits)))
    await match(service, clock)

    found = [await links_of(ana, case) for case in (first, second)]

    assert first != second
    assert [len(of) for of in found] == [links, links]
    if links:
        assert [of[0]["case_id"] for of in found] == [second, first]
        assert found[0][0]["distance"] == found[1][0]["distance"] == bits
        assert (found[0][0]["kind"], found[0][0]["state"]) == ("pdq", "suggested")
        assert found[0][0]["report_id"] == found[1][0]["other_report_id"]


async def test_a_picture_is_found_by_any_form_that_its_sender_computed(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    mirrored = of_picture(a_hash(2), pdq_forms=[a_hash(3).hex(), changed(PDQ, 5).hex()])
    first, second = await cases_with(bot, of_picture(PDQ), mirrored)
    await match(service, clock)

    [link] = await links_of(ana, first)

    assert (link["case_id"], link["distance"]) == (second, 5)


@pytest.mark.parametrize(("quality", "links"), [(49, 0), (50, 1), (None, 1)])
async def test_a_picture_with_little_in_it_is_not_searched(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
    quality: int | None,
    links: int,
) -> None:
    [first, _] = await cases_with(
        bot, of_picture(PDQ), of_picture(changed(PDQ, 3), pdq_quality=quality)
    )
    await match(service, clock)

    assert len(await links_of(ana, first)) == links


async def test_a_picture_that_is_added_later_is_searched_too(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    [first] = await cases_with(bot, of_picture(PDQ))
    later = await reported(bot, a_report("9"))
    await bot.post(f"/v1/reports/{later['id']}/supplements", json={"media": [of_picture(PDQ)]})
    await match(service, clock)

    assert [link["case_id"] for link in await links_of(ana, first)] == [later["case_id"]]


async def test_the_closest_picture_stands_for_a_pair_and_none_is_linked_to_itself(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(changed(PDQ, 20)))
    await match(service, clock)
    await reported(bot, a_report("1", media=[of_picture(changed(PDQ, 20))], text="again"))
    await match(service, clock)

    assert [(link["case_id"], link["distance"]) for link in await links_of(ana, first)] == [
        (second, 0)
    ]


async def test_a_rejected_pair_is_not_suggested_again(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(changed(PDQ, 9)))
    await match(service, clock)
    [link] = await links_of(ana, first)

    rejected = await act(ana, first, f"/{link['id']}/reject")
    again = await act(ana, first, f"/{link['id']}/reject")
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

    assert (await act(ana, first, path, version=stale)).status_code == 412
    assert (await ana.post(f"/v1/cases/{first}/links{path}")).status_code == 428
    assert (await act(ana, first, path)).json()["state"] == "confirmed"

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

    assert (await act(ana, cases[2], f"/{link['id']}/confirm")).status_code == 404


async def test_a_flood_of_uploads_is_confirmed_at_once_as_far_as_it_is_close(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    flood = [of_picture(changed(PDQ, bits)) for bits in (1, 2, 3, 12)]
    first, *_ = await cases_with(bot, of_picture(PDQ), *flood)
    await match(service, clock)

    chosen = {"kind": "pdq", "max_distance": 3}
    answer = await act(ana, first, "/confirm-all", chosen)
    again = await act(ana, first, "/confirm-all", chosen)

    assert answer.json() == {"confirmed": 3, "version": 2}
    assert again.json() == {"confirmed": 0, "version": 2}
    assert [link["distance"] for link in await links_of(ana, first, state="suggested")] == [12]


async def test_a_person_proposes_what_no_machine_sees(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    first, second = await cases_with(bot, of_picture(PDQ), of_picture(a_hash(2)))
    proposal = {"case_id": second}

    made = await act(ana, first, "", proposal)
    again = await act(ana, second, "", {"case_id": first})
    itself = await act(ana, first, "", {"case_id": first})
    nobody = await act(ana, first, "", {"case_id": "01a2093d-0000-7000-8000-000000000000"})

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


WORDS = "He posted my pictures in the room of our school and wrote my number under them, {}."


async def test_texts_that_are_alike_are_linked_however_they_are_spelled(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    texts = [WORDS.format("today"), WORDS.format("today").upper().replace(" ", "\u200b  "), "Help!"]
    cases = [
        (await reported(bot, a_report(str(number), text=text)))["case_id"]
        for number, text in enumerate([*texts, texts[2]], start=1)
    ]
    later = await reported(bot, a_report("9"))
    await bot.post(f"/v1/reports/{later['id']}/supplements", json={"text": WORDS.format("Monday")})
    await match(service, clock)

    first = await links_of(ana, cases[0])
    exact, near = sorted(first, key=lambda link: -float(link["similarity"]))

    assert (exact["case_id"], exact["kind"], exact["similarity"]) == (cases[1], "text", 1)
    assert near["case_id"] == later["case_id"]
    assert 0.7 <= near["similarity"] < 1
    assert await links_of(ana, cases[2]) == [], "what is so short tells nothing"


async def test_what_very_many_say_links_nobody(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matcher, "MOST_LINKS", 2)
    cases = [
        (await reported(bot, a_report(str(number), text=WORDS.format("today"))))["case_id"]
        for number in range(1, 5)
    ]
    await match(service, clock)

    assert len(await links_of(ana, cases[3])) == 0
    assert len(await links_of(ana, cases[0])) == 2
