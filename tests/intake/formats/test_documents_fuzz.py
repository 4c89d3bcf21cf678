"""Whatever the bytes are: valid reports, or a refusal, and no other error.

`TRIAGE_FUZZ_EXAMPLES` sets how many documents are tried.
"""

import base64
import os
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.formats.documents import (
    DID,
    MD5,
    PDQ,
    SHA256,
    STATUS,
    Parse,
    a_create_report,
    a_flag,
    a_xarf,
    a_xarf_3,
    written,
)

from triage.fingerprints.url import parse_link
from triage.intake.formats import activitypub, atproto, xarf
from triage.kit.errors import Invalid
from triage.kit.types import is_usable
from triage.reports.report import Report

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "75"))
PAYLOAD = base64.b64encode(b"a picture of nobody").decode()

FULL: dict[str, tuple[Parse, dict[str, Any]]] = {
    "xarf": (
        xarf.parse,
        a_xarf(
            "content",
            "csem",
            exploitation_type="sextortion",
            description="said",
            verified_at="2026-11-20T10:00:00Z",
            screenshot_url="https://example.org/s.png",
            urls=["https://example.com/b"],
            tags=["ncii:deepfake"],
            hash_values={"sha256": SHA256, "md5": MD5, "pdq": PDQ, "sha1": "12"},
            evidence=[
                {"content_type": "image/png", "payload": PAYLOAD, "hash": f"md5:{MD5}"},
                {"content_type": "text/plain", "payload": "no base64"},
            ],
            _internal={"a": 1},
        ),
    ),
    "xarf-3": (
        xarf.parse,
        a_xarf_3(
            HarassmentType="doxing",
            ReporterNotes="said",
            Source={"URL": "https://example.com/c", "IP": "192.0.2.1", "Port": 1},
            Samples=[
                {"ContentType": "image/png", "Payload": PAYLOAD, "Base64Encoded": True},
                {"ContentType": "image/x-uri", "Payload": STATUS, "Base64Encoded": False},
            ],
        ),
    ),
    "activitypub": (
        activitypub.parse,
        a_flag(
            summary="said",
            published="2026-11-20T09:00:00Z",
            object=[STATUS, {"id": STATUS, "url": "https://example.com/d", "content": "c"}],
        ),
    ),
    "atproto": (
        atproto.parse,
        a_create_report(reason="said", modTool={"name": "app", "meta": {"a": [1, {"b": None}]}}),
    ),
}
DOCUMENTS = {name: (parse, written(document)) for name, (parse, document) in FULL.items()}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["https://a\0b", "\x85", "😀" * 9, "https://example.com/\u2028", DID, "at://"]
    )
    | st.sampled_from(["9999-12-31T23:59:59-23:59", "0001-01-01", "", " ", "a" * 600, "한글"])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "url", "payload", "content_type", "md5", "did", "$type", ""])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def places(part: Any) -> list[tuple[Any, Any]]:
    """Every place of a document at which a value stands: its holder and its name or index."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    found: list[tuple[Any, Any]] = []
    for name, value in inner:
        found.append((part, name))
        if isinstance(value, dict | list):
            found += places(value)
    return found


def check(parse: Parse, document: bytes) -> None:
    try:
        reports = parse(document)
    except Invalid:
        return
    assert reports
    for report in reports:
        assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
        assert report.locations or report.media or report.text
        assert all(file.sha256 or file.md5 or file.pdq for file in report.media)
        times = [report.occurred_at, *(location.seen_at for location in report.locations)]
        assert all(is_usable(at) for at in times if at)
        for location in report.locations:
            parse_link(location.url)


@given(st.sampled_from([*DOCUMENTS]), st.binary())
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_any_bytes(name: str, document: bytes) -> None:
    check(DOCUMENTS[name][0], document)


@given(st.sampled_from([*DOCUMENTS]), st.dictionaries(st.text(), values, max_size=6))
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_any_object(name: str, document: dict[str, Any]) -> None:
    check(DOCUMENTS[name][0], written(document))


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_a_document_with_other_bytes_here_and_there(name: str, data: st.DataObject) -> None:
    parse, original = DOCUMENTS[name]
    document = bytearray(original)
    for _ in range(data.draw(st.integers(1, 4))):
        document[data.draw(st.integers(0, len(document) - 1))] = data.draw(st.integers(0, 255))

    check(parse, bytes(document))


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_a_document_with_other_values_here_and_there(name: str, data: st.DataObject) -> None:
    parse, original = FULL[name]
    document = deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, place = data.draw(st.sampled_from(places(document)))
        holder[place] = deepcopy(data.draw(values))

    check(parse, written(document))
