"""Pictures that look alike: an exact search among millions of PDQ hashes, in memory.

Multi-index hashing (Norouzi, Punjani, Fleet 2012): of 16 bands of 16 bits, two hashes within 31
bits agree in one up to a single bit. 97 bytes a hash.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.fingerprints.buckets import Keys, Numbers
from triage.fingerprints.index import Index

RADIUS = 31
"""Bits of 256 within which two pictures look alike."""
QUALITY = 50
"""PDQ's own measure, of 100: below it a picture has too little in it to be told from others."""

BYTES = 32
BANDS = 16

ORDER = np.random.RandomState(seed=31).permutation(BYTES * 8)
"""Which bits make up the bands, sixteen to each: those of real pictures depend on their neighbours,
so in bands as they stand many hashes share a key. Nothing that is stored depends on it."""

Hashes = NDArray[np.uint8]
Words = NDArray[np.uint64]

_NEARBY = np.array([0, *(1 << bit for bit in range(16))], dtype=np.uint16)
# Who is in none of some bands up to a bit differs by two bits in each. A flood is seldom searched
# to the end: as many as are asked for are nearer.
_STEPS = (0, 1, 4, BANDS)


class Alike(NamedTuple):
    """The number that `add` gave, and the distance in bits."""

    number: int
    distance: int


class PictureIndex(Index[np.uint64]):
    """Hashes of 32 bytes."""

    @staticmethod
    def _of(values: bytes) -> Words:
        return _permuted(np.frombuffer(values, dtype=np.uint8).reshape(-1, BYTES))

    @staticmethod
    def _keys(rows: Words) -> Keys:
        return rows.view(np.uint16).reshape(len(rows), BANDS)

    def search(self, forms: Iterable[bytes], limit: int) -> list[Alike]:
        """Of those within the radius of any form the closest, at most `limit`; exact."""
        parts, size = self._sorted, self._size
        queries = self._of(b"".join(dict.fromkeys(forms)))
        unsorted = np.arange(parts[-1].rows.stop, size)
        near = [self._near(unsorted, query) for query in queries]
        found = _closest(near)
        for first, last in pairwise(_STEPS):
            keys = self._keys(queries).T[first:last, :, None] ^ _NEARBY
            candidates = [part.find(keys, first) for part in parts]
            numbers, which = map(np.concatenate, zip(*candidates, strict=True))
            form = which // _NEARBY.size % len(queries)
            found = _closest([found, self._near(numbers, queries.take(form, axis=0))])
            if np.count_nonzero(found[1] < 2 * last) >= limit:
                break
        numbers, distances = found
        order = np.lexsort(found)[:limit]
        return list(map(Alike, numbers[order].tolist(), distances[order].tolist()))

    def _near(self, numbers: Numbers, queries: Words) -> tuple[Numbers, Numbers]:
        """Those within the radius, and how far they are."""
        bits = np.bitwise_count(self._rows.take(numbers, axis=0) ^ queries)
        # By columns: a sum along rows of four takes ten times as long.
        halves = bits[:, 0] + bits[:, 1], bits[:, 2] + bits[:, 3]
        distances = np.add(*halves, dtype=np.int64)
        near = np.flatnonzero(distances <= RADIUS)
        near = near[self._present(numbers[near])]
        return numbers[near], distances[near]


def _closest(near: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    """Numbers and distances: each number once."""
    numbers, distances = map(np.concatenate, zip(*near, strict=True))
    order = np.lexsort((distances, numbers))
    numbers, distances = numbers[order], distances[order]
    first = np.diff(numbers, prepend=-1) > 0
    return numbers[first], distances[first]


def _permuted(hashes: Hashes) -> Words:
    """The same bits in a fixed other order, as four words a hash."""
    words: Words = np.zeros((len(hashes), 4), dtype=np.uint64)
    for start in range(0, len(hashes), _AT_ONCE):
        here = words[start : start + _AT_ONCE]
        for byte, table in zip(hashes[start : start + _AT_ONCE].T, _PLACES, strict=True):
            here |= table.take(byte, axis=0)
    return words


# What fits into the processor's cache.
_AT_ONCE = 4_096


def _places() -> Words:
    """For each byte of a hash and each value of it the words that have its bits in their places."""
    hashes = np.zeros((BYTES, 256, BYTES), dtype=np.uint8)
    for byte in range(BYTES):
        hashes[byte, :, byte] = np.arange(256)
    bits = np.unpackbits(hashes, axis=2).take(ORDER, axis=2)
    return np.packbits(bits, axis=2).view(np.uint64)


_PLACES = _places()
