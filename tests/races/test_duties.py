"""Any number of workers may run: each duty is done once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from races.service import KEYS, Service, a_report
from races.together import together

from triage.access.principal import Role
from triage.journal.checkpoint import Signer
from triage.journal.sequencer import Sequencer
from triage.journal.service import sessions as journaled
from triage.kit.db import create_engine, disposing
from triage.queues.reaper import Reaper
from triage.queues.sweeper import Sweeper

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
