"""What the holder of a receipt code adds without an account."""

from typing import Any

import httpx
from journeys.steps import claimed, reported
from races.service import Service, a_report

PATH = "/v1/receipts/messages"


async def told(service: Service, code: str, **message: Any) -> httpx.Response:
    return await service.caller().post(PATH, json={"code": code} | message)


async def test_a_message_and_a_link_reach_the_reviewer(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1"))
    message = {"text": "He wrote again.", "locations": [{"url": "https://t.me/room/91"}]}

    first = await told(service, receipt["receipt_code"], **message)
    again = await told(service, receipt["receipt_code"], **message)

    case = (await claimed(ana))["case"]
    [supplement] = case["reports"][0]["supplements"]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["state"] == "received"
    assert supplement["text"] == ["He wrote again."]
    assert supplement["door"] == "receipt"
    assert [location["url"] for location in case["locations"]][1:] == [["https://t.me/room/91"]]


async def test_a_file_or_a_name_cannot_be_claimed_that_way(
    service: Service, bot: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, a_report("1"))

    answer = await told(service, receipt["receipt_code"], media=[{"sha256": "ab" * 32}])

    assert answer.status_code == 400


async def test_nothing_is_added_to_a_code_that_is_none(
    service: Service, bot: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1"))

    unknown = await told(service, "7G4K-22QM-9XTA-P", text="Hello.")
    empty = await told(service, "7G4K-22QM-9XTA-P")

    assert (unknown.status_code, empty.status_code) == (404, 404)
    assert await service.count("report_supplement") == 0
