"""What looks alike, pictures and texts, is a suggested link and never one case."""

import httpx
import pytest
from journeys.pictures import (
    a_hash,
    cases_with,
    changed,
    links_of,
    match,
    of_picture,
)
from journeys.steps import ManualClock, reported
from races.service import Service, a_report

from triage.intake import likeness

PDQ = a_hash(1)


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
    monkeypatch.setattr(likeness, "COMMON", 2)
    cases = [
        (await reported(bot, a_report(str(number), text=WORDS.format("today"))))["case_id"]
        for number in range(1, 5)
    ]
    await match(service, clock)

    assert len(await links_of(ana, cases[3])) == 0
    assert len(await links_of(ana, cases[0])) == 2
