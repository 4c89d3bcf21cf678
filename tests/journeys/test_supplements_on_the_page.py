"""What was added to a report later, as its holder reads it."""

import json

import httpx
from journeys.steps import added, claimed, reported
from races.service import a_report


async def test_the_holder_reads_what_was_added_with_its_details_masked(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1", text="A picture of me."))
    await added(
        bot,
        receipt,
        text="Kim Example wrote again.",
        victim={"names": ["Kim Example"]},
        locations=[{"url": "https://t.me/room/77"}],
        media=[{"sha256": "ab" * 32}],
    )

    claim = await claimed(ana)
    case = claim["case"]
    [report] = case["reports"]
    [supplement] = report["supplements"]
    masked, rest = supplement["text"]
    revealed = await ana.post(
        f"/v1/cases/{case['id']}/reveal", json={"items": [masked["sealed"]], "reason": "check"}
    )

    assert masked["kind"] == "name"
    assert rest == " wrote again."
    assert revealed.json()["items"][0]["value"] == "Kim Example"
    assert [location["url"] for location in case["locations"]][1:] == [["https://t.me/room/77"]]
    assert len(report["victim"]["names"]) == 1
    assert len(case["media"]) == 1
    assert case["report_count"] == 1


async def test_the_newest_contact_stands_and_the_earlier_ones_are_kept(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1", reporter={"contact": "old@example.com"}))
    await added(bot, receipt, reporter={"contact": "new@example.com"})

    case = (await claimed(ana))["case"]
    reporter = case["reports"][0]["reporter"]
    items = [reporter["contact"]["sealed"], *(told["sealed"] for told in reporter["told_before"])]
    revealed = await ana.post(
        f"/v1/cases/{case['id']}/reveal", json={"items": items, "reason": "to answer"}
    )

    values = [item["value"] for item in revealed.json()["items"]]
    assert values == ["new@example.com", "old@example.com"]


async def test_the_holder_sees_what_was_declared_and_shown(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    evidence = {"kind": "screenshot", "sha256": "ab" * 32}
    report = a_report("1", evidence=[evidence], declarations={"good_faith": True})
    receipt = await reported(bot, report)
    await added(bot, receipt, declarations={"signature": "Kim"})

    case = (await claimed(ana))["case"]
    page = case["reports"][0]
    items = [page["evidence"][0]["sealed"], page["declarations"]["signature"]["sealed"]]
    revealed = await ana.post(
        f"/v1/cases/{case['id']}/reveal", json={"items": items, "reason": "to check"}
    )

    shown, signature = (item["value"] for item in revealed.json()["items"])
    assert json.loads(shown) | evidence == json.loads(shown)
    assert signature == "Kim"
    assert (page["declarations"]["good_faith"], page["declarations"]["authorised"]) == (True, False)
