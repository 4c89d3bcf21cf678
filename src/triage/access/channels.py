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
from triage.access.schemas import ChannelChange, ChannelForm, ChannelGrant, ChannelSettings
from triage.access.tokens import Scopes, issue, renew
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.errors import Conflict, NotFound
from triage.kit.ids import uuid7
from triage.kit.rows import insert_new

_JOURNALED = ("kind", "jurisdiction", "formats", "grants", "quota", "telegram_reply")


class ChannelNotFound(NotFound):
    title = "There is no such channel"


class ChannelExists(Conflict):
    title = "A channel of this name exists"


async def create_channel(
    session: AsyncSession, actor: Actor, form: ChannelForm, now: datetime
) -> tuple[ChannelRow, str]:
    """The channel and its token, which is never shown again.

    Raises ChannelExists and NameOfOtherChannel.
    """
    row: dict[str, Any] = {"id": uuid7(), "created_at": now} | {
        name: getattr(form, name) for name in form.__struct_fields__
    }
    if not await insert_new(session, ChannelRow, [row], returning=("id",)):
        raise ChannelExists
    channel = await find_channel(session, row["id"])
    append(
        session,
        "channel.created",
        actor,
        [Subject("channel", channel.id)],
        at=now,
        body={name: _plain(value) for name, value in row.items() if name in _JOURNALED},
    )
    token = await issue(
        session,
        actor,
        role=Role.INTAKE,
        name=form.name,
        scopes=Scopes(),
        now=now,
        channel=channel.id,
    )
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
    if "closed" in given:
        closed = given.pop("closed")
        given["closed_at"] = (channel.closed_at or now) if closed else None
    before = {name: getattr(channel, name) for name in given}
    changed = sorted(name for name, value in given.items() if value != before[name])
    for name in changed:
        setattr(channel, name, given[name])
    if changed:
        append(
            session,
            "channel.changed",
            actor,
            [Subject("channel", channel.id)],
            at=now,
            body={name: [_plain(before[name]), _plain(given[name])] for name in changed},
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
        .where(PrincipalRow.channel_id == channel.id, PrincipalRow.left_at.is_(None))
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


def _plain(value: object) -> Any:
    """For the journal: what was and what is, so that a grant or a quota can be followed."""
    return msgspec.to_builtins(value)


def present_channel(row: ChannelRow) -> ChannelSettings:
    return ChannelSettings(
        id=row.id,
        name=row.name,
        kind=ChannelKind(row.kind),
        jurisdiction=row.jurisdiction,
        formats=[Format(value) for value in row.formats],
        grants=msgspec.convert(row.grants, list[ChannelGrant]),
        quota=row.quota,
        telegram_reply=row.telegram_reply,
        did=row.did,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )
