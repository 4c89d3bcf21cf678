"""What the searches for likeness have in common: rows that are added, withdrawn and sorted."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from triage.fingerprints.buckets import Buckets, Keys, Numbers

TIMES = 16

Value = TypeVar("Value", bound=np.generic)


class Index(ABC, Generic[Value]):
    """Rows by the order in which they were added: the first has the number 0.

    The newest are compared one by one; when they are many they become buckets of their own. Buckets
    are united when those before are less than 16 times as large: so most rows are sorted seldom,
    and there are few buckets (O'Neil et al. 1996, log-structured merge trees).

    One thread adds and withdraws; others may search and sort meanwhile.
    """

    most_unsorted: ClassVar[int] = 8_192

    def __init__(self) -> None:
        self._rows = _roomier(self._of(b""), 0)
        self._gone: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self._size = 0
        self._sorted: tuple[Buckets, ...] = (Buckets(self._keys(self._rows)),)

    @staticmethod
    @abstractmethod
    def _of(values: bytes) -> NDArray[Value]:
        """A matrix with a row for each value."""

    @staticmethod
    @abstractmethod
    def _keys(rows: NDArray[Value]) -> Keys:
        """Of each row a key in each band."""

    def __len__(self) -> int:
        return self._size

    @property
    def unsorted(self) -> int:
        return self._size - self._sorted[-1].rows.stop

    @property
    def parts(self) -> int:
        return len(self._sorted)

    def add(self, values: bytes) -> range:
        """Values one after another; the numbers that they get."""
        numbers = self._append(self._of(values))
        if self.unsorted > self.most_unsorted:
            self.sort()
        return numbers

    def sort(self) -> None:
        """So that a search is fast; `add` does it itself when many are unsorted.

        Who does not want to wait for it there calls it earlier, in a thread of its own.
        """
        size, parts = self._size, self._sorted
        start = parts[-1].rows.stop
        if start == size:
            return
        while parts and len(parts[-1].rows) < TIMES * (size - start):
            start = parts[-1].rows.start
            parts = parts[:-1]
        self._sorted = (*parts, Buckets(self._keys(self._rows[start:size]), start))

    def withdraw(self, numbers: Iterable[int]) -> None:
        """These are found no more; the others keep their numbers."""
        self._gone[list(numbers)] = True

    def _present(self, numbers: Numbers) -> NDArray[np.bool_]:
        return ~self._gone.take(numbers)

    def _append(self, added: NDArray[Value]) -> range:
        numbers = range(self._size, self._size + len(added))
        if numbers.stop > len(self._rows):
            room = max(numbers.stop, len(self._rows) + len(self._rows) // 8, 1024)
            self._rows, self._gone = _roomier(self._rows, room), _roomier(self._gone, room)
        self._rows[numbers.start : numbers.stop] = added
        self._size = numbers.stop
        return numbers


def _roomier(rows: NDArray[Any], room: int) -> NDArray[Any]:
    wider = np.zeros((room, *rows.shape[1:]), dtype=rows.dtype)
    wider[: len(rows)] = rows
    return wider
