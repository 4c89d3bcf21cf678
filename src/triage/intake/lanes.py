"""What waits to be written, by channel: each takes its turn, and none may fill the whole room."""

import asyncio
from collections import OrderedDict, deque
from typing import TypeAlias
from uuid import UUID

from triage.intake.answers import Answer
from triage.intake.submission import Prepared

WAITING = 1024
WAITING_BYTES = 64 * 1024 * 1024
SHARE = 0.5
"""Of the room that the others leave, for one channel: there is always some for one more."""

Waiting: TypeAlias = tuple[Prepared, asyncio.Future[Answer]]


class Lane(deque[Waiting]):
    """Of one channel. `size`: of all that waits, in bytes."""

    size = 0


class Lanes:
    def __init__(self) -> None:
        self._lanes: OrderedDict[UUID, Lane] = OrderedDict()
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._count

    def has_room(self, channel_id: UUID) -> bool:
        lane = self._lanes.get(channel_id, Lane())
        others, bytes_of_others = self._count - len(lane), self._bytes - lane.size
        return len(lane) < SHARE * (WAITING - others) and lane.size < SHARE * (
            WAITING_BYTES - bytes_of_others
        )

    def add(self, waiting: Waiting) -> None:
        item = waiting[0]
        lane = self._lanes.setdefault(item.submission.channel.id, Lane())
        lane.append(waiting)
        lane.size += item.size
        self._count += 1
        self._bytes += item.size

    def take(self, most: int, most_bytes: int) -> list[Waiting]:
        """One of each channel in turn; at least one, however large it is."""
        batch: list[Waiting] = []
        size = 0
        while self._lanes and len(batch) < most:
            channel_id, lane = next(iter(self._lanes.items()))
            if batch and size + lane[0][0].size > most_bytes:
                break
            batch.append(lane.popleft())
            lane.size -= batch[-1][0].size
            size += batch[-1][0].size
            self._lanes.move_to_end(channel_id)
            if not lane:
                del self._lanes[channel_id]
        self._count -= len(batch)
        self._bytes -= size
        return batch
