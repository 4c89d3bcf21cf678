"""Pictures of nothing: shapes, waves and noise, and what strangers make of such files."""

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

JPEG_END = b"\xff\xd9"


def a_picture(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Circles over soft colours: another seed, another picture."""
    chance = np.random.default_rng(seed)
    soft = Image.fromarray(chance.integers(0, 256, (12, 16, 3), dtype=np.uint8))
    picture = soft.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, width = (int(each) for each in chance.integers(0, max(size), 3))
        colour = tuple(int(each) for each in chance.integers(0, 256, 3))
        draw.ellipse((x, y, x + width // 3, y + width // 3), fill=colour)
    return picture


def written(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    content = BytesIO()
    picture.save(content, form, **options)
    return content.getvalue()


@cache
def a_file(form: str = "JPEG") -> bytes:
    return written(a_picture(), form)


def a_jpeg_with(segment: bytes, marker: int = 0xE1) -> bytes:
    """A JPEG with one more segment at its start."""
    content = a_file()
    length = struct.pack(">H", len(segment) + 2)
    return content[:2] + bytes((0xFF, marker)) + length + segment + content[2:]


def a_png(width: int, height: int, *, rows: int, bits: int = 8, colour: int = 0) -> bytes:
    """As small as a file gets for a size that its header claims; `rows` of it are there."""
    row = b"\0" * (1 + (width * bits * {0: 1, 2: 3, 6: 4}[colour] + 7) // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join([*(packer.compress(row) for _ in range(rows)), packer.flush()])
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)),
            chunk(b"IDAT", pixels),
            chunk(b"IEND", b""),
        )
    )


def a_slow_jpeg(side: int = 6_000, scans: int = 400) -> bytes:
    """Its last scan comes again and again, and each goes through the whole picture."""
    content = written(Image.new("L", (side, side), 99), progressive=True)
    scan = content[content.rfind(b"\xff\xc4") : -2]
    return content[:-2] + scan * scans + JPEG_END


def chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def a_png_with(kind: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    png = a_file("PNG")
    return png[:33] + chunk(kind, content) + png[33:]


def a_gif(frames: int) -> bytes:
    """Frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b"\x3b"


@cache
def an_animation(form: str) -> bytes:
    first, *others = (a_picture(seed, (320, 240)) for seed in (1, 2, 3))
    return written(first, form, save_all=True, append_images=others, duration=100)


def distance(one: str, other: str) -> int:
    """Bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
