"""Hosts that imitate another are flagged, and never joined with what they imitate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.fingerprints.lookalikes import is_lookalike
from triage.fingerprints.sites import known_names
from triage.fingerprints.url import parse_link


@pytest.mark.parametrize(
    "link",
    [
        "https://тelegram.org/a",
        "https://xn--elegram-5jg.org/a",
        "https://т.me/dark_room/55",
        "https://х.com/ana/status/20",
        "https://хх.т.me/a",
        "https://www.instagrаm.com/p/Cabc123_-xY/",
        "https://ínstagram.com/p/Cabc123_-xY/",
        "https://facebo0k.com/ana",
        "https://goog1e.com/a",
        "https://rnicrosoft.com/a",
        "https://tvvitter.com/ana/status/20",
        "https://reddıt.com/comments/1abc2d",
        "https://bank.exаmple/a",
        "https://аррӏе.com:8443/a",
    ],
)
def test_a_host_that_reads_like_another_is_flagged(link: str) -> None:
    read = parse_link(link)

    assert (read.is_lookalike, read.platform) == (True, "other")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/a",
        "https://t.me/dark_room/55",
        "https://a.b.t.me/55",
        "https://t.me:8443/dark_room/55",
        "tg://resolve?domain=dark_room",
        "https://telegram.org/faq",
        "https://news.google.com/a",
        "https://пример.example/a",
        "https://테스트.example/글",
        "https://한국abc.example/a",
        "https://日本ーのa.example/a",
        "https://münchen.example/a",
        "https://[2001:db8::1]/a",
        "https://127.0.0.1/a",
        "https://xn--a.example/a",
    ],
)
def test_a_host_of_one_script_that_is_nobody_elses_is_not_flagged(link: str) -> None:
    assert not parse_link(link).is_lookalike


NAMES = sorted(known_names())


@given(st.sampled_from(NAMES), st.data())
def test_one_letter_of_a_known_name_written_in_another_script_is_flagged(
    name: str, data: st.DataObject
) -> None:
    looks = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "t": "т", "x": "х"}
    own = len(name) - len(".".join(name.split(".")[-2:]))  # below it are the site's own hosts
    places = [place for place, letter in enumerate(name) if letter in looks and place >= own]
    place = data.draw(st.sampled_from(places))

    read = parse_link(f"https://{name[:place]}{looks[name[place]]}{name[place + 1 :]}/55")

    assert (read.is_lookalike, read.platform) == (True, "other")


@pytest.mark.parametrize("name", NAMES)
def test_a_known_name_imitates_none(name: str) -> None:
    assert not is_lookalike(name)
