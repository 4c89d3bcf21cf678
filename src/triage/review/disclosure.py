"""Who may know what of a case: a pure rule on the caller, the case and its lease."""

from enum import Enum

from triage.access.principal import Grant, Principal, Role
from triage.access.tokens import ALL_QUEUES
from triage.cases.models import CaseRow
from triage.cases.queries import CaseNotFound
from triage.queues.dispenser import Lease


class Sight(Enum):
    """FIGURES: ids, bands and counts. TEXTS: also the texts, with personal details masked."""

    FIGURES = "figures"
    TEXTS = "texts"


def sight_of(principal: Principal, case: CaseRow, lease: Lease | None) -> Sight:
    """What the caller sees; raises CaseNotFound where the case's existence is not theirs to know.

    Only the holder of the live lease reads texts, whatever the role.
    """
    if case.needs_child_safety and not principal.has(Grant.CHILD_SAFETY):
        raise CaseNotFound  # also for the holder, when the child was named after the claim
    if lease is not None and lease.holder == principal.id:
        return Sight.TEXTS
    is_member = ALL_QUEUES in principal.queues or case.queue in principal.queues
    if principal.role is not Role.LEAD and not is_member:
        raise CaseNotFound
    return Sight.FIGURES
