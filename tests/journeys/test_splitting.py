"""A lead splits reports off: the state is as if they had never come."""

import httpx
from journeys.merges import act, facts_of, merged, split_off
from journeys.steps import ManualClock, added, case_of, claimed, decided, got, moved, reported
from races.service import a_report

POST = a_report("1")["locations"]
MIRROR = {"url": "https://x.com/someone/status/2"}
CHILD = {"victim": {"is_minor": True}, "allegations": ["threat"], "jurisdiction": "KR"}


async def test_the_old_case_is_as_if_the_report_had_never_attached(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = await reported(bot, a_report("1"))
    clock.forward(hours=1)
    await reported(bot, a_report("1", text="me too"))
    before = await facts_of(lead, first["case_id"])
    clock.forward(hours=1)
    wrong = await reported(bot, a_report("1", locations=[*POST, MIRROR], text="now") | CHILD)
    assert (await facts_of(lead, first["case_id"]))["band"] < before["band"]

    page = await split_off(lead, first["case_id"], wrong["id"])

    assert await facts_of(lead, first["case_id"]) == before
    assert (page["state"], page["report_count"], page["needs_child_safety"]) == ("open", 1, True)
    assert [report["id"] for report in page["reports"]] == [wrong["id"]]


async def test_the_new_case_is_as_if_its_report_had_opened_it(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient, clock: ManualClock
) -> None:
    alone = await reported(bot, a_report("9", text="now") | CHILD)
    expected = await facts_of(lead, alone["case_id"])
    first = await reported(bot, a_report("1"))
    wrong = await reported(bot, a_report("1", text="now") | CHILD)
    clock.forward(hours=1)

    page = await split_off(lead, first["case_id"], wrong["id"])

    split = await facts_of(lead, page["id"])
    names = expected.keys() - {"reports", "locations"}
    assert {name: split[name] for name in names} == {name: expected[name] for name in names}


async def test_what_only_the_leaving_report_brought_goes_with_it(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1", locations=[*POST, MIRROR]))
    await reported(bot, a_report("1", text="me too"))

    new = await split_off(lead, first["case_id"], first["id"])

    of_post = await reported(bot, a_report("1", text="again"))
    of_mirror = await reported(bot, a_report("2", text="again"))
    assert of_post["case_id"] == first["case_id"]
    assert of_mirror["case_id"] == new["id"]


async def test_a_removal_that_only_the_leaving_report_asked_for_goes_with_its_history(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    wrong = await reported(bot, a_report("1", locations=[*POST, MIRROR], text="and here"))
    decision = await decided(ana, await claimed(ana))
    for removal in decision["removals"]:
        await moved(ana, removal["id"], "requested")

    new = await split_off(lead, first["case_id"], wrong["id"])

    kept = (await got(ana, f"/v1/cases/{first['case_id']}/removals"))["items"]
    gone = (await got(ana, f"/v1/cases/{new['id']}/removals"))["items"]
    assert [removal["state"] for removal in (*kept, *gone)] == ["requested", "requested"]
    clocks = (await got(ana, f"/v1/cases/{new['id']}/clocks"))["items"]
    assert sorted(clock["kind"] for clock in clocks) == ["decision", "removal"]
    await moved(ana, gone[0]["id"], "removed", result="deleted")
    assert (await case_of(ana, first["case_id"]))["state"] == "following"
    await moved(ana, kept[0]["id"], "removed", result="deleted")
    assert (await case_of(ana, first["case_id"]))["state"] == "closed"


async def test_what_only_the_leaving_report_put_back_to_work_is_decided_again(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    await decided(ana, await claimed(ana), outcome="no_violation")
    wrong = await reported(bot, a_report("1", text="now") | CHILD)
    assert wrong["disposition"] == "reopened"

    new = await split_off(lead, first["case_id"], wrong["id"])

    assert (await case_of(lead, first["case_id"]))["state"] == "closed"
    assert (await claimed(ana))["case"]["id"] == new["id"]


async def test_a_split_closes_no_case_that_a_merged_one_put_back_to_work(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    survivor = await reported(bot, a_report("1"))
    more = await reported(bot, a_report("1", text="me too"))
    await decided(ana, await claimed(ana), outcome="no_violation")
    undecided = await reported(bot, a_report("2"))
    assert (await merged(lead, undecided["case_id"], survivor["case_id"]))["state"] == "open"

    await split_off(lead, survivor["case_id"], more["id"])

    assert (await case_of(lead, survivor["case_id"]))["state"] == "open"


async def test_a_split_closes_no_case_to_which_somebody_added_before_it_was_decided(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    claim = await claimed(ana)
    await added(bot, first, locations=[MIRROR])
    await decided(ana, claim, outcome="no_violation")
    more = await reported(bot, a_report("1", text="me too"))

    await split_off(lead, first["case_id"], more["id"])

    assert (await case_of(lead, first["case_id"]))["state"] == "open"


async def test_one_report_stays_and_strange_ones_are_named_by_their_place(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    other = await reported(bot, a_report("2"))

    all_of_them = await act(
        lead, first["case_id"], "split", report_ids=[first["id"]], reason="Another person."
    )
    strange = await act(
        lead, first["case_id"], "split", report_ids=[other["id"]], reason="Another person."
    )

    assert [e["pointer"] for e in all_of_them.json()["errors"]] == ["/report_ids"]
    assert [e["pointer"] for e in strange.json()["errors"]] == ["/report_ids/0"]


async def test_the_reason_is_sealed_and_read_by_the_holder_of_the_new_case(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(bot, a_report("1"))
    wrong = await reported(bot, a_report("1", text="now") | CHILD)

    new = await split_off(lead, first["case_id"], wrong["id"])

    claim = await claimed(ana)
    assert claim["case"]["id"] == new["id"]
    assert claim["case"]["notes"][0]["text"] == ["Another person is shown."]
