"""A picture or video by its hashes: read from the request's memory, and kept nowhere."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Annotated

import msgspec
from multipart import MultipartError, PushMultipartParser
from multipart import MultipartSegment as Segment
from multipart import parse_options_header as options_of

from triage.intake.picture_ends import format_of
from triage.intake.pictures import Undecodable, read_picture
from triage.kit.confined import Confined
from triage.kit.errors import FieldError, Invalid
from triage.kit.types import Md5Hex, PdqHex, Sha256Hex

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
    """As `media` of a report takes it; hexadecimal. Only pictures have the last three.

    `pdq_forms` are the picture itself and its turns and reflections, each once.
    """

    sha256: Sha256Hex
    md5: Md5Hex
    pdq: PdqHex | None = None
    pdq_quality: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    pdq_forms: Annotated[list[PdqHex], msgspec.Meta(max_length=8)] = []


@dataclass(frozen=True, slots=True)
class Upload:
    content: bytes
    media_type: str

    @property
    def is_picture(self) -> bool:
        """By its first bytes, or because the sender says so."""
        return self.media_type.startswith("image/") or format_of(self.content) is not None


async def fingerprint(upload: Upload, pictures: Confined) -> MediaFingerprint:
    """Raises Undecodable, with the digests, for what should be a picture and cannot be read."""
    content = upload.content
    if not content:
        raise Invalid(errors=[FieldError("", "an empty file")])
    sha256, md5 = await asyncio.to_thread(_digests, content)
    if not upload.is_picture:
        return MediaFingerprint(sha256, md5)
    try:
        seen = await pictures.run(read_picture, content)
    except Undecodable as refused:
        refused.members |= {"sha256": sha256, "md5": md5}
        raise
    return MediaFingerprint(sha256, md5, seen.pdq, seen.pdq_quality, seen.pdq_forms)


def uploaded(body: bytes, content_type: str) -> Upload:
    """The file of a request: its body, or the first file of a form. Raises Invalid."""
    media_type, options = options_of(content_type)
    if media_type.lower() != MULTIPART:
        return Upload(body, media_type.lower())
    content, is_file = bytearray(), False
    try:
        with PushMultipartParser(options.get("boundary", ""), max_segment_count=20) as parser:
            for event in parser.parse(body):
                if isinstance(event, Segment):
                    if is_file:
                        break
                    is_file = bool(event.filename)
                    media_type = event.content_type or ""
                elif event and is_file:
                    content += event
    except (MultipartError, ValueError):
        raise Invalid(errors=[FieldError("", "not a form that can be read")]) from None
    if not is_file:
        raise Invalid(errors=[FieldError("", "no file in the form")])
    return Upload(bytes(content), media_type.lower())


def _digests(content: bytes) -> tuple[str, str]:
    return (
        hashlib.sha256(content).hexdigest(),
        hashlib.md5(content, usedforsecurity=False).hexdigest(),
    )
