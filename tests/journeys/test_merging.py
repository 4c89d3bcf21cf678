"""A lead merges cases, lets them go, and everybody's view follows."""

from typing import Any

import httpx
from journeys.fates import NOVEMBER
from journeys.merges import act, facts_of, merged, two_cases, unmerged
from journeys.people import a_person
from journeys.steps import ManualClock, case_of, claimed, decide, decided, got, moved, reported
from races.service import Service, a_report

from triage.access.principal import Grant, Role

ORDER = {"allegations": ["threat"], "jurisdiction": "KR", "language": "ko"}


async def test_the_survivor_takes_the_highest_band_the_earliest_deadline_and_all_that_is_known(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = await reported(bot, a_report("1"))
    clock.forward(hours=1)
    second = await reported(bot, a_report("2") | ORDER)
    a, b = [await facts_of(lead, receipt["case_id"]) for receipt in (first, second)]
    assert a["band"] > b["band"]

    page = await merged(lead, second["case_id"], first["case_id"])

    assert page["id"] == first["case_id"]
    assert (page["band"], page["due_at"]) == (b["band"], min(a["due_at"], b["due_at"]))
    assert page["report_count"] == 2
    assert sorted(page["allegations"]) == ["intimate_image", "threat"]
    assert page["jurisdictions"] == ["KR"]
    assert len(page["reports"]) == len(page["locations"]) == 2
    child = await case_of(lead, second["case_id"])
    assert (child["state"], child["merged_into"]) == ("merged", first["case_id"])
    assert child["allowed_actions"].count("unmerge_case") == 1


async def test_an_unmerge_gives_both_what_they_had(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = await reported(bot, a_report("1"))
    clock.forward(hours=1)
    second = await reported(bot, a_report("2") | ORDER)
    ids = [first["case_id"], second["case_id"]]
    before = [await facts_of(lead, case_id) for case_id in ids]
    await merged(lead, ids[1], ids[0])
    clock.forward(hours=1)

    page = await unmerged(lead, ids[1])

    assert page["id"] == ids[1]
    assert page["merged_into"] is None
    assert [await facts_of(lead, case_id) for case_id in ids] == before
    live = await service.rows(
        "SELECT case_id, count(*) FROM sla_clock WHERE state = 'running' GROUP BY case_id"
    )
    assert {str(row["case_id"]): row["count"] for row in live} == dict.fromkeys(ids, 1)


async def test_a_report_of_the_childs_post_comes_to_the_survivor_and_leaves_with_the_child(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first, second = await two_cases(bot)
    await merged(lead, second["case_id"], first["case_id"])

    later = await reported(bot, a_report("2", text="me too"))

    survivor = await case_of(lead, first["case_id"])
    assert later["id"] in [report["id"] for report in survivor["reports"]]
    assert survivor["report_count"] == 3
    child = await unmerged(lead, second["case_id"])
    assert [report["id"] for report in child["reports"]] == [later["id"], second["id"]]
    assert (await case_of(lead, first["case_id"]))["report_count"] == 1


async def test_a_whole_journey_of_two_cases_that_were_one_for_a_time(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first, second = await two_cases(bot)
    await merged(lead, second["case_id"], first["case_id"])
    claim = await claimed(ana)
    assert claim["case"]["id"] == first["case_id"]
    assert len(claim["case"]["reports"]) == 2
    assert (await lead.post("/v1/claims", json={})).status_code == 204

    decision = await decided(ana, claim)

    assert len(decision["removals"]) == 2
    for removal in decision["removals"]:
        await moved(ana, removal["id"], "requested")
        await moved(ana, removal["id"], "removed", result="deleted")
    assert (await case_of(ana, first["case_id"]))["state"] == "closed"
    for receipt in (first, second):
        progress = (await got(bot, f"/v1/reports/{receipt['id']}"))["state"]
        assert progress == "closed"

    child = await unmerged(lead, second["case_id"])

    assert child["state"] == "open"
    mine = (await got(ana, f"/v1/cases/{second['case_id']}/removals"))["items"]
    assert [removal["state"] for removal in mine] == ["removed"]
    assert (await case_of(ana, first["case_id"]))["state"] == "closed"


async def test_the_holder_of_the_child_loses_the_lease_and_that_of_the_survivor_reloads(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    await two_cases(bot)
    bo = await service.one(Role.REVIEWER, "bo")
    kept, lost = await claimed(ana), await claimed(bo)

    await merged(lead, lost["case"]["id"], kept["case"]["id"])

    assert (await decide(bo, lost, outcome="no_violation")).status_code == 409
    stale = await decide(ana, kept, outcome="no_violation")
    assert stale.status_code == 412
    again = await claimed(ana)
    assert again["lease"] == kept["lease"]
    assert (await decide(ana, again, outcome="no_violation")).status_code == 201
    rows = await service.rows("SELECT end_reason FROM assignment ORDER BY id")
    assert [row["end_reason"] for row in rows] == ["decided", "merged"]


async def test_one_address_of_two_cases_is_shown_and_counted_once_while_they_are_one(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    room = {"url": "https://t.me/a_room_of_pictures"}
    receipts = [
        await reported(bot, a_report(n, locations=[*a_report(n)["locations"], room]))
        for n in ("1", "2")
    ]
    ids = [receipt["case_id"] for receipt in receipts]
    assert ids[0] != ids[1]
    for _ in ids:
        for removal in (await decided(ana, await claimed(ana)))["removals"]:
            await moved(ana, removal["id"], "requested")
    exact = await a_person(service, Grant.EXACT, role=Role.LEAD)

    async def requested() -> Any:
        figures = await got(exact, "/v1/statistics/removals", by="platform", **NOVEMBER)
        return figures["totals"]["requested"]

    assert await requested() == 4

    await merged(lead, ids[1], ids[0])

    assert await requested() == 3
    assert len((await got(ana, f"/v1/cases/{ids[0]}/removals"))["items"]) == 3
    assert len((await got(ana, "/v1/removals"))["items"]) == 3
    await unmerged(lead, ids[1])
    assert await requested() == 4


async def test_an_undecided_case_with_news_puts_a_decided_survivor_back_to_work(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    await decided(ana, await claimed(ana), outcome="no_violation")
    second = await reported(bot, a_report("2") | ORDER)
    due_at = (await case_of(lead, second["case_id"]))["due_at"]

    page = await merged(lead, second["case_id"], first["case_id"])

    assert (page["state"], page["due_at"]) == ("open", due_at)
    await unmerged(lead, second["case_id"])
    assert (await case_of(lead, first["case_id"]))["state"] == "closed"
    assert (await case_of(lead, second["case_id"]))["due_at"] == due_at


async def test_the_reporter_of_a_merged_case_learns_nothing_of_what_was_decided_before(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    victim = {"reporter": {"relation": "victim"}}
    first = await reported(bot, a_report("1") | victim)
    await decided(ana, await claimed(ana))
    clock.forward(minutes=1)
    second = await reported(bot, a_report("2") | victim)
    clock.forward(minutes=1)

    await merged(lead, second["case_id"], first["case_id"])

    told = await got(bot, f"/v1/reports/{second['id']}")
    assert (told["state"], told["locations"]) == ("received", [])


async def test_both_timelines_tell_of_the_merge_and_of_the_parting(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first, second = await two_cases(bot)
    await merged(lead, second["case_id"], first["case_id"])
    await unmerged(lead, second["case_id"])

    told = {}
    for receipt in (first, second):
        items = (await got(lead, f"/v1/cases/{receipt['case_id']}/timeline"))["items"]
        told[receipt["case_id"]] = [event["kind"] for event in items]

    assert {"case.absorbed", "case.parted"} <= set(told[first["case_id"]])
    assert {"case.merged", "case.unmerged"} <= set(told[second["case_id"]])


async def test_a_case_that_was_merged_by_mistake_into_a_childs_case_is_hidden_with_it(
    service: Service, bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first, second = await two_cases(bot, victim={"is_minor": True})
    plain = await a_person(service, role=Role.LEAD)
    assert (await plain.get(f"/v1/cases/{second['case_id']}")).status_code == 404

    refused = await act(plain, first["case_id"], "merge", version=1, into=second["case_id"])
    assert refused.status_code == 404

    page = await merged(lead, second["case_id"], first["case_id"])
    assert page["needs_child_safety"]
    assert (await plain.get(f"/v1/cases/{first['case_id']}")).status_code == 404
    await unmerged(lead, second["case_id"])
    assert (await plain.get(f"/v1/cases/{first['case_id']}")).status_code == 200
