"""Group commit: what waits is written together, by one task of the process at a time.

A request hands over its report and waits for the answer. While a batch commits, the next gathers;
a report that comes alone is written at once. There is no timer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import structlog

from triage.intake.answers import Answer, Kept
from triage.intake.lanes import Lanes, Waiting
from triage.intake.submission import Prepared
from triage.kit.db import is_retryable, is_unavailable
from triage.kit.errors import Problem, Unavailable

BATCH = 32  # of 64 callers, one half is stored while the other half's next reports are prepared
BATCH_BYTES = 1024 * 1024
TRIES = 3
PATIENCE = 5.0
PAUSE = 0.1

log = structlog.get_logger()


Store: TypeAlias = Callable[[Sequence[Prepared]], Awaitable[Sequence[Answer]]]
"""Stores reports in one transaction and answers each in its place."""


class Busy(Unavailable):
    title = "Too many reports are waiting to be stored"
    retry_after = 1


class Writer:
    """Writes what waits, at most `batch` reports or 1 MiB in a transaction.

    `submit` raises Busy when 1,024 reports or 64 MiB wait, or three quarters of that from the same
    channel. A caller that goes away leaves its report in.
    """

    def __init__(self, store: Store, batch: int = BATCH) -> None:
        self._store = store
        self._batch = batch
        self._waiting = Lanes()
        self._being_written = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def open(self) -> int:
        """Reports that were handed over and are not answered yet."""
        return len(self._waiting) + self._being_written

    def check_room(self, channel_id: UUID) -> None:
        """Raise Busy when nothing more of the channel can wait."""
        if not self._waiting.has_room(channel_id):
            raise Busy

    async def submit(self, item: Prepared) -> Answer:
        """Raises what went wrong with this report, unless it is a Problem."""
        self.check_room(item.submission.channel.id)
        return await self._hand_over(item)

    async def submit_all(self, items: Sequence[Prepared]) -> list[Answer | BaseException]:
        """Hand over reports of one request; what each came to, in their order. Raises Busy."""
        for item in items[:1]:
            self.check_room(item.submission.channel.id)
        waiting = [self._hand_over(item) for item in items]
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

    async def _write_all(self) -> None:
        while self._waiting:
            batch: list[Waiting] = self._waiting.take(self._batch, BATCH_BYTES)
            self._being_written = len(batch)
            answers = await self._settle([item for item, _ in batch])
            self._being_written = 0
            for (item, future), answer in zip(batch, answers, strict=True):
                _tell(item, future, answer)

    async def _settle(self, items: Sequence[Prepared]) -> list[Answer | Exception]:
        """Answers in their places; a batch that fails is halved until only the guilty one does."""
        try:
            return [*await self._store_patiently(items)]
        except Exception as error:  # noqa: BLE001 - each caller is told, or it is logged
            if len(items) == 1 or is_retryable(error) or is_unavailable(error):
                return [error] * len(items)
        half = len(items) // 2
        return [*await self._settle(items[:half]), *await self._settle(items[half:])]

    async def _store_patiently(self, items: Sequence[Prepared]) -> Sequence[Answer]:
        """Try again what may go well: a lost race 3 times, a database that is away for 5 s.

        Trying again is safe also when COMMIT was not answered: the ids are the same, and a report
        that is there already is answered, not written.
        """
        loop = asyncio.get_running_loop()
        lost, deadline = 0, None
        while True:
            try:
                return await self._store(items)
            except Exception as error:
                if is_retryable(error):
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


def _tell(item: Prepared, future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    match answer:
        case Kept() | Problem():
            if not future.cancelled():
                future.set_result(answer)
        case failure if not future.cancelled():
            future.set_exception(failure)
        case failure:
            log.error("report.not_kept", report=str(item.report_id), exc_info=failure)
