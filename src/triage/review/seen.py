"""`seen_until`: how much of a case a page has shown, as an opaque value for the decision."""

import base64
import binascii
import struct
from uuid import UUID

from triage.kit.errors import FieldError, Invalid

SHAPE = struct.Struct(">4sI")


def encode_seen(case_id: UUID, ordinal: int) -> str:
    return base64.urlsafe_b64encode(SHAPE.pack(case_id.bytes[-4:], ordinal)).decode().rstrip("=")


def decode_seen(value: str, case_id: UUID, last: int) -> int:
    """The ordinal of the last report shown; raises Invalid for a value of another case."""
    try:
        tail, ordinal = SHAPE.unpack(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    except (binascii.Error, ValueError, struct.error):
        tail, ordinal = b"", 0
    if tail != case_id.bytes[-4:] or not 0 < ordinal <= last:
        pointer = "/seen_until"
        raise Invalid(errors=[FieldError(pointer, "not a value of this case's page")])
    return int(ordinal)
