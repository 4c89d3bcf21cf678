"""The RateLimit fields of answers (draft-ietf-httpapi-ratelimit-headers)."""

from litestar.types import Scope

from triage.access.quotas import WINDOW, Allowance

_KEY = "triage_allowance"


def note_allowance(scope: Scope, allowance: Allowance) -> None:
    """Remember what is left, for the answer to this request."""
    scope.setdefault("state", {})[_KEY] = allowance


def rate_limit_fields(scope: Scope) -> list[tuple[bytes, bytes]]:
    """None where no quota counts."""
    known: Allowance | None = scope.get("state", {}).get(_KEY)
    if known is None:
        return []
    quota = known.quota
    policy = f'"{quota.policy}";q={quota.limit};w={int(WINDOW)}'
    left = f'"{quota.policy}";r={known.remaining};t={known.seconds}'
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]
