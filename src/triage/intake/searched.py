"""The matcher's copy of all that it has searched, which follows the database."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from triage.intake.likeness import Likeness, Near

UUID_BYTES = 16
# https://www.postgresql.org/docs/current/sql-copy.html: a header, rows, an end; a row is the number
# of its values, and each value behind its length.
HEADER, END = 19, 2


class Searched:
    """All that events before `position` have brought to be compared in one way."""

    def __init__(self, likeness: Likeness) -> None:
        self.likeness = likeness
        self.position = 0
        self._ids = bytearray()

    async def follow(self, session: AsyncSession, position: int) -> None:
        """Take in what other processes have searched since, or everything at the start."""
        if position <= self.position:
            return
        connection = await (await session.connection()).get_raw_connection()
        driver: Any = connection.driver_connection  # asyncpg's, which has no types
        copied = bytearray()

        async def take(chunk: bytes) -> None:
            copied.extend(chunk)

        await driver.copy_from_query(
            self.likeness.stored, self.position, position, output=take, format="binary"
        )
        rows = np.frombuffer(memoryview(copied)[HEADER:-END], dtype=_row(self.likeness.width))
        # Of millions this takes a while, in which the worker has other duties.
        await asyncio.to_thread(self.likeness.add, rows["value"].tobytes())
        self._ids += rows["id"].tobytes()
        self.position = position

    def add(self, item_id: UUID, value: bytes) -> None:
        self.likeness.add(value)
        self._ids += item_id.bytes

    def search(self, forms: Sequence[bytes], limit: int) -> list[tuple[UUID, Near]]:
        return [(self._id(near.number), near) for near in self.likeness.search(forms, limit)]

    def _id(self, number: int) -> UUID:
        start = number * UUID_BYTES
        return UUID(bytes=bytes(self._ids[start : start + UUID_BYTES]))


def _row(width: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            ("values", ">i2"),
            ("length_of_id", ">i4"),
            ("id", f"V{UUID_BYTES}"),
            ("length", ">i4"),
            ("value", f"V{width}"),
        ]
    )
