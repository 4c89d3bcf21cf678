"""The name of one request: returned to the caller, logged, journaled."""

import re

from litestar.types import Scope

from triage.kit.ids import uuid7

HEADER = b"x-request-id"

_FORM = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_KEY = "triage_request_id"


def assign_request_id(scope: Scope) -> str:
    """Take the caller's own id when it has the right form, a new one otherwise."""
    given = next((value for name, value in scope["headers"] if name == HEADER), b"")
    chosen = given.decode() if _FORM.fullmatch(given) else str(uuid7())
    scope.setdefault("state", {})[_KEY] = chosen
    return chosen


def request_id(scope: Scope) -> str:
    """The id that the edge assigned; empty where no edge was passed."""
    known: str = scope.get("state", {}).get(_KEY, "")
    return known
