"""Pictures that look alike: an exact search among millions of PDQ hashes, in memory.

Multi-index hashing (Norouzi, Punjani, Fleet 2012): of 16 bands of 16 bits, two hashes within 31
bits agree in one up to a single bit. 96 bytes a hash.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.fingerprints.buckets import Buckets, Keys, Numbers

RADIUS = 31
"""Bits of 256 within which two pictures look alike."""
QUALITY = 50
"""PDQ's own measure, of 100: below it a picture has too little in it to be told from others."""

BYTES = 32
BANDS = 16
UNSORTED = 8_192
"""Hashes that may be compared one by one, until they are sorted into the bands; of many a 64th."""
AT_ONCE = 65_536

Hashes = NDArray[np.uint8]
Words = NDArray[np.uint64]

# The bits of real pictures depend on their neighbours: in bands as they stand, many hashes share
# a key. Nothing that is stored depends on this order.
_ORDER = np.random.RandomState(seed=31).permutation(BYTES * 8)
_NEARBY = np.array([0, *(1 << bit for bit in range(16))], dtype=np.uint16)


class Alike(NamedTuple):
    """The number that `add` gave, and the distance in bits."""

    number: int
    distance: int


class PictureIndex:
    """Hashes by the order in which they were added: the first has the number 0."""

    def __init__(self) -> None:
        self._words: Words = np.empty((0, 4), dtype=np.uint64)
        self._gone: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self._size = 0
        self._buckets = Buckets(BANDS)

    def __len__(self) -> int:
        return self._size

    def add(self, hashes: bytes) -> range:
        """Hashes of 32 bytes one after another; the numbers that they get."""
        added = _permuted(np.frombuffer(hashes, dtype=np.uint8).reshape(-1, BYTES))
        numbers = range(self._size, self._size + len(added))
        self._grow(numbers.stop)
        self._words[numbers.start : numbers.stop] = added
        self._size = numbers.stop
        if self._size - self._buckets.size > max(UNSORTED, self._size // 64):
            self._buckets.fill(_bands(self._words[: self._size]))
        return numbers

    def withdraw(self, numbers: Iterable[int]) -> None:
        """These are found no more; the others keep their numbers."""
        self._gone[list(numbers)] = True

    def search(self, forms: Iterable[bytes], limit: int) -> list[Alike]:
        """Of those within the radius of any form the closest, at most `limit`; exact."""
        parts = [self._near(form) for form in forms]
        numbers, distances = (np.concatenate(column) for column in zip(*parts, strict=True))
        by_number = np.lexsort((distances, numbers))
        numbers, distances = numbers[by_number], distances[by_number]
        is_first = np.diff(numbers, prepend=-1) > 0
        numbers, distances = numbers[is_first], distances[is_first]
        nearest = np.lexsort((numbers, distances))[:limit]
        return [*map(Alike, numbers[nearest].tolist(), distances[nearest].tolist())]

    def _near(self, form: bytes) -> tuple[Numbers, Numbers]:
        """Numbers, some repeatedly, and distances of all within the radius."""
        [query] = _permuted(np.frombuffer(form, dtype=np.uint8).reshape(1, BYTES))
        unsorted = np.arange(self._buckets.size, self._size)
        numbers = np.concatenate((self._candidates(query), unsorted))
        distances = np.bitwise_count(self._words[numbers] ^ query).sum(axis=1, dtype=np.int64)
        near = (distances <= RADIUS) & ~self._gone[numbers]
        return numbers[near], distances[near]

    def _candidates(self, query: Words) -> Numbers:
        """The sorted ones that agree with the query in a band up to one bit; some repeatedly."""
        return self._buckets.find(_bands(query.reshape(1, 4))[0][:, None] ^ _NEARBY)

    def _grow(self, size: int) -> None:
        if size <= len(self._words):
            return
        room = max(size, len(self._words) + len(self._words) // 8, 1024)
        words, gone = np.empty((room, 4), dtype=np.uint64), np.zeros(room, dtype=np.bool_)
        words[: self._size] = self._words[: self._size]
        gone[: self._size] = self._gone[: self._size]
        self._words, self._gone = words, gone


def _permuted(hashes: Hashes) -> Words:
    """The same bits in a fixed other order, as four words a hash."""
    words = np.empty((len(hashes), 4), dtype=np.uint64)
    for start in range(0, len(hashes), AT_ONCE):
        # A row for each bit: whole rows change places.
        bits = np.unpackbits(hashes[start : start + AT_ONCE].T, axis=0)
        packed = np.packbits(bits[_ORDER], axis=0)
        words[start : start + AT_ONCE] = np.ascontiguousarray(packed.T).view(np.uint64)
    return words


def _bands(words: Words) -> Keys:
    return words.view(np.uint16).reshape(len(words), BANDS)
