"""XARF of versions 1 to 3 is converted, and says the same as a report of version 4."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from intake.formats.documents import a_xarf_3, encoded, lines, refusal, the_report, urls

from triage.intake.formats.xarf import parse
from triage.intake.formats.xarf_types import OF_VERSION_3
from triage.kit.errors import FieldError
from triage.reports.report import Evidence, Location, Report, Reporter, Victim
from triage.reports.taxonomy import Allegation, Relation

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
PICTURE = b"\x89PNG of nobody"


def test_a_report_of_child_abuse() -> None:
    assert the_report(parse, a_xarf_3(SourcePort=443)) == Report(
        allegations=[Allegation.MINOR, Allegation.INTIMATE_IMAGE],
        locations=[Location("https://example.com/album/7", NINE)],
        text="category: content\n"
        "type: csam\n"
        "reporter.domain: example.org\n"
        "ReportClass: Content\n"
        "ReportType: ChildAbuse\n"
        "xarf_version: 4\n"
        "legacy_version: 3\n"
        "source_identifier: 192.0.2.7\n"
        "source_port: 443",
        reporter=Reporter(Relation.PLATFORM, "Example Hotline", "desk@example.org"),
        victim=Victim(is_minor=True),
        occurred_at=NINE,
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Login-Attack", "loginattack"),
        ("Port-Scan", "portscan"),
        ("DDoS", "ddos"),
        ("phishing", "phishing"),
        ("ChildSexualAbuseMaterial", "childsexualabusematerial"),
        ("Identity Theft", "identitytheft"),
    ],
)
def test_a_type_becomes_category_and_type(name: str, kind: str) -> None:
    category, type_ = OF_VERSION_3[kind]

    assert lines(the_report(parse, a_xarf_3(name)))[:2] == [
        f"category: {category}",
        f"type: {type_}",
    ]


def test_an_unknown_type_keeps_its_name_and_class() -> None:
    report = the_report(parse, a_xarf_3("New-Type", ReportClass="Activity"))

    assert report.allegations == [Allegation.OTHER]
    assert lines(report)[:2] == ["category: activity", "type: new-type"]


@pytest.mark.parametrize("version", ["1", "2", "3", "3.0.0", None])
def test_every_older_version_is_read(version: str | None) -> None:
    document = a_xarf_3()
    del document["Version"]
    if version:
        document["Version"] = version

    assert f"legacy_version: {version or '3'}" in lines(the_report(parse, document))


def test_a_person_who_reports_is_no_platform() -> None:
    document = a_xarf_3("Harassment", HarassmentDescription="He put my address there.")
    document["ReporterInfo"] = {
        "ReporterType": "Person",
        "ReporterContactName": "Jieun Example",
        "ReporterContactEmail": "jieun@example.com",
        "ReporterContactPhone": "+82 10 0000 0000",
    }

    report = the_report(parse, document)

    assert report.reporter == Reporter(Relation.ANONYMOUS, "Jieun Example", "jieun@example.com")
    assert lines(report)[0] == "He put my address there."
    assert "reporter.ReporterContactPhone: +82 10 0000 0000" in lines(report)


def test_the_contact_of_an_organisation_comes_first() -> None:
    document = a_xarf_3()
    document["ReporterInfo"] |= {
        "ReporterContactName": "Bo Example",
        "ReporterContactEmail": "bo@example.org",
    }

    report = the_report(parse, document)

    assert report.reporter == Reporter(Relation.PLATFORM, "Bo Example", "bo@example.org")
    assert "reporter.org: Example Hotline" in lines(report)
    assert "reporter.ReporterOrgEmail: desk@example.org" in lines(report)


@pytest.mark.parametrize(
    ("kind", "allegation"),
    [
        ("doxing", Allegation.DOXXING),
        ("Stalking", Allegation.STALKING),
        ("threats", Allegation.THREAT),
        ("hate", Allegation.OTHER),
    ],
)
def test_the_kind_of_harassment_says_what_happened(kind: str, allegation: Allegation) -> None:
    report = the_report(parse, a_xarf_3("Harassment", HarassmentType=kind))

    assert report.allegations == [allegation]
    assert f"HarassmentType: {kind}" in lines(report)


@pytest.mark.parametrize(
    ("list_name", "payload_name"), [("Samples", "Payload"), ("Attachment", "Data")]
)
def test_samples_are_evidence(list_name: str, payload_name: str) -> None:
    sample = {"ContentType": "image/png", payload_name: encoded(PICTURE), "Description": "it"}

    report = the_report(parse, a_xarf_3(**{list_name: [sample]}))

    sha256 = hashlib.sha256(PICTURE).hexdigest()
    assert report.evidence == [Evidence("image/png", sha256)]
    assert report.media[0].sha256 == sha256
    assert "evidence[0].description: it" in lines(report)


def test_a_sample_that_is_not_encoded_is_hashed_as_it_is() -> None:
    sample = {"ContentType": "text/plain", "Base64Encoded": False, "Payload": "QUJD"}

    report = the_report(parse, a_xarf_3(Samples=[sample]))

    assert report.evidence == [Evidence("text/plain", hashlib.sha256(b"QUJD").hexdigest())]


def test_a_sample_that_is_a_link_is_a_location() -> None:
    link = "https://example.com/picture/9"
    sample = {"ContentType": "image/x-uri", "Base64Encoded": False, "Payload": link}

    report = the_report(parse, a_xarf_3(Samples=[sample]))

    assert urls(report) == ["https://example.com/album/7", link]
    assert report.evidence == [Evidence("image/x-uri")]
    assert report.media == []


def test_a_source_may_be_one_object() -> None:
    document = a_xarf_3(
        Source={"URL": "https://example.com/b", "IP": "192.0.2.9", "Port": 80, "Type": "uri"}
    )
    del document["Report"]["SourceIp"], document["Report"]["SourceUrl"]

    report = the_report(parse, document)

    assert urls(report) == ["https://example.com/b"]
    assert {"source_identifier: 192.0.2.9", "source_port: 80", "Source.Type: uri"} <= set(
        lines(report)
    )


def test_what_has_no_counterpart_is_kept_and_what_is_internal_is_not() -> None:
    document = a_xarf_3(ReporterCaseID="C-1", FirstSeen="2026-11-01T00:00:00Z") | {
        "OnBehalfOf": {"ComplainantContactName": "Mina Example"},
        "InternalProcessing": {"EventTags": ["SECRET-1"]},
    }

    report = the_report(parse, document)

    assert "ReporterCaseID: C-1" in lines(report)
    assert "FirstSeen: 2026-11-01T00:00:00Z" in lines(report)
    assert "OnBehalfOf.ComplainantContactName: Mina Example" in lines(report)
    assert "SECRET" not in (report.text or "")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"Report": None}, FieldError("/Report", "not an object")),
        ({"Report": {}}, FieldError("/Report/ReportType", "required")),
        ({"Report": {"ReportType": 3}}, FieldError("/Report/ReportType", "not a text")),
        (
            {"Report": {"ReportType": "Spam", "Samples": [{}] * 1_001}},
            FieldError("/Report/Samples", "too many: at most 1000"),
        ),
    ],
)
def test_a_document_that_cannot_be_understood(changes: dict[str, Any], wrong: FieldError) -> None:
    assert refusal(parse, a_xarf_3() | changes) == wrong
