"""Pictures that are something else as well: an archive, a page, a script, a second picture.

Cameras write behind the picture, too: depth maps, previews, a film of the moment. So whatever is
there is left alone unless another program would open the file by it.
"""

import re

from triage.kit.errors import FieldError, Invalid

ARCHIVE_END, ARCHIVE_ENTRY = b"PK\x05\x06", b"PK\x01\x02"
LONGEST_ARCHIVE_END = 22 + 0xFFFF  # with its comment: readers look no further from the file's end
TAR = b"ustar"
TAR_PLACE = 257

# Long enough not to be met by chance: once in 100,000 files of 16 MiB.
ANYWHERE = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"%PDF-1.",
    b"%PDF-2.",
    b"__HALT_COMPILER();",
    b"<?php",
)
ANYWHERE_IN_ANY_CASE = (b"<script", b"<!doctype ", b"<html>", b"<html ", b"<iframe", b"<hta:")
IN_WHAT_FOLLOWS = re.compile(rb"\x89PNG\r\n\x1a\n|GIF8[79]a|PK\x03\x04[\x0a\x14\x2d]\0")
BEGINS_WHAT_FOLLOWS = re.compile(
    rb"""RIFF....WEBP|BM....\0\0\0\0|II\*\0|MM\0\*  # pictures
    |PK\x03\x04|\x1f\x8b\x08|BZh[1-9]|\xfd7zXZ\0|\x28\xb5\x2f\xfd  # what is packed
    |MZ.{60}\0\0|\x7fELF|\xca\xfe\xba\xbe|\#!""",  # programs
    re.DOTALL | re.VERBOSE,
)
PICTURE_FOLLOWS = re.compile(rb"\xff*\xd8\xff")
SEVERAL_PICTURES = (b"MPF\0", b"Container:Directory")  # of CIPA DC-007 and of Android's cameras
TOLD_WITHIN = 256 * 1024  # bytes from the start: metadata come first
COMMENT = b"/*"
NO_TEXT = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
SCRIPT = re.compile(
    rb"\b(?:function|eval|alert|require|import|fetch|setTimeout|atob)\b[^\n]{0,99}\("
    rb"|\b(?:document|window|process|self|this)\.[a-z]|\b(?:var|let|const)\s+\w+\s*="
)
PADDING = b"\0 \t\r\n"


def refuse_polyglot(content: bytes, end: int) -> None:
    """`end` is where the picture is over. Raises Invalid if it is something else, too."""
    if _is_also_an_archive(content) or _is_also_a_page(content) or _begins_as_script(content):
        raise Invalid(errors=[FieldError("", "the picture is another kind of file as well")])
    follows = content[end:].lstrip(PADDING)
    several = any(content.find(sign, 0, min(end, TOLD_WITHIN)) >= 0 for sign in SEVERAL_PICTURES)
    if follows and _is_a_file(follows, several=several):
        raise Invalid(errors=[FieldError("", "another file follows the picture")])


def _is_also_an_archive(content: bytes) -> bool:
    if content[TAR_PLACE : TAR_PLACE + len(TAR)] == TAR:
        return True
    ends = content.rfind(ARCHIVE_END, max(0, len(content) - LONGEST_ARCHIVE_END)) >= 0
    return ends and ARCHIVE_ENTRY in content


def _is_also_a_page(content: bytes) -> bool:
    if any(sign in content for sign in ANYWHERE):
        return True
    lowered = content.lower()
    return any(sign in lowered for sign in ANYWHERE_IN_ANY_CASE)


def _begins_as_script(content: bytes) -> bool:
    """The width of a GIF or the first length of a JPEG that opens a comment of JavaScript."""
    return COMMENT in content[4:13]


def _is_a_file(follows: bytes, *, several: bool) -> bool:
    if PICTURE_FOLLOWS.match(follows) and not several:
        return True
    if BEGINS_WHAT_FOLLOWS.match(follows) or IN_WHAT_FOLLOWS.search(follows):
        return True
    return not NO_TEXT.search(follows) and SCRIPT.search(follows) is not None
