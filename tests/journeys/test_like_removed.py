"""What looks like content that was removed is linked, never joined, and more urgent."""

import httpx
from journeys.pictures import a_hash, act_on_links, changed, links_of, match, of_picture
from journeys.steps import ManualClock, case_of, claimed, decided, got, moved, reported
from races.service import Service, a_report

PDQ = a_hash(1)
HARMLESS = {"allegations": ["other"]}


async def removed(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> str:
    case_id = (await reported(bot, a_report("1", media=[of_picture(PDQ)])))["case_id"]
    decision = await decided(ana, await claimed(ana))
    [removal] = decision["removals"]
    await moved(ana, removal["id"], "requested")
    await moved(ana, removal["id"], "removed", result="deleted")
    await match(service, clock)
    return str(case_id)


async def test_a_lookalike_of_removed_content_is_raised_and_linked(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    old = await removed(service, bot, ana, clock)
    alike = await reported(bot, a_report("2", media=[of_picture(changed(PDQ, 12))]) | HARMLESS)
    other = await reported(bot, a_report("3", media=[of_picture(a_hash(9))]) | HARMLESS)
    await match(service, clock)

    signals = (await got(ana, f"/v1/cases/{alike['case_id']}/score"))["signals"]
    assert ("intimate.lookalike_removed", 12) in [(s["rule"], s["distance"]) for s in signals]
    assert (await case_of(ana, alike["case_id"]))["band"] == "P2"
    assert (await case_of(ana, other["case_id"]))["band"] == "P3"
    [link] = await links_of(ana, alike["case_id"])
    assert (link["case_id"], link["state"], link["distance"]) == (old, "suggested", 12)
    assert (await case_of(ana, old))["state"] == "closed"


async def test_it_is_raised_once_and_its_deadline_is_that_of_its_band(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await removed(service, bot, ana, clock)
    alike = await reported(bot, a_report("2", media=[of_picture(changed(PDQ, 12))]) | HARMLESS)
    before = (await case_of(ana, alike["case_id"]))["due_at"]
    await match(service, clock)
    await match(service, clock)

    kinds = [
        event["kind"]
        for event in (await got(ana, f"/v1/cases/{alike['case_id']}/timeline"))["items"]
    ]
    assert (await case_of(ana, alike["case_id"]))["due_at"] < before
    assert (kinds.count("signal.added"), kinds.count("case.band_raised")) == (1, 1)


async def test_a_pair_that_was_rejected_raises_nothing_more(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = (await reported(bot, a_report("1", media=[of_picture(PDQ)])))["case_id"]
    alike = await reported(bot, a_report("2", media=[of_picture(changed(PDQ, 12))]) | HARMLESS)
    await match(service, clock)
    [link] = await links_of(ana, alike["case_id"])
    answer = await act_on_links(ana, alike["case_id"], f"/{link['id']}/reject")
    assert answer.status_code == 200
    claim = await claimed(ana)
    assert claim["case"]["id"] == first
    [removal] = (await decided(ana, claim))["removals"]
    await moved(ana, removal["id"], "removed")
    await bot.post(f"/v1/reports/{alike['id']}/supplements", json={"media": [of_picture(PDQ)]})
    await match(service, clock)

    assert (await case_of(ana, alike["case_id"]))["band"] == "P3"
