"""Texts that are alike: keyed MinHash sketches of their shingles, and a search among millions.

Broder 1997; of each of the 128 minima a byte is kept (b-bit minwise hashing, Li and König 2010).
The key keeps what is stored from telling which shingles a sealed text has.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.fingerprints.buckets import Buckets, Keys

MODEL = "minhash-1"
VALUES = 128
"""Bytes of a sketch."""
SHINGLE = 3
"""Characters."""
SHORTEST = 24
"""Letters and digits: shorter texts are alike without meaning the same."""
LEAST = 0.7
"""From this estimated similarity (Jaccard, of shingles) on, texts are alike."""

BANDS = 32
UNSORTED = 8_192
MOST_COMPARED = 10_000
"""Of sorted texts, with one: what many say is looked up by the pieces that few have."""

_SAME_BY_CHANCE = 1 / 256

Sketches = NDArray[np.uint8]


class AlikeText(NamedTuple):
    """The number that `add` gave, and the estimated similarity from 0.7 to 1."""

    number: int
    similarity: float


class Sketcher:
    """Makes sketches that only those of the same key can be compared with."""

    def __init__(self, key: bytes) -> None:
        stream = hashlib.shake_256(b"triage text sketch 1" + key).digest(16 + 8 * VALUES)
        self._mix = np.frombuffer(stream[:16], dtype="<u8") | np.uint64(1)
        factors, terms = np.frombuffer(stream[16:], dtype="<u4").reshape(2, VALUES)
        self._factors = (factors | np.uint32(1))[:, None]
        self._terms = terms[:, None]

    def sketch(self, text: str) -> bytes | None:
        """128 bytes, or None for a text that is too short to say anything."""
        letters = normalised(text)
        if len(letters) < SHORTEST:
            return None
        hashes = self._shingles(letters) * self._factors
        hashes += self._terms
        minima: Sketches = hashes.min(axis=1).astype(np.uint8)  # the lowest byte of each
        return minima.tobytes()

    def _shingles(self, letters: str) -> NDArray[np.uint32]:
        """Each three characters as 32 bits that only the key explains."""
        codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        wide = codes.astype(np.uint64)
        mixed = (wide[:-2] << np.uint64(42)) | (wide[1:-1] << np.uint64(21)) | wide[2:]
        for factor in self._mix:
            mixed = mixed * factor
            mixed ^= mixed >> np.uint64(29)
        return (mixed >> np.uint64(32)).astype(np.uint32)


def normalised(text: str) -> str:
    """Letters and digits alone, in one width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded))


class TextIndex:
    """Sketches by the order in which they were added; 256 bytes each."""

    def __init__(self) -> None:
        self._sketches: Sketches = np.empty((0, VALUES), dtype=np.uint8)
        self._gone: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self._size = 0
        self._buckets = Buckets(BANDS)

    def __len__(self) -> int:
        return self._size

    def add(self, sketches: bytes) -> range:
        """Sketches one after another; the numbers that they get."""
        added = np.frombuffer(sketches, dtype=np.uint8).reshape(-1, VALUES)
        numbers = range(self._size, self._size + len(added))
        self._grow(numbers.stop)
        self._sketches[numbers.start : numbers.stop] = added
        self._size = numbers.stop
        if self._size - self._buckets.size > max(UNSORTED, self._size // 64):
            self._buckets.fill(_bands(self._sketches[: self._size]))
        return numbers

    def withdraw(self, numbers: Sequence[int]) -> None:
        """These are found no more; the others keep their numbers."""
        self._gone[numbers] = True

    def search(self, sketch: bytes, limit: int) -> list[AlikeText]:
        """The most alike first, at most `limit`.

        A text of similarity 0.7 is found with a probability of 0.999 (32 bands of four values),
        unless ten thousand others have its pieces.
        """
        query = np.frombuffer(sketch, dtype=np.uint8)
        unsorted = np.arange(self._buckets.size, self._size)
        keys = _bands(query.reshape(1, VALUES)).T
        sorted_ones = np.unique(self._buckets.find(keys, MOST_COMPARED))
        numbers = np.concatenate((sorted_ones, unsorted))
        same = (self._sketches[numbers] == query).mean(axis=1)
        similar = (same - _SAME_BY_CHANCE) / (1 - _SAME_BY_CHANCE)
        near = (similar >= LEAST) & ~self._gone[numbers]
        numbers, similar = numbers[near], similar[near]
        nearest = np.lexsort((numbers, -similar))[:limit]
        return [*map(AlikeText, numbers[nearest].tolist(), similar[nearest].tolist())]

    def _grow(self, size: int) -> None:
        if size <= len(self._sketches):
            return
        room = max(size, len(self._sketches) + len(self._sketches) // 8, 1024)
        sketches = np.empty((room, VALUES), dtype=np.uint8)
        gone = np.zeros(room, dtype=np.bool_)
        sketches[: self._size] = self._sketches[: self._size]
        gone[: self._size] = self._gone[: self._size]
        self._sketches, self._gone = sketches, gone


def _bands(sketches: Sketches) -> Keys:
    """Of each four values 16 bits."""
    words = np.ascontiguousarray(sketches).view("<u4").reshape(len(sketches), BANDS)
    return ((words * np.uint32(2654435761)) >> np.uint32(16)).astype(np.uint16)
