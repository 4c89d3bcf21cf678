"""What is said of removals, said again, and said too late."""

from typing import Any

import httpx
import pytest
from journeys.steps import claimed, decide, decided, got, moved, reported
from races.service import Service, a_report

from triage.access.principal import Role


@pytest.fixture
async def removal(bot: httpx.AsyncClient, ana: httpx.AsyncClient) -> Any:
    """A removal asked of Telegram."""
    await reported(bot, a_report(locations=[{"url": "https://t.me/room_a/55"}]))
    [drafted] = (await decided(ana, await claimed(ana)))["removals"]
    return await moved(ana, drafted["id"], "requested")


@pytest.fixture
async def telegram(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.PLATFORM, "telegram")


async def kinds(service: Service) -> list[str]:
    rows = await service.rows(
        "SELECT kind FROM journal_event WHERE kind LIKE 'removal.%' ORDER BY occurred_at, id"
    )
    return [row["kind"] for row in rows]


async def answered(platform: httpx.AsyncClient, *answers: dict[str, Any]) -> list[Any]:
    told = await platform.post("/v1/removals/answers", json={"answers": list(answers)})
    assert told.status_code == 200, told.text
    items: list[Any] = told.json()["items"]
    return items


async def test_what_is_said_again_adds_what_is_new_and_repeats_the_rest(
    service: Service, ana: httpx.AsyncClient, removal: Any
) -> None:
    waiver = {"reason": "The page is gone from every cache."}
    before = await kinds(service)

    with_number = await moved(ana, removal["id"], "requested", reference="TG-77")
    repeated = await moved(ana, removal["id"], "requested", reference="TG-77")
    await moved(ana, removal["id"], "requested", evidence_waived=waiver)
    await moved(ana, removal["id"], "requested", evidence_waived=waiver)

    assert with_number == repeated
    assert (with_number["reference"], with_number["attempts"]) == ("TG-77", 1)
    assert with_number["requested_at"] == removal["requested_at"]
    assert (await kinds(service))[len(before) :] == ["removal.amended"] * 2
    [row] = await service.rows("SELECT evidence_waiver_item FROM removal")
    assert row["evidence_waiver_item"] is not None


async def test_another_result_is_a_conflict_and_changes_nothing(
    ana: httpx.AsyncClient, removal: Any
) -> None:
    done = await moved(ana, removal["id"], "removed", result="deleted")

    other = await ana.patch(
        f"/v1/removals/{removal['id']}", json={"state": "removed", "result": "delisted"}
    )

    assert other.status_code == 409
    assert other.json()["type"] == "urn:triage:problem:removal-contradicted"
    assert (await got(ana, "/v1/removals"))["items"] == [done]


async def test_gone_before_the_request_may_be_said_twice(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    [drafted] = (await decided(ana, await claimed(ana)))["removals"]

    other = await ana.patch(
        f"/v1/removals/{drafted['id']}", json={"state": "removed", "result": "deleted"}
    )
    first = await moved(ana, drafted["id"], "removed")
    second = await moved(ana, drafted["id"], "removed")

    assert other.status_code == 400, "nobody was asked to delete it"
    assert other.json()["errors"][0]["pointer"] == "/result"
    assert first["result"] == "already_gone"
    assert first == second


@pytest.mark.parametrize(
    ("report", "decision", "pointer"),
    [
        ({}, {"outcome": "refer"}, "/referrals"),
        ({"locations": [], "text": "He threatens me."}, {"outcome": "remove"}, "/outcome"),
    ],
    ids=["nobody to refer to", "nothing to remove"],
)
async def test_a_decision_that_nothing_follows_from_is_refused(
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    report: dict[str, Any],
    decision: dict[str, Any],
    pointer: str,
) -> None:
    await reported(bot, a_report() | report)

    answer = await decide(ana, await claimed(ana), **decision)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"state": "requested", "held_by": "police"}, "/held_by"),
        ({"state": "requested", "held_until": "2026-12-01T00:00:00Z"}, "/held_until"),
        ({"state": "requested", "result": "deleted"}, "/result"),
        ({"state": "removed"}, "/result"),
        ({"state": "requested", "reference": "Mina Example"}, "/reference"),
    ],
)
async def test_what_does_not_go_with_the_state_is_refused(
    ana: httpx.AsyncClient, removal: Any, change: dict[str, Any], pointer: str
) -> None:
    answer = await ana.patch(f"/v1/removals/{removal['id']}", json=change)

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_platforms_older_answer_is_told_apart_and_harms_no_other(
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    telegram: httpx.AsyncClient,
    removal: Any,
) -> None:
    await reported(bot, a_report(locations=[{"url": "https://t.me/room_b/1"}], text="another"))
    [drafted] = (await decided(ana, await claimed(ana)))["removals"]
    second = await moved(ana, drafted["id"], "requested")
    older = {"removal_id": removal["id"], "state": "acknowledged"}
    newer = {"removal_id": removal["id"], "state": "removed", "result": "deleted"}
    other = {"removal_id": second["id"], "state": "refused", "reference": "TG-2"}

    first = await answered(telegram, older, newer)
    again = await answered(telegram, older, newer, other)

    assert [item["taken"] for item in first] == [True, True]
    assert [(item["taken"], item["state"]) for item in again] == [
        (False, "removed"),
        (True, "removed"),
        (True, "refused"),
    ]
    assert again[2]["reference"] == "TG-2"


async def test_a_platform_does_not_take_back_a_result(
    telegram: httpx.AsyncClient, removal: Any
) -> None:
    said = {"removal_id": removal["id"], "state": "removed"}

    await answered(telegram, said | {"result": "deleted"})
    [told] = await answered(telegram, said | {"result": "made_private"})

    assert (told["taken"], told["result"]) == (False, "deleted")


async def test_a_platforms_batch_points_at_what_is_wrong(
    telegram: httpx.AsyncClient, removal: Any
) -> None:
    done = {"removal_id": removal["id"], "state": "removed", "result": "deleted"}
    nameless = {"removal_id": removal["id"], "state": "removed"}
    foreign = done | {"removal_id": "0190a000-0000-7000-8000-000000000000"}

    without_result = await telegram.post("/v1/removals/answers", json={"answers": [done, nameless]})
    unknown = await telegram.post("/v1/removals/answers", json={"answers": [done, foreign]})

    assert without_result.status_code == 400
    assert without_result.json()["errors"][0]["pointer"] == "/answers/1/result"
    assert unknown.status_code == 404
    assert unknown.json()["errors"][0]["pointer"] == "/answers/1/removal_id"
    [item] = await answered(telegram, done | {"state": "acknowledged", "result": None})
    assert item["state"] == "acknowledged", "nothing of either batch was written"


async def test_a_referral_said_again_adds_what_is_new(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    decision = await decided(
        ana, await claimed(ana), referrals=[{"to": "police", "agency": "Cyber unit, Seoul"}]
    )
    url = f"/v1/referrals/{decision['referrals'][0]['id']}"

    for change in (
        {"state": "sent"},
        {"state": "sent"},
        {"state": "sent", "reference": "제2026-1182호"},
        {"state": "closed", "result": "two arrests"},
    ):
        answer = await ana.patch(url, json=change)
        assert answer.status_code == 200, answer.text

    told = answer.json()
    assert (told["reference"], told["result"]) == ("제2026-1182호", "two arrests")
    rows = await service.rows(
        "SELECT kind FROM journal_event WHERE kind LIKE 'referral.%' ORDER BY occurred_at, id"
    )
    assert sorted(row["kind"] for row in rows) == [
        "referral.amended",
        "referral.closed",
        "referral.drafted",
        "referral.sent",
    ]
