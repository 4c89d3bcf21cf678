"""PDQ as the reference implementation computes it; pictures that look alike are near."""

import numpy as np
import pytest
from intake.picture_builders import distance
from numpy.typing import NDArray

from triage.fingerprints.pdq import perceptual


def waves(rows: int, columns: int, brightest: int = 255) -> NDArray[np.float32]:
    """Brightness of a picture that every machine computes alike."""
    y, x = np.mgrid[:rows, :columns]
    light = (x * x * 3 + y * 7 + (x // 37) * (y // 29) * 51) % 256
    return (light * brightest // 255).astype(np.float32)


# Of pdqhash 0.2.8, the binding of the reference implementation in C++.
REFERENCE = [
    ((384, 512, 255), "1c714b2c730e770c630f367c5555c9a37d13e3835703dd92c8fc63ab00fcdb82", 100),
    ((512, 300, 25), "dae3aaae8ee6551153f18159d5f15113d1f3c5958f1e209b8f1e54418f165a9a", 71),
    ((100, 90, 12), "b071a1db64b7eb757abf7f15c3c1b957e6ea5a9b99cc02201838422a1aaa82b5", 54),
    ((64, 64, 255), "4b36efdd1f6329744ee7c7c37b9832dbb7def3841451b65dfd24e80000246900", 100),
]


@pytest.mark.parametrize(("picture", "form", "quality"), REFERENCE)
def test_a_hash_is_that_of_the_reference(
    picture: tuple[int, int, int], form: str, quality: int
) -> None:
    seen = perceptual(waves(*picture))

    assert (seen.forms[0], seen.quality) == (form, quality)


def test_a_turned_or_mirrored_picture_has_the_same_forms() -> None:
    luma = waves(200, 333)
    forms = set(perceptual(luma).forms)

    assert len(forms) == 8
    for other in (np.rot90(luma), np.rot90(luma, 2), np.fliplr(luma), luma.T):
        assert set(perceptual(other).forms) == forms


def test_a_picture_that_is_its_own_reflection_has_fewer_forms() -> None:
    half = waves(128, 64)

    assert len(perceptual(np.hstack((half, np.fliplr(half)))).forms) < 8


def test_light_and_noise_change_few_bits_and_another_picture_half_of_them() -> None:
    luma = waves(256, 256)
    noise = np.random.default_rng(7).normal(0, 4, luma.shape)
    changed = (luma * 0.8 + 20 + noise).astype(np.float32)
    [first, near, far] = (
        perceptual(picture).forms[0] for picture in (luma, changed, waves(250, 257) ** 0.5)
    )

    assert distance(first, near) <= 10
    assert distance(first, far) > 60


def test_what_shows_nothing_has_no_quality() -> None:
    assert perceptual(np.full((300, 200), 128, np.float32)).quality == 0
    assert perceptual(np.full((1, 1), 9, np.float32)).quality == 0
