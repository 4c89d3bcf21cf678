"""Bands by name and by rank."""

import pytest

from triage.assessment.bands import Band, UnknownBand


def test_a_band_is_parsed_from_its_name() -> None:
    assert [Band.parse(name) for name in ("P0", "P1", "P2", "P3")] == [0, 1, 2, 3]


def test_the_worse_of_two_bands_is_their_minimum() -> None:
    assert min(Band.P2, Band.P0) is Band.P0


@pytest.mark.parametrize("name", ["P4", "p1", "", "1"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownBand):
        Band.parse(name)
