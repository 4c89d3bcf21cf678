"""API tokens `trg_<id>_<secret>`: made once, kept as SHA-256, looked up with a short memory."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.models import ChannelRow, CredentialRow, PrincipalRow, ScopeRow
from triage.access.principal import Channel, ChannelKind, Grant, Principal, Role
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.errors import Conflict
from triage.kit.ids import uuid7
from triage.kit.rows import insert

MEMORY_SECONDS = 5
MEMORY_SIZE = 10_000


class ChannelOfOtherKind(Conflict):
    title = "A channel of this name exists with another kind or jurisdiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    grants: Collection[Grant] = ()
    queues: Collection[str] = ()
    jurisdictions: Collection[str] = ()
    platforms: Collection[str] = ()

    def pairs(self) -> set[tuple[str, str]]:
        return (
            {("grant", grant.value) for grant in self.grants}
            | {("queue", queue) for queue in self.queues}
            | {("jurisdiction", jurisdiction) for jurisdiction in self.jurisdictions}
            | {("platform", platform) for platform in self.platforms}
        )


async def issue(
    session: AsyncSession,
    actor: Actor,
    *,
    role: Role,
    name: str,
    scopes: Scopes,
    now: datetime,
    channel: tuple[str, ChannelKind, str | None] | None = None,
) -> str:
    """A new token; the principal of this role and name is made when there is none yet.

    `channel` is (name, kind, jurisdiction), for the role intake only. Raises ChannelOfOtherKind.
    """
    principal_id = await _principal(session, actor, role, name, channel, now)
    known = {
        (kind, value)
        for kind, value in await session.execute(
            sa.select(ScopeRow.kind, ScopeRow.value).where(ScopeRow.principal_id == principal_id)
        )
    }
    added = sorted(scopes.pairs() - known)
    await insert(
        session,
        ScopeRow,
        [{"principal_id": principal_id, "kind": kind, "value": value} for kind, value in added],
    )
    credential_id, secret = uuid7(), secrets.token_urlsafe(32)
    await insert(
        session,
        CredentialRow,
        [
            {
                "id": credential_id,
                "principal_id": principal_id,
                "digest": _digest(secret),
                "created_at": now,
            }
        ],
    )
    append(
        session,
        "token.created",
        actor,
        [Subject("principal", principal_id), Subject("credential", credential_id)],
        at=now,
        body={"role": role, "scopes": [list(pair) for pair in added]},
    )
    return f"trg_{credential_id.hex}_{secret}"


async def authenticate(session: AsyncSession, token: str, now: datetime) -> Principal | None:
    """The caller behind a token, or None: unknown, wrong, expired, revoked or left."""
    parsed = _parse(token)
    if parsed is None:
        return None
    credential_id, secret = parsed
    found = (
        await session.execute(
            sa.select(CredentialRow.digest, PrincipalRow, ChannelRow)
            .join(PrincipalRow, PrincipalRow.id == CredentialRow.principal_id)
            .outerjoin(ChannelRow, ChannelRow.id == PrincipalRow.channel_id)
            .where(
                CredentialRow.id == credential_id,
                CredentialRow.revoked_at.is_(None),
                sa.func.coalesce(CredentialRow.expires_at > now, sa.true()),
                PrincipalRow.left_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None or not hmac.compare_digest(found.digest, _digest(secret)):
        return None
    _, principal, channel = found
    scopes = (
        await session.execute(
            sa.select(ScopeRow.kind, ScopeRow.value).where(ScopeRow.principal_id == principal.id)
        )
    ).all()
    return _present(principal, channel, [(kind, value) for kind, value in scopes])


class Authenticator:
    """Looks tokens up and remembers the known ones for 5 s: so long a revocation may take."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._memory: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def __call__(self, token: str) -> Principal | None:
        key = _digest(token)
        remembered = self._memory.get(key)
        if remembered is not None and remembered[0] > time.monotonic():
            return remembered[1]
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


async def _principal(
    session: AsyncSession,
    actor: Actor,
    role: Role,
    name: str,
    channel: tuple[str, ChannelKind, str | None] | None,
    now: datetime,
) -> UUID:
    known = await session.scalar(
        sa.select(PrincipalRow.id).where(PrincipalRow.role == role, PrincipalRow.name == name)
    )
    if known is not None:
        return known
    channel_id = await _channel(session, actor, channel, now) if channel else None
    principal_id = uuid7()
    await insert(
        session,
        PrincipalRow,
        [
            {
                "id": principal_id,
                "role": role,
                "name": name,
                "channel_id": channel_id,
                "created_at": now,
            }
        ],
    )
    append(
        session,
        "principal.created",
        actor,
        [Subject("principal", principal_id)],
        at=now,
        body={"role": role},
    )
    return principal_id


async def _channel(
    session: AsyncSession,
    actor: Actor,
    channel: tuple[str, ChannelKind, str | None],
    now: datetime,
) -> UUID:
    name, kind, jurisdiction = channel
    known = await session.scalar(sa.select(ChannelRow).where(ChannelRow.name == name))
    if known is not None:
        if (known.kind, known.jurisdiction) != (kind, jurisdiction):
            raise ChannelOfOtherKind
        return known.id
    channel_id = uuid7()
    await insert(
        session,
        ChannelRow,
        [
            {
                "id": channel_id,
                "name": name,
                "kind": kind,
                "jurisdiction": jurisdiction,
                "created_at": now,
            }
        ],
    )
    append(
        session,
        "channel.created",
        actor,
        [Subject("channel", channel_id)],
        at=now,
        body={"kind": kind, "jurisdiction": jurisdiction},
    )
    return channel_id


def _present(
    principal: PrincipalRow, channel: ChannelRow | None, scopes: Sequence[tuple[str, str]]
) -> Principal:
    def of(kind: str) -> frozenset[str]:
        return frozenset(value for scope, value in scopes if scope == kind)

    return Principal(
        id=principal.id,
        name=principal.name,
        role=Role(principal.role),
        grants=frozenset(Grant(value) for value in of("grant")),
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


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
