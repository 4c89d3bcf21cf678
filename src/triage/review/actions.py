"""What a person may do with a case now: operation names, from state, lease, role and grants."""

from triage.access.permissions import PERMISSIONS
from triage.access.principal import Principal
from triage.cases.states import CaseState
from triage.queues.dispenser import Lease

WITH_LEASE = ("decide", "extend_lease", "release_lease", "reveal")
ALWAYS = ("create_note", "get_case_timeline", "get_case_score", "create_referral")
ALIVE = (
    *("list_case_links", "propose_link", "confirm_link", "reject_link", "confirm_links"),
    *("mute_fingerprints", "unmute_fingerprints"),
)
WITH_OUTCOME = ("create_removal",)
LIVING = ("merge_case", "split_case")
MERGED = ("unmerge_case",)


def allowed_actions(principal: Principal, state: CaseState, lease: Lease | None) -> list[str]:
    actions = list(ALWAYS)
    if lease is not None and lease.holder == principal.id and state is CaseState.OPEN:
        actions += WITH_LEASE
    if state is not CaseState.MERGED:
        actions += ALIVE
    if state in {CaseState.FOLLOWING, CaseState.CLOSED}:
        actions += WITH_OUTCOME
    if state is CaseState.MERGED:
        actions += MERGED
    elif state is not CaseState.AWAITING_SECOND_LOOK:
        actions += LIVING
    return sorted(action for action in actions if PERMISSIONS[action].permits(principal))
