"""Spending a caller's quota, and the RateLimit fields of the answer.

As draft-ietf-httpapi-ratelimit-headers has them.
"""

from typing import Any, TypeAlias

from triage.access.quotas import WINDOW, Allowance, Quota, QuotaExceeded, Quotas

_KEY = "triage_allowance"

Scope: TypeAlias = Any
"""Of ASGI: the mapping of what is known of one request."""


async def spend(quotas: Quotas, scope: Scope, quota: Quota | None, count: int = 1) -> None:
    """Use up so much of the quota, if there is one; the answer tells what is left.

    Raises QuotaExceeded and BeyondQuota.
    """
    if quota is None:
        return
    try:
        allowance = await quotas.take(quota, count)
    except QuotaExceeded as refused:
        _note(scope, refused.allowance)
        raise
    _note(scope, allowance)


def rate_limit_fields(scope: Scope) -> list[tuple[bytes, bytes]]:
    """None where no quota counts."""
    known: Allowance | None = scope.get("state", {}).get(_KEY)
    if known is None:
        return []
    quota = known.quota
    policy = f'"{quota.policy}";q={quota.limit};w={int(WINDOW)}'
    left = f'"{quota.policy}";r={known.remaining};t={known.seconds}'
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]


def _note(scope: Scope, allowance: Allowance) -> None:
    scope.setdefault("state", {})[_KEY] = allowance
