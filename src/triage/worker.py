"""The wiring of the worker: each background duty in a loop of its own until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.forgetter import Forgetter
from triage.intake.conversations import forget_silent
from triage.intake.matcher import Matcher
from triage.intake.rescoring import Rescorer
from triage.journal.checkpoint import Signer
from triage.journal.sequencer import Sequencer
from triage.kit.clock import CorrectedClock
from triage.kit.db import database_now, is_retryable, is_unavailable
from triage.queues.reaper import Reaper
from triage.queues.sweeper import Sweeper
from triage.settings import Settings
from triage.vault.keys import Keys

log = structlog.get_logger()

Duty = Callable[[], Awaitable[int]]

BUSY = 200
"""Events. A reader of the journal that has less to do takes its next turn in time: ten times a
second what has come is read together, at a tenth of the cost of reading each by itself."""


async def work(
    settings: Settings,
    keys: Keys,
    sessions: async_sessionmaker[AsyncSession],
    clock: CorrectedClock,
    stop: asyncio.Event,
) -> None:
    """Run all duties until `stop` is set; each finishes the transaction it is in."""
    sequencer = Sequencer(sessions, clock, Signer(keys.signing_seed), settings.origin)
    reaper, sweeper = Reaper(sessions, clock), Sweeper(sessions, clock)
    matcher, rescorer = Matcher(sessions, clock), Rescorer(sessions, clock)
    forgetter, hush = Forgetter(sessions, clock), partial(forget_silent, sessions, clock)

    async def correct() -> int:
        async with sessions() as session:
            clock.correct(await database_now(session))
        return 0

    def when_time_is_sure(duty: Duty) -> Duty:
        async def guarded() -> int:
            if clock.stepped:
                log.critical("clock.stepped")
                return 0
            return await duty()

        return guarded

    async with asyncio.TaskGroup() as group:
        group.create_task(repeat("clock", correct, 60, stop))
        group.create_task(repeat("sequencer", sequencer.run_once, 0.1, stop, BUSY))
        group.create_task(repeat("matcher", matcher.run_once, 0.1, stop, BUSY))
        group.create_task(repeat("rescorer", when_time_is_sure(rescorer.run_once), 5, stop))
        group.create_task(repeat("reaper", when_time_is_sure(reaper.run_once), 1, stop))
        group.create_task(repeat("forgetter", when_time_is_sure(forgetter.run_once), 60, stop))
        group.create_task(repeat("conversations", when_time_is_sure(hush), 60, stop))
        group.create_task(repeat("sweeper", when_time_is_sure(sweeper.run_once), 1, stop))


async def repeat(name: str, duty: Duty, every: float, stop: asyncio.Event, busy: int = 1) -> None:
    """Run a duty every `every` seconds, at once again while it finds as much as `busy`.

    A database that is away is waited for, twice as long each time up to 30 s; an error of another
    kind is logged and the duty goes on: one bad row must not end the others' deadlines.
    """
    pause = every
    while not stop.is_set():
        try:
            found = await duty()
            pause = 0.0 if found >= busy else every
        except Exception as error:
            if is_unavailable(error):
                log.warning("duty.waits", duty=name)
            elif is_retryable(error):
                log.info("duty.repeats", duty=name)
            else:
                log.exception("duty.failed", duty=name)
            pause = min(max(pause, every, 0.1) * 2, 30)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
