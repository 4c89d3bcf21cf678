"""Leases and clocks, with a clock that is moved: what expires, what is breached, and only once."""

import asyncio

import httpx
import pytest
from journeys.steps import ManualClock, case_of, claimed, decide, decided, got, moved, reported
from races.service import Service, a_report

from triage.access.principal import Role
from triage.queues.reaper import Reaper
from triage.queues.sweeper import Sweeper


async def journal_kinds(service: Service) -> list[str]:
    return [row["kind"] for row in await service.rows("SELECT kind FROM journal_event")]


async def test_a_decision_without_or_with_a_stale_version_writes_nothing(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    claim = await claimed(ana)
    path = f"/v1/cases/{claim['case']['id']}/decisions"

    stale = await decide(ana, claim, version='"7"')
    odd = await decide(ana, claim, version="seven")
    body = stale.request.content
    headers = {"Content-Type": "application/json"}
    missing = await ana.post(path, content=body, headers=headers)

    assert [stale.status_code, odd.status_code, missing.status_code] == [412, 400, 428]
    assert await service.count("decision") == 0


async def test_a_decision_on_an_expired_lease_is_refused_and_told_to_the_journal(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report())
    claim = await claimed(ana)
    clock.forward(minutes=16)

    late = await decide(ana, claim)

    assert late.status_code == 409
    assert late.json()["type"] == "urn:triage:problem:lease-lost"
    assert await service.count("decision") == 0
    auditor = await service.one(Role.AUDITOR, "auditor")
    await service.number()
    missed = (await got(auditor, "/v1/journal/events", kind="lease.missed"))["items"]
    assert [event["body"] for event in missed] == [{"act": "decide"}]


async def test_a_heartbeat_keeps_a_lease_and_comes_too_late_after_its_end(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report())
    claim = await claimed(ana)
    path = f"/v1/cases/{claim['case']['id']}/lease"
    token = {"token": claim["lease"]["token"]}

    clock.forward(minutes=14)
    assert (await ana.put(path, json=token)).status_code == 200
    clock.forward(minutes=14)
    assert (await ana.put(path, json=token)).status_code == 200
    clock.forward(minutes=15)
    assert (await ana.put(path, json=token)).status_code == 409


async def test_whoever_holds_a_case_gets_the_same_one_again(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1"))
    await reported(bot, a_report("2"))

    first, again = await claimed(ana), await claimed(ana)

    assert again["case"]["id"] == first["case"]["id"]
    assert again["lease"]["token"] == first["lease"]["token"]


@pytest.mark.parametrize(
    "reason", ["skip", "conflict_of_interest", "language", "needs_lead", "wellbeing"]
)
async def test_a_released_case_keeps_its_place(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, reason: str
) -> None:
    bo = await service.one(Role.REVIEWER, "bo")
    first = await reported(bot, a_report("1"))
    await reported(bot, a_report("2"))
    claim = await claimed(ana)
    path = f"/v1/cases/{claim['case']['id']}/release"
    request = {"token": claim["lease"]["token"], "reason": reason, "note": "see the other room"}

    released = await ana.post(path, json=request)
    twice = await ana.post(path, json=request)

    assert (released.status_code, twice.status_code) == (204, 409)
    assert (await claimed(bo))["case"]["id"] == first["case_id"]
    ends = await service.rows("SELECT end_reason FROM assignment WHERE ended_at IS NOT NULL")
    assert [row["end_reason"] for row in ends] == [reason]


async def test_a_case_that_expires_a_thousand_times_is_still_dispensed(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    receipt = await reported(bot, a_report())
    claim = await claimed(ana)
    reaper = Reaper(service.sessions, clock)
    # Nine hundred and ninety-nine earlier stalls, as rows; the last one for real.
    await service.rows_written(
        "INSERT INTO assignment (id, case_id, purpose, principal_id, band, started_at, ended_at,"
        " end_reason) SELECT gen_random_uuid(), case_id, purpose, principal_id, band, started_at,"
        " started_at, 'expired' FROM assignment, generate_series(1, 999)"
    )
    clock.forward(minutes=16)

    assert await reaper.run_once() == 1
    assert await reaper.run_once() == 0

    again = await claimed(ana)
    assert again["case"]["id"] == receipt["case_id"]
    assert again["lease"]["token"] != claim["lease"]["token"]
    assert "lease.expired" in await journal_kinds(service)


async def test_a_decision_in_time_keeps_its_clock(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report(allegations=["threat"]))
    clock.forward(hours=5)
    claim = await claimed(ana)
    await decided(ana, claim, outcome="no_violation")

    [decision] = (await got(ana, f"/v1/cases/{claim['case']['id']}/clocks"))["items"]

    assert (decision["kind"], decision["state"], decision["bound"]) == ("decision", "kept", "us")


async def test_a_breach_is_told_once_with_two_sweepers_and_ends_as_late(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report(allegations=["threat"]))
    sweepers = [Sweeper(service.sessions, clock) for _ in range(2)]

    clock.forward(hours=5)
    await asyncio.gather(*(sweeper.run_once() for sweeper in sweepers))
    assert (await journal_kinds(service)).count("clock.warned") == 1
    assert (await service.rows("SELECT lane, band FROM queue_entry"))[0] == {"lane": 0, "band": 1}

    clock.forward(hours=2)
    for _ in range(2):
        await asyncio.gather(*(sweeper.run_once() for sweeper in sweepers))
    assert (await journal_kinds(service)).count("clock.breached") == 1
    claim = await claimed(ana)
    path = f"/v1/cases/{claim['case']['id']}/clocks"
    assert [c["state"] for c in (await got(ana, path))["items"]] == ["breached"]

    await decided(ana, claim, outcome="no_violation")
    assert [c["state"] for c in (await got(ana, path))["items"]] == ["late"]
    assert (await journal_kinds(service)).count("clock.breached") == 1


async def test_a_breach_that_no_sweeper_saw_is_told_with_the_late_decision(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report(allegations=["threat"]))
    clock.forward(hours=7)
    await decided(ana, await claimed(ana), outcome="no_violation")

    await Sweeper(service.sessions, clock).run_once()

    kinds = await journal_kinds(service)
    assert (kinds.count("clock.breached"), kinds.count("clock.late")) == (1, 1)


async def test_a_removal_clock_starts_with_the_request_and_binds_the_addressee(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report(jurisdiction="US"))
    decision = await decided(ana, await claimed(ana))
    [removal] = decision["removals"]
    clock.forward(hours=10)
    requested = await moved(ana, removal["id"], "requested")
    assert requested["warnings"], "no evidence was kept"
    clock.forward(hours=49)
    await Sweeper(service.sessions, clock).run_once()
    path = f"/v1/cases/{decision['case_id']}/clocks"

    [running] = [c for c in (await got(ana, path))["items"] if c["kind"] == "removal"]
    await moved(ana, removal["id"], "removed", result="deleted")
    [stopped] = [c for c in (await got(ana, path))["items"] if c["kind"] == "removal"]

    assert (running["policy"], running["bound"], running["statutory"]) == (
        "us-tida-48h",
        "addressee",
        True,
    )
    assert (running["removal_id"], running["state"]) == (removal["id"], "breached")
    assert stopped["state"] == "late"
    assert (await case_of(ana, decision["case_id"]))["state"] == "closed"
