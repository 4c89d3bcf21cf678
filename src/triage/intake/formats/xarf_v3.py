"""XARF documents of versions 1 to 3, converted to version 4 (schemas/3 of abusix/xarf)."""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from triage.intake.formats.draft import MOST
from triage.intake.formats.json_document import refused, words_at
from triage.intake.formats.xarf_types import WORDS, type_of_version_3

IGNORED = ("InternalProcessing", "Disclosure")
"""What only concerns the systems that it passed through."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "Date": "timestamp",
        "SourceIp": "source_identifier",
        "SourcePort": "source_port",
        "AttackDescription": "description",
        "HarassmentDescription": "description",
        "ReporterNotes": "description",
    }
)
LINKS = ("SourceUrl", "Url", "URL", "InfringingUrl")
SAMPLES = ("Samples", "Attachment")
SAMPLE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "ContentType": "content_type",
        "Description": "description",
        "Payload": "payload",
        "Data": "payload",
    }
)
REPORTER_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "ReporterOrg": "org",
        "ReporterContactName": "name",
        "ReporterContactEmail": "contact",
        "ReporterOrgDomain": "domain",
    }
)
LINK_TYPE = "image/x-uri"
"""The content type of a sample that is the link to a picture."""


def version_4(fields: dict[str, Any]) -> dict[str, Any]:
    """The same report in the shape of version 4; names without a counterpart are kept.

    Raises Invalid where there is no `Report` with a `ReportType`.
    """
    report = fields.get("Report")
    if not isinstance(report, dict):
        raise refused("/Report", "not an object")
    report = dict(report)
    report_class = report.get("ReportClass")
    category, kind = type_of_version_3(
        words_at(report, "ReportType", "/Report"),
        report_class if isinstance(report_class, str) else "",
    )
    converted: dict[str, Any] = {
        "xarf_version": "4",
        "legacy_version": fields.get("Version", "3"),
        "category": category,
        "type": kind,
        "reporter": _reporter(fields.get("ReporterInfo")),
        "urls": [],
        "evidence": [],
        "tags": [],
    }
    _convert(report, converted)
    outer = {
        name: value
        for name, value in fields.items()
        if name not in {"Version", "ReporterInfo", "Report", *IGNORED}
    }
    return outer | report | converted


def _convert(report: dict[str, Any], converted: dict[str, Any]) -> None:
    """Moves what has a counterpart in version 4 there, and leaves the rest."""
    for old, new in FIELDS.items():
        if old in report and new not in converted:
            converted[new] = report.pop(old)
    for name in LINKS:
        if name in report:
            converted["urls"].append(report.pop(name))
    if isinstance(report.get("Source"), dict):
        report["Source"] = _convert_source(report["Source"], converted)
    harassment = report.get("HarassmentType")
    if isinstance(harassment, str) and harassment.lower() in WORDS:
        converted["tags"].append(f"ncii:{harassment.lower()}")
    _convert_samples(report, converted)


def _convert_source(source: dict[str, Any], converted: dict[str, Any]) -> dict[str, Any]:
    """Some write one object where others write `SourceIp`, `SourcePort` and `SourceUrl`."""
    rest = dict(source)
    if "URL" in rest:
        converted["urls"].append(rest.pop("URL"))
    for old, new in (("IP", "source_identifier"), ("Port", "source_port")):
        if old in rest and new not in converted:
            converted[new] = rest.pop(old)
    return rest


def _convert_samples(report: dict[str, Any], converted: dict[str, Any]) -> None:
    for name in SAMPLES:
        if not isinstance(report.get(name), list):
            continue
        samples = report.pop(name)
        if len(samples) > MOST:
            raise refused(f"/Report/{name}", f"too many: at most {MOST}")
        for sample in samples:
            _convert_sample(sample, converted)


def _convert_sample(sample: Any, converted: dict[str, Any]) -> None:
    if not isinstance(sample, dict):
        converted["evidence"].append(sample)
        return
    item = {
        SAMPLE_FIELDS.get(name, name): value
        for name, value in sample.items()
        if name != "Base64Encoded"
    }
    payload = item.get("payload")
    if isinstance(payload, str) and sample.get("Base64Encoded") is False:
        if item.get("content_type") == LINK_TYPE:
            converted["urls"].append(item.pop("payload"))
        else:
            item["payload"] = base64.b64encode(payload.encode()).decode()
    converted["evidence"].append(item)


def _reporter(info: Any) -> Any:
    """Organisations are named; a person who reports has no organisation."""
    if not isinstance(info, dict):
        return info
    rest = dict(info)
    converted = {new: rest.pop(old) for old, new in REPORTER_FIELDS.items() if old in rest}
    if "contact" not in converted and "ReporterOrgEmail" in rest:
        converted["contact"] = rest.pop("ReporterOrgEmail")
    return converted | rest
