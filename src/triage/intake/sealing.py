"""What is sealed of a report: a key for the reporter, one for the victim, one for the rest."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from triage.fingerprints.url import Link
from triage.reports.report import Report
from triage.vault.models import SubjectKind
from triage.vault.service import Item, Subject, Vault


class Sealing:
    """Collects what is sealed of one report, under a key for each role."""

    def __init__(self, vault: Vault, report_id: UUID, now: datetime) -> None:
        self._vault, self._report_id, self._now = vault, report_id, now
        self.subjects: list[Subject] = []
        self.items: list[Item] = []

    def reporter(self, report: Report) -> None:
        self._seal(
            "reporter",
            {
                "reporter.name": report.reporter.name,
                "reporter.contact": report.reporter.contact,
                "declarations.signature": report.declarations.signature,
            },
        )

    def victim(self, report: Report) -> None:
        victim = report.victim
        self._seal(
            "victim",
            {
                "victim.names": victim.names,
                "victim.handles": victim.handles,
                "victim.phones": victim.phones,
                "victim.school_name": victim.school and victim.school.name,
                "victim.details": victim.details,
            },
        )

    def content(self, report: Report, links: list[Link]) -> UUID | None:
        """Seal text, urls and evidence; returns the item that holds the urls."""
        urls = [
            [location.url, link.canonical]
            for location, link in zip(report.locations, links, strict=True)
        ]
        sealed = self._seal(
            "content",
            {
                "content.text": report.text,
                "content.urls": urls,
                "content.evidence": msgspec.to_builtins(report.evidence),
                "content.notice": report.notice and msgspec.to_builtins(report.notice),
            },
        )
        return sealed.get("content.urls")

    def _seal(self, kind: SubjectKind, values: dict[str, Any]) -> dict[str, UUID]:
        present = {name: value for name, value in values.items() if value}
        if not present:
            return {}
        subject = self._vault.subject(kind, self._report_id, self._now)
        items = {name: self._vault.seal(subject, name, value) for name, value in present.items()}
        self.subjects.append(subject)
        self.items.extend(items.values())
        return {name: item.id for name, item in items.items()}
