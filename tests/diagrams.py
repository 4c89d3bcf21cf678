"""State diagrams as the documentation shows them, drawn from the tables that the code asks."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)

STATES_PAGE = Path(__file__).parents[1] / "docs" / "states.md"


def drawn(edges: Mapping[State, Collection[State]], first: State) -> str:
    """A Mermaid diagram of every edge, in the order of the enumeration."""
    order = list(type(first))
    lines = [f"    [*] --> {first}"]
    lines += [f"    {state} --> {to}" for state in order for to in order if to in edges[state]]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])
