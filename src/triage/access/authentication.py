"""Who calls: tokens looked up in the database, with a short memory."""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.models import ChannelRow, CredentialRow, PrincipalRow, ScopeRow
from triage.access.principal import Channel, ChannelKind, Format, Grant, Principal, Role
from triage.access.reliability import ChannelReliabilityRow, reliability_of
from triage.access.tokens import secret_digest
from triage.kit.clock import Clock

MEMORY_SECONDS = 5
MEMORY_SIZE = 10_000


async def authenticate(session: AsyncSession, token: str, now: datetime) -> Principal | None:
    """The caller behind a token, or None: unknown, wrong, expired, revoked or left."""
    parsed = _parse(token)
    if parsed is None:
        return None
    credential_id, secret = parsed
    found = (
        await session.execute(
            sa.select(CredentialRow.digest, PrincipalRow, ChannelRow, ChannelReliabilityRow)
            .join(PrincipalRow, PrincipalRow.id == CredentialRow.principal_id)
            .outerjoin(ChannelRow, ChannelRow.id == PrincipalRow.channel_id)
            .outerjoin(ChannelReliabilityRow, ChannelReliabilityRow.channel_id == ChannelRow.id)
            .where(
                CredentialRow.id == credential_id,
                CredentialRow.revoked_at.is_(None),
                sa.func.coalesce(CredentialRow.expires_at > now, sa.true()),
                PrincipalRow.left_at.is_(None),
                ChannelRow.closed_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None or not hmac.compare_digest(found.digest, secret_digest(secret)):
        return None
    _, principal, channel, judged = found
    scopes = (
        await session.execute(
            sa.select(ScopeRow.kind, ScopeRow.value).where(ScopeRow.principal_id == principal.id)
        )
    ).all()
    return _present(
        principal,
        channel,
        reliability_of(judged, now),
        [(kind, value) for kind, value in scopes],
    )


class Authenticator:
    """Looks tokens up and remembers the known ones for 5 s: so long a revocation may take."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._asking: dict[bytes, asyncio.Task[Principal | None]] = {}
        self._memory: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def __call__(self, token: str) -> Principal | None:
        key = secret_digest(token)
        remembered = self._memory.get(key)
        if remembered is not None and remembered[0] > time.monotonic():
            return remembered[1]
        asking = self._asking.get(key)
        if asking is None:
            # One question for all who come with the token at the same time.
            asking = self._asking[key] = asyncio.create_task(self._ask(key, token))
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(asking)

    async def _ask(self, key: bytes, token: str) -> Principal | None:
        async with self._sessions() as session:
            principal = await authenticate(session, token, self._clock())
        if principal is None:
            self._memory.pop(key, None)
            return None
        self._memory[key] = (time.monotonic() + MEMORY_SECONDS, principal)
        self._memory.move_to_end(key)
        if len(self._memory) > MEMORY_SIZE:
            self._memory.popitem(last=False)
        return principal


def _present(
    principal: PrincipalRow,
    channel: ChannelRow | None,
    reliability: float,
    scopes: Sequence[tuple[str, str]],
) -> Principal:
    def of(kind: str) -> frozenset[str]:
        return frozenset(value for scope, value in scopes if scope == kind)

    return Principal(
        id=principal.id,
        name=principal.name,
        role=Role(principal.role),
        grants=frozenset(
            Grant(value) for value in of("grant").union(channel.grants if channel else ())
        ),
        queues=of("queue"),
        jurisdictions=of("jurisdiction"),
        platforms=of("platform"),
        channel=None
        if channel is None
        else Channel(
            id=channel.id,
            name=channel.name,
            kind=ChannelKind(channel.kind),
            jurisdiction=channel.jurisdiction,
            formats=frozenset(Format(value) for value in channel.formats),
            quota=channel.quota,
            telegram_reply=channel.telegram_reply,
            did=channel.did,
            reliability=reliability,
        ),
    )


def _parse(token: str) -> tuple[UUID, str] | None:
    prefix, _, rest = token.partition("_")
    identifier, _, secret = rest.partition("_")
    if prefix != "trg" or not secret:
        return None
    try:
        return UUID(hex=identifier), secret
    except ValueError:
        return None
