"""The states of a case and the edges between them: one pure table that every writer asks."""

from enum import StrEnum

from triage.kit.errors import Conflict


class CaseState(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    AWAITING_SECOND_LOOK = "awaiting_second_look"
    FOLLOWING = "following"
    CLOSED = "closed"
    MERGED = "merged"


EDGES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset(
        {
            CaseState.WAITING,
            CaseState.AWAITING_SECOND_LOOK,
            CaseState.FOLLOWING,
            CaseState.CLOSED,
            CaseState.MERGED,
        }
    ),
    CaseState.WAITING: frozenset({CaseState.OPEN, CaseState.MERGED}),
    CaseState.AWAITING_SECOND_LOOK: frozenset(
        {CaseState.OPEN, CaseState.FOLLOWING, CaseState.CLOSED, CaseState.MERGED}
    ),
    CaseState.FOLLOWING: frozenset({CaseState.OPEN, CaseState.CLOSED, CaseState.MERGED}),
    CaseState.CLOSED: frozenset({CaseState.OPEN, CaseState.FOLLOWING, CaseState.MERGED}),
    CaseState.MERGED: frozenset(
        {
            CaseState.OPEN,
            CaseState.WAITING,
            CaseState.AWAITING_SECOND_LOOK,
            CaseState.FOLLOWING,
            CaseState.CLOSED,
        }
    ),
}


class StateForbidsAct(Conflict):
    title = "The case is in a state that does not allow this"


def moved(state: CaseState, to: CaseState) -> CaseState:
    """`to`, when an edge leads there from `state`."""
    if to not in EDGES[state]:
        raise StateForbidsAct(f"A case that is {state} cannot become {to}")
    return to
