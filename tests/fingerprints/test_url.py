"""Links of any site: one canonical form, content or container, and nothing but BadLink."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.fingerprints.address import MAX_LENGTH, read_any, read_plain
from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.url import BadLink, parse_link

SPELLINGS = {
    "https://example.org/board/view?id=12&page=2": [
        "https://example.org/board/view?page=2&id=12",
        "http://EXAMPLE.org:80/board/view?id=12&page=2",
        "https://ana:pw@example.org:443/board/view?id=12&page=2#comments",
        "https://example.org./board/../board/view?&id=12&&page=2&utm_source=a&FBCLID=b",
        "hxxp://example[.]org/board/view?id=12&page=2",
        "h**ps://example(dot)org/board/view?id=12&page=2",
        "https[:]//example {.} org/board/view?id=12&page=2",
        "hxxps[://]example.org/%62oard/view?id=%31%32&page=2",
        "example.org/board/view?id=12&page=2",
        " \thttps:\\\\example.org\\board\\view?id=12&page=2\n",
        "\ufeffhttps://example.org/board/view?id=12&page=2\u200b",
    ],
    "https://xn--9t4b11yi5a.example/%EA%B8%80?q=%EA%B0%80": [
        "https://테스트.example/글?q=가",
        "https://XN--9T4B11YI5A.example/%ea%b8%80?q=%ea%b0%80",
        "테스트。example/글?q=가",
    ],
    "https://example.org/app#/post/5": ["https://example.org/app#/post/5"],
    "https://example.org/app#!post/6": ["http://example.org/app?gclid=a#!post/6"],
    "https://example.org/a": ["https://example.org/a#b", "https://example.org/a#/"],
    "http://example.org:8080/a": ["http://example.org.:8080/a"],
    "https://[2001:db8::1]/a": ["http://[2001:DB8:0::1]:80/a"],
    "https://127.0.0.1/a": ["https://0x7f.1/a"],
    "https://example.org/a%2Fb%25": ["https://example.org/a%2fb%"],
}


@pytest.mark.parametrize(
    ("canonical", "raw"), [(one, raw) for one, spellings in SPELLINGS.items() for raw in spellings]
)
def test_spellings_of_one_page_share_its_canonical_url(canonical: str, raw: str) -> None:
    assert parse_link(raw).canonical == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a", "https://example.org//a"),
        ("https://example.org/a/b", "https://example.org/a%2Fb"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?id=1&id=2", "https://example.org/a?id=2&id=1"),
        ("https://example.org/a?b=c%26d=e", "https://example.org/a?b=c&d=e"),
        ("https://example.org/a?ref=1", "https://example.org/a?ref=2"),
        ("https://example.org/a#/post/1", "https://example.org/a#/post/2"),
        ("https://example.org/a", "https://example.org:8443/a"),
        ("http://example.org:8080/a", "https://example.org:8080/a"),
        ("https://example.org/a", "https://www.example.org/a"),
        ("https://example.org/a", "https://ex\u0430mple.org/a"),
    ],
)
def test_pages_that_may_differ_stay_apart(one: str, other: str) -> None:
    assert parse_link(one).key != parse_link(other).key


@pytest.mark.parametrize(
    "raw",
    [
        "example.org",
        "https://example.org",
        "https://example.org/",
        "https://example.org/?utm_source=a",
        "https://example.org/#top",
        "https://example.org/#/",
        "https://example.org:8443/",
        "https://[2001:db8::1]/",
    ],
)
def test_a_bare_host_is_a_container(raw: str) -> None:
    assert parse_link(raw).scope is Scope.CONTAINER


@pytest.mark.parametrize(
    "raw", ["https://example.org/a", "https://example.org/?id=1", "https://example.org/#/post/5"]
)
def test_a_page_of_an_unknown_site_is_content(raw: str) -> None:
    link = parse_link(raw)

    assert (link.scope, link.platform) == (Scope.CONTENT, "other")
    assert link.key == Key("url", link.canonical)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "http://[::1",
        "http://",
        "https:///",
        "https://.",
        "https://a..b/c",
        "https://exa mple.org/",
        "https://a%28dot%29b/c",
        "tg:",
        "tg://",
        "hello",
        "room/55",
        "3.14",
        "ana@example.org",
        "mailto:ana@example.org",
        "javascript:alert(1)",
        "data:text/html,hello",
        "ftp://example.org/a",
        "file:///etc/hosts",
        "intent://example.org/a",
        "https://example.org/\x00a",
        "https://example.org/a\nb",
        "https://example.org/\x85a",
        "https://example.org/\ud800",
        "https://example.org/" + "a" * MAX_LENGTH,
        "https://example.org/" + "글" * 300,
    ],
)
def test_what_is_no_usable_link_is_refused(raw: str) -> None:
    with pytest.raises(BadLink):
        parse_link(raw)


def test_a_host_named_like_the_stand_in_for_tg_links_is_no_telegram() -> None:
    link = parse_link("HTTPS://tg.invalid/resolve?domain=dark_room&post=55")

    assert link.platform == "other"


def test_a_refusal_does_not_repeat_the_link() -> None:
    with pytest.raises(BadLink) as refused:
        parse_link("javascript:alert('dark_room')")

    assert "dark_room" not in str(refused.value)


PIECES = (
    r"http s hxxp tg : // / \ ? # & = % %2 %41 %2f . .. [.] (dot) [ ] @ :80 t.me x.com status 55 "
    r"xn-- a A é 글 。 ! ' | + utm_a comment 0x dark_room resolve domain post watch v c @me"
)
pieces = st.lists(st.sampled_from([*PIECES.split(), " ", "\t", "\u200b"]), max_size=20).map("".join)


@given(st.text() | pieces | pieces.map("https://".__add__) | pieces.map("https://t.me/".__add__))
@example("https://example.org/%%34%31")
@example("https://example.org/%252e%252e/a")
@example("https://www.youtube.com/@%ed%95%9c")
@example("tg:////x")
def test_a_canonical_url_is_its_own_canonical_url(raw: str) -> None:
    with contextlib.suppress(BadLink):
        link = parse_link(raw)

        assert parse_link(link.canonical) == link


@given(
    st.from_regex(
        r"https?://([a-z0-9-]{1,6}\.){1,3}[a-z]{1,4}(/[A-Za-z0-9_~@+.-]{0,6}){0,3}"
        r"(\?[A-Za-z0-9_.~=&+-]{0,12})?",
        fullmatch=True,
    )
)
@example("https://example.org/a/../b")
@example("https://xn--a.example/")
def test_the_shortcut_for_plain_links_changes_nothing(raw: str) -> None:
    shortcut = read_plain(raw)

    assert shortcut is None or shortcut == read_any(raw)
