"""What a caller sees of a case: a pure rule on the caller, the case and its lease."""

from enum import Enum

from triage.access.principal import Grant, Principal
from triage.cases.models import CaseRow
from triage.cases.queries import CaseNotFound
from triage.cases.visibility import check_known
from triage.queues.dispenser import Lease


class Sight(Enum):
    """FIGURES: ids, bands and counts. TEXTS: also the texts, with personal details masked."""

    FIGURES = "figures"
    TEXTS = "texts"


def sight_of(principal: Principal, case: CaseRow, lease: Lease | None) -> Sight:
    """What the caller sees; raises CaseNotFound where the case's existence is not theirs to know.

    Only the holder of the live lease reads texts, whatever the role.
    """
    if lease is not None and lease.holder == principal.id:
        if case.needs_child_safety and not principal.has(Grant.CHILD_SAFETY):
            raise CaseNotFound  # the grant was taken away while they held it
        return Sight.TEXTS
    check_known(principal, case)
    return Sight.FIGURES
