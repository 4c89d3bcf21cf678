"""Channels: made, changed and given a new token by an administrator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import ChannelRow, PrincipalRow
from triage.access.principal import ChannelKind, Format, Role
from triage.access.schemas import ChannelChange, ChannelForm, ChannelSettings
from triage.access.tokens import Scopes, issue, renew
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.errors import Conflict, NotFound


class ChannelNotFound(NotFound):
    title = "There is no such channel"


class ChannelExists(Conflict):
    title = "A channel of this name exists"


async def create_channel(
    session: AsyncSession, actor: Actor, form: ChannelForm, now: datetime
) -> tuple[ChannelRow, str]:
    """The channel and its token, which is never shown again. Raises ChannelExists."""
    if await session.scalar(sa.select(ChannelRow.id).where(ChannelRow.name == form.name)):
        raise ChannelExists
    token = await issue(
        session,
        actor,
        role=Role.INTAKE,
        name=form.name,
        scopes=Scopes(),
        now=now,
        channel=(form.name, form.kind, form.jurisdiction),
    )
    channel = (
        await session.scalars(sa.select(ChannelRow).where(ChannelRow.name == form.name))
    ).one()
    for name in ("formats", "grants", "quota", "telegram_reply", "did"):
        setattr(channel, name, getattr(form, name))
    await session.flush()
    return channel, token


async def update_channel(
    session: AsyncSession, actor: Actor, channel_id: UUID, change: ChannelChange, now: datetime
) -> ChannelRow:
    """Set what is given; processes that know a token already learn of it within 5 s."""
    channel = await find_channel(session, channel_id)
    given: dict[str, Any] = {
        name: value
        for name in change.__struct_fields__
        if (value := getattr(change, name)) is not msgspec.UNSET
    }
    for name, value in given.items():
        if name == "closed":
            channel.closed_at = (channel.closed_at or now) if value else None
        else:
            setattr(channel, name, value)
    append(
        session,
        "channel.changed",
        actor,
        [Subject("channel", channel.id)],
        at=now,
        body={"fields": sorted(given)},
    )
    await session.flush()
    return channel


async def rotate_channel(
    session: AsyncSession, actor: Actor, channel_id: UUID, grace: timedelta, now: datetime
) -> str:
    """A new token; the old ones still work for `grace`. Raises ChannelNotFound."""
    channel = await find_channel(session, channel_id)
    principals = await session.scalars(
        sa.select(PrincipalRow.id)
        .where(PrincipalRow.channel_id == channel.id)
        .order_by(PrincipalRow.id)
    )
    append(session, "channel.rotated", actor, [Subject("channel", channel.id)], at=now)
    return await renew(session, actor, Role.INTAKE, principals.all(), now + grace, now)


async def find_channel(session: AsyncSession, channel_id: UUID) -> ChannelRow:
    channel = await session.scalar(sa.select(ChannelRow).where(ChannelRow.id == channel_id))
    if channel is None:
        raise ChannelNotFound
    return channel


async def list_channels(
    session: AsyncSession, after: UUID | None, limit: int
) -> Sequence[ChannelRow]:
    """By id, which is the order of their making."""
    query = sa.select(ChannelRow).order_by(ChannelRow.id).limit(limit)
    if after is not None:
        query = query.where(ChannelRow.id > after)
    return (await session.scalars(query)).all()


def present_channel(row: ChannelRow) -> ChannelSettings:
    return ChannelSettings(
        id=row.id,
        name=row.name,
        kind=ChannelKind(row.kind),
        jurisdiction=row.jurisdiction,
        formats=[Format(value) for value in row.formats],
        grants=["sees_matches" for _ in row.grants],
        quota=row.quota,
        telegram_reply=row.telegram_reply,
        did=row.did,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )
