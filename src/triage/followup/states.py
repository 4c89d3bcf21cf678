"""What can become of a removal and of a referral: pure tables of states and edges."""

from enum import StrEnum

from triage.kit.errors import Conflict


class RemovalState(StrEnum):
    DRAFTED = "drafted"
    HELD = "held"
    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    REMOVED = "removed"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    REAPPEARED = "reappeared"
    WITHDRAWN = "withdrawn"


class RemovalResult(StrEnum):
    DELETED = "deleted"
    ACCOUNT_REMOVED = "account_removed"
    DISABLED = "disabled_in"
    DELISTED = "delisted"
    MADE_PRIVATE = "made_private"
    ALREADY_GONE = "already_gone"


class HeldBy(StrEnum):
    POLICE = "police"
    VICTIM = "victim"
    LEAD = "lead"


class ReferralTo(StrEnum):
    POLICE = "police"
    REGULATOR = "regulator"
    NCMEC = "ncmec"
    HOTLINE = "hotline"
    SUPPORT = "support"


class ReferralState(StrEnum):
    DRAFTED = "drafted"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    CLOSED = "closed"


REMOVAL_EDGES: dict[RemovalState, frozenset[RemovalState]] = {
    RemovalState.DRAFTED: frozenset(
        {
            RemovalState.REQUESTED,
            RemovalState.HELD,
            RemovalState.REMOVED,
            RemovalState.WITHDRAWN,
        }
    ),
    RemovalState.HELD: frozenset({RemovalState.DRAFTED, RemovalState.WITHDRAWN}),
    RemovalState.REQUESTED: frozenset(
        {
            RemovalState.ACKNOWLEDGED,
            RemovalState.REMOVED,
            RemovalState.REFUSED,
            RemovalState.UNREACHABLE,
        }
    ),
    RemovalState.ACKNOWLEDGED: frozenset(
        {RemovalState.REMOVED, RemovalState.REFUSED, RemovalState.UNREACHABLE}
    ),
    RemovalState.REMOVED: frozenset({RemovalState.REAPPEARED}),
    RemovalState.REAPPEARED: frozenset({RemovalState.REQUESTED}),
    RemovalState.REFUSED: frozenset(),
    RemovalState.UNREACHABLE: frozenset(),
    RemovalState.WITHDRAWN: frozenset(),
}

OPEN_REMOVALS = frozenset(
    {
        RemovalState.DRAFTED,
        RemovalState.HELD,
        RemovalState.REQUESTED,
        RemovalState.ACKNOWLEDGED,
        RemovalState.REAPPEARED,
    }
)

REFERRAL_EDGES: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.DRAFTED: frozenset({ReferralState.SENT, ReferralState.CLOSED}),
    ReferralState.SENT: frozenset(
        {ReferralState.ACKNOWLEDGED, ReferralState.DECLINED, ReferralState.CLOSED}
    ),
    ReferralState.ACKNOWLEDGED: frozenset({ReferralState.DECLINED, ReferralState.CLOSED}),
    ReferralState.DECLINED: frozenset({ReferralState.CLOSED}),
    ReferralState.CLOSED: frozenset(),
}

OPEN_REFERRALS = frozenset({ReferralState.DRAFTED, ReferralState.SENT, ReferralState.ACKNOWLEDGED})


class RemovalStateForbids(Conflict):
    title = "The removal is in a state that does not allow this"


class ReferralStateForbids(Conflict):
    title = "The referral is in a state that does not allow this"


def moved_removal(state: RemovalState, to: RemovalState) -> RemovalState:
    if to not in REMOVAL_EDGES[state]:
        raise RemovalStateForbids(f"A removal that is {state} cannot become {to}")
    return to


def moved_referral(state: ReferralState, to: ReferralState) -> ReferralState:
    if to not in REFERRAL_EDGES[state]:
        raise ReferralStateForbids(f"A referral that is {state} cannot become {to}")
    return to
