"""The matcher's copy of all pictures that have been searched, which follows the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from triage.fingerprints.pictures import Alike, PictureIndex

PDQ_BYTES = 32
UUID_BYTES = 16

PICTURES = """
    SELECT searched_picture.media_id, report_media.pdq
    FROM searched_picture JOIN report_media ON report_media.id = searched_picture.media_id
    WHERE searched_picture.position >= $1 AND searched_picture.position < $2
"""

# https://www.postgresql.org/docs/current/sql-copy.html: a header, rows of two values that each
# stand behind their length, an end.
HEADER = 19
ROW = np.dtype(
    [("columns", ">i2"), ("l1", ">i4"), ("id", "V16"), ("l2", ">i4"), ("pdq", "V32")], align=False
)
END = 2


@dataclass(slots=True)
class SearchedPictures:
    """All that events before `position` have brought."""

    position: int = 0
    _index: PictureIndex = field(default_factory=PictureIndex)
    _ids: bytearray = field(default_factory=bytearray)

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
            PICTURES, self.position, position, output=take, format="binary"
        )
        rows = np.frombuffer(memoryview(copied)[HEADER:-END], dtype=ROW)
        self.add(rows["id"].tobytes(), rows["pdq"].tobytes())
        self.position = position

    def add(self, ids: bytes, hashes: bytes) -> None:
        """Ids of 16 and hashes of 32 bytes, one after another."""
        self._index.add(hashes)
        self._ids += ids

    def alike(self, forms: Iterable[bytes], limit: int) -> Sequence[tuple[UUID, Alike]]:
        found = self._index.search(forms, limit)
        return [(self._id(alike.number), alike) for alike in found]

    def _id(self, number: int) -> UUID:
        start = number * UUID_BYTES
        return UUID(bytes=bytes(self._ids[start : start + UUID_BYTES]))
