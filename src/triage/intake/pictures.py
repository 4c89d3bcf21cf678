"""Pictures by what they look like: read in confined children, and kept nowhere.

What decodes is imported by the children alone.
"""

from typing import Annotated

import msgspec

from triage.intake.picture_ends import end_of, format_of
from triage.intake.polyglots import refuse_polyglot
from triage.kit.confined import Confined
from triage.kit.errors import FieldError, Invalid, Problem
from triage.kit.types import PdqHex

SECONDS = 4.0
"""Of processor time: 40 million pixels in the slowest manner of JPEG take half of that."""
MEMORY = 448 * 1024 * 1024
"""Bytes: a progressive JPEG of 50 million pixels takes 300 MiB, a WEBP of half as many 390."""


class Undecodable(Problem):
    """Its digests are told all the same, as members of their own."""

    status = 422
    title = "The file cannot be decoded as a picture"


class Picture(msgspec.Struct, frozen=True):
    """As `media` of a report takes it."""

    pdq: PdqHex
    pdq_quality: Annotated[int, msgspec.Meta(ge=0, le=100)]
    pdq_forms: Annotated[list[PdqHex], msgspec.Meta(max_length=8)]


def confined_pictures() -> Confined:
    return Confined(
        [read_picture],
        prepare=load_decoders,
        seconds=SECONDS,
        memory=MEMORY,
        refusal=Undecodable,
    )


def read_picture(content: bytes) -> Picture:
    """Raises Invalid for what is no picture, or not that alone."""
    from triage.fingerprints.pdq import perceptual  # noqa: PLC0415 - see above
    from triage.intake.decoding import luma_of  # noqa: PLC0415

    form = format_of(content)
    if form is None:
        raise Invalid(errors=[FieldError("", "not a JPEG, PNG, WEBP or GIF")])
    refuse_polyglot(content, end_of(content, form))
    seen = perceptual(luma_of(content, form))
    return Picture(seen.forms[0], seen.quality, [*seen.forms])


def load_decoders() -> None:
    """Import and try them, while a file can still be opened."""
    from triage.intake.decoding import examples, set_limits  # noqa: PLC0415

    set_limits()
    for content in examples():
        read_picture(content)
