"""The weights as data: what is shipped is complete, and what is not complete is refused."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from assessment.builders import a_report, judged

from triage.assessment.facts import CaseFacts
from triage.assessment.matched import known_signal, resembling_signal
from triage.assessment.scoring import assess_report
from triage.assessment.signals import Label, Signal
from triage.assessment.weights import (
    SHIPPED_VERSION,
    BadWeights,
    Rule,
    read_weights,
    weights,
)
from triage.reports.taxonomy import Harm

RULES = list(weights().rules.values())
SHIPPED = (files("triage.assessment") / "data" / f"weights-{SHIPPED_VERSION}.toml").read_text(
    encoding="utf-8"
)
THREAT = """id = "threat.declared"
label = "threat"
weight = 0.8
floor = "P1"
"""


@pytest.mark.parametrize("version", range(1, SHIPPED_VERSION + 1))
def test_every_version_stays_loadable(version: int) -> None:
    assert weights(version).version == version


def matches(example: dict[str, Any]) -> Iterator[Signal]:
    """What the matcher has found out, which is no fact of the report."""
    if harm := example.pop("known", None):
        yield known_signal(Harm(harm), weights(), claimed=example.pop("claimed", False))
    if example.pop("resembles_removed", False):
        yield resembling_signal(weights())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_applies_to_its_own_example(rule: Rule) -> None:
    example: dict[str, Any] = dict(rule.example)
    count = example.pop("report_count", 1)
    matched = [*matches(example)]
    report = a_report(*example.pop("allegations", ()), **example)
    found = {signal.rule: signal.weight for signal in (*assess_report(report, weights()), *matched)}

    reasons = judged(CaseFacts(found, frozenset(), count)).reasons

    assert rule.id in {reason.rule for reason in reasons}


@pytest.mark.parametrize(
    ("shipped", "broken", "complaint"),
    [
        (THREAT, THREAT.replace('"threat"', '"thread"'), "label"),
        (THREAT, THREAT.replace("0.8", "0.0"), "weight"),
        (THREAT, THREAT.replace("0.8", "1.01"), "weight"),
        (THREAT, THREAT.replace("0.8", "nan"), "weight"),
        (THREAT, THREAT.replace("P1", "P9"), "floor"),
        (THREAT, THREAT.replace("P1", "P3"), "floor"),
        (THREAT, THREAT + "colour = 1\n", "colour"),
        ('reason.ko = "협박을 받고 있다고 신고되었습니다"', "", "ko"),
        ('reason.en = "A threat is reported"', 'reason.en = ""', "reason"),
        ('example = { allegations = ["threat"] }', "", "example"),
        ('example = { allegations = ["threat"] }', "example = {}", "example"),
        ('id = "threat.declared"', 'id = "minor.age"', "same id"),
        ('id = "spread.reports"', 'id = "spread.other"', "missing"),
        ("stalking = { cap = 0.6 }", "", "label"),
        ("stalking = { cap = 0.6 }", "stalking = { cap = 0.6, raises = { P0 = 0.5 } }", "P0"),
        ("spread = { cap = 0.2 }", "spread = { cap = 0.2, raises = { P1 = 0.1 } }", "P1"),
        ("anonymous = 0.8", "", "credibility"),
        ("victim = 1.0", "victim = 0.7", "credible"),
        (f"version = {SHIPPED_VERSION}", "version = two", "Invalid"),
    ],
)
def test_incomplete_weights_are_refused(shipped: str, broken: str, complaint: str) -> None:
    changed = SHIPPED.replace(shipped, broken)
    assert changed != SHIPPED

    with pytest.raises(BadWeights, match=complaint):
        read_weights(changed)


def test_a_version_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadWeights, match="99"):
        weights(99)


def test_the_shipped_text_is_what_is_loaded() -> None:
    version = tomllib.loads(SHIPPED)["version"]

    assert read_weights(SHIPPED, weights(version - 1)) == weights(version)


def test_every_label_but_danger_and_threat_stays_out_of_p0() -> None:
    by_floor = {rule.label for rule in RULES if rule.floor == "P0"}

    assert by_floor <= {Label.DANGER, Label.THREAT}


def test_a_rule_is_found_in_its_version() -> None:
    assert weights(1).find("minor.age") is weights(1).rules["minor.age"]


def test_a_rule_that_is_gone_still_counts_where_it_was_found() -> None:
    gone = SHIPPED.replace('id = "stalking.declared"', 'id = "stalking.reported"')

    changed = read_weights(gone, weights())

    assert "stalking.declared" not in changed.rules
    assert changed.find("stalking.declared") is weights().rules["stalking.declared"]
    assert weights().find("stalking.reported") is None


def test_a_reason_is_told_in_korean_and_english() -> None:
    assert weights(1).reason("threat.declared") == {
        "ko": "협박을 받고 있다고 신고되었습니다",
        "en": "A threat is reported",
    }


def test_a_rule_of_a_newer_release_is_told_by_its_id() -> None:
    assert weights().reason("threat.unheard_of")["en"] == "threat.unheard_of"
