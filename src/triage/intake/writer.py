"""Group commit: what waits is written together, by one task of the process at a time.

A request hands over its report and waits for the answer. While a batch commits, the next gathers;
a report that comes alone is written at once. There is no timer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import structlog

from triage.access.idempotency import WAIT, FirstStillRunning
from triage.intake.answers import Answer, Kept
from triage.intake.lanes import Lanes, Waiting
from triage.intake.submission import Prepared
from triage.kit.db import is_lock_timeout, is_of_the_data, is_retryable, is_unavailable
from triage.kit.errors import Problem, Unavailable

BATCH = 32  # of 64 callers, one half is stored while the other half's next reports are prepared
BATCH_BYTES = 1024 * 1024
TRIES = 3
PATIENCE = 5.0
PAUSE = 0.1

TOGETHER, BRIEFLY, ASIDE = 0.5, 0.05, WAIT
"""Seconds to wait for a row that another transaction holds: a batch, each of one that waited too
long, and one that need keep nobody waiting."""
MOST_ASIDE = 2
"""At a time: each has a connection to the database."""

log = structlog.get_logger()


Store: TypeAlias = Callable[[Sequence[Prepared], float], Awaitable[Sequence[Answer]]]
"""Stores reports in one transaction and answers each in its place; waits so long for a row."""


class Busy(Unavailable):
    title = "Too many reports are waiting to be stored"
    retry_after = 1


class Writer:
    """Writes what waits, at most `batch` reports or 1 MiB in a transaction.

    `submit` raises Busy when a channel has half of the room for 1,024 reports or 64 MiB that the
    others leave. A caller that goes away leaves its report in.
    """

    def __init__(self, store: Store, batch: int = BATCH) -> None:
        self._store = store
        self._batch = batch
        self._waiting = Lanes()
        self._being_written = 0
        self._task: asyncio.Task[None] | None = None
        self._aside: set[asyncio.Task[None]] = set()
        self._places_aside = asyncio.Semaphore(MOST_ASIDE)

    @property
    def open(self) -> int:
        """Reports that were handed over and are not answered yet."""
        return len(self._waiting) + self._being_written + len(self._aside)

    def check_room(self, channel_id: UUID) -> None:
        """Raise Busy when nothing more of the channel can wait."""
        if not self._waiting.has_room(channel_id):
            raise Busy

    async def submit(self, item: Prepared) -> Answer:
        """Raises what went wrong with this report, unless it is a Problem."""
        self.check_room(item.submission.channel.id)
        return await self._hand_over(item)

    async def submit_all(self, items: Sequence[Prepared]) -> list[Answer | BaseException]:
        """Hand over reports of one request; what each came to, in their order; Busy among it."""
        waiting = [self.submit(item) for item in items]
        return [*await asyncio.gather(*waiting, return_exceptions=True)]

    def _hand_over(self, item: Prepared) -> asyncio.Future[Answer]:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.add((item, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all(), name="intake-writer")
        return answer

    async def drain(self) -> None:
        """Wait until all that was handed over is written."""
        if self._task is not None:
            await self._task
        await asyncio.gather(*self._aside)

    async def _write_all(self) -> None:
        while self._waiting:
            batch: list[Waiting] = self._waiting.take(self._batch, BATCH_BYTES)
            self._being_written = len(batch)
            answers = await self._settle([item for item, _ in batch], TOGETHER)
            self._being_written = 0
            for waiting, answer in zip(batch, answers, strict=True):
                if _waited_in_vain(answer):
                    self._set_aside(waiting)
                else:
                    _tell(*waiting, answer)

    def _set_aside(self, waiting: Waiting) -> None:
        """Let one wait for its row by itself, while others are written."""
        task = asyncio.create_task(self._write_aside(*waiting), name="intake-writer-aside")
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _write_aside(self, item: Prepared, future: asyncio.Future[Answer]) -> None:
        async with self._places_aside:
            [answer] = await self._settle([item], ASIDE)
        _tell(item, future, answer)

    async def _settle(self, items: Sequence[Prepared], wait: float) -> list[Answer | Exception]:
        """Answers in their places; a batch that fails is halved until only the guilty one does.

        One that waits too long for a row of somebody else's goes on one by one.
        """
        try:
            return [*await self._store_patiently(items, wait)]
        except Exception as error:  # noqa: BLE001 - each caller is told, or it is logged
            waited = _waited_in_vain(error)
            if len(items) == 1 or not (waited or is_of_the_data(error)):
                return [error] * len(items)
        size, wait = (1, BRIEFLY) if waited else (len(items) // 2, wait)
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        return [answer for part in parts for answer in await self._settle(part, wait)]

    async def _store_patiently(self, items: Sequence[Prepared], wait: float) -> Sequence[Answer]:
        """Try again what may go well: a lost race 3 times, a database that is away for 5 s.

        Trying again is safe also when COMMIT was not answered: the ids are the same, and a report
        that is there already is answered, not written.
        """
        loop = asyncio.get_running_loop()
        lost, deadline = 0, None
        while True:
            try:
                return await self._store(items, wait)
            except Exception as error:
                if is_retryable(error) and not is_lock_timeout(error):
                    lost += 1
                    if lost == TRIES:
                        raise
                elif is_unavailable(error):
                    deadline = deadline or loop.time() + PATIENCE
                    if loop.time() + PAUSE > deadline:
                        raise
                    await asyncio.sleep(PAUSE)
                else:
                    raise


def _waited_in_vain(answer: Answer | Exception) -> bool:
    return isinstance(answer, FirstStillRunning) or is_lock_timeout(answer)


def _tell(item: Prepared, future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    match answer:
        case Kept() | Problem():
            if not future.cancelled():
                future.set_result(answer)
        case failure if not future.cancelled():
            future.set_exception(failure)
        case failure:
            log.error("report.not_kept", report=str(item.report_id), exc_info=failure)
