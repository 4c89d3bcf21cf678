"""What the known sites call their posts and places: rules read from `data/sites`, one file each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import msgspec

from triage.fingerprints.keys import Key, Scope

RULES_VERSION = 4
"""Stored with every location; raise it when a rule changes the key of a link."""


class ContainerText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The room, profile or board that a link to a post names as well."""

    kind: str
    value: str


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One shape of link, as `data/sites/README.md` describes it."""

    kind: str
    scope: Scope
    path: str
    value: str
    url: str
    examples: dict[str, tuple[str, ...]]
    query: tuple[str, ...] = ()
    container: ContainerText | None = None


class SiteText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hosts that share their rules."""

    hosts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    reads_fragment: bool = False
    parts: dict[str, str] = {}
    reserved: dict[str, tuple[str, ...]] = {}
    lower: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    rules: tuple[RuleText, ...] = ()
    places: tuple[str, ...] = ()


class PlatformText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    platform: str
    sites: tuple[SiteText, ...]


class BadRule(ValueError):
    """A rule uses a part that its links do not have, or gives a container one of its own."""


@cache
def platforms() -> tuple[PlatformText, ...]:
    """The rules as they are written, with their examples, in the order of their file names."""
    folder = files("triage.fingerprints") / "data" / "sites"
    texts = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=str)
    return tuple(msgspec.toml.decode(file.read_bytes(), type=PlatformText) for file in texts)


Found = tuple[str, Scope, str, str, Key | None]
"""The kind, scope, value, canonical url and container of a link."""


@dataclass(frozen=True, slots=True)
class Container:
    """`needed` and `reserved` are of the parts that the value of the post does without."""

    kind: str
    value: str
    needed: tuple[str, ...]
    reserved: tuple[tuple[str, frozenset[str]], ...]

    def named_by(self, parts: Mapping[str, str | None]) -> Key | None:
        for name in self.needed:
            if parts[name] is None:
                return None
        for name, words in self.reserved:
            if (parts[name] or "").lower() in words:
                return None
        return Key(self.kind, self.value % parts)


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    scope: Scope
    path: re.Pattern[str]
    query: tuple[tuple[str, re.Pattern[str]], ...]
    value: str
    prefix: str
    lower: tuple[str, ...]
    reserved: tuple[tuple[str, frozenset[str]], ...]
    container: Container | None

    def parts(self, path: str, parameters: Mapping[str, str]) -> dict[str, str] | None:
        """What the link has in the place of each part; None if it is of another shape."""
        if (match := self.path.fullmatch(path)) is None:
            return None
        parts = match.groupdict()
        for name, pattern in self.query:
            if (given := pattern.fullmatch(parameters.get(name, ""))) is None:
                return None
            parts[name] = given[0]
            parts.update(given.groupdict())
        for name in self.lower:
            if part := parts[name]:
                parts[name] = part.lower()
        for name, words in self.reserved:
            if parts[name].lower() in words:
                return None
        return parts


@dataclass(frozen=True, slots=True)
class Site:
    platform: str
    rules: tuple[Rule, ...]
    within: tuple[str, ...]
    reads_query: bool
    reads_fragment: bool

    def recognise(self, path: str, parameters: Mapping[str, str]) -> Found | None:
        """What a link here names; None if no rule knows it."""
        for rule in self.rules:
            if (parts := rule.parts(path, parameters)) is None:
                continue
            value = rule.value % parts
            container = rule.container.named_by(parts) if rule.container else None
            found = rule.kind, rule.scope, value, rule.prefix + value, container
            if parameters and rule.scope is Scope.CONTENT:
                return self._narrowed(found, parameters)
            return found
        return None

    def _narrowed(self, post: Found, parameters: Mapping[str, str]) -> Found | None:
        """A comment below a post is content of its own, never the post."""
        inner = [(name, parameters[name]) for name in self.within if name in parameters]
        if not inner:
            return post
        if not all(given for _, given in inner):
            return None
        _, scope, value, url, container = post
        tail = "&".join(f"{name}={given}" for name, given in inner)
        mark = "&" if "?" in url else "?"
        return f"{self.platform}_comment", scope, f"{value}#{tail}", f"{url}{mark}{tail}", container


def site_of(host: str) -> tuple[Site, str] | None:
    """The site at a host, and the path that the host itself stands for (`room.t.me` is `/room`)."""
    known = _known_hosts()
    if site := known.exact.get(host):
        return site, ""
    label, _, parent = host.partition(".")
    if site := known.named.get(parent):
        return site, "/" + label
    while parent:
        if site := known.domains.get(parent):
            return site, ""
        parent = parent.partition(".")[2]
    return None


def known_names() -> set[str]:
    """Every host that has rules, and the domains above those that have them on all below."""
    known = _known_hosts()
    return {*known.exact, *known.named} - {"tg:"}


@dataclass(frozen=True, slots=True)
class _KnownHosts:
    exact: dict[str, Site]
    named: dict[str, Site]
    domains: dict[str, Site]


@cache
def _known_hosts() -> _KnownHosts:
    known = _KnownHosts({}, {}, {})
    for platform in platforms():
        for text in platform.sites:
            site = _compile_site(platform.platform, text)
            known.exact.update(dict.fromkeys(text.hosts, site))
            known.named.update(dict.fromkeys(text.named, site))
            known.domains.update(dict.fromkeys(text.domains, site))
    return replace(known, exact=known.domains | known.exact)


def _compile_site(platform: str, text: SiteText) -> Site:
    return Site(
        platform,
        rules=tuple(_compile_rule(rule, text) for rule in text.rules),
        within=text.within,
        reads_query=bool(text.within) or any(rule.query for rule in text.rules),
        reads_fragment=text.reads_fragment,
    )


_PLACE = re.compile(r"\{(\w+)\}")


def _compile_rule(rule: RuleText, site: SiteText) -> Rule:
    groups = {name: f"(?P<{name}>{pattern})" for name, pattern in site.parts.items()}
    path = re.compile(rule.path.format_map(groups))
    query = tuple((name, re.compile(site.parts[name])) for name in rule.query)
    used = set(_PLACE.findall(rule.value))
    around = set(_PLACE.findall(rule.container.value)) if rule.container else set()
    known = {*path.groupindex, *rule.query, *(n for _, given in query for n in given.groupindex)}
    if not used | around <= known or (rule.container and rule.scope is Scope.CONTAINER):
        raise BadRule(rule.kind)
    return Rule(
        rule.kind,
        rule.scope,
        path=path,
        query=query,
        value=_template(rule.value),
        prefix=rule.url.removesuffix("{value}"),
        lower=tuple(name for name in site.lower if name in used | around),
        reserved=_reserved(site, used),
        container=_compile_container(rule.container, site, around - used),
    )


def _compile_container(
    container: ContainerText | None, site: SiteText, needed: set[str]
) -> Container | None:
    if container is None:
        return None
    value = _template(container.value)
    return Container(container.kind, value, tuple(needed), _reserved(site, needed))


def _template(value: str) -> str:
    return _PLACE.sub(r"%(\1)s", value)


def _reserved(site: SiteText, names: set[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((n, frozenset(words)) for n, words in site.reserved.items() if n in names)
