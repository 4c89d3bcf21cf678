"""Links: one canonical form for every spelling, and the post or place that a link names."""

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec

from triage.fingerprints.address import MAX_LENGTH, Address, read_address
from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.lookalikes import is_lookalike
from triage.fingerprints.shelves import lists_many
from triage.fingerprints.sites import site_of


class BadLink(ValueError):
    """No usable http, https or tg link; the message never repeats it."""


@dataclass(frozen=True, slots=True)
class Link:
    """`canonical` reads back as an equal link; it names the thing and need not be what was sent.

    `container` is the room, profile or board that the link names beside its post. Another spelling
    of the same post may leave it out, so that it is no part of what makes links equal.
    """

    canonical: str
    platform: str
    scope: Scope
    kind: str
    value: str
    container: Key | None = field(default=None, compare=False)

    @property
    def key(self) -> Key:
        return Key(self.kind, self.value)

    @property
    def room(self) -> Key | None:
        """Where the link leads: the place itself, or the one that its post stands in, if named."""
        return self.key if self.scope is Scope.CONTAINER else self.container

    @property
    def is_lookalike(self) -> bool:
        """Its host imitates another, or is written so that it could."""
        return self.platform == "other" and is_lookalike(_host(self.canonical))


_PROFILE = re.compile(
    r"/(?:@[^/?#]+|(?:users?|u|c|profiles?|accounts?|members?|authors?)/[^/?#]+)/?", re.IGNORECASE
)
"""Somebody's page, as the fediverse and most forums have it: it shows what others post, too."""


def parse_link(raw: str) -> Link:
    """What a link names: a post or place of a known site, otherwise its page or its host.

    On a known site whatever no rule knows is a container: it may show anybody's content.
    """
    address = read_address(raw)
    link = _link(address) if address else None
    if link is None or len(link.canonical) > MAX_LENGTH:
        raise BadLink("not a usable link")
    return link


def _link(address: Address) -> Link:
    found = site_of(address.host)
    if found is None:
        canonical = _canonical(address)
        place = canonical.removeprefix(address.origin)
        is_container = _PROFILE.fullmatch(place) is not None or lists_many(place)
        scope = Scope.CONTAINER if is_container else Scope.CONTENT
        return Link(canonical, "other", scope, "url", canonical)
    site, before = found
    path = _steps(before + address.path)
    if site.reads_fragment:
        path = f"{path}/#{address.fragment}"
    query = address.query if site.reads_query else ""
    if known := site.recognise(path, _by_name(query) if query else {}):
        kind, scope, value, canonical, container = known
        return Link(canonical, site.platform, scope, kind, value, container)
    canonical = _canonical(address)
    return Link(canonical, site.platform, Scope.CONTAINER, "url", canonical)


def _steps(path: str) -> str:
    """A path as the known sites read it: the number of slashes means nothing to them."""
    if "%" in path:
        path = path.replace("%40", "@").replace("%2B", "+")
    if "//" in path:
        path = "/" + "/".join(filter(None, path.split("/")))
    return path.rstrip("/")


def _canonical(address: Address) -> str:
    query = "&".join(_telling(address.query)) if address.query else ""
    # `#/…` and `#!…` are pages of their own on sites that run in the browser.
    fragment = address.fragment
    routed = fragment.startswith(("/", "!")) and fragment.strip("/!")
    return (
        address.origin
        + address.path
        + ("?" + query if query else "")
        + ("#" + fragment if routed else "")
    )


def _telling(query: str) -> list[str]:
    """The parameters that may choose what is shown, by name; those that only track are left out."""
    tracking = _tracking()
    named = [(piece.partition("=")[0], piece) for piece in query.split("&") if piece]
    kept = [
        (name, piece)
        for name, piece in named
        if (low := name.lower()) not in tracking.names and not low.startswith(tracking.prefixes)
    ]
    return [piece for _, piece in sorted(kept, key=lambda pair: pair[0])]


def _by_name(query: str) -> dict[str, str]:
    """Parameters by name; one that contradicts itself is empty, so that no rule trusts it."""
    parameters: dict[str, str] = {}
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        parameters[name] = value if parameters.get(name, value) == value else ""
    return parameters


def _host(canonical: str) -> str:
    return canonical.split("/", 3)[2].partition(":")[0]


class _Tracking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prefixes: tuple[str, ...]
    names: frozenset[str]


@cache
def _tracking() -> _Tracking:
    data = files("triage.fingerprints") / "data" / "tracking.toml"
    return msgspec.toml.decode(data.read_bytes(), type=_Tracking)
