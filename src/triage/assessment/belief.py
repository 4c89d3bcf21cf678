"""How far a report is believed: what its signals weigh of the weight of their rules."""

from triage.assessment.facts import ReportFacts
from triage.assessment.signals import Signal, Span
from triage.assessment.weights import Weights
from triage.reports.taxonomy import Relation


def belief(weights: Weights, relation: Relation, *, trusted: bool) -> float:
    return 1.0 if trusted else weights.credibility[relation]


def believed(
    rule_id: str, facts: ReportFacts, weights: Weights, evidence: Span | None = None
) -> Signal | None:
    """What the rule says of this report; None: these weights do not know the rule."""
    rule = weights.find(rule_id)
    if rule is None:
        return None
    share = belief(weights, facts.relation, trusted=facts.trusted)
    share *= 1.0 if facts.trusted else facts.reliability
    return Signal(rule.id, rule.label, round(rule.weight * share, 4), weights.version, evidence)
