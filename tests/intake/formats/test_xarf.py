"""XARF of version 4: what each field becomes, and which documents are refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from intake.formats.documents import (
    MD5,
    PDQ,
    REPORT_ID,
    SHA256,
    a_xarf,
    lines,
    refusal,
    reports,
    the_report,
    urls,
)

from triage.intake.formats.xarf import parse
from triage.intake.formats.xarf_types import EXPLOITATION, TYPES
from triage.kit.errors import FieldError
from triage.reports.report import Location, Media, Report, Reporter, Victim
from triage.reports.taxonomy import Allegation, Relation

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)

CATEGORIES = {
    "connection": ["auth_failure", "ddos", "infected_host", "login_attack", "port_scan"],
    "content": ["brand_infringement", "fraud", "malware", "phishing", "remote_compromise"],
    "copyright": ["copyright", "cyberlocker", "link_site", "p2p", "ugc_platform", "usenet"],
    "infrastructure": ["botnet", "compromised_server"],
    "messaging": ["bulk_messaging", "spam"],
    "reputation": ["blocklist", "threat_intelligence"],
    "vulnerability": ["cve", "misconfiguration", "open_service"],
}


def test_a_report_of_child_abuse_keeps_everything() -> None:
    document = a_xarf(
        description="Found by a caller",
        classification="A1",
        detection_method="user_report",
        confidence=0.9,
        source_port=443,
        content_removed=False,
    )

    assert the_report(parse, document) == Report(
        external_id=f"xarf:{REPORT_ID}",
        allegations=[Allegation.MINOR, Allegation.INTIMATE_IMAGE],
        locations=[Location("https://example.com/album/7", NINE)],
        text="Found by a caller\n"
        "category: content\n"
        "type: csam\n"
        "reporter.domain: example.org\n"
        "xarf_version: 4.2.0\n"
        "source_identifier: 192.0.2.7\n"
        "classification: A1\n"
        "detection_method: user_report\n"
        "confidence: 0.9\n"
        "source_port: 443\n"
        "content_removed: false",
        reporter=Reporter(Relation.PLATFORM, "Example Hotline", "desk@example.org"),
        victim=Victim(is_minor=True),
        occurred_at=NINE,
    )


@pytest.mark.parametrize(("category", "kind"), TYPES)
def test_a_type_that_we_have_a_word_for(category: str, kind: str) -> None:
    report = the_report(parse, a_xarf(category, kind))

    assert report.allegations == list(TYPES[category, kind])


@pytest.mark.parametrize(
    ("category", "kind"), [(name, kind) for name, kinds in CATEGORIES.items() for kind in kinds]
)
def test_every_other_type_is_other(category: str, kind: str) -> None:
    report = the_report(parse, a_xarf(category, kind))

    assert report.allegations == [Allegation.OTHER]
    assert lines(report)[:2] == [f"category: {category}", f"type: {kind}"]
    assert report.victim.is_minor is None


@pytest.mark.parametrize("kind", EXPLOITATION)
def test_the_type_of_exploitation_adds_to_a_child_being_the_victim(kind: str) -> None:
    report = the_report(parse, a_xarf("content", "csem", exploitation_type=kind))

    assert report.allegations == [Allegation.MINOR, *EXPLOITATION[kind]]
    assert report.victim.is_minor is True
    assert f"exploitation_type: {kind}" in lines(report)


@pytest.mark.parametrize(
    ("tag", "allegation"),
    [
        ("ncii:deepfake", Allegation.DEEPFAKE),
        ("ncii:sextortion", Allegation.EXTORTION),
        ("ncii:doxing", Allegation.DOXXING),
        ("ncii:intimate-image", Allegation.INTIMATE_IMAGE),
        ("ncii:confirmed", Allegation.INTIMATE_IMAGE),
        ("csam:detected", Allegation.MINOR),
    ],
)
def test_a_tag_says_what_no_type_says(tag: str, allegation: Allegation) -> None:
    report = the_report(parse, a_xarf("content", "phishing", tags=["severity:high", tag]))

    assert report.allegations == [allegation]
    assert f"tags: severity:high, {tag}" in lines(report)
    assert report.victim.is_minor is (True if allegation is Allegation.MINOR else None)


def test_a_tag_and_a_type_are_both_alleged() -> None:
    document = a_xarf("content", "exposed_data", tags=["ncii:deepfake", "ncii:doxing"])

    assert the_report(parse, document).allegations == [Allegation.DOXXING, Allegation.DEEPFAKE]


def test_hashes_are_a_file_and_those_without_a_place_are_lines() -> None:
    hashes = {"SHA256": SHA256.upper(), "md5": MD5, "pdq": PDQ, "sha1": "12" * 20, "photodna": "x"}

    report = the_report(parse, a_xarf(hash_values=hashes))

    assert report.media == [Media(sha256=SHA256, md5=MD5, pdq=PDQ)]
    assert f"hash_values.sha1: {'12' * 20}" in lines(report)
    assert "hash_values.photodna: x" in lines(report)


@pytest.mark.parametrize("name", ["hash_values", "file_hash", "file_hashes", "hashes"])
def test_hashes_stand_under_several_names(name: str) -> None:
    report = the_report(parse, a_xarf(**{name: [{"md5": MD5}, {"sha256": SHA256}]}))

    assert report.media == [Media(md5=MD5), Media(sha256=SHA256)]


@pytest.mark.parametrize(
    "value",
    ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "0" * 64, "xy" * 32, "a"],
    ids=["of-nothing", "zero", "not-hexadecimal", "short"],
)
def test_a_hash_that_names_no_file_is_a_line(value: str) -> None:
    report = the_report(parse, a_xarf(hash_values={"sha256": value}))

    assert report.media == []
    assert f"hash_values.sha256: {value}" in lines(report)


def test_the_page_was_seen_when_it_was_verified() -> None:
    report = the_report(parse, a_xarf(verified_at="2026-11-20T10:30:00+09:00"))

    assert report.locations[0].seen_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert report.occurred_at == NINE
    assert "verified_at: 2026-11-20T10:30:00+09:00" in lines(report)


def test_more_links_and_a_link_as_the_source_are_locations_once() -> None:
    document = a_xarf(
        urls=["https://example.com/album/7", "hxxps://example[.]com/b"],
        infringing_url="https://example.com/c",
        source_identifier="https://example.com/d",
    )

    assert urls(the_report(parse, document)) == [
        "https://example.com/album/7",
        "hxxps://example[.]com/b",
        "https://example.com/c",
        "https://example.com/d",
    ]


@pytest.mark.parametrize("url", ["not a link", 5, {"href": "x"}, "https://", "a" * 5_000])
def test_what_is_no_link_is_a_line(url: Any) -> None:
    report = the_report(parse, a_xarf(url=url))

    assert report.locations == []
    assert any(line.startswith("url") for line in lines(report))


def test_another_sender_is_named() -> None:
    relay = {"org": "Relay", "contact": "relay@example.net", "domain": "example.net"}

    report = the_report(parse, a_xarf(sender=relay))

    assert report.reporter.name == "Example Hotline"
    assert "sender.org: Relay" in lines(report)
    assert "sender.contact: relay@example.net" in lines(report)


def test_a_reporter_of_another_shape_is_a_line() -> None:
    report = the_report(parse, a_xarf(reporter="Hotline", sender=None))

    assert report.reporter == Reporter()
    assert "reporter: Hotline" in lines(report)


def test_what_is_internal_is_not_looked_at() -> None:
    report = the_report(parse, a_xarf(_internal={"ticket": "SECRET-1"}))

    assert "SECRET" not in (report.text or "")


def test_fields_that_no_schema_names_are_lines_without_line_breaks() -> None:
    document = a_xarf(
        perpetrator_indicators={"account_id": "x_7", "ip_addresses": ["192.0.2.1", "192.0.2.2"]},
        contacts=[{"kind": "mail"}, "desk"],
        note="first\nreporter.domain: forged",
        nothing=None,
        empty=[],
    )

    report = the_report(parse, document)

    assert lines(report)[5:] == [
        "perpetrator_indicators.account_id: x_7",
        "perpetrator_indicators.ip_addresses: 192.0.2.1, 192.0.2.2",
        "contacts[0].kind: mail",
        "contacts[1]: desk",
        "note: first reporter.domain: forged",
    ]


@pytest.mark.parametrize("time", ["yesterday", "0000-00-00", 1_795_420_800, "9999-12-31T23:59Z"])
def test_a_time_that_cannot_be_kept_is_a_line(time: Any) -> None:
    report = the_report(parse, a_xarf(timestamp=time))

    assert report.occurred_at is None
    assert f"timestamp: {time}" in lines(report)


@pytest.mark.parametrize("time", ["2026-11-20T09:00:00", "2026-11-20t18:00:00.0+09:00"])
def test_a_time_without_an_offset_is_in_utc(time: str) -> None:
    assert the_report(parse, a_xarf(timestamp=time)).occurred_at == NINE


@pytest.mark.parametrize("name", ["report_id", "timestamp", "reporter", "sender", "url"])
def test_a_field_that_only_the_schema_needs_may_be_missing(name: str) -> None:
    document = a_xarf()
    del document[name]

    assert the_report(parse, document).text


def test_a_category_may_be_called_a_class() -> None:
    document = a_xarf()
    document["class"] = document.pop("category")

    report = the_report(parse, document)

    assert report.allegations == [Allegation.MINOR, Allegation.INTIMATE_IMAGE]


def test_more_locations_than_a_report_has_make_several() -> None:
    links = [f"https://example.com/{number}" for number in range(150)]
    document = a_xarf(description="all of them", urls=links, url=None)

    first, second = reports(parse, document)

    assert urls(first) + urls(second) == links
    assert (first.external_id, second.external_id) == (
        f"xarf:{REPORT_ID}",
        f"xarf:{REPORT_ID}#2",
    )
    assert lines(first)[:2] == ["part: 1 of 2", "all of them"]
    assert lines(second)[:2] == ["part: 2 of 2", "all of them"]
    assert second.allegations == first.allegations
    assert second.reporter == first.reporter


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"xarf_version": None}, FieldError("/xarf_version", "not a text")),
        ({"xarf_version": "5.0.0"}, FieldError("/xarf_version", "not version 4")),
        ({"category": 1}, FieldError("/category", "not a text")),
        ({"type": " "}, FieldError("/type", "empty")),
        ({"urls": ["x"] * 1_001}, FieldError("/urls", "too many: at most 1000")),
        ({"hashes": [{}] * 1_001}, FieldError("/hashes", "too many: at most 1000")),
        (
            {"urls": ["x"] * 999, "infringing_urls": ["y"] * 9},
            FieldError("", "too many links: at most 1000"),
        ),
    ],
)
def test_a_document_that_cannot_be_understood(changes: dict[str, Any], wrong: FieldError) -> None:
    assert refusal(parse, a_xarf(**changes)) == wrong


@pytest.mark.parametrize("name", ["category", "type", "xarf_version"])
def test_a_document_without_its_kind(name: str) -> None:
    document = a_xarf()
    del document[name]

    assert refusal(parse, document) == FieldError(f"/{name}", "required")
