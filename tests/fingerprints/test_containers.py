"""The room, profile or board that a link names beside its post."""

import pytest

from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.sites import RuleText, platforms
from triage.fingerprints.url import parse_link

RULES = [rule for platform in platforms() for site in platform.sites for rule in site.rules]
NAMING = [
    (link, rule)
    for rule in RULES
    for links in rule.examples.values()
    for link in links
    if parse_link(link).container
]


@pytest.mark.parametrize(("link", "rule"), NAMING, ids=lambda value: str(value)[:80])
def test_the_container_of_an_example_is_what_its_own_link_gives(link: str, rule: RuleText) -> None:
    container = parse_link(link).container
    assert container is not None
    urls = {other.url for other in RULES if other.kind == container.kind}

    places = [parse_link(url.replace("{value}", container.value)) for url in sorted(urls)]

    assert [(place.key, place.scope) for place in places] == [(container, Scope.CONTAINER)]
    assert rule.container
    assert container.kind == rule.container.kind


def test_every_rule_with_a_container_has_an_example_that_names_it() -> None:
    named = {id(rule) for _, rule in NAMING}

    assert named == {id(rule) for rule in RULES if rule.container}


@pytest.mark.parametrize(
    ("post", "room"),
    [
        ("https://t.me/Dark_Room/12/55?single", "https://t.me/dark_room"),
        ("https://dark_room.t.me/55?comment=7", "tg://resolve?domain=dark_room"),
        ("https://t.me/c/123/5", "https://t.me/c/123"),
        ("https://www.reddit.com/r/Example/comments/1abc2d/words/", "old.reddit.com/r/example"),
        ("https://cafe.naver.com/AnaCafe/90", "https://m.cafe.naver.com/anacafe"),
        (
            "https://m.cafe.naver.com/ca-fe/web/cafes/12345678/articles/90",
            "https://cafe.naver.com/MyCafeIntro.nhn?clubid=12345678",
        ),
        (
            "https://gall.dcinside.com/mgallery/board/view/?id=example&no=1234567",
            "https://m.dcinside.com/board/example",
        ),
        (
            "https://cdn.discordapp.com/attachments/300000000000000002/300000000000000007/a.png",
            "https://discord.com/channels/300000000000000001/300000000000000002",
        ),
    ],
)
def test_a_post_and_the_place_it_stands_in_lead_to_one_room(post: str, room: str) -> None:
    place = parse_link(room)

    assert parse_link(post).room == place.room == place.key
    assert place.container is None


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/ana/status/20",
        "https://www.tiktok.com/@ana/video/7300000000000000001",
        "https://www.instagram.com/ana/p/Cabc123_-xY/",
        "https://www.facebook.com/ana.example/posts/400000000000001",
        "https://www.reddit.com/user/ana/comments/1abc2d/words/",
        "https://www.reddit.com/comments/1abc2d",
        "https://example.org/a",
    ],
)
def test_a_name_that_anybody_can_put_before_a_post_is_no_room(link: str) -> None:
    assert parse_link(link).room is None


def test_two_spellings_of_a_post_are_equal_though_one_names_the_room() -> None:
    named = parse_link("https://www.reddit.com/r/example/comments/1abc2d/")
    bare = parse_link("https://redd.it/1abc2d")

    assert (named, bare.container) == (bare, None)
    assert named.container == Key("reddit_subreddit", "example")
