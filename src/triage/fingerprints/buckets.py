"""Rows by their keys of 16 bits, several to a row: the lookup below the searches for likeness."""

import numpy as np
from numpy.typing import NDArray

KEYS = 1 << 16

Keys = NDArray[np.uint16]
Numbers = NDArray[np.int64]


class Buckets:
    """Numbers of rows in the order of each band's keys: four bytes a row and band."""

    def __init__(self, bands: int) -> None:
        self._bands = bands
        self._order: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)
        self._starts: Numbers = np.zeros((bands, KEYS + 1), dtype=np.int64)
        self.size = 0

    def fill(self, keys: Keys) -> None:
        """The rows anew, from a matrix with a row for each and a column for each band."""
        size = len(keys)
        self._order = np.empty(self._bands * size, dtype=np.uint32)
        for band, column in enumerate(keys.T):
            mine = np.ascontiguousarray(column)
            here = slice(band * size, (band + 1) * size)
            self._order[here] = np.argsort(mine, kind="stable")
            self._starts[band, 0] = here.start
            self._starts[band, 1:] = here.start + np.cumsum(np.bincount(mine, minlength=KEYS))
        self.size = size

    def find(self, keys: Keys, most: int | None = None) -> Numbers:
        """Rows that have in a band one of the keys in that band's row of the matrix; some twice.

        Of keys that together have more than `most` rows the rarest are looked up.
        """
        wanted = keys.astype(np.int64)
        bands = np.arange(self._bands)[:, None]
        starts = self._starts[bands, wanted].ravel()
        lengths = self._starts[bands, wanted + 1].ravel() - starts
        if most is not None and lengths.sum() > most:
            rarest = np.argsort(lengths, kind="stable")
            chosen = rarest[np.cumsum(lengths[rarest]) <= most]
            starts, lengths = starts[chosen], lengths[chosen]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        found: Numbers = self._order[places].astype(np.int64)
        return found
