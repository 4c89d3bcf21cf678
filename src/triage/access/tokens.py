"""API tokens `trg_<id>_<secret>`: made once, and kept as SHA-256."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import ChannelRow, CredentialRow, PrincipalRow, ScopeRow
from triage.access.principal import ChannelKind, Grant, Role
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.errors import Conflict
from triage.kit.ids import uuid7
from triage.kit.rows import insert


class ChannelOfOtherKind(Conflict):
    title = "A channel of this name exists with another kind or jurisdiction"


class NameOfOtherChannel(Conflict):
    title = "Somebody of this name posts to another channel"


NewChannel: TypeAlias = tuple[str, ChannelKind, str | None]
"""Name, kind and jurisdiction."""


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
    channel: NewChannel | UUID | None = None,
) -> str:
    """A new token; the principal of this role and name is made when there is none yet.

    `channel`, for the role intake only: one that exists, or that is made when there is none of its
    name. Raises ChannelOfOtherKind and NameOfOtherChannel.
    """
    if isinstance(channel, tuple):
        channel = await _channel(session, actor, channel, now)
    principal_id = await _principal(session, actor, role, name, channel, now)
    added = await _widen(session, principal_id, scopes)
    return await _credential(session, actor, principal_id, role, added, now)


async def renew(
    session: AsyncSession,
    actor: Actor,
    role: Role,
    principal_ids: Sequence[UUID],
    until: datetime,
    now: datetime,
) -> str:
    """A new token for the first of them; what all of them have had works `until` then at most."""
    await session.execute(
        sa.update(CredentialRow)
        .where(CredentialRow.principal_id.in_(principal_ids))
        .values(expires_at=sa.func.least(CredentialRow.expires_at, until))
    )
    return await _credential(session, actor, principal_ids[0], role, [], now)


async def _widen(
    session: AsyncSession, principal_id: UUID, scopes: Scopes
) -> list[tuple[str, str]]:
    """Add the scopes that the principal has not; gives those."""
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
    return added


async def _credential(
    session: AsyncSession,
    actor: Actor,
    principal_id: UUID,
    role: Role,
    added: Sequence[tuple[str, str]],
    now: datetime,
) -> str:
    credential_id, secret = uuid7(), secrets.token_urlsafe(32)
    await insert(
        session,
        CredentialRow,
        [
            {
                "id": credential_id,
                "principal_id": principal_id,
                "digest": secret_digest(secret),
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


async def _principal(
    session: AsyncSession,
    actor: Actor,
    role: Role,
    name: str,
    channel_id: UUID | None,
    now: datetime,
) -> UUID:
    known = await session.scalar(
        sa.select(PrincipalRow).where(PrincipalRow.role == role, PrincipalRow.name == name)
    )
    if known is not None:
        if channel_id not in (None, known.channel_id):
            raise NameOfOtherChannel
        return known.id
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
    channel: NewChannel,
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


def secret_digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
