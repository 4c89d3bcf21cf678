"""A picture or video by its hashes: read from the request's memory, and kept nowhere."""

import hashlib

import msgspec
from multipart import MultipartError, PushMultipartParser
from multipart import MultipartSegment as Segment
from multipart import parse_options_header as options_of

from triage.kit.errors import FieldError, Invalid

MAX_BYTES = 16 * 1024 * 1024
MULTIPART = "multipart/form-data"
MEDIA_TYPES = (
    "application/octet-stream",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    MULTIPART,
)


class MediaFingerprint(msgspec.Struct, frozen=True):
    """As `media` of a report takes it; hexadecimal."""

    sha256: str
    md5: str


def fingerprint(content: bytes) -> MediaFingerprint:
    if not content:
        raise Invalid(errors=[FieldError("", "an empty file")])
    return MediaFingerprint(
        sha256=hashlib.sha256(content).hexdigest(),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
    )


def uploaded(body: bytes, content_type: str) -> bytes:
    """The file of a request: its body, or the first file of a form. Raises Invalid."""
    media_type, options = options_of(content_type)
    if media_type.lower() != MULTIPART:
        return body
    content, is_file = bytearray(), False
    try:
        with PushMultipartParser(options.get("boundary", ""), max_segment_count=20) as parser:
            for event in parser.parse(body):
                if isinstance(event, Segment):
                    if is_file:
                        break
                    is_file = bool(event.filename)
                elif event and is_file:
                    content += event
    except (MultipartError, ValueError):
        raise Invalid(errors=[FieldError("", "not a form that can be read")]) from None
    if not is_file:
        raise Invalid(errors=[FieldError("", "no file in the form")])
    return bytes(content)
