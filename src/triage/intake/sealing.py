"""What is sealed of a report: a key for the reporter, one for the victim, one for the rest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from triage.fingerprints.url import Link
from triage.reports.report import Report
from triage.vault.models import SubjectKind
from triage.vault.service import Item, Subject, Vault

ADDED_LATER = {
    "content.text": "supplement.text",
    "victim.details": "supplement.details",
    "content.hashes": "supplement.hashes",
}
"""What is told from the first: texts, of which each has its own masks, and files."""

Secrets: TypeAlias = Mapping[SubjectKind, dict[str, Any]]


def secrets_of(report: Report, links: list[Link]) -> Secrets:
    """The values that are there, by the role under whose key they are sealed."""
    reporter, victim = report.reporter, report.victim
    urls = [
        [location.url, link.canonical]
        for location, link in zip(report.locations, links, strict=True)
    ]
    by_role: dict[SubjectKind, dict[str, Any]] = {
        "reporter": {
            "reporter.name": reporter.name,
            "reporter.contact": reporter.contact,
            "declarations.signature": report.declarations.signature,
        },
        "victim": {
            "victim.names": victim.names,
            "victim.handles": victim.handles,
            "victim.phones": victim.phones,
            "victim.school_name": victim.school and victim.school.name,
            "victim.details": victim.details,
        },
        "content": {
            "content.text": report.text,
            "content.urls": urls,
            "content.evidence": msgspec.to_builtins(report.evidence),
            "content.hashes": [
                [kind, digest.lower()]
                for media in report.media
                for kind, digest in (("sha256", media.sha256), ("md5", media.md5))
                if digest
            ],
            "content.notice": report.notice and msgspec.to_builtins(report.notice),
        },
    }
    present = {
        role: {name: value for name, value in values.items() if value}
        for role, values in by_role.items()
    }
    return {role: values for role, values in present.items() if values}


def seal_report(
    vault: Vault, report_id: UUID, secrets: Secrets, now: datetime
) -> tuple[list[Subject], dict[str, Item]]:
    """The keys of a new report, and its items by field."""
    subjects: list[Subject] = []
    items: dict[str, Item] = {}
    for role, values in secrets.items():
        subject = vault.subject(role, report_id, now)
        subjects.append(subject)
        items |= {name: vault.seal(subject, name, value) for name, value in values.items()}
    return subjects, items


async def seal_supplement(
    session: AsyncSession, vault: Vault, report_id: UUID, secrets: Secrets, now: datetime
) -> dict[str, Item]:
    """Items by field under the keys that the report has: its erasure erases them, too."""
    items: dict[str, Item] = {}
    for role, values in sorted(secrets.items()):
        subject = await vault.subject_of(session, role, report_id, now)
        for name, value in values.items():
            field = ADDED_LATER.get(name, name)
            items[field] = vault.seal(subject, field, value)
    return items
