"""The rules of the known sites, tested by the examples that stand beside them."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.sites import RuleText, platforms, site_of
from triage.fingerprints.url import parse_link


class Example(NamedTuple):
    link: str
    platform: str
    scope: Scope
    key: Key


EXAMPLES = [
    Example(
        link,
        platform.platform,
        rule.scope,
        Key(f"{platform.platform}_comment" if "#" in value else rule.kind, value),
    )
    for platform in platforms()
    for site in platform.sites
    for rule in site.rules
    for value, links in rule.examples.items()
    for link in links
]
PLACES = [
    (platform.platform, link)
    for platform in platforms()
    for site in platform.sites
    for link in site.places
]
RULES = [
    (platform.platform, rule)
    for platform in platforms()
    for site in platform.sites
    for rule in site.rules
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.link)
def test_an_example_gives_the_id_it_stands_for(example: Example) -> None:
    link = parse_link(example.link)

    assert (link.key, link.scope, link.platform) == (example.key, example.scope, example.platform)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.link)
def test_the_canonical_url_of_an_example_reads_back_as_the_same_link(example: Example) -> None:
    link = parse_link(example.link)

    assert parse_link(link.canonical) == link


@pytest.mark.parametrize(("platform", "link"), PLACES)
def test_what_no_rule_of_a_known_site_knows_is_a_container(platform: str, link: str) -> None:
    place = parse_link(link)

    assert (place.platform, place.scope, place.kind) == (platform, Scope.CONTAINER, "url")


@pytest.mark.parametrize(("platform", "rule"), RULES)
def test_every_rule_has_an_example_and_a_kind_of_its_platform(
    platform: str, rule: RuleText
) -> None:
    assert any(rule.examples.values())
    assert rule.kind.startswith(f"{platform}_")


PLAIN_EXAMPLES = [e for e in EXAMPLES if e.link.startswith("https://") and "#" not in e.link]


@st.composite
def respelled(draw: st.DrawFn) -> Example:
    """An example with the marks that people, apps and trackers leave on a link."""
    example = draw(st.sampled_from(PLAIN_EXAMPLES))
    host, slash, rest = example.link.removeprefix("https://").partition("/")
    path, _, query = rest.partition("?")
    scheme = draw(
        st.sampled_from(["https://", "HTTPS://", "hxxps://", "https[:]//", "http://", ""])
    )
    host = draw(st.sampled_from([host, host.upper(), host + ".", host.replace(".", "[.]")]))
    if scheme:
        host = draw(st.sampled_from(["", "ana@", "ana:pw@"])) + host
    if scheme.lower().endswith("s://"):
        host += draw(st.sampled_from(["", ":443"]))
    extra = draw(st.sampled_from(["", "utm_source=app", "fbclid=abc&gclid=def"]))
    query = "&".join(filter(None, [query, extra]))
    fragment = draw(st.sampled_from(["", "#", "#top"]))
    space = draw(st.sampled_from(["", " ", "\n", "\u200b"]))
    path = draw(st.sampled_from([path, path.replace("a", "%61"), path.replace("-", "%2d")]))
    link = scheme + host + slash + path + ("?" + query if query else "") + fragment + space
    return example._replace(link=link)


@given(respelled())
def test_spellings_of_an_example_give_its_key(example: Example) -> None:
    assert parse_link(example.link).key == example.key


@given(respelled(), respelled())
def test_two_links_share_a_key_only_if_they_stand_for_the_same(
    one: Example, other: Example
) -> None:
    same = parse_link(one.link).key == parse_link(other.link).key

    assert same == (one.key == other.key)


rooms = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{4,20}", fullmatch=True)
posts = st.integers(min_value=1, max_value=10**9)


@given(st.tuples(rooms, posts), st.tuples(rooms, posts))
def test_messages_of_other_rooms_or_numbers_never_meet(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    def key(message: tuple[str, int]) -> Key:
        return parse_link(f"https://t.me/{message[0]}/{message[1]}").key

    same = (one[0].lower(), one[1]) == (other[0].lower(), other[1])
    assert (key(one) == key(other)) == same


def test_a_reserved_name_is_no_room_in_any_case() -> None:
    assert parse_link("https://t.me/JoinChat").kind == "url"
    assert parse_link("https://joinchat.t.me/55").kind == "url"
    assert parse_link("tg://resolve?domain=Share&post=5").kind == "url"


def test_a_comment_is_not_its_post() -> None:
    post = parse_link("https://t.me/dark_room/55")
    comment = parse_link("https://t.me/dark_room/55?comment=7")

    assert comment.key != post.key
    assert comment.scope is Scope.CONTENT


def test_a_parameter_that_contradicts_itself_names_no_post() -> None:
    link = parse_link("https://www.youtube.com/watch?v=abcdEFGH-_1&v=abcdEFGH-_2")

    assert link.scope is Scope.CONTAINER


def test_another_port_of_a_known_host_is_another_site() -> None:
    assert parse_link("https://t.me:8443/dark_room/55").platform == "other"


@pytest.mark.parametrize("host", ["nott.me", "t.me.example.org", "a.b.t.me", "a.redd.it", "tx.com"])
def test_a_host_that_only_looks_like_a_known_one_has_no_rules(host: str) -> None:
    assert site_of(host) is None
