"""Signals from what the matcher finds: on a list of known content, or like what was removed."""

from triage.assessment.signals import Signal
from triage.assessment.weights import Weights
from triage.reports.taxonomy import Harm


def known_signal(harm: Harm, weights: Weights, *, claimed: bool = False) -> Signal:
    """On a list of `harm`; `claimed`: by a digest that an unproven channel may have made up."""
    return _signal("spread.known_list_claimed" if claimed else f"{harm}.known_list", weights)


def resembling_signal(weights: Weights) -> Signal:
    return _signal("intimate.lookalike_removed", weights)


def _signal(rule_id: str, weights: Weights) -> Signal:
    rule = weights.rules[rule_id]
    return Signal(rule.id, rule.label, rule.weight, weights.version)
