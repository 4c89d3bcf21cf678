"""A draft becomes reports that the native form allows, however much was told."""

import pytest

from triage.intake.formats.draft import MOST, Draft
from triage.intake.formats.json_document import refused
from triage.kit.errors import Invalid
from triage.reports.report import Report

LONGEST = 20_000


def text_of(draft: Draft) -> str:
    (report,) = draft.reports()
    return report.text or ""


def test_words_come_before_lines() -> None:
    draft = Draft(words=["first\nsecond\0"])
    draft.say("name", "value")

    assert text_of(draft) == "first\nsecond\nname: value"


def test_lines_stay_where_the_words_are_too_long() -> None:
    draft = Draft(words=["w" * 30_000])
    draft.say("name", "value")

    text = text_of(draft)

    assert len(text) <= LONGEST
    assert text.endswith("cut: 30000 characters came\nname: value")


def test_words_stay_where_the_lines_are_too_many() -> None:
    draft = Draft(words=["w" * 30_000])
    for number in range(1_000):
        draft.say(f"field{number}", "v" * 90)

    text = text_of(draft)

    assert len(text) == LONGEST
    assert text.startswith("w" * 10_000 + "\ncut: 30000 characters came\nfield0: ")


def test_lines_that_are_left_out_are_counted() -> None:
    draft = Draft()
    for _ in range(30):
        draft.say("name", "v" * 994)

    text = text_of(draft)

    assert len(text) <= LONGEST
    assert text.endswith("cut: 11 lines left out")


def test_one_value_that_is_too_long_is_left_out_and_the_next_is_told() -> None:
    draft = Draft()
    draft.say("long", "v" * 50_000)
    draft.say("short", "v")

    assert text_of(draft) == "short: v\ncut: 1 lines left out"


def test_links_are_counted_even_where_they_are_none_or_the_same() -> None:
    draft = Draft()
    for _ in range(MOST):
        draft.place("url", "https://example.com/a")

    with pytest.raises(Invalid):
        draft.place("url", "no link")


def test_nothing_told_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        Draft().reports()

    assert refusal.value.errors == refused("", "nothing is told").errors


def test_a_place_alone_is_a_report() -> None:
    draft = Draft()
    draft.place("url", " https://example.com/a ")

    (report,) = draft.reports()

    assert isinstance(report, Report)
    assert report.locations[0].url == "https://example.com/a"
    assert report.text is None
