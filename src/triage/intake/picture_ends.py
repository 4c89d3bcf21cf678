"""Where a picture's own bytes end, as its format says: what comes behind is something else."""

import re
from collections.abc import Callable, Mapping

from triage.kit.errors import FieldError, Invalid

JPEG, PNG, GIF, WEBP = "JPEG", "PNG", "GIF", "WEBP"


def format_of(content: bytes) -> str | None:
    """By its first bytes; None for anything but the four formats that are decoded."""
    for name, start in _STARTS.items():
        if start.match(content):
            return name
    return None


def end_of(content: bytes, form: str) -> int:
    """The offset behind the picture's last byte. Raises Invalid for one that is cut off."""
    try:
        end = _ENDS[form](content)
    except IndexError:
        end = len(content) + 1
    if end > len(content):
        raise Invalid(errors=[FieldError("", "the picture is cut off")])
    return end


def _end_of_jpeg(content: bytes) -> int:
    """Markers with their lengths, and after each scan the first marker that is not part of it."""
    place, in_scan = 2, False
    while True:
        found = (_AFTER_SCAN if in_scan else _MARKER).search(content, place)
        if found is None:
            raise IndexError
        marker, place = found.group()[-1], found.end()
        if marker == _END_OF_IMAGE:
            return place
        if marker not in _WITHOUT_LENGTH:
            place += _big_endian(content, place, 2)
            in_scan = in_scan or marker == _SCAN


def _end_of_png(content: bytes) -> int:
    place, kind = 8, b""
    while kind != b"IEND":
        length, kind = _big_endian(content, place, 4), content[place + 4 : place + 8]
        place += 12 + length
    return place


def _end_of_gif(content: bytes) -> int:
    place = 13 + _colours(content[10])
    while (kind := content[place]) != _TRAILER:
        if kind == _EXTENSION:
            place += 2
        elif kind == _FRAME:
            place += 10 + _colours(content[place + 9]) + 1
        else:
            raise IndexError
        while length := content[place]:
            place += length + 1
        place += 1
    return place + 1


def _end_of_webp(content: bytes) -> int:
    return 8 + int.from_bytes(content[4:8], "little")


def _colours(flags: int) -> int:
    return 3 << (flags % 8 + 1) if flags & 0x80 else 0


def _big_endian(content: bytes, place: int, length: int) -> int:
    number = content[place : place + length]
    if len(number) < length:
        raise IndexError
    return int.from_bytes(number, "big")


_STARTS: Mapping[str, re.Pattern[bytes]] = {
    JPEG: re.compile(rb"\xff\xd8\xff"),
    PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    GIF: re.compile(rb"GIF8[79]a"),
    WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
}
_ENDS: Mapping[str, Callable[[bytes], int]] = {
    JPEG: _end_of_jpeg,
    PNG: _end_of_png,
    GIF: _end_of_gif,
    WEBP: _end_of_webp,
}
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_END_OF_IMAGE, _SCAN = 0xD9, 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_EXTENSION, _FRAME, _TRAILER = 0x21, 0x2C, 0x3B
