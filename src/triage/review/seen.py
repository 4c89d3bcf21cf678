"""`seen_until`: how much of a case a page has shown, as an opaque value for the decision."""

import base64
import binascii
import struct
from typing import NamedTuple
from uuid import UUID

from triage.kit.errors import FieldError, Invalid

SHAPE = struct.Struct(">4sII")


class Seen(NamedTuple):
    """The last report of the case and its last supplement, each by its ordinal there."""

    reports: int
    supplements: int


def encode_seen(case_id: UUID, seen: Seen) -> str:
    return base64.urlsafe_b64encode(SHAPE.pack(case_id.bytes[-4:], *seen)).decode().rstrip("=")


def decode_seen(value: str, case_id: UUID, last: Seen) -> Seen:
    """What was shown; raises Invalid for a value of another case."""
    try:
        packed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        tail, reports, supplements = SHAPE.unpack(packed)
    except (binascii.Error, ValueError, struct.error):
        tail, reports, supplements = b"", 0, 0
    is_possible = 0 < reports <= last.reports and supplements <= last.supplements
    if tail != case_id.bytes[-4:] or not is_possible:
        pointer = "/seen_until"
        raise Invalid(errors=[FieldError(pointer, "not a value of this case's page")])
    return Seen(reports, supplements)
