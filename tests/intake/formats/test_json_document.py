"""Bytes that are no JSON object, or one beyond the bounds, are refused by every format alike."""

from types import ModuleType

import pytest
from intake.formats.documents import Parse, refusal

from triage.intake.formats import activitypub, atproto, xarf
from triage.kit.errors import FieldError
from triage.reports.taxonomy import Allegation

FORMATS = {"xarf": xarf.parse, "activitypub": activitypub.parse, "atproto": atproto.parse}


@pytest.mark.parametrize("parse", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize(
    ("document", "detail"),
    [
        (b"", "not JSON in UTF-8"),
        (b"\xff\xfe{}", "not JSON in UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "not JSON in UTF-8"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "a number out of range"),
        (b'{"a": 1e999}', "a number out of range"),
        (b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "nested too deeply"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "nested too deeply: at most 32 levels"),
        (b'{"a": [' + b"{}," * 60_000 + b"{}]}", "too many values: at most 100000"),
    ],
    ids=str,
)
def test_bytes_that_are_no_document(parse: Parse, document: bytes, detail: str) -> None:
    assert refusal(parse, document) == FieldError("", detail)


@pytest.mark.parametrize("module", [xarf, activitypub, atproto])
def test_a_document_that_is_too_long(module: ModuleType) -> None:
    longest = module.MAX_BYTES
    document = b"{" + b" " * (longest - 1) + b"}"

    assert refusal(module.parse, document) == FieldError("", f"too long: at most {longest} bytes")


def test_a_mark_of_the_byte_order_is_passed_over() -> None:
    (report,) = xarf.parse(
        b'\xef\xbb\xbf{"xarf_version": "4", "category": "content", "type": "ncii"}'
    )

    assert report.allegations == [Allegation.INTIMATE_IMAGE]
