"""Group commit: what waits is written together, by one task of the process at a time.

A request hands over its report and waits for the answer. While a batch commits, the next gathers;
a report that comes alone is written at once. There is no timer.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from triage.intake.schemas import Receipt
from triage.intake.submission import Prepared
from triage.kit.db import is_retryable, is_unavailable
from triage.kit.errors import Problem, Unavailable

BATCH = 64
BATCH_BYTES = 1024 * 1024
WAITING = 1024
WAITING_BYTES = 64 * 1024 * 1024
TRIES = 3
PATIENCE = 5.0
PAUSE = 0.1

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that is stored, by this submission or (`replayed`) by an earlier one."""

    receipt: Receipt
    replayed: bool


Answer: TypeAlias = Kept | Problem
Store: TypeAlias = Callable[[Sequence[Prepared]], Awaitable[Sequence[Answer]]]
"""Stores reports in one transaction and answers each in its place."""


class Busy(Unavailable):
    title = "Too many reports are waiting to be stored"
    retry_after = 1


class Writer:
    """Writes what waits, at most `batch` reports or 1 MiB in a transaction.

    `submit` raises Busy when 1,024 reports or 64 MiB wait. A caller that goes away leaves its
    report in.
    """

    def __init__(self, store: Store, batch: int = BATCH) -> None:
        self._store = store
        self._batch = batch
        self._waiting: deque[tuple[Prepared, asyncio.Future[Answer]]] = deque()
        self._waiting_bytes = 0
        self._being_written = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def open(self) -> int:
        """Reports that were handed over and are not answered yet."""
        return len(self._waiting) + self._being_written

    def check_room(self) -> None:
        """Raise Busy when nothing more can wait."""
        if len(self._waiting) >= WAITING or self._waiting_bytes >= WAITING_BYTES:
            raise Busy

    async def submit(self, item: Prepared) -> Answer:
        """Raises what went wrong with this report, unless it is a Problem."""
        self.check_room()
        return await self._hand_over(item)

    async def submit_all(self, items: Sequence[Prepared]) -> list[Answer | BaseException]:
        """Hand over reports of one request; what each came to, in their order. Raises Busy."""
        self.check_room()
        waiting = [self._hand_over(item) for item in items]
        return [*await asyncio.gather(*waiting, return_exceptions=True)]

    def _hand_over(self, item: Prepared) -> asyncio.Future[Answer]:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        self._waiting_bytes += item.size
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all(), name="intake-writer")
        return answer

    async def drain(self) -> None:
        """Wait until all that was handed over is written."""
        if self._task is not None:
            await self._task

    async def _write_all(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            self._being_written = len(batch)
            answers = await self._settle([item for item, _ in batch])
            self._being_written = 0
            for (item, future), answer in zip(batch, answers, strict=True):
                _tell(item, future, answer)

    def _next_batch(self) -> list[tuple[Prepared, asyncio.Future[Answer]]]:
        batch: list[tuple[Prepared, asyncio.Future[Answer]]] = []
        size = 0
        while self._waiting and len(batch) < self._batch:
            if batch and size + self._waiting[0][0].size > BATCH_BYTES:
                break
            batch.append(self._waiting.popleft())
            size += batch[-1][0].size
        self._waiting_bytes -= size
        return batch

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
