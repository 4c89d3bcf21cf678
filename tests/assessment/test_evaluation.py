"""What labelled texts tell of the detectors: counts, errors and their order."""

import json
from typing import Any

import pytest

from triage.assessment.evaluation import (
    Counts,
    Labelled,
    NotLabelled,
    Verdict,
    by_language,
    count,
    errors_by_tag,
    judge,
    labels_of,
    read_labelled,
    worst_errors,
)

LINE = {"id": "a-1", "lang": "ko", "text": "글", "threat": True, "minor": False, "doxxing": False}


def as_line(**changes: Any) -> bytes:
    return json.dumps({**LINE, **changes}, ensure_ascii=False).encode()


def a_text(name: str = "a-1", **labels: Any) -> Labelled:
    return read_labelled(as_line(id=name, **labels))


def a_verdict(labelled: Labelled, **strengths: float) -> Verdict:
    silent = {"threat": 0.0, "minor": 0.0, "doxxing": 0.0, "danger": 0.0}
    return Verdict(labelled, (), {**silent, **strengths}, 100.0)  # type: ignore[dict-item]


def test_a_line_is_a_text_with_its_labels() -> None:
    read = read_labelled(as_line(tags=["short"], author="b", doxxing_kinds=["name"], seen=[True]))

    assert (read.id, read.threat, read.minor, read.tags) == ("a-1", True, False, ["short"])
    assert read.danger is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b"\xff", "malformed"),
        (as_line() + b",", "trailing"),
        (as_line(lang="fr"), "fr"),
        (as_line(text=None), "text"),
        (as_line(threat="yes"), "threat"),
        (as_line(danger=1), "danger"),
        (json.dumps({"id": "a", "lang": "ko", "text": "x"}).encode(), "threat"),
        (as_line(thread=True), "`thread` is no label: those are threat, minor, doxxing, danger"),
    ],
)
def test_what_is_no_labelled_text_is_refused_with_its_reason(line: bytes, why: str) -> None:
    with pytest.raises(NotLabelled, match=why):
        read_labelled(line)


def test_right_wrong_and_missed_are_counted() -> None:
    verdicts = [
        a_verdict(a_text(threat=True), threat=0.9),
        a_verdict(a_text(threat=True), threat=0.5),
        a_verdict(a_text(threat=True), threat=0.49),
        a_verdict(a_text(threat=False), threat=0.6),
        a_verdict(a_text(threat=False)),
    ]

    counts = count(verdicts, "threat")

    assert counts == Counts(right=2, wrong=1, missed=1)
    assert counts.precision == counts.recall == counts.f1 == pytest.approx(2 / 3)


def test_where_nothing_is_said_and_nothing_is_there_the_rates_are_nothing() -> None:
    counts = count([a_verdict(a_text(threat=False))], "threat")

    assert (counts.precision, counts.recall, counts.f1) == (0, 0, 0)


def test_each_language_is_counted_for_itself() -> None:
    verdicts = [
        a_verdict(a_text(lang="ko"), threat=0.9),
        a_verdict(a_text(lang="en")),
        a_verdict(a_text(lang="mixed"), threat=0.9),
    ]

    assert by_language(verdicts, "threat") == {
        "all": Counts(2, 0, 1),
        "en": Counts(0, 0, 1),
        "ko": Counts(1, 0, 0),
        "mixed": Counts(1, 0, 0),
    }


def test_danger_counts_only_where_a_reader_judged_it() -> None:
    unjudged = a_verdict(a_text(), danger=0.9)
    judged = a_verdict(a_text(danger=False), danger=0.9)

    assert labels_of([unjudged]) == ("threat", "minor", "doxxing")
    assert labels_of([unjudged, judged]) == ("threat", "minor", "doxxing", "danger")
    assert count([unjudged, judged], "danger") == Counts(0, 1, 0)
    assert by_language([unjudged, judged], "danger")["ko"] == Counts(0, 1, 0)
    assert worst_errors([unjudged, judged], "danger") == [judged]


def test_tags_with_most_errors_come_first_and_those_without_are_left_out() -> None:
    verdicts = [
        a_verdict(a_text(tags=["long", "quoted"])),
        a_verdict(a_text(tags=["quoted"])),
        a_verdict(a_text(tags=["short"]), threat=0.9),
    ]

    assert list(errors_by_tag(verdicts, "threat").items()) == [
        ("quoted", Counts(0, 0, 2)),
        ("long", Counts(0, 0, 1)),
    ]


def test_the_surest_errors_come_first() -> None:
    verdicts = [
        a_verdict(a_text("near", threat=False), threat=0.6),
        a_verdict(a_text("right", threat=True), threat=0.99),
        a_verdict(a_text("far", threat=False), threat=0.95),
        a_verdict(a_text("missed", threat=True), threat=0.0),
    ]

    worst = worst_errors(verdicts, "threat")

    assert [verdict.labelled.id for verdict in worst] == ["missed", "far", "near"]


def test_a_text_is_judged_by_the_rules_that_show_in_it() -> None:
    verdict = judge(a_text(text="전 남자친구한테 협박을 받고 있어요"))

    assert verdict.says("threat")
    assert not verdict.says("minor")
    assert "threat.stated" in {finding.rule for finding in verdict.found}
    assert verdict.microseconds > 0


@pytest.mark.parametrize(("year", "is_minor"), [(2026, True), (2040, False)])
def test_ages_are_those_of_the_year_that_is_given(year: int, *, is_minor: bool) -> None:
    verdict = judge(a_text(text="2012년 3월생이에요, 제 사진이에요"), year=year)

    assert verdict.says("minor") is is_minor
