"""The channels that reports come through, for administrators."""

from datetime import timedelta
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access import channels
from triage.access.idempotency import once, repoint
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey, replay, replayed
from triage.access.schemas import (
    ChannelChange,
    ChannelForm,
    ChannelMade,
    ChannelSettings,
    NewToken,
    RotateRequest,
)
from triage.kit.clock import Clock
from triage.kit.ids import uuid7
from triage.kit.paging import Limit, Page, decode_cursor, page_of
from triage.kit.types import Line
from triage.vault.service import Vault


@get("/v1/channels", operation_id="list_channels")
async def list_channels(
    session: NamedDependency[AsyncSession],
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[ChannelSettings]:
    """Channels in the order of their making."""
    after = decode_cursor(cursor, tuple[UUID])
    rows = await channels.list_channels(session, after[0] if after else None, limit + 1)
    return page_of(rows, limit, channels.present_channel, lambda row: (row.id,))


@post(
    "/v1/channels",
    operation_id="create_channel",
    status_code=201,
    responses=replayed(ChannelMade),
    opt={"refuses": (409,)},
)
async def create_channel(
    data: JSONBody[ChannelForm],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[ChannelMade]:
    """Make a channel and its token, which this answer alone shows."""
    now = clock()
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation="create_channel",
        request=data,
        result_id=uuid7(),
        now=now,
    )
    if first is not None:
        known = await channels.find_channel(session, first)
        return replay(ChannelMade(channel=channels.present_channel(known), token=None))
    channel, token = await channels.create_channel(session, principal.actor, data, now)
    await repoint(session, vault.digests, principal, idempotency_key, channel.id)
    made = ChannelMade(channel=channels.present_channel(channel), token=token)
    return Response(made, status_code=201)


@get("/v1/channels/{channel_id:uuid}", operation_id="get_channel")
async def get_channel(
    channel_id: FromPath[UUID], session: NamedDependency[AsyncSession]
) -> ChannelSettings:
    """One channel."""
    return channels.present_channel(await channels.find_channel(session, channel_id))


@patch("/v1/channels/{channel_id:uuid}", operation_id="update_channel")
async def update_channel(
    channel_id: FromPath[UUID],
    data: JSONBody[ChannelChange],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> ChannelSettings:
    """Change what is given; in force everywhere within 5 seconds. A closed one takes no reports."""
    row = await channels.update_channel(session, principal.actor, channel_id, data, clock())
    return channels.present_channel(row)


@post("/v1/channels/{channel_id:uuid}/rotate", operation_id="rotate_channel", status_code=200)
async def rotate_channel(
    channel_id: FromPath[UUID],
    data: JSONBody[RotateRequest],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
    idempotency_key: IdempotencyKey = None,
) -> Response[NewToken]:
    """A new token; the old ones work for the time of grace and no longer."""
    now = clock()
    first = await once(
        session,
        vault.digests,
        principal,
        idempotency_key,
        operation=f"rotate_channel:{channel_id}",
        request=data,
        result_id=channel_id,
        now=now,
    )
    if first is not None:
        return replay(NewToken(token=None))
    grace = timedelta(seconds=data.grace_seconds)
    token = await channels.rotate_channel(session, principal.actor, channel_id, grace, now)
    return Response(NewToken(token=token), status_code=200)


_one = Router(path="/", route_handlers=[get_channel, update_channel])
router = Router(
    path="/",
    route_handlers=[list_channels, create_channel, _one, rotate_channel],
    tags=["Administration"],
)
