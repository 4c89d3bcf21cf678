"""Any number of workers may run: each duty is done once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from anyio import fail_after
from races.service import KEYS, Service, a_report
from races.together import PATIENCE, together
from structlog.testing import capture_logs

from triage.access.forgetter import Forgetter
from triage.access.principal import Role
from triage.cases.queries import lock_case
from triage.journal.checkpoint import Signer
from triage.journal.sequencer import Sequencer
from triage.journal.service import sessions as journaled
from triage.kit.db import create_engine, disposing
from triage.kit.errors import TryAgain
from triage.queues.reaper import Reaper
from triage.queues.sweeper import Sweeper
from triage.worker import repeat

WEEK = timedelta(days=7)


@pytest.fixture
async def other_sessions(fresh_database: Any) -> AsyncIterator[Any]:
    """Another worker's connections."""
    async with disposing(create_engine(fresh_database.app_url)) as engine:
        async with engine.connect():  # so that nobody has to connect first
            pass
        yield journaled(engine)


async def test_two_sweepers_tell_every_breach_once(service: Service, other_sessions: Any) -> None:
    await some_reports(service, 8)
    sweepers = [Sweeper(sessions, in_a_week) for sessions in (service.sessions, other_sessions)]

    await together(sweeper.run_once for sweeper in sweepers)

    [clocks] = await service.rows(
        "SELECT count(*) AS all, count(*) FILTER (WHERE state = 'breached' "
        "OR breached_at IS NOT NULL) AS breached FROM sla_clock"
    )
    assert clocks["all"] == clocks["breached"] > 0
    assert await events(service, "clock.breached") == clocks["all"]
    assert await events(service, "clock.warned") == clocks["all"]


async def test_a_duty_that_lost_a_race_is_repeated_without_alarm() -> None:
    stop, tries = asyncio.Event(), 0

    async def second_time_lucky() -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise TryAgain
        stop.set()
        return 0

    with capture_logs() as logs, fail_after(PATIENCE):
        await repeat("matcher", second_time_lucky, 0.01, stop)

    assert [(line["event"], line["log_level"]) for line in logs] == [("duty.repeats", "info")]


async def test_a_case_that_fails_holds_no_other_up(service: Service, fresh_database: Any) -> None:
    await some_reports(service, 3)
    first, *others = [
        row["case_id"]
        for row in await service.rows("SELECT case_id FROM sla_clock ORDER BY due_at")
    ]
    async with disposing(create_engine(fresh_database.owner_url)) as owner, owner.begin() as one:
        await one.exec_driver_sql(
            "ALTER TABLE sla_clock ADD CONSTRAINT ck_never "
            f"CHECK (case_id <> '{first}' OR breached_at IS NULL)"
        )
    sweeper = Sweeper(service.sessions, in_a_week)

    assert await sweeper.run_once() == 2
    assert await sweeper.run_once() == 0, "the failing one waits for its next turn"

    breached = await service.rows("SELECT case_id FROM sla_clock WHERE state = 'breached'")
    assert {row["case_id"] for row in breached} == set(others)
    async with disposing(create_engine(fresh_database.owner_url)) as owner, owner.begin() as one:
        await one.exec_driver_sql("ALTER TABLE sla_clock DROP CONSTRAINT ck_never")
    assert await Sweeper(service.sessions, in_a_week).run_once() == 1


async def test_a_case_that_somebody_holds_holds_no_other_up(
    service: Service, other_sessions: Any
) -> None:
    await some_reports(service, 3)
    first, *others = [
        row["case_id"]
        for row in await service.rows("SELECT case_id FROM sla_clock ORDER BY due_at")
    ]
    sweeper = Sweeper(service.sessions, in_a_week)

    async with other_sessions.begin() as holder:
        await lock_case(holder, first)
        with fail_after(PATIENCE):
            assert await sweeper.run_once() == 2

    breached = await service.rows("SELECT case_id FROM sla_clock WHERE state = 'breached'")
    assert {row["case_id"] for row in breached} == set(others)
    assert await Sweeper(service.sessions, in_a_week).run_once() == 1


async def test_keys_are_forgotten_after_a_day_and_no_sooner(
    service: Service, other_sessions: Any
) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    for number in range(3):
        key = {"Idempotency-Key": f"key-{number}"}
        await bot.post("/v1/reports", json=a_report(str(number)), headers=key)

    assert await Forgetter(service.sessions, lambda: datetime.now(UTC)).run_once() == 0
    forgotten = await together(
        Forgetter(sessions, in_a_week).run_once for sessions in (service.sessions, other_sessions)
    )

    assert sum(forgotten) == 3
    assert await service.count("idempotency_key") == 0


async def test_two_reapers_end_an_expired_lease_once(service: Service, other_sessions: Any) -> None:
    await some_reports(service, 1)
    ana = await service.one(Role.REVIEWER)
    assert (await ana.post("/v1/claims", json={})).status_code == 200
    reapers = [Reaper(sessions, in_a_week) for sessions in (service.sessions, other_sessions)]

    ended = await together(reaper.run_once for reaper in reapers)

    assert sorted(ended) == [0, 1]
    [assignment] = await service.rows("SELECT end_reason FROM assignment")
    assert assignment["end_reason"] == "expired"


async def test_two_sequencers_number_every_event_once(
    service: Service, other_sessions: Any
) -> None:
    sequencers = [
        Sequencer(sessions, in_a_week, Signer(KEYS.signing_seed), "triage.test/journal")
        for sessions in (service.sessions, other_sessions)
    ]

    numbered = 0
    for _ in range(5):
        await some_reports(service, 4)
        numbered += sum(await together(partial(run_out, sequencer) for sequencer in sequencers))

    written = await service.count("journal_event")
    assert numbered == written > 0
    leaves = await service.rows("SELECT position, event_id FROM journal_leaf ORDER BY position")
    assert [leaf["position"] for leaf in leaves] == list(range(written))
    assert len({leaf["event_id"] for leaf in leaves}) == written
    assert await service.count("journal_pending") == 0


async def some_reports(service: Service, number: int) -> None:
    bot = await service.one(Role.INTAKE, "bot")
    for post in range(number):
        await bot.post("/v1/reports", json=a_report(str(post)))


async def run_out(sequencer: Sequencer) -> int:
    return await sequencer.run_once() + await sequencer.run_once()


async def events(service: Service, kind: str) -> int:
    [row] = await service.rows(
        "SELECT count(*) AS told FROM journal_event WHERE kind = :kind", kind=kind
    )
    return int(row["told"])


def in_a_week() -> datetime:
    return datetime.now(UTC) + WEEK
