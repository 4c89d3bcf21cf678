"""Pages of unknown sites that show what many people posted: data/shelves.toml says which."""

from functools import cache
from importlib.resources import files

import msgspec


class _Shelves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alone: frozenset[str]
    named: frozenset[str]
    lettered: frozenset[str]
    asking: frozenset[str]


@cache
def _shelves() -> _Shelves:
    data = files("triage.fingerprints") / "data" / "shelves.toml"
    return msgspec.toml.decode(data.read_bytes(), type=_Shelves)


def lists_many(place: str) -> bool:
    """Whether the path and query of a page ask for a front page, a board, a search or a folder."""
    if "#" in place:  # a page of its own on a site that runs in the browser
        return False
    shelves = _shelves()
    path, _, query = place.partition("?")
    steps = [step.lower() for step in path.split("/") if step]
    match steps:
        case []:
            return all(name in shelves.asking for name in _names(query))
        case [shelf]:
            return shelf in shelves.alone and _has_no_id(query)
        case [shelf, name]:
            return shelf in shelves.named or (
                shelf in shelves.lettered and not any(map(str.isdecimal, name))
            )
    return False


def _names(query: str) -> list[str]:
    return [piece.partition("=")[0].lower() for piece in query.split("&") if piece]


def _has_no_id(query: str) -> bool:
    """`index.php?id=5` may be one post."""
    return all(name in _shelves().asking for name in _names(query))
