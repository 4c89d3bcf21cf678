"""What a report has in common with others, as rows: found beside its rooms, files and persons."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from triage.access.principal import Format
from triage.cases.campaigns import TraitSource
from triage.fingerprints.keys import Key
from triage.fingerprints.numbers import number_key, numbers_in
from triage.fingerprints.persons import (
    DEFAULT_REGION,
    email_key,
    handle_key,
    is_public,
    phone_key,
    profile_of,
)
from triage.fingerprints.traits import TraitKind, digested, trait_of_link
from triage.fingerprints.url import BadLink, Link, parse_link
from triage.intake.arrival import MAILS, Numbered
from triage.intake.formats.prose import written_links
from triage.reports.report import Report
from triage.vault.digests import Digests

MOST: Final = 64
"""Traits of one report; and stretches of a text that are read for them."""
PROFILES: Final[Mapping[str, str]] = {
    Format.TELEGRAM: "https://t.me/{}",
    Format.ATPROTO: "https://bsky.app/profile/{}",
}
"""What a bare name means where a door is a platform's own."""
BEFORE: Final = 24
"""Characters before a handle that may name its platform."""

Found = tuple[Key, TraitSource]


def trait_rows(
    report: Report,
    links: Sequence[Link],
    masks: Sequence[Sequence[Any]],
    of: Numbered,
    *,
    media: Sequence[Mapping[str, Any]],
    jurisdiction: str | None,
    door: str,
    digests: Digests,
    contacts: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Rows of keyed digests; `masks` are the stretches of the text that show by their shape.

    `media`: the rows of its files. `contacts`: what the reporter told before.
    """
    found = [
        (key.kind, digests.digest(*digested(key)), source)
        for key, source in traits_of(
            report, links, masks, jurisdiction=jurisdiction, door=door, contacts=contacts
        )
    ]
    found += [(TraitKind.FILE, digest, TraitSource.MEDIA) for digest in _files(media)]
    return [
        {
            "report_id": of.report_id,
            "kind": kind,
            "digest": digest,
            "supplement_id": of.supplement_id,
            "source": source,
        }
        for kind, digest, source in found[:MOST]
    ]


def traits_of(
    report: Report,
    links: Sequence[Link],
    masks: Sequence[Sequence[Any]],
    *,
    jurisdiction: str | None,
    door: str,
    contacts: Sequence[str] = (),
) -> list[Found]:
    """Each once, with where it was found first; never the reporter's own contact."""
    region = jurisdiction or DEFAULT_REGION
    found: dict[Key, TraitSource] = {}
    declared = list(_of_victim(report, region))
    home = PROFILES.get(door)
    own = _reached((*contacts, report.reporter.contact or ""), region, home)
    names = {_name_of(key) for key in own.union(key for key, _ in declared)}
    for key, source in chain(
        _of_links(links, door),
        declared,
        _of_text(report.text or "", masks, region, home, names),
    ):
        if key not in found and key not in own and not is_public(key):
            found[key] = source
    return [*found.items()]


def _of_links(links: Sequence[Link], door: str) -> Iterator[Found]:
    """Of a mail only what known sites show: every footer links to something."""
    for link in links:
        if (door in MAILS and link.platform == "other") or (key := trait_of_link(link)) is None:
            continue
        yield key, TraitSource.LINK


def _files(media: Sequence[Mapping[str, Any]]) -> dict[bytes, None]:
    """One digest of each file, the best: two names of one would be two campaigns."""
    best = (
        row["sha256_digest"] or row["md5_digest"] or row["platform_media_digest"] for row in media
    )
    return dict.fromkeys(digest for digest in best if digest is not None)


def _of_victim(report: Report, region: str) -> Iterator[Found]:
    for phone in report.victim.phones:
        if key := phone_key(phone, region):
            yield key, TraitSource.VICTIM
    for handle in report.victim.handles:
        if key := _place(handle) or handle_key(handle):
            yield key, TraitSource.VICTIM


def _of_text(
    text: str,
    masks: Sequence[Sequence[Any]],
    region: str,
    home: str | None,
    known: set[str],
) -> Iterator[Found]:
    """What shows by its shape; a handle that is the victim's or the reporter's is known already."""
    if "/" in text:
        for written in islice(written_links(text), MOST):
            if (key := _place(written)) and not key.value.startswith("url:"):
                yield key, TraitSource.TEXT
    for start, end, kind in islice((m for m in masks if m[2] in _SHAPES), MOST):
        if kind == "handle":
            key = _named(text, start, end, home, known)
        else:
            key = _shape(text[start:end], kind, region)
        if key is not None:
            yield key, TraitSource.TEXT
    for key in numbers_in(text):
        if not phone_key(key.value.partition(":")[2], region, assigned=True):
            yield key, TraitSource.TEXT


_SHAPES = frozenset({"phone", "email", "handle", "rrn"})
_PARTS = re.compile(r"[\s,/]+")
_AT_NAME = re.compile("\\s*[@\uff20]")


def _shape(written: str, kind: str, region: str) -> Key | None:
    match kind:
        case "phone":
            return phone_key(written, region, assigned=True)
        case "email":
            return email_key(written)
        case _:
            return number_key(written)


def _named(text: str, start: int, end: int, home: str | None, known: set[str]) -> Key | None:
    """Who a handle means: the account where its platform is known, else the bare name."""
    written = text[start:end]
    key = handle_key(written) if _AT_NAME.match(written) else None
    # Behind a slash it is part of an address, which says whose it is.
    if key is None or key.value in known or is_public(key) or text[start - 1 : start] == "/":
        return None
    profile = profile_of(written, text[max(0, start - BEFORE) : start])
    if profile is None and home is not None:
        profile = home.format(key.value)
    return (_place(profile) if profile else None) or key


def _reached(contacts: Sequence[str], region: str, home: str | None) -> set[Key]:
    """Under what the reporter can be reached."""
    told = {contact for contact in contacts if contact}
    if not told:
        return set()
    parts = told.union(*(islice(_PARTS.split(contact), MOST) for contact in told))
    keys = {
        key
        for part in parts
        for key in (phone_key(part, region), email_key(part), handle_key(part), _place(part))
    }
    at_home = {_place(home.format(key.value)) for key in keys if key and home}
    return {key for key in keys | at_home if key is not None}


def _place(written: str) -> Key | None:
    """Of an address the room or account that it leads to."""
    if "/" not in written:
        return None
    try:
        return trait_of_link(parse_link(written))
    except BadLink:
        return None


def _name_of(key: Key) -> str:
    return key.value.rpartition(":")[2]
