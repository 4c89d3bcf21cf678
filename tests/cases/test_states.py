"""The states of a case: every pair of them, and the page that draws them."""

from itertools import product

import pytest
from diagrams import STATES_PAGE, drawn

from triage.cases.states import EDGES, CaseState, StateForbidsAct, moved

WORKING = ("open", "waiting", "awaiting_second_look", "following", "closed")
ALLOWED = {
    ("open", "waiting"),
    ("open", "awaiting_second_look"),
    ("open", "following"),
    ("open", "closed"),
    ("waiting", "open"),
    ("awaiting_second_look", "open"),
    ("awaiting_second_look", "following"),
    ("awaiting_second_look", "closed"),
    ("following", "open"),
    ("following", "closed"),
    ("closed", "open"),
    ("closed", "following"),
    *((state, "merged") for state in WORKING),
    *(("merged", state) for state in WORKING),
}


@pytest.mark.parametrize(("state", "to"), list(product(CaseState, repeat=2)))
def test_a_case_moves_along_its_edges_only(state: CaseState, to: CaseState) -> None:
    if (state, to) in ALLOWED:
        assert moved(state, to) is to
    else:
        with pytest.raises(StateForbidsAct):
            moved(state, to)


def test_a_refused_move_names_states_and_nothing_else() -> None:
    with pytest.raises(StateForbidsAct) as refused:
        moved(CaseState.CLOSED, CaseState.WAITING)

    assert refused.value.status == 409
    assert refused.value.detail == "A case that is closed cannot become waiting"


def test_the_documentation_draws_the_states_of_a_case_as_they_are() -> None:
    assert drawn(EDGES, CaseState.OPEN) in STATES_PAGE.read_text(encoding="utf-8")
