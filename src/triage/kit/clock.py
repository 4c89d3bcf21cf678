"""Time as a parameter: the process clock, corrected by its offset to the database's."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

MAX_STEP = timedelta(seconds=60)


class CorrectedClock:
    """The wall clock plus an offset; notices when the wall clock was moved.

    `stepped` is true after a jump of more than 60 s against the monotonic clock: duties that act on
    deadlines then stand still until the offset has been measured again.
    """

    def __init__(self) -> None:
        self._offset = timedelta()
        self._anchor(datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._offset

    @property
    def stepped(self) -> bool:
        expected = self._wall_at_anchor + timedelta(seconds=time.monotonic() - self._tick_at_anchor)
        return abs(datetime.now(UTC) - expected) > MAX_STEP

    def correct(self, database_now: datetime) -> timedelta:
        """Take the database's time as the truth; returns the new offset."""
        wall = datetime.now(UTC)
        self._offset = database_now - wall
        self._anchor(wall)
        return self._offset

    def _anchor(self, wall: datetime) -> None:
        self._wall_at_anchor = wall
        self._tick_at_anchor = time.monotonic()
