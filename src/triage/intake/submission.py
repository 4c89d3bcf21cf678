"""A report on its way in: everything that can be worked out before the transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from triage.access.idempotency import Claim, digest_of_key
from triage.access.principal import ChannelKind, Principal
from triage.assessment.facts import ReportFacts
from triage.assessment.masks import mask_spans
from triage.assessment.scoring import assess_report
from triage.assessment.signals import Signal
from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.media import media_keys
from triage.fingerprints.sites import RULES_VERSION
from triage.fingerprints.url import BadLink, Link, parse_link
from triage.intake.sealing import Sealing
from triage.intake.validity import Validity, validity_of
from triage.kit.errors import FieldError, Invalid
from triage.kit.ids import uuid7
from triage.reports.report import Media, Report
from triage.vault.service import Item, Subject, Vault

FUTURE = timedelta(days=1)
HASHES = frozenset({"sha256", "md5"})
TRUSTED = frozenset(
    {ChannelKind.DESK, ChannelKind.PARTNER, ChannelKind.AUTHORITY, ChannelKind.PLATFORM}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One report as a door hands it on, with the caller's Idempotency-Key if there was one."""

    principal: Principal
    report: Report
    door: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A content key by its keyed digest; `claimed`: a hash that only the sender has computed."""

    kind: str
    digest: bytes
    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Rows, ids and judgements of one report; made once, before the first try to store them.

    `size` is that of the report in bytes.
    """

    submission: Submission
    report_id: UUID
    case_id: UUID
    received_at: datetime
    jurisdiction: str | None
    claim: Claim | None
    row: dict[str, Any]
    locations: list[dict[str, Any]]
    media: list[dict[str, Any]]
    fingerprints: tuple[Fingerprint, ...]
    signals: tuple[Signal, ...]
    validity: dict[str, Validity]
    size: int
    subjects: list[Subject] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def prepare(submission: Submission, vault: Vault, now: datetime) -> Prepared:
    """Fingerprint, assess and seal a report; raises Invalid naming the field that is unusable."""
    report, principal = submission.report, submission.principal
    channel = principal.channel
    kind = channel.kind if channel else ChannelKind.DESK
    links = _check(report, kind, now)
    report_id = uuid7()
    jurisdiction = report.jurisdiction or (channel.jurisdiction if channel else None)
    validity = validity_of(report, jurisdiction)
    content = msgspec.json.encode(report)
    content_digest = vault.digests.digest("report", content)
    channel_id = channel.id if channel else principal.id
    sealing = Sealing(vault, report_id, now)
    sealing.reporter(report)
    sealing.victim(report)
    url_item = sealing.content(report, links)
    victim = report.victim
    row = {
        "id": report_id,
        "channel_id": channel_id,
        "channel_kind": kind,
        "submitted_by": principal.id,
        "door": submission.door,
        "external_id_digest": report.external_id
        and vault.digests.digest("external_id", f"{channel_id}:{report.external_id}"),
        "content_digest": content_digest,
        "receipt_digest": vault.receipts.digest(vault.receipts.code(report_id)),
        "received_at": now,
        "occurred_at": report.occurred_at,
        "allegations": _unique(report.allegations),
        "requests": _unique(report.requests),
        "language": report.language,
        "jurisdiction": jurisdiction,
        "relation": report.reporter.relation,
        "victim_age": victim.age,
        "victim_is_minor": victim.is_minor,
        "victim_sex": victim.sex,
        "school_level": victim.school and victim.school.level,
        "school_role": victim.school and victim.school.role,
        "school_region": victim.school and victim.school.region,
        "declarations": {
            "good_faith": report.declarations.good_faith,
            "authorised": report.declarations.authorised,
            "signed": report.declarations.signature is not None,
        },
        "notice_served_at": report.notice and report.notice.served_at,
        "contact_safety": {
            "may_contact": report.reporter.contact_safety.may_contact,
            "discreet": report.reporter.contact_safety.discreet,
            "locale": report.reporter.locale,
        },
        "masks": _masks(report),
        "validity": msgspec.to_builtins(validity),
    }
    return Prepared(
        submission=submission,
        report_id=report_id,
        case_id=uuid7(),
        received_at=now,
        jurisdiction=jurisdiction,
        claim=_claim(submission, vault, content_digest, report_id),
        row=row,
        locations=_location_rows(report, links, report_id, url_item, vault),
        media=_media_rows(report, links, report_id, vault),
        fingerprints=_fingerprints(report, links, vault, trusted=kind in TRUSTED),
        signals=assess_report(_facts(report, jurisdiction, kind)),
        validity=validity,
        size=len(content),
        subjects=sealing.subjects,
        items=sealing.items,
    )


def _check(report: Report, kind: ChannelKind, now: datetime) -> list[Link]:
    """The links of the locations; refuses what the shape alone cannot."""
    errors: list[FieldError] = []
    if not (report.locations or report.media or report.text):
        errors.append(FieldError("", "at least one of locations, media and text"))
    links: list[Link] = []
    for index, location in enumerate(report.locations):
        try:
            links.append(parse_link(location.url))
        except BadLink:
            errors.append(FieldError(f"/locations/{index}/url", "not a usable link"))
        if location.seen_at and location.seen_at > now + FUTURE:
            errors.append(FieldError(f"/locations/{index}/seen_at", "in the future"))
    if report.notice and kind is not ChannelKind.AUTHORITY:
        errors.append(FieldError("/notice", "only through a channel of kind authority"))
    if report.occurred_at and report.occurred_at > now + FUTURE:
        errors.append(FieldError("/occurred_at", "in the future"))
    for index, media in enumerate(report.media):
        if not (media.sha256 or media.md5 or media.pdq or media.platform_media_id):
            errors.append(FieldError(f"/media/{index}", "at least one hash or id"))
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


def _masks(report: Report) -> list[list[Any]]:
    if not report.text:
        return []
    victim, reporter = report.victim, report.reporter
    named = [*victim.names, reporter.name, report.declarations.signature]
    others = [reporter.contact, victim.school and victim.school.name]
    spans = mask_spans(
        report.text,
        names=[name for name in named if name],
        handles=victim.handles,
        phones=victim.phones,
        others=[value for value in others if value],
    )
    return [[span.start, span.end, span.kind] for span in spans]


def _location_rows(
    report: Report, links: list[Link], report_id: UUID, url_item: UUID | None, vault: Vault
) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid7(),
            "report_id": report_id,
            "ordinal": ordinal,
            "platform": link.platform,
            "scope": link.scope,
            "kind": link.kind,
            "digest": _digest(vault, link.key),
            "rules_version": RULES_VERSION,
            "url_item": url_item,
            "seen_at": location.seen_at,
        }
        for ordinal, (location, link) in enumerate(zip(report.locations, links, strict=True))
    ]


def _media_rows(
    report: Report, links: list[Link], report_id: UUID, vault: Vault
) -> list[dict[str, Any]]:
    rows = []
    for ordinal, media in enumerate(report.media):
        digests = {key.kind: _digest(vault, key) for key in _media_keys(media, links)}
        rows.append(
            {
                "id": uuid7(),
                "report_id": report_id,
                "ordinal": ordinal,
                "sha256_digest": digests.get("sha256"),
                "md5_digest": digests.get("md5"),
                "platform_media_digest": digests.get("platform_media"),
                "pdq": bytes.fromhex(media.pdq) if media.pdq else None,
                "pdq_quality": media.pdq_quality,
                "pdq_forms": [bytes.fromhex(form) for form in media.pdq_forms],
            }
        )
    return rows


def _media_keys(media: Media, links: list[Link]) -> tuple[Key, ...]:
    """A platform's media id counts on the platform of the report's first location."""
    platform = links[0].platform if links else None
    return media_keys(media.sha256, media.md5, platform, media.platform_media_id)


def _fingerprints(
    report: Report, links: list[Link], vault: Vault, *, trusted: bool
) -> tuple[Fingerprint, ...]:
    """Only what can attach: posts and files. Rooms, profiles and bare hosts never do."""
    keys = {link.key for link in links if link.scope is Scope.CONTENT}
    for media in report.media:
        keys.update(_media_keys(media, links))
    return tuple(
        Fingerprint(key.kind, _digest(vault, key), claimed=key.kind in HASHES and not trusted)
        for key in sorted(keys)
    )


def _digest(vault: Vault, key: Key) -> bytes:
    return vault.digests.digest(f"fingerprint:{key.kind}", key.value)


def _facts(report: Report, jurisdiction: str | None, kind: ChannelKind) -> ReportFacts:
    victim = report.victim
    return ReportFacts(
        allegations=frozenset(report.allegations),
        relation=report.reporter.relation,
        victim_age=victim.age,
        is_minor=victim.is_minor,
        school_level=victim.school.level if victim.school else None,
        school_role=victim.school.role if victim.school else None,
        jurisdiction=jurisdiction,
        channel_kind=kind,
        asks_police="police" in report.requests,
        text=report.text,
        personal_details=bool(
            victim.phones or victim.handles or (victim.school and victim.school.name)
        ),
        trusted=kind in TRUSTED,
    )


def _unique(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
