"""Documents of invented people and hosts, as XARF, ActivityPub and AT Protocol senders write."""

import base64
import json
from collections.abc import Callable
from typing import Any

from triage.kit.errors import FieldError, Invalid
from triage.reports.report import Report

Parse = Callable[[bytes], list[Report]]

REPORT_ID = "0d2fa6c3-5a4e-4a0e-9b4b-2f1f6e4d8a11"
HOTLINE = {"org": "Example Hotline", "contact": "desk@example.org", "domain": "example.org"}
SHA256 = "ab" * 32
MD5 = "cd" * 16
PDQ = "ef" * 32
DID = "did:plc:abcdefghijklmnopqrstuvwx"
POST = f"at://{DID}/app.bsky.feed.post/3kabcdefghij2"
CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
ACCOUNT = "https://social.example.com/users/other"
STATUS = "https://social.example.com/users/other/statuses/1"


def a_xarf(category: str = "content", kind: str = "csam", **fields: Any) -> dict[str, Any]:
    return {
        "xarf_version": "4.2.0",
        "report_id": REPORT_ID,
        "timestamp": "2026-11-20T09:00:00Z",
        "reporter": HOTLINE,
        "sender": HOTLINE,
        "source_identifier": "192.0.2.7",
        "category": category,
        "type": kind,
        "url": "https://example.com/album/7",
        **fields,
    }


def a_xarf_3(kind: str = "ChildAbuse", **report: Any) -> dict[str, Any]:
    return {
        "Version": "3",
        "ReporterInfo": {
            "ReporterOrg": "Example Hotline",
            "ReporterOrgDomain": "example.org",
            "ReporterOrgEmail": "desk@example.org",
        },
        "Disclosure": True,
        "Report": {
            "ReportClass": "Content",
            "ReportType": kind,
            "Date": "2026-11-20T09:00:00Z",
            "SourceIp": "192.0.2.7",
            "SourceUrl": "https://example.com/album/7",
            **report,
        },
    }


def a_flag(**fields: Any) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://mastodon.example.com/reports/77",
        "type": "Flag",
        "actor": "https://mastodon.example.com/actor",
        "content": "my pictures, without my consent",
        "object": [ACCOUNT, STATUS],
        "to": ACCOUNT,
        **fields,
    }


def a_create_report(**fields: Any) -> dict[str, Any]:
    return {
        "reasonType": "tools.ozone.report.defs#reasonSexualNCII",
        "subject": {"$type": "com.atproto.repo.strongRef", "uri": POST, "cid": CID},
        **fields,
    }


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def written(document: Any) -> bytes:
    return json.dumps(document).encode()


def reports(parse: Parse, document: Any) -> list[Report]:
    return parse(written(document))


def the_report(parse: Parse, document: Any) -> Report:
    """The report of a document that becomes one."""
    (report,) = reports(parse, document)
    return report


def refusal(parse: Parse, document: Any) -> FieldError:
    """Why the document is refused, for one reason."""
    try:
        parse(document if isinstance(document, bytes) else written(document))
    except Invalid as invalid:
        (wrong,) = invalid.errors
        return wrong
    raise AssertionError("not refused")


def lines(report: Report) -> list[str]:
    return (report.text or "").split("\n")


def urls(report: Report) -> list[str]:
    return [location.url for location in report.locations]
