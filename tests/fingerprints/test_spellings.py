"""Every example in every spelling, and every id that a rule allows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fingerprints.test_sites import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st

from triage.fingerprints.keys import Key
from triage.fingerprints.url import parse_link

_SPLIT = re.compile(r"(?:(https?)://)?([^/?#]+)([^?#]*)(\?[^#]*)?(#.*)?")


def parts_of(link: str) -> tuple[str, str, str, str]:
    """Its scheme, host, path and all behind."""
    match = _SPLIT.fullmatch(link)
    assert match is not None
    scheme, host, path, query, fragment = match.groups("")
    return scheme or "https", host, path, query + fragment


def escaped(text: str) -> str:
    return re.sub(r"(?<!%)(?<!%.)[A-Za-z0-9_~-]", lambda c: f"%{ord(c[0]):02x}", text)


def escaped_values(tail: str) -> str:
    query, mark, fragment = tail.partition("#")
    return re.sub(r"(?<==)[^&]+", lambda value: escaped(value[0]), query) + mark + fragment


def tracked(tail: str) -> str:
    query, mark, fragment = tail.partition("#")
    return f"{query}{'&' if query else '?'}utm_source=a&fbclid=b{mark}{fragment}"


SPELLINGS: dict[str, Callable[[str, str, str, str], str]] = {
    "bare": lambda _s, host, path, tail: f"{host}{path}{tail}",
    "upper case scheme": lambda s, host, path, tail: f"{s.upper()}://{host}{path}{tail}",
    "upper case host": lambda s, host, path, tail: f"{s}://{host.upper()}{path}{tail}",
    "other scheme": lambda _s, host, path, tail: f"http://{host}{path}{tail}",
    "defanged": lambda s, host, path, tail: (
        f"{s.replace('tt', 'xx')}[:]//{host.replace('.', '[.]')}{path}{tail}"
    ),
    "user": lambda s, host, path, tail: f"{s}://ana:pw@{host}{path}{tail}",
    "port": lambda _s, host, path, tail: f"https://{host}:443{path}{tail}",
    "trailing dot": lambda s, host, path, tail: f"{s}://{host}.{path}{tail}",
    "escaped path": lambda s, host, path, tail: f"{s}://{host}{escaped(path)}{tail}",
    "escaped query": lambda s, host, path, tail: f"{s}://{host}{path}{escaped_values(tail)}",
    "backslashes": lambda s, host, path, tail: rf"{s}:\\{host}{path}{tail}",
    "tracked": lambda s, host, path, tail: f"{s}://{host}{path}{tracked(tail)}",
    "doubled slashes": lambda s, host, path, tail: (
        f"{s}://{host}{path.replace('/', '//') if path else ''}{tail}"
    ),
}
ON_THE_WEB = [e for e in EXAMPLES if "[" not in e.link and not re.match("(?i)tg:", e.link)]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_example_keeps_its_key_in_every_spelling(spelling: str) -> None:
    spell = SPELLINGS[spelling]
    links = {spell(*parts_of(e.link)): e for e in ON_THE_WEB}

    assert {link: parse_link(link).key for link in links} == {
        link: example.key for link, example in links.items()
    }


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_canonical_url_of_every_spelling_is_final(spelling: str) -> None:
    spell = SPELLINGS[spelling]
    read = [parse_link(spell(*parts_of(e.link))) for e in ON_THE_WEB]

    assert [parse_link(link.canonical) for link in read] == read


def test_no_two_ids_of_all_examples_meet() -> None:
    links: dict[Key, set[Key]] = {}
    for example in EXAMPLES:
        links.setdefault(parse_link(example.link).key, set()).add(example.key)

    assert {key: {key} for key in links} == links


def test_canonical_urls_are_as_many_as_ids() -> None:
    canonical = {parse_link(example.link).canonical for example in EXAMPLES}

    assert len(canonical) == len({example.key for example in EXAMPLES})


# In place of reddit's `comment` a link may have the post's title: any letters.
CANONICAL = sorted(
    {
        (e.key.value, parse_link(e.link).canonical)
        for e in EXAMPLES
        if "/comment/" not in e.key.value
    }
)


@given(st.sampled_from(CANONICAL), st.data())
def test_another_letter_or_digit_is_another_id(value_and_url: tuple[str, str], data: Any) -> None:
    value, url = value_and_url
    start = max(len(url) - len(value), url.index("/", len("https://")))
    place = data.draw(st.integers(start, len(url) - 1).filter(lambda at: url[at].isalnum()))
    others = "123456789" if url[place].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    other = data.draw(st.sampled_from(others).filter(lambda c: c != url[place].lower()))

    changed = parse_link(f"{url[:place]}{other}{url[place + 1 :]}")

    assert changed.key != parse_link(url).key
