"""Feedback reports: well-formed ones, and those that providers send in practice."""

from base64 import b64encode

import pytest
from intake.formats.mails import FIELDS, a_feedback_report, a_mail

from triage.intake.formats import arf
from triage.kit.errors import Invalid
from triage.reports.report import Report
from triage.reports.taxonomy import Relation


def parsed(document: bytes) -> Report:
    [report] = arf.parse(document)
    return report


@pytest.mark.parametrize("kind", ["report", "mixed"])
def test_every_field_is_kept(kind: str) -> None:
    report = parsed(a_feedback_report(kind))

    assert report.external_id == "arf:<fbl-1@provider.example>"
    assert report.reporter.relation is Relation.PLATFORM
    assert report.reporter.contact == "fbl@provider.example"
    assert [location.url for location in report.locations] == [
        "https://x.com/a/status/71",
        "https://t.me/room/55",
        "https://example.net/p/1",
    ]
    assert report.occurred_at is not None
    assert report.occurred_at.isoformat() == "2026-11-19T08:00:00+09:00"
    lines = (report.text or "").splitlines()
    assert "A user of ours reported this message." in lines
    assert "Feedback-Type: other" in lines
    assert "Source-IP: 192.0.2.7" in lines
    assert "message.subject: 안녕하세요" in lines
    assert "message.message-id: <bad@example.net>" in lines


def test_fields_in_a_plain_text_are_found() -> None:
    report = parsed(a_mail("This is an abuse report.\n\n" + FIELDS).as_bytes())

    assert [location.url for location in report.locations] == [
        "https://x.com/a/status/71",
        "https://t.me/room/55",
    ]


def test_only_headers_of_the_message_may_be_there() -> None:
    document = a_feedback_report().replace(b"message/rfc822", b"text/rfc822-headers")

    assert "message.from: Offender <bo@example.net>" in (parsed(document).text or "")


def test_a_boundary_that_never_ends_loses_nothing() -> None:
    document = a_feedback_report().replace(b"--b--", b"")

    assert len(parsed(document).locations) == 3


def test_more_addresses_than_a_report_takes_make_several() -> None:
    uris = "".join(f"Reported-URI: https://x.com/a/status/{n}\n" for n in range(150))

    first, second = arf.parse(a_feedback_report(fields="Feedback-Type: other\n" + uris))

    assert (len(first.locations), len(second.locations)) == (100, 51)
    assert second.external_id == "arf:<fbl-1@provider.example>#2"


def test_a_mail_without_a_report_is_refused() -> None:
    with pytest.raises(Invalid):
        arf.parse(a_mail().as_bytes())


def test_messages_that_somebody_has_encoded_are_read() -> None:
    message = b"From: Offender <bo@example.net>\nSubject: =?euc-kr?B?vsiz58fPvLy/5A==?=\n\nt.me/a/1"
    parts = {"message/feedback-report": FIELDS.encode(), "message/rfc822": message}
    lines = [b"From: FBL <fbl@provider.example>"]
    lines += [b"Content-Type: multipart/report; boundary=b", b""]
    for kind, content in parts.items():
        lines += [b"--b", f"Content-Type: {kind}".encode()]
        lines += [b"Content-Transfer-Encoding: Base64", b"", b64encode(content)]
    report = parsed(b"\n".join([*lines, b"--b--"]))

    assert [location.url for location in report.locations][:2] == [
        "https://x.com/a/status/71",
        "https://t.me/room/55",
    ]
    assert "message.subject: 안녕하세요" in (report.text or "").splitlines()


def test_what_is_said_before_the_fields_is_kept_with_its_links() -> None:
    words = "The victim is 15, see http://evil.example/room/1\n\n"
    report = parsed(a_mail(words + FIELDS).as_bytes())

    assert "The victim is 15" in (report.text or "")
    assert report.locations[0].url == "http://evil.example/room/1"


def test_a_reported_message_without_fields_is_a_report() -> None:
    document = a_feedback_report("mixed").replace(b"message/feedback-report", b"text/x-none")

    assert "message.subject: 안녕하세요" in (parsed(document).text or "").splitlines()


def test_links_around_the_report_explain_the_format_and_are_no_places() -> None:
    words = b"See http://www.mipassoc.org/arf/ for more.\n"
    document = a_feedback_report().replace(b"A user of ours", words + b"A user of ours")

    report = parsed(document)

    assert "mipassoc.org" in (report.text or "")
    assert not any("mipassoc" in location.url for location in report.locations)
