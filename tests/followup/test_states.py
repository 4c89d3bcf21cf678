"""The edges of removals and referrals, every pair of states."""

from itertools import product

import pytest

from triage.followup.states import (
    OPEN_REFERRALS,
    OPEN_REMOVALS,
    REFERRAL_EDGES,
    REMOVAL_EDGES,
    ReferralState,
    ReferralStateForbids,
    RemovalState,
    RemovalStateForbids,
    moved_referral,
    moved_removal,
)


@pytest.mark.parametrize(("state", "to"), list(product(RemovalState, repeat=2)))
def test_a_removal_moves_along_its_edges_only(state: RemovalState, to: RemovalState) -> None:
    if to in REMOVAL_EDGES[state]:
        assert moved_removal(state, to) is to
    else:
        with pytest.raises(RemovalStateForbids):
            moved_removal(state, to)


@pytest.mark.parametrize(("state", "to"), list(product(ReferralState, repeat=2)))
def test_a_referral_moves_along_its_edges_only(state: ReferralState, to: ReferralState) -> None:
    if to in REFERRAL_EDGES[state]:
        assert moved_referral(state, to) is to
    else:
        with pytest.raises(ReferralStateForbids):
            moved_referral(state, to)


def test_what_is_open_can_still_move_and_what_is_done_stays_unless_it_is_back() -> None:
    assert all(REMOVAL_EDGES[state] for state in OPEN_REMOVALS)
    done = set(RemovalState) - OPEN_REMOVALS
    assert {state for state in done if REMOVAL_EDGES[state]} == {RemovalState.REMOVED}
    assert all(REFERRAL_EDGES[state] for state in OPEN_REFERRALS)


def test_a_removed_location_can_only_reappear() -> None:
    assert REMOVAL_EDGES[RemovalState.REMOVED] == {RemovalState.REAPPEARED}
    assert REMOVAL_EDGES[RemovalState.REAPPEARED] == {RemovalState.REQUESTED}
