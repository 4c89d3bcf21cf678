"""A report on its way in: everything that can be worked out before the transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from triage.access.idempotency import Claim, digest_of_key
from triage.access.principal import Channel, ChannelKind, Principal
from triage.assessment.scoring import assess_report
from triage.assessment.weights import weights
from triage.fingerprints.url import Link
from triage.intake.arrival import (
    FUTURE,
    TRUSTED,
    Arrival,
    Numbered,
    declared,
    facts_of,
    fingerprints_of,
    location_rows,
    masks_of,
    media_rows,
    read_links,
    sketch_of,
    unique,
)
from triage.intake.sealing import seal_report, secrets_of
from triage.intake.traits import trait_rows
from triage.kit.errors import FieldError, Invalid
from triage.kit.ids import uuid7
from triage.reports.report import Report
from triage.reports.validity import Validity, validity_of
from triage.vault.service import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One report as a door hands it on, with the caller's Idempotency-Key if there was one.

    `original` is the document it was read from, where that is not our own form, and `as_sent` the
    report before anything was taken from it: a repetition is known by it.
    """

    principal: Principal
    report: Report
    door: str
    key: str | None = None
    original: bytes | None = None
    as_sent: Report | None = None
    atproto_id: int | None = None

    @property
    def channel(self) -> Channel:
        return channel_of(self.principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Arrival):
    """A report with its ids and rows. `size` is that of the report in bytes."""

    submission: Submission
    case_id: UUID
    claim: Claim | None
    row: dict[str, Any]
    validity: dict[str, Validity]
    traits: list[dict[str, Any]]
    size: int


def channel_of(principal: Principal) -> Channel:
    """The caller's channel; a person at the desk is one of their own."""
    return principal.channel or Channel(
        id=principal.id, name=principal.name, kind=ChannelKind.DESK, jurisdiction=None
    )


def prepare(submission: Submission, vault: Vault, now: datetime) -> Prepared:
    """Fingerprint, assess and seal a report; raises Invalid naming the field that is unusable."""
    report, principal, channel = submission.report, submission.principal, submission.channel
    links = _check(report, channel.kind, now)
    report_id = uuid7()
    jurisdiction = report.jurisdiction or channel.jurisdiction
    validity = validity_of(report, jurisdiction, now)
    content = msgspec.json.encode(submission.as_sent or report)
    content_digest = vault.digests.digest("report", content)
    subjects, items = seal_report(vault, report_id, secrets_of(report, links), now)
    url_item = items["content.urls"].id if links else None
    victim = report.victim
    row = {
        "id": report_id,
        "channel_id": channel.id,
        "channel_kind": channel.kind,
        "submitted_by": principal.id,
        "door": submission.door,
        "external_id_digest": digest_of_external_id(vault, channel.id, report.external_id),
        "content_digest": content_digest,
        "original_digest": submission.original
        and vault.digests.digest("original", submission.original),
        "receipt_digest": vault.receipts.digest(vault.receipts.code(report_id)),
        "received_at": now,
        "occurred_at": report.occurred_at,
        "allegations": unique(report.allegations),
        "requests": unique(report.requests),
        "language": report.language,
        "jurisdiction": jurisdiction,
        "relation": report.reporter.relation,
        "victim_age": victim.age,
        "victim_is_minor": victim.is_minor,
        "victim_sex": victim.sex,
        "school_level": victim.school and victim.school.level,
        "school_role": victim.school and victim.school.role,
        "school_region": victim.school and victim.school.region,
        "declarations": declared(report),
        "notice_served_at": report.notice and report.notice.served_at,
        "contact_safety": {
            "may_contact": report.reporter.contact_safety.may_contact,
            "discreet": report.reporter.contact_safety.discreet,
            "locale": report.reporter.locale,
        },
        "text_sketch": sketch_of(report, vault),
        "masks": masks_of(report),
        "validity": msgspec.to_builtins(validity),
    }
    of = Numbered(report_id)
    media = media_rows(report, links, of, vault)
    return Prepared(
        submission=submission,
        actor=principal.actor,
        door=submission.door,
        report_id=report_id,
        case_id=uuid7(),
        received_at=now,
        allegations=row["allegations"],
        language=report.language,
        jurisdiction=jurisdiction,
        relation=report.reporter.relation,
        channel_kind=channel.kind,
        claim=_claim(submission, vault, content_digest, report_id),
        row=row,
        locations=location_rows(report, links, of, url_item, vault),
        media=media,
        fingerprints=fingerprints_of(
            report, links, vault, trusted=channel.kind in TRUSTED, door=submission.door
        ),
        signals=assess_report(
            facts_of(report, jurisdiction, channel.kind, reliability=channel.reliability),
            weights(),
        ),
        validity=validity,
        size=len(content),
        subjects=subjects,
        items=[*items.values()],
        traits=trait_rows(
            report,
            links,
            row["masks"],
            of,
            media=media,
            jurisdiction=jurisdiction,
            door=submission.door,
            digests=vault.digests,
        ),
    )


def digest_of_external_id(vault: Vault, channel_id: UUID, external_id: str | None) -> bytes | None:
    """What is stored of a sender's own id; it says nothing without the channel and our key."""
    if external_id is None:
        return None
    return vault.digests.digest("external_id", f"{channel_id}:{external_id}")


def _check(report: Report, kind: ChannelKind, now: datetime) -> list[Link]:
    """The links of the locations; refuses what the shape alone cannot."""
    links, errors = read_links(report, now)
    if not (report.locations or report.media or report.text):
        errors.append(FieldError("", "at least one of locations, media and text"))
    if report.notice and kind is not ChannelKind.AUTHORITY:
        errors.append(FieldError("/notice", "only through a channel of kind authority"))
    if report.occurred_at and report.occurred_at > now + FUTURE:
        errors.append(FieldError("/occurred_at", "in the future"))
    if errors:
        raise Invalid(errors=errors)
    return links


def _claim(
    submission: Submission, vault: Vault, content_digest: bytes, report_id: UUID
) -> Claim | None:
    if submission.key is None:
        return None
    return Claim(
        principal_id=submission.principal.id,
        key_digest=digest_of_key(vault.digests, submission.principal, submission.key),
        request_digest=content_digest,
        result_id=report_id,
    )
