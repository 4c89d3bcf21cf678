"""Two victims in one room, the same body under two faces: two cases, and neither in the other."""

from collections.abc import Iterator
from typing import Any

import httpx
from journeys.fates import NOVEMBER
from journeys.pictures import a_hash, changed, links_of, match, of_picture
from journeys.steps import ManualClock, case_of, claimed, decided, got, moved, reported
from races.service import Service

BODY = a_hash(7)
ROOM = "https://t.me/example_room"
FIRST = {"name": "Kim Haneul", "phone": "010-0000-1111", "post": f"{ROOM}/55"}
SECOND = {"name": "Park Bora", "phone": "010-0000-2222", "post": f"{ROOM}/56"}


def a_report_of(victim: dict[str, str], post: int, *, bits: int) -> dict[str, Any]:
    """A post in the room, the room itself, and a picture that differs by a few bits."""
    return {
        "allegations": ["deepfake"],
        "text": f"{victim['name']} is shown, with the number {victim['phone']} beside it.",
        "locations": [{"url": victim["post"]}, {"url": ROOM}],
        "media": [of_picture(changed(BODY, bits), sha256=f"{post:064x}")],
        "victim": {"names": [victim["name"]], "phones": [victim["phone"]]},
        "reporter": {"relation": "victim"},
    }


async def test_neither_reviewer_nor_receipt_nor_figure_shows_one_in_the_other(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    one = await reported(bot, a_report_of(FIRST, 55, bits=0))
    clock.forward(minutes=1)
    two = await reported(bot, a_report_of(SECOND, 56, bits=10))
    await match(service, clock)

    assert one["case_id"] != two["case_id"]
    [link] = await links_of(ana, one["case_id"])
    assert (link["case_id"], link["kind"], link["distance"]) == (two["case_id"], "pdq", 10)
    assert link["state"] == "suggested"

    for report, own, other in ((one, FIRST, SECOND), (two, SECOND, FIRST)):
        claim = await claimed(ana)
        assert claim["case"]["id"] == report["case_id"]
        [room] = claim["case"]["campaigns"]
        assert (room["kind"], room["name"], room["case_count"]) == ("room", None, 2)
        seen = await everything_on(ana, claim["case"])
        assert all(value in seen for value in own.values())
        assert not any(value in seen for value in other.values())
        if report is one:
            for removal in (await decided(ana, claim))["removals"]:
                await moved(ana, removal["id"], "requested")
                await moved(ana, removal["id"], "removed", result="deleted")

    assert (await case_of(ana, two["case_id"]))["state"] == "in_review"
    table = await got(ana, "/v1/statistics/removals", **NOVEMBER)
    assert (table["totals"]["requested"], table["totals"]["removed"]) == (2, 2)
    first, second = [await receipt_of(service, report) for report in (one, two)]
    assert (first["state"], [place["state"] for place in first["locations"]]) == (
        "closed",
        ["removed", "removed"],
    )
    assert (second["state"], second["locations"]) == ("in_review", [])


async def everything_on(reviewer: httpx.AsyncClient, page: Any) -> str:
    """The case page as its holder reads it, and each sealed item of it."""
    items = [*sealed_in(page)]
    answer = await reviewer.post(
        f"/v1/cases/{page['id']}/reveal", json={"items": items, "reason": "to compare"}
    )
    assert answer.status_code == 200, answer.text
    return f"{page} {answer.json()}"


def sealed_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "sealed" in value:
            yield value["sealed"]
        value = [*value.values()]
    if isinstance(value, list):
        for part in value:
            yield from sealed_in(part)


async def receipt_of(service: Service, report: dict[str, Any]) -> Any:
    answer = await service.caller().post("/v1/receipts", json={"code": report["receipt_code"]})
    assert answer.status_code == 200, answer.text
    return answer.json()
