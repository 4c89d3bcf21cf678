"""Leads' list of cases: every filter, and nothing hidden by default."""

from typing import Any

import httpx
import pytest
from journeys.steps import claimed, decided, got, reported
from races.service import a_report


@pytest.fixture
async def cases(bot: httpx.AsyncClient, ana: httpx.AsyncClient) -> dict[str, str]:
    """Ids: one that ana holds, one that is decided, one that waits."""
    held = a_report("1", allegations=["threat", "extortion"], jurisdiction="KR")
    done = a_report("2", locations=[{"url": "https://t.me/room_a/55"}])
    waiting = a_report("3", allegations=["other"])
    ids = {"done": (await reported(bot, done))["case_id"]}
    await decided(ana, await claimed(ana), categories=["deepfake"])
    ids["held"] = (await reported(bot, held))["case_id"]
    await claimed(ana)
    ids["waiting"] = (await reported(bot, waiting))["case_id"]
    return ids


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, {"held", "done", "waiting"}),
        ({"state": "in_review"}, {"held"}),
        ({"state": "open"}, {"held", "waiting"}),
        ({"state": "following"}, {"done"}),
        ({"band": "P3"}, {"waiting"}),
        ({"queue": "general"}, {"held", "done", "waiting"}),
        ({"queue": "another"}, set()),
        ({"category": "deepfake"}, {"done"}),
        ({"category": "intimate_image"}, set()),
        ({"category": "threat"}, {"held"}),
        ({"platform": "telegram"}, {"done"}),
        ({"platform": "x"}, {"held", "waiting"}),
        ({"jurisdiction": "KR"}, {"held"}),
        ({"due": "2026-11-20T20:00:00Z"}, {"held"}),
        ({"due": "2026-12-20T20:00:00Z"}, {"held", "waiting"}),
        ({"state": "open", "platform": "x", "category": "other"}, {"waiting"}),
    ],
)
async def test_cases_by_filter(
    lead: httpx.AsyncClient, cases: dict[str, str], chosen: dict[str, str], found: set[str]
) -> None:
    listed = await got(lead, "/v1/cases", **chosen)

    assert {case["id"] for case in listed["items"]} == {cases[name] for name in found}


async def test_cases_by_holder(
    ana: httpx.AsyncClient, lead: httpx.AsyncClient, cases: dict[str, str]
) -> None:
    me: Any = await got(ana, "/v1/me")

    mine = await got(lead, "/v1/cases", holder=me["id"])
    nobodys = await got(lead, "/v1/cases", holder=cases["done"])

    assert [case["id"] for case in mine["items"]] == [cases["held"]]
    assert nobodys["items"] == []
