"""What a lead mutes, a logo or a blank picture, leads to no case any more, until it is unmuted."""

from typing import Any

import httpx
import pytest
from journeys.pictures import a_hash, cases_with, changed, links_of, match, of_picture
from journeys.steps import ManualClock, case_of, reported
from races.service import Service, a_report

LOGO = a_hash(1)
SHA256 = "ab" * 32


async def said(
    person: httpx.AsyncClient, case_id: str, items: list[str], act: str = "mute"
) -> httpx.Response:
    body = {"items": items, "reason": "The room's logo."}
    return await person.post(f"/v1/cases/{case_id}/{act}", json=body)


async def muted(lead: httpx.AsyncClient, case_id: str) -> None:
    """All files of the case."""
    files = [item["id"] for item in (await case_of(lead, case_id))["media"]]
    assert (await said(lead, case_id, files)).status_code == 204


@pytest.mark.parametrize(("bits", "links"), [(0, 0), (10, 0), (11, 1)])
async def test_copies_of_a_muted_picture_are_not_searched(
    service: Service,
    bot: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
    bits: int,
    links: int,
) -> None:
    [logo, ordinary] = await cases_with(bot, of_picture(LOGO), of_picture(changed(LOGO, 20)))
    await muted(lead, logo)
    later = await reported(bot, a_report("9", media=[of_picture(changed(LOGO, bits, seed=7))]))
    await match(service, clock)

    assert len(await links_of(lead, later["case_id"])) == links
    assert len(await links_of(lead, ordinary)) == links
    assert await links_of(lead, logo) == []


async def test_links_that_only_a_muted_picture_suggests_are_passed_over_until_it_is_unmuted(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    face = a_hash(2)
    both = [of_picture(LOGO), of_picture(face)]
    first = (await reported(bot, a_report("1", media=both)))["case_id"]
    second = (await reported(bot, a_report("2", media=[of_picture(LOGO)])))["case_id"]
    third = (await reported(bot, a_report("3", media=both)))["case_id"]
    await match(service, clock)
    files = [item["id"] for item in (await case_of(lead, second))["media"]]

    before = {link["case_id"] for link in await links_of(lead, first)}
    await said(lead, second, files)
    after = {link["case_id"] for link in await links_of(lead, first)}
    await said(lead, second, files, "unmute")
    again = {link["case_id"] for link in await links_of(lead, first)}

    assert before == again == {second, third}
    assert after == {third}


async def test_what_a_person_has_confirmed_stays_to_be_seen(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    [first, second] = await cases_with(bot, of_picture(LOGO), of_picture(LOGO))
    await match(service, clock)
    [link] = await links_of(lead, first)
    version = (await case_of(lead, first))["version"]
    await lead.post(
        f"/v1/cases/{first}/links/{link['id']}/confirm", headers={"If-Match": f'"{version}"'}
    )
    await muted(lead, first)

    [left] = await links_of(lead, first)
    assert (left["state"], left["case_id"]) == ("confirmed", second)


@pytest.mark.parametrize(
    "identity",
    [
        {"media": [{"sha256": SHA256}]},
        {"media": [{"md5": SHA256[:32]}]},
        {"media": [{"platform": "telegram", "platform_media_id": "AQAD1"}]},
    ],
    ids=["sha256", "md5", "platform's"],
)
async def test_a_muted_file_leads_no_report_to_the_case(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient, identity: dict[str, Any]
) -> None:
    first = (await reported(bot, a_report("1", **identity)))["case_id"]
    await muted(lead, first)
    alone = (await reported(bot, a_report("2", **identity)))["case_id"]
    files = [item["id"] for item in (await case_of(lead, first))["media"]]
    assert [item["muted"] for item in (await case_of(lead, alone))["media"]] == [True]
    await said(lead, first, files, "unmute")
    again = (await reported(bot, a_report("3", **identity)))["case_id"]

    assert alone != first
    assert again == first
    assert await links_of(lead, alone) == []


async def test_a_muted_post_leads_no_report_to_the_case(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    [post] = (await case_of(lead, first["case_id"]))["locations"]
    assert (await said(lead, first["case_id"], [post["id"]])).status_code == 204
    second = await reported(bot, a_report("1", external_id="bot:again"))

    [seen] = (await case_of(lead, first["case_id"]))["locations"]
    assert (post["muted"], seen["muted"]) == (False, True)
    assert second["case_id"] != first["case_id"]


async def test_only_files_and_posts_of_the_case_are_muted_and_all_or_none(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    room = [{"url": "https://t.me/a_room_of_nobody"}]
    first = await reported(bot, a_report("1", media=[of_picture(LOGO)]))
    other = await reported(bot, a_report("2", locations=room))
    [file] = (await case_of(lead, first["case_id"]))["media"]
    [place] = (await case_of(lead, other["case_id"]))["locations"]

    answers = [
        await said(lead, first["case_id"], [file["id"], place["id"]]),
        await said(lead, other["case_id"], [file["id"]]),
        await said(lead, other["case_id"], [place["id"]]),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert [answer.json()["errors"][0]["pointer"] for answer in answers] == [
        "/items/1",
        "/items/0",
        "/items/0",
    ]
    assert [item["muted"] for item in (await case_of(lead, first["case_id"]))["media"]] == [False]


async def test_a_reviewer_mutes_nothing_and_the_journal_tells_who_did(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    [case] = await cases_with(bot, of_picture(LOGO))
    [file] = (await case_of(lead, case))["media"]

    refused = await said(ana, case, [file["id"]])
    assert (await said(lead, case, [file["id"]])).status_code == 204

    told = (await lead.get(f"/v1/cases/{case}/timeline")).json()["items"]
    assert refused.status_code == 403
    assert [event["kind"] for event in told if event["kind"].startswith("fingerprint")] == [
        "fingerprint.muted"
    ]
