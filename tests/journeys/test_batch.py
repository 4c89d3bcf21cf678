"""Many reports in one request: every line is answered in its place and harms no other."""

import json
from typing import Any

import httpx
import pytest
from journeys.refusals import refusing
from races.service import Service, a_report

from triage.intake import lanes

BATCH = "/v1/reports/batch"
LINES = {"Content-Type": "application/x-ndjson"}


def lines(*reports: dict[str, Any] | str) -> str:
    return "\n".join(
        report if isinstance(report, str) else json.dumps(report, ensure_ascii=False)
        for report in reports
    )


async def posted(bot: httpx.AsyncClient, body: str, **headers: str) -> list[Any]:
    answer = await bot.post(BATCH, content=body.encode(), headers=LINES | headers)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def test_every_line_is_answered_in_its_place(
    service: Service, bot: httpx.AsyncClient
) -> None:
    await bot.post("/v1/reports", json=a_report("0", external_id="known", text="as it was"))
    body = lines(
        a_report("1"),
        a_report("2") | {"what": 1},
        a_report("3", locations=[{"url": "http://[::1"}]),
        "{not json",
        a_report("0", external_id="known", text="another"),
        a_report("0", external_id="known", text="as it was"),
        '"a text"',
        a_report("1", text="the same post"),
    )

    items = await posted(bot, body)

    assert [item["index"] for item in items] == list(range(8))
    assert [item["status"] for item in items] == [201, 400, 400, 400, 409, 200, 400, 201]
    assert items[2]["problem"]["errors"][0]["pointer"] == "/locations/0/url"
    assert all(("receipt" in item) is (item["status"] < 300) for item in items)
    assert all(("problem" in item) is (item["status"] >= 400) for item in items)
    assert items[0]["receipt"]["case_id"] == items[7]["receipt"]["case_id"]
    assert await service.count("report") == 3


async def test_an_array_is_read_as_lines_are(service: Service, bot: httpx.AsyncClient) -> None:
    answer = await bot.post(BATCH, json=[a_report("1"), {"what": 1}, a_report("2")])

    assert [item["status"] for item in answer.json()["items"]] == [201, 400, 201]
    assert await service.count("report") == 2


async def test_blank_lines_and_line_ends_of_windows_are_no_reports(bot: httpx.AsyncClient) -> None:
    body = "\r\n".join(["", json.dumps(a_report("1")), "", json.dumps(a_report("2")), "  ", ""])

    assert [item["status"] for item in await posted(bot, body)] == [201, 201]


async def test_the_same_body_with_its_key_stores_nothing_twice(
    service: Service, bot: httpx.AsyncClient
) -> None:
    body = lines(*(a_report(str(number)) for number in range(250)), {"what": 1})
    key = LINES | {"Idempotency-Key": "night-7"}

    first = await bot.post(BATCH, content=body, headers=key)
    again = await bot.post(BATCH, content=body, headers=key)
    other = await bot.post(BATCH, content=body + "\n{}", headers=key)

    assert [item["status"] for item in first.json()["items"]] == [201] * 250 + [400]
    assert [item["status"] for item in again.json()["items"]] == [200] * 250 + [400]
    assert [item.get("receipt") for item in again.json()["items"]] == [
        item.get("receipt") for item in first.json()["items"]
    ]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert await service.count("report") == 250


async def test_a_body_that_was_cut_off_in_the_middle_goes_on(
    service: Service, bot: httpx.AsyncClient
) -> None:
    """The first line was stored, as after a crash between two chunks, and the rest was not."""
    reports = [a_report(str(number)) for number in range(3)]
    first = await bot.post("/v1/reports", json=reports[0], headers={"Idempotency-Key": "night-8#0"})

    items = await posted(bot, lines(*reports), **{"Idempotency-Key": "night-8"})

    assert [item["status"] for item in items] == [200, 201, 201]
    assert items[0]["receipt"] == first.json()
    assert await service.count("report") == 3


async def test_one_poisoned_line_fails_alone(
    service: Service, bot: httpx.AsyncClient, fresh_database: Any
) -> None:
    reports = a_report("1"), a_report("2", victim={"age": 77}), a_report("3")
    async with refusing(fresh_database.owner_url, "report", "victim_age <> 77"):
        items = await posted(bot, lines(*reports))

    assert [item["status"] for item in items] == [201, 500, 201]
    assert await service.count("report") == 2


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{}", "application/json", 400),
        (b"[", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}\n" * 1_001, "application/x-ndjson", 400),
        (b"[" + b"{}," * 1_000 + b"{}]", "application/json", 400),
        (b"x" * (8 * 1024 * 1024 + 1), "application/x-ndjson", 413),
        (b"a,b", "text/csv", 415),
    ],
)
async def test_a_body_that_is_no_batch_is_refused_as_a_whole(
    service: Service, bot: httpx.AsyncClient, content: bytes, media_type: str, status: int
) -> None:
    answer = await bot.post(BATCH, content=content, headers={"Content-Type": media_type})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert await service.count("report") == 0


async def test_nothing_is_a_batch_of_nothing(bot: httpx.AsyncClient) -> None:
    assert await posted(bot, "") == []
    assert (await bot.post(BATCH, json=[])).json() == {"items": []}


async def test_what_finds_no_room_is_told_in_its_place(
    service: Service, bot: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "WAITING", 40)

    items = await posted(bot, lines(*(a_report(str(number)) for number in range(50))))

    statuses = [item["status"] for item in items]
    assert (statuses.count(201), statuses.count(503)) == (20, 30)
    assert items[-1]["problem"]["type"] == "urn:triage:problem:busy"
    assert await service.count("report") == 20


@pytest.mark.parametrize(
    "body",
    [b"[" + b"1," * 4_000_000 + b"1]", b"[" + b"[]," * 2_500_000 + b"1]"],
    ids=["numbers", "arrays"],
)
async def test_an_array_of_millions_is_refused_within_the_limits(
    bot: httpx.AsyncClient, body: bytes
) -> None:
    answer = await bot.post(BATCH, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["errors"]
