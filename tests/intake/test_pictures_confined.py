"""Pictures that are made to do harm end a child at most; the API loads nothing that decodes."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial

import pytest
from intake.picture_builders import (
    a_gif,
    a_picture,
    a_png,
    a_slow_jpeg,
    an_animation,
    chunk,
    written,
)
from PIL import Image

from triage.intake.pictures import (
    MEMORY,
    SECONDS,
    Picture,
    Undecodable,
    confined_pictures,
    load_decoders,
    read_picture,
)
from triage.intake.uploads import MAX_BYTES
from triage.kit.confined import Confined

pytestmark = pytest.mark.long

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
PICTURE = written(a_picture(size=(64, 48)))
PNG_START = a_png(1, 1, rows=1)[:33]
TOO_MANY_PIXELS = "the picture has too many pixels"
TOO_MUCH_MEMORY = "takes too much memory to read"
TOO_LONG = "takes too long to read"


def fit(start: bytes, again: bytes, end: bytes = b"") -> bytes:
    """As much of the same as a file may have."""
    return start + again * ((MAX_BYTES - len(start) - len(end)) // len(again)) + end


def a_gif_with_a_frame(width: int, height: int) -> bytes:
    """The frame is larger than the picture says it is."""
    gif = a_gif(1)
    sides = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return gif[:24] + sides + gif[28:]


def a_large_webp(*, lossless: bool = False) -> bytes:
    """Its header says 10,000 pixels a side."""
    webp = written(a_picture(), "WEBP", lossless=lossless)
    if lossless:
        return webp[:21] + (9_999 | 9_999 << 14).to_bytes(4, "little") + webp[25:]
    return webp[:26] + (10_000).to_bytes(2, "little") * 2 + webp[30:]


HOSTILE: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "PNG of 10 billion pixels": (TOO_MANY_PIXELS, lambda: a_png(100_000, 100_000, rows=1)),
    "PNG that is too long": (TOO_MANY_PIXELS, lambda: a_png(100_000, 10, rows=10)),
    "JPEG of 100 million pixels": (
        TOO_MANY_PIXELS,
        lambda: written(Image.new("L", (10_000, 10_000)), quality=1),
    ),
    "WEBP of 100 million pixels": (TOO_MANY_PIXELS, a_large_webp),
    "WEBP of 100 million pixels, without loss": (
        TOO_MANY_PIXELS,
        lambda: a_large_webp(lossless=True),
    ),
    "WEBP of 268 million pixels": (
        TOO_MANY_PIXELS,
        lambda: an_animation("WEBP")[:24] + b"\xfe\x3f\0" * 2 + an_animation("WEBP")[30:],
    ),
    "GIF of 4 billion pixels": (TOO_MANY_PIXELS, lambda: b"GIF89a\xff\xff\xff\xff" + a_gif(1)[10:]),
    "GIF frame of 4 billion pixels": (TOO_MANY_PIXELS, lambda: a_gif_with_a_frame(65_535, 65_535)),
    "GIF frame of 64 million pixels": (TOO_MANY_PIXELS, lambda: a_gif_with_a_frame(8_000, 8_000)),
    "scans": (TOO_LONG, a_slow_jpeg),
    "GIF of empty blocks": ("", lambda: fit(a_gif(1)[:-1], b"!\xfe\0", b"\x3b")),
    "GIF of small blocks": ("", lambda: fit(a_gif(1)[:-1] + b"!\xfe", b"\1x", b"\0\x3b")),
    "GIF of 700,000 frames": ("", partial(a_gif, 700_000)),
    "JPEG of segments": ("", lambda: fit(PICTURE[:2], b"\xff\xfe\0\2", PICTURE[2:])),
    "JPEG of padding": ("", lambda: fit(PICTURE[:2], b"\xff", PICTURE[2:])),
    "JPEG of restarts": ("", lambda: fit(PICTURE[:-2], b"\xff\xd0", PICTURE[-2:])),
    "PNG of chunks": ("", lambda: fit(PNG_START, chunk(b"zzZz", b""), a_png(1, 1, rows=1)[33:])),
    "PNG of texts": (
        "",
        lambda: fit(PNG_START, chunk(b"tEXt", b"k\0" + b"v" * 99), a_png(1, 1, rows=1)[33:]),
    ),
    "PNG of words that are nearly signs": ("", lambda: fit(PICTURE, b"<scrip%PDF-1<!doctyp")),
    "nearly a script": ("", lambda: fit(PICTURE, b"eval function var a ")),
}


@pytest.fixture
async def pictures() -> AsyncIterator[Confined]:
    pictures = confined_pictures()
    yield pictures
    await pictures.close()


async def outcome(pictures: Confined, content: bytes) -> str:
    try:
        return f"quality {(await pictures.run(read_picture, content)).pdq_quality}"
    except Undecodable as refused:
        return refused.errors[0].detail


async def test_a_confined_picture_is_seen_as_it_would_be_anywhere(pictures: Confined) -> None:
    for content in (*(written(a_picture(), form) for form in FORMATS), an_animation("WEBP")):
        assert await pictures.run(read_picture, content) == read_picture(content)


async def test_what_is_made_to_be_slow_or_large_is_read_or_refused() -> None:
    """Within a quarter of the time that there is: they would take as much as there is of it."""
    pictures = Confined(
        [read_picture],
        prepare=load_decoders,
        seconds=SECONDS / 4,
        memory=MEMORY,
        refusal=Undecodable,
    )
    two_at_a_time = asyncio.Semaphore(2)

    async def read(name: str) -> tuple[str, str]:
        expected, make = HOSTILE[name]
        async with two_at_a_time:
            told = await outcome(pictures, make())
        return name, expected if expected in told else told

    outcomes = await asyncio.gather(*map(read, HOSTILE))

    assert dict(outcomes) == {name: expected for name, (expected, _) in HOSTILE.items()}
    assert isinstance(await pictures.run(read_picture, PICTURE), Picture)
    await pictures.close()


async def test_a_picture_that_needs_more_memory_than_there_is_is_refused() -> None:
    pictures = Confined(
        [read_picture], prepare=load_decoders, memory=32 * 1024 * 1024, refusal=Undecodable
    )
    large = written(Image.new("RGB", (6_000, 5_000)), "PNG")

    assert await outcome(pictures, large) == TOO_MUCH_MEMORY
    assert await outcome(pictures, PICTURE) != TOO_MUCH_MEMORY
    await pictures.close()


def test_the_api_loads_nothing_that_decodes() -> None:
    loaded = "import sys, triage.app; print('PIL' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "False"
