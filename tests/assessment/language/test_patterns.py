"""Patterns: what has to stand near what, and what must not."""

import pytest

from triage.assessment.language.lexicon import Lexicon
from triage.assessment.language.patterns import BadPattern, Pattern, parse_guard, parse_steps
from triage.assessment.language.reading import Reading

WORDS = {"pay": ["pay"], "post": ["post"], "mother": ["mother"], "no": ["no", "never"]}
LEXICON = Lexicon(WORDS)


def shows(match: str, text: str, *, across: int = 0, **guards: str) -> str | None:
    pattern = Pattern(
        "threat.spread",
        parse_steps(match),
        tuple(parse_guard(written) for name, written in guards.items() if name == "needs"),
        tuple(parse_guard(written) for name, written in guards.items() if name == "unless"),
        across,
    )
    reading = Reading(text, LEXICON, [])
    found = pattern.find(reading)
    return None if found is None else text[slice(*reading.originals(found))]


@pytest.mark.parametrize(
    ("match", "text", "stretch"),
    [
        ("pay >20 post", "Pay or I post.", "Pay or I post"),
        ("pay >20 post", "I post. Pay!", None),
        ("post &20 pay", "Pay, or else: post", "Pay, or else: post"),
        ("pay >5 post", "Pay me now or I post", None),
        ("pay|no >20 post|mother", "no, my mother", "no, my mother"),
        ("pay >20 post >20 mother", "pay, pay, post it, mother", "pay, pay, post it, mother"),
        ("pay >20 post &30 no", "never pay or post", "never pay or post"),
        ("pay >20 post", "p a y or p o s t", "p a y or p o s t"),
        ("pay >20 post", "p4y or p0st", "p4y or p0st"),
    ],
)
def test_steps_stand_in_their_order_and_reach(match: str, text: str, stretch: str | None) -> None:
    assert shows(match, text) == stretch


@pytest.mark.parametrize(
    ("text", "across", "is_shown"),
    [("Pay. I post.", 0, False), ("Pay. I post.", 1, True), ("Pay.\nOr\nI post", 1, False)],
)
def test_ends_of_sentences_divide(text: str, across: int, *, is_shown: bool) -> None:
    assert (shows("pay >20 post", text, across=across) is not None) is is_shown


@pytest.mark.parametrize(
    ("guard", "text", "holds"),
    [
        ("after 10 no", "post, no", True),
        ("after 10 no", "no post", False),
        ("before 10 no", "no post", True),
        ("near 10 no", "no post", True),
        ("beside 10 no", "post, no", True),
        ("beside 10 no", "Post. No!", False),
        ("beside 10 no", "Why post now? No!", False),
        ("sentence no", "never again will he write or call or post", True),
        ("sentence no", "No! I post", False),
        ("text no", "No! I post", True),
        ("quoted", "he wrote 'I post' to me", True),
        ("quoted", "he'd post what's there", False),
        ("quoted", "> post", True),
        ("unquoted", "post", True),
    ],
)
def test_conditions(guard: str, text: str, *, holds: bool) -> None:
    assert (shows("post", text, needs=guard) is not None) is holds
    assert (shows("post", text, unless=guard) is None) is holds


def test_a_place_that_is_excused_does_not_excuse_the_next() -> None:
    assert (
        shows("post", "no post, and later in the day he may post", unless="before 5 no") == "post"
    )


@pytest.mark.parametrize(
    "match", ["pay post", "pay >20", "pay >999 post", "pay <3 post", "pay >x post"]
)
def test_steps_that_cannot_be_read_are_refused(match: str) -> None:
    with pytest.raises(BadPattern):
        parse_steps(match)


@pytest.mark.parametrize("guard", ["after no", "behind 3 no", "after 201 no", "text", ""])
def test_conditions_that_cannot_be_read_are_refused(guard: str) -> None:
    with pytest.raises(BadPattern):
        parse_guard(guard)


def test_a_text_made_to_wear_the_search_down_counts_as_found() -> None:
    assert (
        shows("pay >60 post >60 mother", "pay post mother no " * 400, unless="text no") is not None
    )
