"""A case scored by the weights in force; automation only raises its band."""

from triage.assessment.facts import CaseFacts
from triage.assessment.scoring import Assessment, assess
from triage.assessment.weights import Weights, weights
from triage.cases.models import CaseRow, NewCase


def told_by(case: CaseRow | NewCase, current: Weights) -> dict[str, float]:
    """What the case's rules weigh by these weights, whichever it was scored with."""
    if not case.rule_weights:
        return {}
    before = weights(case.weights_version)
    return {
        rule: current.revalued(rule, weight, before) for rule, weight in case.rule_weights.items()
    }


def judged(case: CaseRow | NewCase, current: Weights) -> Assessment:
    """The case by these weights, as if it had never had a band."""
    facts = CaseFacts(told_by(case, current), frozenset(), case.report_count)
    return assess(facts, current)


def score_anew(case: CaseRow | NewCase, current: Weights) -> None:
    """Write down the score of `case.rule_weights`, which are by these weights; raise the band."""
    facts = CaseFacts(case.rule_weights, frozenset(), case.report_count)
    write_down(case, assess(facts, current))


def write_down(case: CaseRow | NewCase, found: Assessment, *, lowers: bool = False) -> None:
    """`lowers`: the case is told anew from fewer reports, and may be less urgent than before."""
    case.band = found.band if lowers else min(case.band, found.band)
    case.needs_child_safety = found.needs_child_safety or (case.needs_child_safety and not lowers)
    case.score = found.score
    case.weights_version = found.weights_version
    case.reasons = [
        {"rule": reason.rule, "label": reason.label, "weight": reason.weight}
        for reason in found.reasons
    ]
