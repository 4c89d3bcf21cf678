"""How well texts are read, on texts that no rule was fitted to: what is reached stays reached."""

from functools import cache
from pathlib import Path

import pytest

from triage.assessment.evaluation import Verdict, count, judge, read_labelled

LABELLED = Path(__file__).parents[2] / "data" / "labelled"


@cache
def verdicts(author: str) -> list[Verdict]:
    lines = (LABELLED / f"{author}.jsonl").read_bytes().splitlines()
    return [judge(read_labelled(line), year=2026) for line in lines]


@pytest.mark.parametrize(
    ("label", "precision", "recall"),
    [
        ("threat", 0.93, 0.55),
        ("minor", 0.92, 0.88),
        ("doxxing", 0.71, 0.85),
        ("danger", 0.70, 0.22),
    ],
)
def test_the_floor_on_the_test_set(label: str, precision: float, recall: float) -> None:
    found = count(verdicts("finch"), label)

    assert len(verdicts("finch")) >= 300
    assert found.precision >= precision
    assert found.recall >= recall


@pytest.mark.parametrize(("label", "most"), [("threat", 0.03), ("danger", 0.0), ("doxxing", 0.01)])
def test_ordinary_texts_and_mere_abuse_raise_few_alarms(label: str, most: float) -> None:
    alarms = [verdict for verdict in verdicts("marten") if verdict.is_wrong(label)]

    assert len(verdicts("marten")) > 150
    assert len(alarms) <= most * len(verdicts("marten"))
