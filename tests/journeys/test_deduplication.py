"""The same post or file is one case; a room, a profile or a bare host never is."""

from typing import Any

import httpx
import pytest
from journeys.steps import case_of, reported
from races.service import Service, a_report

SHA = "a" * 64


async def cases_of(bot: httpx.AsyncClient, *reports: dict[str, Any]) -> list[str]:
    """The case that each report went to, in order."""
    return [(await reported(bot, report))["case_id"] for report in reports]


@pytest.mark.parametrize(
    "spelling",
    [
        "https://t.me/room_a/55",
        "http://telegram.me/room_a/55?utm_source=share",
        "https://t.me/s/room_a/55",
        "tg://resolve?domain=room_a&post=55",
        "hxxps://t[.]me/room_a/55#top",
    ],
)
async def test_one_post_in_any_spelling_is_one_case(bot: httpx.AsyncClient, spelling: str) -> None:
    first, second = await cases_of(
        bot,
        a_report(locations=[{"url": "https://t.me/room_a/55"}]),
        a_report(locations=[{"url": spelling}]),
    )

    assert first == second


@pytest.mark.parametrize(
    "container",
    ["https://t.me/room_a", "https://x.com/somebody", "https://pictures.example/", "t.me/+AbCdEf"],
)
async def test_two_reports_of_one_container_are_two_cases(
    bot: httpx.AsyncClient, container: str
) -> None:
    first, second = await cases_of(
        bot, a_report(locations=[{"url": container}]), a_report(locations=[{"url": container}])
    )

    assert first != second


async def test_two_posts_of_one_room_are_two_cases(bot: httpx.AsyncClient) -> None:
    first, second = await cases_of(
        bot,
        a_report(locations=[{"url": "https://t.me/room_a"}, {"url": "https://t.me/room_a/55"}]),
        a_report(locations=[{"url": "https://t.me/room_a"}, {"url": "https://t.me/room_a/56"}]),
    )

    assert first != second


async def test_the_same_file_is_one_case_wherever_it_was_seen(bot: httpx.AsyncClient) -> None:
    first, second = await cases_of(
        bot,
        a_report(locations=[], media=[{"sha256": SHA}]),
        a_report("2", media=[{"sha256": SHA.upper()}]),
    )

    assert first == second


async def test_a_report_that_names_two_cases_unites_nothing(
    service: Service, bot: httpx.AsyncClient
) -> None:
    first, second = await cases_of(bot, a_report("1"), a_report("2", allegations=["threat"]))
    both = a_report(
        locations=[*a_report("1")["locations"], *a_report("2")["locations"]], text="both"
    )

    [home] = await cases_of(bot, both)

    assert home == second, "it joins the case of the worse band"
    assert await service.count("case") == 2
    rows = await service.rows('SELECT report_count FROM "case" WHERE id = :id', id=first)
    assert rows[0]["report_count"] == 1


async def test_a_duplicate_keeps_its_row_and_can_only_raise_the_case(
    service: Service, bot: httpx.AsyncClient
) -> None:
    mild = await reported(bot, a_report(allegations=["other"]))
    grave = await reported(bot, a_report(allegations=["threat"], text="he threatens"))
    again = await reported(bot, a_report(allegations=["other"], text="me too"))

    assert [mild["band"], grave["band"], again["band"]] == ["P3", "P1", "P1"]
    assert [r["disposition"] for r in (mild, grave, again)] == ["opened", "attached", "attached"]
    assert await service.count("report") == 3
    entries = await service.rows("SELECT band, lane, due_at FROM queue_entry")
    assert [(row["band"], row["lane"]) for row in entries] == [(1, 1)]
    clocks = await service.rows("SELECT policy_id, due_at FROM sla_clock")
    assert [row["policy_id"] for row in clocks] == ["decision-p1"]
    assert clocks[0]["due_at"] == entries[0]["due_at"]


async def test_without_the_grant_a_known_and_an_unknown_link_answer_alike(
    service: Service, bot: httpx.AsyncClient, fresh_bot: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())

    known = await fresh_bot.post("/v1/reports", json=a_report(text="known"))
    unknown = await fresh_bot.post("/v1/reports", json=a_report("2", text="other"))

    assert known.status_code == unknown.status_code == 201
    assert known.json().keys() == unknown.json().keys()
    assert not known.json().keys() & {"case_id", "band"}
    assert known.json()["disposition"] == unknown.json()["disposition"] == "received"
    assert await service.count("case") == 2


async def test_a_host_that_imitates_a_known_one_is_flagged_and_joins_nothing(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    real, imitation = await cases_of(
        bot,
        a_report(locations=[{"url": "https://t.me/room_a/55"}]),
        a_report(locations=[{"url": "https://т.me/room_a/55"}]),
    )

    flags = {}
    for case_id in (real, imitation):
        (location,) = (await case_of(ana, case_id))["locations"]
        flags[case_id] = (location["platform"], location["lookalike"])
    assert flags == {real: ("telegram", False), imitation: ("other", True)}
