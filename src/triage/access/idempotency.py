"""Keys of idempotency: a repeated request finds what its first try made, and makes nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import IdempotencyKeyRow
from triage.access.principal import Principal
from triage.kit.db import is_lock_timeout, table_of, wait_for_locks
from triage.kit.errors import Conflict, FieldError, Invalid, Problem
from triage.vault.digests import Digests

KEPT = timedelta(hours=24)
WAIT = 5.0
"""Seconds for a first request that has not ended yet."""

_NEW = insert(table_of(IdempotencyKeyRow))
TAKE_KEYS = _NEW.on_conflict_do_update(
    index_elements=["principal_id", "key_digest"],
    set_={
        "request_digest": _NEW.excluded.request_digest,
        "result_id": _NEW.excluded.result_id,
        "created_at": _NEW.excluded.created_at,
    },
    where=IdempotencyKeyRow.created_at < _NEW.excluded.created_at - KEPT,
).returning(IdempotencyKeyRow.key_digest)
"""Inserts keys, and takes over those that have expired; a key in use is not returned."""


class KeyReused(Problem):
    status = 422
    title = "The Idempotency-Key was used with another request"


class FirstStillRunning(Conflict):
    title = "The first request with this Idempotency-Key is still running"
    retry_after: int | None = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that a request brings, and what the request would make."""

    principal_id: UUID
    key_digest: bytes
    request_digest: bytes
    result_id: UUID


def read_key(header: str | None) -> str | None:
    """The key of an `Idempotency-Key` header: a token, or a quoted string (RFC 9651)."""
    if header is None:
        return None
    key = header.strip().strip('"')
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        pointer = "/headers/idempotency-key"
        raise Invalid(errors=[FieldError(pointer, "1 to 255 visible ASCII characters")])
    return key


@dataclass(frozen=True, slots=True)
class First:
    """The first request that came with a key."""

    request_digest: bytes
    result_id: UUID

    def result_for(self, claim: Claim) -> UUID:
        """What the first request made; raises KeyReused when `claim` is another request."""
        if claim.request_digest != self.request_digest:
            raise KeyReused
        return self.result_id


async def claim_keys(
    session: AsyncSession, claims: Sequence[Claim], now: datetime
) -> dict[bytes, First]:
    """Take the keys; those taken before are answered with their first request, by key digest.

    Waits for a first try that has not committed yet as long as the transaction waits for locks,
    then raises FirstStillRunning. Keys are free again after 24 h.
    """
    if not claims:
        return {}
    ordered = sorted(claims, key=lambda claim: (claim.principal_id, claim.key_digest))
    rows = [
        {
            "principal_id": claim.principal_id,
            "key_digest": claim.key_digest,
            "request_digest": claim.request_digest,
            "result_id": claim.result_id,
            "created_at": now,
        }
        for claim in ordered
    ]
    try:
        taken = set((await session.execute(TAKE_KEYS, rows)).scalars())
    except DBAPIError as error:
        if is_lock_timeout(error):
            raise FirstStillRunning from error
        raise
    return await _firsts(session, [claim for claim in ordered if claim.key_digest not in taken])


def digest_of_key(digests: Digests, principal: Principal, key: str) -> bytes:
    """What is stored of a key: it says nothing without the caller and the vault's key."""
    return digests.digest("idempotency", f"{principal.id}:{key}")


async def once(
    session: AsyncSession,
    digests: Digests,
    principal: Principal,
    header: str | None,
    *,
    operation: str,
    request: msgspec.Struct,
    result_id: UUID,
    now: datetime,
) -> UUID | None:
    """Take the key of a creating request; gives what its first try made, or None to go on.

    Raises KeyReused when the key came with another request, FirstStillRunning after 5 s.
    """
    key = read_key(header)
    if key is None:
        return None
    claim = Claim(
        principal_id=principal.id,
        key_digest=digest_of_key(digests, principal, key),
        request_digest=digests.digest(f"request:{operation}", msgspec.json.encode(request)),
        result_id=result_id,
    )
    await wait_for_locks(session, WAIT)
    taken = await claim_keys(session, [claim], now)
    first = taken.get(claim.key_digest)
    return None if first is None else first.result_for(claim)


async def repoint(
    session: AsyncSession, digests: Digests, principal: Principal, header: str | None, to: UUID
) -> None:
    """Let the key that `once` took lead to what was there already."""
    if (key := read_key(header)) is not None:
        digest = digest_of_key(digests, principal, key)
        await point_key(session, Claim(principal.id, digest, b"", to), to)


async def point_key(session: AsyncSession, claim: Claim, result_id: UUID) -> None:
    """Let a key of this transaction lead to what another request had made already."""
    await session.execute(
        sa.update(IdempotencyKeyRow).where(*_is(claim)).values(result_id=result_id)
    )


async def drop_key(session: AsyncSession, claim: Claim) -> None:
    """Give up a key of this transaction: its request is refused."""
    await session.execute(sa.delete(IdempotencyKeyRow).where(*_is(claim)))


async def _firsts(session: AsyncSession, repeated: Sequence[Claim]) -> dict[bytes, First]:
    if not repeated:
        return {}
    rows = await session.execute(
        sa.select(
            IdempotencyKeyRow.key_digest,
            IdempotencyKeyRow.request_digest,
            IdempotencyKeyRow.result_id,
        ).where(
            sa.tuple_(IdempotencyKeyRow.principal_id, IdempotencyKeyRow.key_digest).in_(
                [(claim.principal_id, claim.key_digest) for claim in repeated]
            )
        )
    )
    return {row.key_digest: First(row.request_digest, row.result_id) for row in rows}


def _is(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        IdempotencyKeyRow.principal_id == claim.principal_id,
        IdempotencyKeyRow.key_digest == claim.key_digest,
    )
