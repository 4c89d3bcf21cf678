"""Harm bands: P0 is the most urgent, and the smallest."""

from enum import IntEnum
from typing import Literal, Self

BandName = Literal["P0", "P1", "P2", "P3"]


class UnknownBand(ValueError):
    """A name that is none of P0 to P3."""


class Band(IntEnum):
    """Stored as its number, told by its name; the worse of two is their `min`."""

    P0 = 0
    P1 = 1
    P2 = 2
    P3 = 3

    @classmethod
    def parse(cls, name: str) -> Self:
        band = cls.__members__.get(name)
        if band is None:
            raise UnknownBand("a band is one of P0, P1, P2 and P3")
        return band
