"""Rows by their keys of 16 bits, several to a row: the lookup below the searches for likeness."""

import numpy as np
from numpy.typing import NDArray

KEYS = 1 << 16

Keys = NDArray[np.uint16]
Numbers = NDArray[np.int64]


class Buckets:
    """Numbers of rows in the order of each band's keys: four bytes a row and band.

    They never change: a thread may search in them while another makes the next.
    """

    def __init__(self, keys: Keys, first: int = 0) -> None:
        """Of a matrix with a column for each band; its rows are numbered from `first` on."""
        size, bands = keys.shape
        self.rows = range(first, first + size)
        self._order = np.empty((bands, size), dtype=np.uint32)
        self._starts = np.zeros((bands, KEYS + 1), dtype=np.uint32)
        for band, column in enumerate(keys.T):
            mine = np.ascontiguousarray(column)
            self._order[band] = np.argsort(mine, kind="stable")
            self._starts[band, 1:] = np.cumsum(np.bincount(mine, minlength=KEYS))

    def find(self, keys: Keys, band: int = 0, most: int | None = None) -> tuple[Numbers, Numbers]:
        """The rows that have one of the keys, some repeatedly, and each time the number of the key.

        The first dimension of the keys is that of the bands, from `band` on. Of keys that together
        have more than `most` rows the rarest are looked up.
        """
        wanted = keys.astype(np.int64)
        bands = np.arange(band, band + len(keys)).reshape(-1, *[1] * (keys.ndim - 1))
        starts = self._starts[bands, wanted].astype(np.int64)
        lengths = (self._starts[bands, wanted + 1] - starts).ravel()
        starts = (starts + bands * len(self.rows)).ravel()
        which = np.arange(keys.size)
        if most is not None and lengths.sum() > most:
            rarest = np.argsort(lengths, kind="stable")
            which = rarest[np.cumsum(lengths[rarest]) <= most]
            starts, lengths = starts[which], lengths[which]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        found = self._order.ravel().take(places).astype(np.int64)
        return found + self.rows.start, np.repeat(which, lengths)
