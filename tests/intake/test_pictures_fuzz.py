"""A picture that something has befallen is read or refused, and nothing else.

`TRIAGE_FUZZ_EXAMPLES` sets how many are made.
"""

import os
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake.picture_builders import a_jpeg_with, a_picture, an_animation, written

from triage.intake.pictures import read_picture
from triage.kit.errors import Invalid

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "100"))
HEADERS = 700  # bytes in which most of what can be wrong is told

small = a_picture(size=(64, 48))
PICTURES = [
    *(written(small, form) for form in ("JPEG", "PNG", "WEBP", "GIF")),
    written(small, progressive=True),
    written(small, "WEBP", lossless=True),
    written(small.convert("RGBA"), "WEBP"),
    written(small.quantize(16), "PNG"),
    written(small.convert("CMYK")),
    a_jpeg_with(b"MPF\0MM\0\x2a\0\0\0\x08\0\x03" + bytes(40), 0xE2),
    a_jpeg_with(b"Exif\0\0II\x2a\0\x08\0\0\0\x02\0\x1a\x01\x05\0" + bytes(40)),
    *(an_animation(form) for form in ("GIF", "WEBP", "PNG")),
]

edits = st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=6)), max_size=8)


@given(picture=st.sampled_from(PICTURES), edits=edits, cut=st.integers(0, 99), early=st.booleans())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_changed_picture_is_read_or_refused(
    picture: bytes,
    edits: list[tuple[int, bytes]],
    cut: int,
    early: bool,  # noqa: FBT001 - drawn
) -> None:
    changed = bytearray(picture)
    for place, junk in edits:
        start = place % (HEADERS if early else len(changed))
        changed[start : start + len(junk)] = junk
    kept = len(changed) * (100 - cut) // 100

    with suppress(Invalid):
        read_picture(bytes(changed[:kept] if cut % 2 else changed))


@given(start=st.sampled_from(PICTURES), junk=st.binary(max_size=200), kept=st.integers(3, 60))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_only_begins_like_a_picture_is_read_or_refused(
    start: bytes, junk: bytes, kept: int
) -> None:
    with suppress(Invalid):
        read_picture(start[:kept] + junk)
