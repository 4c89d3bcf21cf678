"""PDQ, the perceptual hash of pictures that hotlines and platforms exchange, in numpy.

As Facebook's reference implementation computes it ("The TMK+PDQF Video-Hashing Algorithm and the
PDQ Image-Hashing Algorithm", 2019): its filters are linear, so each axis is one matrix here.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

SIDE = 64  # of the picture that is left after filtering
WAVES = 16  # of the lowest frequencies, along each axis
GRADIENTS_OF_BEST = 90  # a sum of gradients that counts as quality 1; 100 is the most


@dataclass(frozen=True, slots=True)
class Perceptual:
    """`forms` are the picture and its turns and reflections, each once: it comes first itself."""

    forms: tuple[str, ...]
    quality: int


def perceptual(luma: NDArray[np.float32]) -> Perceptual:
    """Of brightness from 0 to 255, by row and column; the forms are 64 hexadecimal digits each."""
    forms = []
    for turned, flipped in product(range(4), (False, True)):
        picture = np.rot90(luma, turned)
        forms.append(_small(np.fliplr(picture) if flipped else picture))
    return Perceptual(tuple(dict.fromkeys(map(_hash, forms))), _quality(forms[0]))


def _small(luma: NDArray[np.float32]) -> Floats:
    rows, columns = luma.shape
    return _reduction(rows) @ luma @ _reduction(columns).T


@lru_cache(maxsize=64)
def _reduction(length: int) -> Floats:
    """Two means over a moving window, and then every so-manieth of them: 64 rows of weights."""
    if length == SIDE:
        return np.eye(SIDE)
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    after = (window + 2) // 2
    places = np.arange(length)
    first = np.maximum(places - (window - after), 0)[:, None]
    means = ((places >= first) & (places < (places + after)[:, None])).astype(np.float64)
    means /= means.sum(axis=1, keepdims=True)
    chosen = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.intp)
    weights: Floats = means[chosen] @ means
    return weights


def _hash(small: Floats) -> str:
    waves = _COSINES @ small @ _COSINES.T
    middle = np.partition(waves, waves.size // 2 - 1, axis=None)[waves.size // 2 - 1]
    return np.packbits((waves > middle).ravel()[::-1]).tobytes().hex()


def _quality(small: Floats) -> int:
    """How much there is to see, 0 to 100: below 50 two pictures may agree by chance."""
    steps = (np.trunc(np.diff(small, axis=axis) * 100 / 255) for axis in (0, 1))
    return min(100, int(sum(np.abs(each).sum() for each in steps)) // GRADIENTS_OF_BEST)


_COSINES = np.sqrt(2 / SIDE) * np.cos(
    np.pi / 2 / SIDE * np.outer(np.arange(1, WAVES + 1), 2 * np.arange(SIDE) + 1)
)
