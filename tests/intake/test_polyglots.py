"""A picture that is another file as well is refused; what cameras write behind theirs is not."""

import io
import struct
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from intake.picture_builders import (
    a_file,
    a_jpeg_with,
    a_picture,
    a_png_with,
    an_animation,
    written,
)
from PIL import Image

from triage.intake.picture_ends import end_of, format_of
from triage.intake.pictures import read_picture
from triage.kit.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
CUT_OFF = "the picture is cut off"
FOLLOWED = "another file follows the picture"
ANOTHER_KIND = "the picture is another kind of file as well"

FILM = struct.pack(">I4s4sI", 24, b"ftyp", b"mp42", 0) + b"isommp42" + bytes(range(256)) * 2_000
NOISE = np.random.default_rng(3).integers(0, 256, 3_000_000, np.uint8).tobytes()


def a_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("run.txt", "words")
    return content.getvalue()


def a_tar_that_is_a_gif() -> bytes:
    """The colours of a GIF are the header of a tar."""
    gif = a_file("GIF")
    return gif[:257] + b"ustar\0" + gif[263:]


FOLLOWING: dict[str, bytes] = {
    "page": b"<html><body><script>alert(1)</script></body></html>",
    "page in capitals": b"\n<!DOCTYPE HTML><TITLE>x</TITLE>",
    "script": b"\nalert(document.cookie);//",
    "script that is longer": b"/**/;var a = 1; (function () { eval(a) })()",
    "shell": b"\n#!/bin/sh\nid\n",
    "php": b"<?php system('id'); ?>",
    "document": b"%PDF-1.4\n1 0 obj\n",
    "archive": a_zip(),
    "archive behind padding": b"\0" * 100 + a_zip(),
    "rar": b"Rar!\x1a\x07\x01\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "phar": b"__HALT_COMPILER(); ?>",
    "program": b"MZ" + b"\0" * 62,
    "PNG": a_file("PNG"),
    "GIF": a_file("GIF"),
    "WEBP": a_file("WEBP"),
    "JPEG": a_file("JPEG"),
}
WITHIN: dict[str, Callable[[], bytes]] = {
    "page in a comment": lambda: a_jpeg_with(b"<script>alert(1)</script>", 0xFE),
    "page in a text": lambda: a_png_with(b"tEXt", b"Comment\0<!doctype html><title>x</title>"),
    "php in the camera's name": lambda: a_jpeg_with(b"Exif\0\0<?php system('id'); ?>"),
    "document in a comment": lambda: a_jpeg_with(b"%PDF-1.5\n1 0 obj\n", 0xFE),
    "archive in a comment": lambda: a_jpeg_with(a_zip(), 0xFE),
    "tar": a_tar_that_is_a_gif,
    "script that begins with a width": lambda: b"GIF89a/*" + a_file("GIF")[8:] + b"*/=1;alert(1)",
    "script that begins with a length": lambda: (
        a_jpeg_with(b"x" * (0x2F2A - 2), 0xE0) + b"*/=1;alert(1)"
    ),
}
CAMERAS: dict[str, Callable[[], bytes]] = {
    "padding": lambda: a_file() + b"\0" * 4_096,
    "Google's film of the moment": lambda: a_file() + FILM,
    "Samsung's trailer": lambda: (
        a_file() + b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1763600000000" + b"SEFHk\0\0\0SEFT"
    ),
    "Samsung's film of the moment": lambda: (
        a_file() + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + FILM + b"SEFHk\0\0\0SEFT"
    ),
    "two pictures for two eyes": lambda: (
        a_jpeg_with(b"MPF\0MM\0\x2a\0\0\0\x08\0\x03", 0xE2) + a_file()
    ),
    "brightness beyond white": lambda: (
        a_jpeg_with(b"http://ns.adobe.com/xap/1.0/\0<x><Container:Directory/></x>") + a_file()
    ),
    "vivo's words": lambda: a_file() + b'vivo{"com.android.camera":{"mode":"portrait"}}',
    "Huawei's words": lambda: a_file() + FILM + b"v3_f31_c     LIVE_3029       ",
    "what nobody knows": lambda: a_file() + NOISE,
    "the rest of a larger screenshot": lambda: a_file("PNG") + a_file("PNG")[200:],
    "a preview of its own": lambda: a_jpeg_with(b"Exif\0\0" + written(a_picture(2, (160, 120)))),
    "descriptions in XML": lambda: a_jpeg_with(
        b"http://ns.adobe.com/xap/1.0/\0<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>"
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF/></x:xmpmeta><?xpacket end='w'?>"
    ),
}


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_picture(content)
    return refused.value.errors[0].detail


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", FOLLOWING)
def test_a_file_behind_a_picture_is_refused(form: str, kind: str) -> None:
    assert refusal(a_file(form) + FOLLOWING[kind]) in {FOLLOWED, ANOTHER_KIND}


@pytest.mark.parametrize("kind", WITHIN)
def test_a_picture_that_is_another_file_is_refused(kind: str) -> None:
    assert refusal(WITHIN[kind]()) == ANOTHER_KIND


@pytest.mark.parametrize("kind", CAMERAS)
def test_what_cameras_write_is_accepted(kind: str) -> None:
    assert read_picture(CAMERAS[kind]()).pdq_quality >= 50


@pytest.mark.parametrize("kind", ["page", "archive", "PNG", "document"])
def test_a_camera_s_film_hides_no_other_file(kind: str) -> None:
    assert refusal(a_file() + FILM + FOLLOWING[kind]) in {FOLLOWED, ANOTHER_KIND}


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_of_noise_is_no_other_file(form: str) -> None:
    noise = Image.frombytes("RGB", (1_000, 1_000), NOISE)

    assert read_picture(written(noise, form)).pdq_quality >= 0


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_ends_where_its_writer_stopped(form: str) -> None:
    for content in (a_file(form), *([] if form == "JPEG" else [an_animation(form)])):
        assert format_of(content) == form
        assert end_of(content + b"\0more", form) == len(content)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("part", [0.01, 0.3, 0.7, 0.999])
def test_a_picture_that_is_cut_off_is_refused(form: str, part: float) -> None:
    content = a_file(form)

    assert refusal(content[: max(16, int(len(content) * part))]) == CUT_OFF
    assert refusal(content[:-1]) == CUT_OFF
