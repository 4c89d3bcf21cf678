"""ActivityPub's Flag, as Mastodon, Lemmy, Misskey, GoToSocial and Pleroma send it.

Source: ActivityStreams 2.0 vocabulary, Flag; https://docs.joinmastodon.org/spec/activitypub/#Flag.
"""

from collections.abc import Iterator
from typing import Any

from triage.intake.formats.draft import MOST, Draft
from triage.intake.formats.json_document import read_object, refused
from triage.intake.formats.narrowing import external_id
from triage.reports.report import Report
from triage.reports.taxonomy import Relation

MAX_BYTES = 1_048_576
FLAG = ("Flag", "as:Flag", "https://www.w3.org/ns/activitystreams#Flag")

REASONS = ("content", "summary")
"""Where the reason stands: Mastodon and most say `content`, Lemmy says `summary`."""

COLLECTED = ("items", "orderedItems")
"""Where a Collection, or an OrderedCollection, has what it consists of."""

UNSAID = ("@context", "type", "signature", "proof", "to", "cc", "bto", "bcc", "audience")
"""How the activity was sent, and nothing of what happened."""


def parse(document: bytes) -> list[Report]:
    """One report of everything that is flagged: accounts, posts, communities; it alleges nothing.

    Raises Invalid where the document is no Flag, or flags nothing that has an id.
    """
    fields = read_object(document, MAX_BYTES)
    _check_type(fields.get("type"))
    draft = Draft(relation=Relation.PLATFORM)
    draft.external_id = external_id("activitypub", fields.pop("id", None))
    flagged = list(_flagged(fields.pop("object", None)))
    draft.words += dict.fromkeys(filter(None, (_words(fields, name) for name in REASONS)))
    draft.happened("published", fields.pop("published", None))
    draft.say("actor", _id(actor := fields.pop("actor", None)) or actor)
    for place, thing in flagged:
        _place(draft, place, thing)
    for name in UNSAID:
        fields.pop(name, None)
    draft.say("", fields)
    return draft.reports()


def _check_type(kind: Any) -> None:
    """A `type` may be an array, as in all of JSON-LD."""
    kinds = kind if isinstance(kind, list) else [kind]
    if not any(isinstance(one, str) and one in FLAG for one in kinds):
        raise refused("/type", "required: Flag")


def _flagged(value: Any) -> Iterator[tuple[str, Any]]:
    """Each flagged thing and its place in the document."""
    if value is None:
        raise refused("/object", "required")
    things = list(_things(value, "/object"))
    if not 0 < len(things) <= MOST:
        raise refused("/object", f"from 1 to {MOST} things")
    for index, (pointer, thing) in enumerate(things):
        if not _id(thing):
            raise refused(pointer, "neither an id nor an object with one")
        yield f"object[{index}]", thing


def _things(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """What is flagged, one by one, also out of a collection, and where each stands."""
    if isinstance(value, dict):
        for name in COLLECTED:
            if isinstance(value.get(name), list):
                value, pointer = value[name], f"{pointer}/{name}"
                break
    if isinstance(value, list):
        yield from ((f"{pointer}/{index}", thing) for index, thing in enumerate(value))
    else:
        yield pointer, value


def _place(draft: Draft, name: str, thing: Any) -> None:
    """A thing may come whole, as Misskey and Pleroma send posts: what it says is kept."""
    draft.place(name, _id(thing))
    if isinstance(thing, dict):
        rest = {key: part for key, part in thing.items() if key not in {"id", "@context"}}
        if isinstance(rest.get("url"), str) and rest["url"] != _id(thing):
            draft.place(f"{name}.url", rest.pop("url"))
        draft.say(name, rest)


def _id(thing: Any) -> str | None:
    """Its own id, or of a Link what it leads to."""
    found = (thing.get("id") or thing.get("href")) if isinstance(thing, dict) else thing
    return found if isinstance(found, str) and found.strip() else None


def _words(fields: dict[str, Any], name: str) -> str | None:
    """What stands there for people; anything else stays a field like others."""
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    del fields[name]
    return value.strip()
