"""What a report's sender is told, and never more."""

from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, claimed, decided, moved, reported
from races.service import Service, a_report


async def opened(caller: httpx.AsyncClient, code: str) -> Any:
    answer = await caller.post("/v1/receipts", json={"code": code})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def by(relation: str, **fields: Any) -> dict[str, Any]:
    return a_report(reporter={"relation": relation}, text=relation, **fields)


async def test_a_code_is_read_however_it_was_typed(
    service: Service, bot: httpx.AsyncClient
) -> None:
    code = (await reported(bot, a_report()))["receipt_code"]
    nobody = service.caller()

    for typed in (code, code.lower(), code.replace("-", ""), f" {code} "):
        assert (await opened(nobody, typed))["state"] == "received"


@pytest.mark.parametrize("code", ["", "7G4K-22QM-9XTA-P", "x" * 40, "ＡＢＣ"])
async def test_a_code_of_nothing_is_not_found(service: Service, code: str) -> None:
    answer = await service.caller().post("/v1/receipts", json={"code": code})

    assert answer.status_code == 404


async def test_the_victim_learns_of_own_locations_and_others_only_that_it_goes_on(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    victim = (await reported(bot, by("victim")))["receipt_code"]
    witness = (await reported(bot, by("anonymous")))["receipt_code"]
    guardian = (await reported(bot, by("guardian")))["receipt_code"]
    nobody = service.caller()
    decision = await decided(ana, await claimed(ana))
    await moved(ana, decision["removals"][0]["id"], "requested", reference="X-1")

    told = await opened(nobody, victim)
    assert told["state"] == "action_taken"
    assert told["locations"][0]["state"] == "requested"
    assert told["locations"][0]["reference"] == "X-1"
    for code in (witness, guardian):
        assert (await opened(nobody, code))["state"] == "in_review"
        assert (await opened(nobody, code))["locations"] == []

    await moved(ana, decision["removals"][0]["id"], "removed", result="deleted")
    assert (await opened(nobody, victim))["state"] == "closed"
    assert (await opened(nobody, witness)) == (await opened(nobody, guardian)) | {
        "received_at": (await opened(nobody, witness))["received_at"]
    }


async def test_while_a_referral_is_unsent_or_police_asked_to_wait_it_stays_in_review(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    code = (await reported(bot, by("victim")))["receipt_code"]
    decision = await decided(ana, await claimed(ana), referrals=[{"to": "police"}])
    nobody = service.caller()
    [removal], [referral] = decision["removals"], decision["referrals"]

    assert (await opened(nobody, code))["state"] == "in_review"
    await moved(ana, removal["id"], "held", held_by="police")
    await ana.patch(f"/v1/referrals/{referral['id']}", json={"state": "sent"})
    assert (await opened(nobody, code))["state"] == "in_review"
    await moved(ana, removal["id"], "drafted")
    assert (await opened(nobody, code))["state"] == "action_taken"


async def test_a_duplicate_of_a_decided_case_is_closed_only_when_its_turn_would_have_come(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, by("victim"))
    await decided(ana, await claimed(ana), outcome="no_violation")
    clock.forward(minutes=5)
    code = (await reported(bot, by("friend")))["receipt_code"]
    nobody = service.caller()

    assert (await opened(nobody, code))["state"] == "received"
    clock.forward(hours=25)
    assert (await opened(nobody, code))["state"] == "closed"


async def test_a_channel_reads_its_own_reports_only(
    bot: httpx.AsyncClient, fresh_bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    receipt = await reported(bot, by("victim"))
    path = f"/v1/reports/{receipt['id']}"

    assert (await bot.get(path)).json()["state"] == "received"
    await claimed(ana)
    assert (await bot.get(path)).json()["state"] == "in_review"
    assert (await fresh_bot.get(path)).status_code == 404
    assert (await ana.get(path)).status_code == 404


async def test_a_report_of_a_case_that_is_being_looked_at_does_not_tell_so(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, by("victim"))
    await claimed(ana)
    clock.forward(minutes=1)

    code = (await reported(bot, by("friend")))["receipt_code"]

    assert (await opened(service.caller(), code))["state"] == "received"
