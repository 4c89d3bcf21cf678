"""Texts that are alike: keyed MinHash sketches of their shingles, and a search among millions.

Broder 1997; of each of the 128 minima a byte is kept (b-bit minwise hashing, Li and König 2010).
Phrases that a bot puts into every text make all of them alike: a caller leaves them out.
"""

import hashlib
from typing import NamedTuple

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from triage.fingerprints.buckets import KEYS, Keys, Numbers
from triage.fingerprints.index import Index
from triage.fingerprints.letters import letters_of

MODEL = "minhash-2"
VALUES = 128
"""Bytes of a sketch."""
SHINGLE = 3
"""Characters."""
SHORTEST = 24
"""Letters and digits: shorter texts are alike without meaning the same."""
LEAST = 0.7
"""From this estimated similarity (Jaccard, of shingles) on, texts are alike."""

BANDS = 32
MOST_COMPARED = 10_000
"""Of the sorted texts of a part of the index, with one, and twice as many as share a key by chance:
what many say is looked up by the pieces that few have."""

_SAME_BY_CHANCE = 1 / 256

Sketches = NDArray[np.uint8]


class AlikeText(NamedTuple):
    """The number that `add` gave, and the estimated similarity from 0.7 to 1."""

    number: int
    similarity: float


class Sketcher:
    """Makes sketches that only those of the same key can be compared with.

    The shingles are enciphered first: who has sketches, and even the texts of some of them, learns
    nothing about shingles that are not in these.
    """

    def __init__(self, key: bytes) -> None:
        stream = hashlib.shake_256(MODEL.encode() + key).digest(32 + 8 * VALUES)
        # One block a shingle, each of which is to give the same everywhere: there is no mode.
        self._cipher = Cipher(algorithms.AES(stream[:32]), modes.ECB())  # noqa: S305
        factors, terms = np.frombuffer(stream[32:], dtype="<u4").reshape(2, VALUES)
        self._factors = (factors | np.uint32(1))[:, None]
        self._terms = terms[:, None]

    def sketch(self, text: str) -> bytes | None:
        """128 bytes, or None for a text that is too short to say anything."""
        letters = letters_of(text)
        if len(letters) < SHORTEST:
            return None
        hashes = self._shingles(letters) * self._factors
        hashes += self._terms
        # The lowest byte of each depends on that of the shingle alone.
        minima: Sketches = (hashes.min(axis=1) >> np.uint32(8)).astype(np.uint8)
        return minima.tobytes()

    def _shingles(self, letters: str) -> NDArray[np.uint32]:
        """Of each three characters 32 bits."""
        codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        blocks = np.zeros((len(codes) - SHINGLE + 1, 4), dtype="<u4")
        for place in range(SHINGLE):
            blocks[:, place] = codes[place : place + len(blocks)]
        enciphered = self._cipher.encryptor().update(blocks.tobytes())
        return np.ascontiguousarray(np.frombuffer(enciphered, dtype="<u4")[::4])


class TextIndex(Index[np.uint8]):
    """Sketches; 257 bytes each."""

    @staticmethod
    def _of(values: bytes) -> Sketches:
        return np.frombuffer(values, dtype=np.uint8).reshape(-1, VALUES)

    @staticmethod
    def _keys(rows: Sketches) -> Keys:
        """Of each four values 16 bits."""
        words = np.ascontiguousarray(rows).view("<u4").reshape(len(rows), BANDS)
        return ((words * np.uint32(2654435761)) >> np.uint32(16)).astype(np.uint16)

    def search(self, sketch: bytes, limit: int) -> list[AlikeText]:
        """The most alike first, at most `limit`.

        Of 32 bands of four values one is equal with a probability of 0.9998 at a similarity of 0.7,
        and with certainty where less than 32 values differ (0.76), unless ten thousand others have
        the same pieces.
        """
        parts, size = self._sorted, self._size
        query = self._of(sketch)
        keys = self._keys(query).T
        candidates = [part.find(keys, most=_most(len(part.rows)))[0] for part in parts]
        unsorted = np.arange(parts[-1].rows.stop, size)
        numbers = np.concatenate((np.unique(np.concatenate(candidates)), unsorted))
        similar = self._similarity(numbers, query)
        alike = np.flatnonzero(similar >= LEAST)
        alike = alike[self._present(numbers[alike])]
        numbers, similar = numbers[alike], similar[alike]
        order = np.lexsort((numbers, -similar))[:limit]
        return list(map(AlikeText, numbers[order].tolist(), similar[order].tolist()))

    def _similarity(self, numbers: Numbers, query: Sketches) -> NDArray[np.float64]:
        """What is equal beyond what chance makes equal."""
        same = (self._rows.take(numbers, axis=0) == query).sum(axis=1, dtype=np.uint8)
        similar: NDArray[np.float64] = (same / VALUES - _SAME_BY_CHANCE) / (1 - _SAME_BY_CHANCE)
        return similar


def _most(size: int) -> int:
    return MOST_COMPARED + 2 * BANDS * size // KEYS
