"""What comes to a case, as rows and judgements: a report, or more of one; no database is asked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from triage.access.principal import ChannelKind, Format
from triage.assessment.facts import ReportFacts
from triage.assessment.masks import mask_spans
from triage.assessment.signals import Signal
from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.media import media_keys
from triage.fingerprints.sites import RULES_VERSION
from triage.fingerprints.texts import Sketcher
from triage.fingerprints.url import BadLink, Link, parse_link
from triage.journal.actor import Actor
from triage.kit.errors import FieldError
from triage.kit.ids import uuid7
from triage.reports.report import Media, Report
from triage.reports.taxonomy import Allegation
from triage.vault.service import Item, Subject, Vault

FUTURE = timedelta(days=1)
MAILS = frozenset({Format.EMAIL, Format.ARF})
HASHES = frozenset({"sha256", "md5"})
SAID = HASHES | {"platform_media"}
"""Keys of files that a sender names: no stranger's case is joined on an unproven word."""
TRUSTED = frozenset(
    {ChannelKind.DESK, ChannelKind.PARTNER, ChannelKind.AUTHORITY, ChannelKind.PLATFORM}
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A content key by its keyed digest; `claimed`: a hash that only the sender has computed."""

    kind: str
    digest: bytes
    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Made once, before the first try to store it. `supplement_id`: it adds to the report."""

    report_id: UUID
    supplement_id: UUID | None = None
    actor: Actor
    door: str
    received_at: datetime
    allegations: list[str]
    language: str | None
    jurisdiction: str | None
    relation: str
    channel_kind: ChannelKind
    locations: list[dict[str, Any]]
    media: list[dict[str, Any]]
    fingerprints: tuple[Fingerprint, ...]
    signals: tuple[Signal, ...]
    subjects: list[Subject] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Whose locations and media are made into rows, and the numbers that are free."""

    report_id: UUID
    supplement_id: UUID | None = None
    first_location: int = 0
    first_media: int = 0


def read_links(report: Report, now: datetime) -> tuple[list[Link], list[FieldError]]:
    """The links of the locations, and what is wrong beyond the shape."""
    errors: list[FieldError] = []
    links: list[Link] = []
    for index, location in enumerate(report.locations):
        try:
            links.append(parse_link(location.url))
        except BadLink:
            errors.append(FieldError(f"/locations/{index}/url", "not a usable link"))
        if location.seen_at and location.seen_at > now + FUTURE:
            errors.append(FieldError(f"/locations/{index}/seen_at", "in the future"))
    for index, media in enumerate(report.media):
        if not (media.sha256 or media.md5 or media.pdq or media.platform_media_id):
            errors.append(FieldError(f"/media/{index}", "at least one hash or id"))
    return links, errors


def masks_of(report: Report) -> list[list[Any]]:
    """[start, end, kind] of what reviewers do not read unrevealed in the text."""
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


def sketch_of(report: Report, vault: Vault) -> bytes | None:
    """What finds texts like this one, without its being opened."""
    return _sketcher(vault.digests.digest("text_sketch", "")).sketch(report.text or "")


@lru_cache(maxsize=4)
def _sketcher(key: bytes) -> Sketcher:
    return Sketcher(key)


def location_rows(
    report: Report, links: list[Link], of: Numbered, url_item: UUID | None, vault: Vault
) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid7(),
            "report_id": of.report_id,
            "supplement_id": of.supplement_id,
            "ordinal": of.first_location + place,
            "platform": link.platform,
            "scope": link.scope,
            "kind": link.kind,
            "digest": _digest(vault, link.key),
            "rules_version": RULES_VERSION,
            "lookalike": link.is_lookalike,
            "url_item": url_item,
            "url_place": place,
            "seen_at": location.seen_at,
        }
        for place, (location, link) in enumerate(zip(report.locations, links, strict=True))
    ]


def media_rows(
    report: Report, links: list[Link], of: Numbered, vault: Vault
) -> list[dict[str, Any]]:
    rows = []
    for place, media in enumerate(report.media):
        digests = {key.kind: _digest(vault, key) for key in _media_keys(media, links)}
        rows.append(
            {
                "id": uuid7(),
                "report_id": of.report_id,
                "supplement_id": of.supplement_id,
                "ordinal": of.first_media + place,
                "sha256_digest": digests.get("sha256"),
                "md5_digest": digests.get("md5"),
                "platform_media_digest": digests.get("platform_media"),
                "pdq": bytes.fromhex(media.pdq) if media.pdq else None,
                "pdq_quality": media.pdq_quality,
                "pdq_forms": [bytes.fromhex(form) for form in media.pdq_forms],
            }
        )
    return rows


def fingerprints_of(
    report: Report, links: list[Link], vault: Vault, *, trusted: bool, door: str
) -> tuple[Fingerprint, ...]:
    """Only what can attach: posts and files. Rooms, profiles and bare hosts never do.

    Nor does, of a mail, what is no post of a known site: every footer links to something.
    """
    keys = {
        link.key
        for link in links
        if link.scope is Scope.CONTENT and not (door in MAILS and link.platform == "other")
    }
    for media in report.media:
        keys.update(_media_keys(media, links))
    return tuple(
        Fingerprint(
            key.kind, _digest(vault, key), claimed=key.kind in _said_at(door) and not trusted
        )
        for key in sorted(keys)
    )


def _said_at(door: str) -> frozenset[str]:
    """At Telegram's own door the ids of files are Telegram's word."""
    return HASHES if door == "telegram" else SAID


def facts_of(
    report: Report,
    jurisdiction: str | None,
    kind: ChannelKind,
    alleged_before: Collection[str] = (),
    reliability: float = 1.0,
) -> ReportFacts:
    """What is judged; `alleged_before`: by the report that this adds to."""
    victim = report.victim
    return ReportFacts(
        allegations=frozenset(report.allegations) | {Allegation(name) for name in alleged_before},
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
        reliability=reliability,
    )


def declared(report: Report) -> dict[str, bool]:
    return {
        "good_faith": report.declarations.good_faith,
        "authorised": report.declarations.authorised,
        "signed": report.declarations.signature is not None,
    }


def unique(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _media_keys(media: Media, links: list[Link]) -> tuple[Key, ...]:
    platform = media.platform or (links[0].platform if links else None)
    return media_keys(media.sha256, media.md5, platform, media.platform_media_id)


def _digest(vault: Vault, key: Key) -> bytes:
    return vault.digests.digest(f"fingerprint:{key.kind}", key.value)
