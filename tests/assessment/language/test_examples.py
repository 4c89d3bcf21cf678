"""Every rule shows in its own examples, and not in what only looks like them."""

from collections.abc import Iterator

import pytest

from triage.assessment.language.detectors import SHEETS, findings, load_sheet
from triage.assessment.weights import weights


def examples(*, showing: bool) -> Iterator[tuple[str, str]]:
    for name in SHEETS:
        for written in load_sheet(name).patterns:
            for text in written.yes if showing else written.no:
                yield written.rule, text


@pytest.mark.parametrize(("rule", "text"), list(examples(showing=True)))
def test_a_rule_shows_in_its_examples(rule: str, text: str) -> None:
    assert rule in {finding.rule for finding in findings(text)}


@pytest.mark.parametrize(("rule", "text"), list(examples(showing=False)))
def test_a_rule_does_not_show_in_its_near_misses(rule: str, text: str) -> None:
    assert rule not in {finding.rule for finding in findings(text)}


def test_every_rule_that_texts_can_show_is_one_of_the_weights() -> None:
    assert {rule for rule, _ in examples(showing=True)} <= weights().rules.keys()
