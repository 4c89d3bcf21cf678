"""Evidence of XARF: hashed and dropped, whatever the sender says of it."""

import hashlib
from typing import Any

import pytest
from intake.formats.documents import (
    MD5,
    SHA256,
    a_xarf,
    encoded,
    lines,
    refusal,
    reports,
    the_report,
)

from triage.intake.formats.xarf import parse
from triage.kit.errors import FieldError
from triage.reports.report import Evidence, Media, Report

PICTURE = b"\x89PNG of nobody"
HASHES = Media(
    sha256=hashlib.sha256(PICTURE).hexdigest(),
    md5=hashlib.md5(PICTURE, usedforsecurity=False).hexdigest(),
)


def with_evidence(**item: Any) -> Report:
    return the_report(parse, a_xarf(evidence=[item]))


def test_a_payload_is_hashed_and_nothing_of_it_is_kept() -> None:
    report = with_evidence(
        content_type="image/png", payload=encoded(PICTURE), description="a screenshot", size=14
    )

    assert report.evidence == [Evidence("image/png", HASHES.sha256)]
    assert report.media == [HASHES]
    assert lines(report)[-3:] == [
        "evidence[0].content_type: image/png",
        "evidence[0].description: a screenshot",
        "evidence[0].size: 14",
    ]


@pytest.mark.parametrize("kind", ["text/plain", "message/rfc822", "application/pdf"])
def test_what_is_no_picture_is_evidence_alone(kind: str) -> None:
    report = with_evidence(content_type=kind, payload=encoded(PICTURE))

    assert report.evidence == [Evidence(kind, HASHES.sha256)]
    assert report.media == []


@pytest.mark.parametrize("kind", ["image/jpeg", "video/mp4", "audio/ogg", "Image/PNG"])
def test_pictures_films_and_sounds_are_files(kind: str) -> None:
    assert with_evidence(content_type=kind, payload=encoded(PICTURE)).media == [HASHES]


@pytest.mark.parametrize(
    "payload",
    [
        "\r\n".join(encoded(PICTURE)),
        encoded(PICTURE).rstrip("="),
        encoded(PICTURE).replace("+", "-").replace("/", "_"),
    ],
    ids=["folded", "unpadded", "url-safe"],
)
def test_base64_as_senders_write_it(payload: str) -> None:
    assert with_evidence(content_type="image/png", payload=payload).media == [HASHES]


@pytest.mark.parametrize("payload", ["log: <script>", "A", "한글", "ab=c"])
def test_what_is_no_base64_is_hashed_as_it_came(payload: str) -> None:
    report = with_evidence(content_type="text/plain", payload=payload)

    assert report.evidence == [Evidence("text/plain", hashlib.sha256(payload.encode()).hexdigest())]
    assert lines(report)[-1] == "evidence[0].payload: not Base64, hashed as it came"
    assert not any(line.endswith(payload) for line in lines(report))


def test_a_hash_alone_is_taken_as_stated() -> None:
    report = with_evidence(content_type="image/png", hash=f"SHA256:{SHA256.upper()}")

    assert report.evidence == [Evidence("image/png", SHA256)]
    assert report.media == [Media(sha256=SHA256)]


@pytest.mark.parametrize("stated", [f"sha256:{SHA256}", f"md5:{MD5}"])
def test_a_hash_of_something_else_is_told_and_not_taken(stated: str) -> None:
    report = with_evidence(content_type="image/png", payload=encoded(PICTURE), hash=stated)

    assert report.media == [HASHES]
    assert lines(report)[-2:] == [
        f"evidence[0].hash: {stated}",
        "evidence[0].hash: not that of the payload",
    ]


def test_the_right_hash_is_not_remarked_on() -> None:
    report = with_evidence(
        content_type="image/png", payload=encoded(PICTURE), hash=f"md5:{HASHES.md5}"
    )

    assert lines(report)[-1] == f"evidence[0].hash: md5:{HASHES.md5}"


@pytest.mark.parametrize("stated", ["sha1:" + "12" * 20, "sha256:xyz", 5, ["md5"], SHA256])
def test_a_hash_without_a_place_is_a_line(stated: Any) -> None:
    report = with_evidence(content_type="image/png", hash=stated)

    assert report.evidence == [Evidence("image/png")]
    assert report.media == []
    assert any(line.startswith("evidence[0].hash: ") for line in lines(report))


@pytest.mark.parametrize("payload", ["", "====", 5, {"data": "x"}])
def test_an_empty_payload_makes_no_file(payload: Any) -> None:
    report = with_evidence(content_type="image/png", payload=payload)

    assert report.evidence == [Evidence("image/png")]
    assert report.media == []


def test_evidence_of_an_unknown_kind() -> None:
    report = with_evidence(payload=encoded(PICTURE))

    assert report.evidence == [Evidence("application/octet-stream", HASHES.sha256)]


@pytest.mark.parametrize(
    ("evidence", "line"),
    [("see mail", "evidence: see mail"), (["see mail"], "evidence[0]: see mail")],
)
def test_evidence_of_another_shape_is_a_line(evidence: Any, line: str) -> None:
    report = the_report(parse, a_xarf(evidence=evidence))

    assert report.evidence == []
    assert lines(report)[-1] == line


def test_a_screenshot_is_kept_where_the_reporter_says() -> None:
    report = the_report(parse, a_xarf(screenshot_url="https://example.org/s.png"))

    assert report.evidence == [Evidence("screenshot", kept_at="https://example.org/s.png")]


@pytest.mark.parametrize("url", ["https://example.org/" + "s" * 500, 7])
def test_a_screenshot_whose_place_has_no_room_is_a_line(url: Any) -> None:
    report = the_report(parse, a_xarf(screenshot_url=url))

    assert report.evidence == []
    assert any(line.startswith(f"screenshot_url: {str(url)[:50]}") for line in lines(report))


def test_more_evidence_than_a_report_has_makes_several() -> None:
    evidence = [{"content_type": "text/plain", "payload": encoded(b"%d" % n)} for n in range(250)]

    found = reports(parse, a_xarf(evidence=evidence))

    assert [len(report.evidence) for report in found] == [100, 100, 50]
    assert len({item.sha256 for report in found for item in report.evidence}) == len(evidence)


def test_more_evidence_than_any_report_has_is_refused() -> None:
    document = a_xarf(evidence=[{}] * 1_001)

    assert refusal(parse, document) == FieldError("/evidence", "too many: at most 1000")
