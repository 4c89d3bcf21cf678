"""Pictures of strangers as small squares of brightness; loaded by confined children alone."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, MpoImagePlugin, PngImagePlugin, TiffImagePlugin
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from triage.intake.picture_ends import GIF, JPEG, PNG, WEBP
from triage.kit.errors import FieldError, Invalid

MOST_PIXELS = 50_000_000
MOST_PIXELS_OF_WEBP = 25_000_000  # its decoder holds four copies
LONGEST_SIDE = 0xFFFF  # of a JPEG
SIDE = 512  # pixels: a larger picture is made smaller, as PDQ does not tell the two apart
PIXELS_AT_A_TIME = 1 << 20
LARGEST_PROFILE = 4 * 1024 * 1024  # bytes of colours' description, unpacked
TOO_MANY_PIXELS = FieldError("", "the picture has too many pixels")
BRIGHTNESS = np.array([0.299, 0.587, 0.114])

# Pillow imports these when a picture mentions them: a confined child can import no more.
LOADED_LATER_OTHERWISE = (MpoImagePlugin, TiffImagePlugin)


def set_limits() -> None:
    """Pillow's own, for frames that are larger than their picture and for what is packed."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    PngImagePlugin.MAX_TEXT_CHUNK = LARGEST_PROFILE


def examples() -> Iterator[bytes]:
    """One small picture of each format."""
    for form in _READERS:
        content = BytesIO()
        Image.linear_gradient("L").save(content, form)
        yield content.getvalue()


def luma_of(content: bytes, form: str) -> NDArray[np.float32]:
    """The first frame, on white, as it lies in the file: PDQ's forms stand for any orientation.

    Raises Invalid for what is damaged or too large.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is odd, with its values
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            small = _decoded(content, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(errors=[TOO_MANY_PIXELS]) from None
    except (Invalid, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - a decoder may raise anything at what it cannot read
        raise Invalid(errors=[FieldError("", "the picture is damaged")]) from None
    small.thumbnail((SIDE, SIDE))
    luma: NDArray[np.float32] = (np.asarray(small) @ BRIGHTNESS).astype(np.float32)
    return luma


def _decoded(content: bytes, form: str) -> Image.Image:
    if form == WEBP and _pixels_of_webp(content) > MOST_PIXELS_OF_WEBP:
        raise Invalid(errors=[TOO_MANY_PIXELS])
    with _READERS[form](BytesIO(content)) as picture:
        if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
            raise Invalid(errors=[TOO_MANY_PIXELS])
        picture.draft(None, (SIDE, SIDE))
        return _reduced(picture)


def _pixels_of_webp(content: bytes) -> int:
    """As its header says: the decoder takes memory for them before it can be asked."""

    def number(start: int, end: int) -> int:
        return int.from_bytes(content[start:end], "little")

    match content[12:16]:
        case b"VP8X":
            return (1 + number(24, 27)) * (1 + number(27, 30))
        case b"VP8L":
            return (1 + number(21, 23) % _SIDES_OF_WEBP) * (
                1 + (number(21, 25) >> 14) % _SIDES_OF_WEBP
            )
        case _:
            return number(26, 28) % _SIDES_OF_WEBP * (number(28, 30) % _SIDES_OF_WEBP)


def _reduced(picture: ImageFile) -> Image.Image:
    """Strip by strip, so that no second picture of full size is made."""
    picture.load()
    width, height = picture.size
    times = max(1, max(width, height) // (2 * SIDE))
    rows = max(1, PIXELS_AT_A_TIME // (width * times)) * times
    reduced = Image.new("RGB", (-(-width // times), -(-height // times)))
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(height, top + rows)))
        reduced.paste(_opaque(strip).reduce(times), (0, top // times))
    return reduced


def _opaque(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):  # 16 bits: Pillow would cut off what is above 255
        strip = Image.fromarray((np.asarray(strip) >> 8).astype(np.uint8))
    if not strip.has_transparency_data:
        return strip.convert("RGB")
    coloured = strip.convert("RGBA")
    white = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(white, coloured).convert("RGB")


_SIDES_OF_WEBP = 1 << 14
_READERS: Mapping[str, Callable[[BytesIO], ImageFile]] = {
    JPEG: JpegImageFile,
    PNG: PngImageFile,
    GIF: GifImageFile,
    WEBP: WebPImageFile,
}
