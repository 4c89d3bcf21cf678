"""Pictures of every kind are read to their hash; those that look alike are near, in any format."""

from collections.abc import Callable

import numpy as np
import pytest
from intake.picture_builders import (
    a_gif,
    a_jpeg_with,
    a_picture,
    a_png,
    a_png_with,
    an_animation,
    distance,
    written,
)
from PIL import Image

from triage.intake.pictures import Picture, read_picture
from triage.kit.errors import Invalid

NEAR = 14  # bits: another size moves the places where PDQ samples
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MODES: dict[str, Callable[[Image.Image], bytes]] = {
    "grey": lambda picture: written(picture.convert("L"), "PNG"),
    "grey JPEG": lambda picture: written(picture.convert("L")),
    "grey and alpha": lambda picture: written(picture.convert("LA"), "PNG"),
    "alpha": lambda picture: written(picture.convert("RGBA"), "PNG"),
    "palette": lambda picture: written(picture.quantize(256), "PNG"),
    "CMYK": lambda picture: written(picture.convert("CMYK")),
    "16 bits": lambda picture: written(
        Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257), "PNG"
    ),
    "progressive": lambda picture: written(picture, progressive=True, subsampling=0),
    "interlaced": lambda picture: written(picture, "PNG", interlace=1),
    "WEBP without loss": lambda picture: written(picture, "WEBP", lossless=True),
    "smaller": lambda picture: written(picture.resize((320, 240))),
    "low quality": lambda picture: written(picture, quality=25),
    "EXIF that is none": lambda _: a_jpeg_with(b"Exif\0\0MM\0\x2a\xff\xff\xff\xff" + b"x" * 99),
    "EXIF without end": lambda _: a_jpeg_with(b"Exif\0\0II\x2a\0\x08\0\0\0\xff\xff"),
    "a profile that is none": lambda _: a_jpeg_with(b"ICC_PROFILE\0\x09\x01junk", 0xE2),
    "several pictures, malformed": lambda _: a_jpeg_with(b"MPF\0MM\0\x2a\0\0\0\x08\0\x09", 0xE2),
    "a text of another tongue": lambda _: a_png_with(b"tEXt", b"Comment\0\xff\xfe\xea\xb0"),
}


def seen(content: bytes) -> Picture:
    return read_picture(content)


def test_a_picture_is_told_with_quality_and_all_its_forms() -> None:
    picture = seen(written(a_picture()))

    assert picture.pdq_quality >= 50
    assert picture.pdq_forms[0] == picture.pdq
    assert len(picture.pdq_forms) == 8
    assert {len(form) for form in picture.pdq_forms} == {64}


@pytest.mark.parametrize("form", FORMATS)
def test_the_format_makes_no_difference(form: str) -> None:
    plain = seen(written(a_picture(), "PNG"))

    assert distance(seen(written(a_picture(), form)).pdq, plain.pdq) <= NEAR
    assert distance(seen(written(a_picture(2), form)).pdq, plain.pdq) > 60


@pytest.mark.parametrize("kind", MODES)
def test_how_it_is_stored_makes_no_difference(kind: str) -> None:
    plain = seen(written(a_picture(), "PNG"))

    assert distance(seen(MODES[kind](a_picture())).pdq, plain.pdq) <= NEAR


@pytest.mark.parametrize("way", Image.Transpose)
def test_a_turned_or_mirrored_picture_is_found_among_the_forms(way: Image.Transpose) -> None:
    forms = seen(written(a_picture())).pdq_forms
    other = seen(written(a_picture().transpose(way))).pdq

    assert min(distance(other, form) for form in forms) <= NEAR


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_camera_held_another_way_is_covered_by_the_forms(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert seen(written(a_picture(), exif=exif)) == seen(written(a_picture()))


def test_a_large_picture_is_near_its_small_copy() -> None:
    large = a_picture(size=(3_000, 2_250))
    small = seen(written(large.resize((500, 375)), "PNG")).pdq

    for form in ("JPEG", "PNG"):
        assert distance(seen(written(large, form)).pdq, small) <= NEAR


def test_what_is_transparent_is_white() -> None:
    hidden, shown = a_picture(2), a_picture(1)
    mask = Image.new("L", shown.size)
    mask.paste(255, (100, 100, 500, 400))
    on_white = Image.composite(shown, Image.new("RGB", shown.size, "white"), mask)
    transparent = Image.composite(shown, hidden, mask)
    transparent.putalpha(mask)

    assert distance(seen(written(transparent, "PNG")).pdq, seen(written(on_white)).pdq) <= NEAR


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_its_first_frame(form: str) -> None:
    first = seen(written(a_picture(1, (320, 240)), "PNG"))

    assert distance(seen(an_animation(form)).pdq, first.pdq) <= NEAR


def test_what_shows_next_to_nothing_is_told_with_little_quality() -> None:
    for content in (
        written(Image.new("RGB", (300, 200), "red")),
        a_gif(1),
        a_png(1, 1, rows=1),
        a_png(65_535, 1, rows=1),
        a_png(1, 65_535, rows=65_535),
    ):
        assert seen(content).pdq_quality < 50


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x" * 1_000,
        b"%PDF-1.7\n",
        b"II\x2a\0" + b"\0" * 100,
        b"BM" + b"\0" * 100,
        b"\0\0\0\x18ftypheic" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_another_format_is_none_of_ours(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        seen(content)

    assert refused.value.errors[0].detail == "not a JPEG, PNG, WEBP or GIF"
