"""The caller as the API shows them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from triage.access.principal import ChannelKind, Format, Grant, Role
from triage.kit.types import CountryCode, Slug


class ChannelView(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    kind: ChannelKind
    jurisdiction: str | None


class Me(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    role: Role
    grants: list[Grant]
    queues: list[str]
    jurisdictions: list[str]
    platforms: list[str]
    channel: ChannelView | None


ChannelGrant = Literal["sees_matches"]
Quota = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Did = Annotated[str, msgspec.Meta(max_length=256, pattern=r"^did:[a-z]+:[A-Za-z0-9._:%-]+(?!\n)$")]
"""A decentralized identifier, as atproto names who reports."""


class ChannelForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`quota` is in reports a minute; without `formats` the channel may use every door."""

    name: Slug
    kind: ChannelKind
    jurisdiction: CountryCode | None = None
    formats: Annotated[list[Format], msgspec.Meta(max_length=20)] = []
    grants: Annotated[list[ChannelGrant], msgspec.Meta(max_length=1)] = []
    quota: Quota | None = None
    telegram_reply: bool = False
    did: Did | None = None


class ChannelChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is not given stays; name and kind never change."""

    jurisdiction: CountryCode | UnsetType | None = UNSET
    formats: Annotated[list[Format], msgspec.Meta(max_length=20)] | UnsetType = UNSET
    grants: Annotated[list[ChannelGrant], msgspec.Meta(max_length=1)] | UnsetType = UNSET
    quota: Quota | UnsetType | None = UNSET
    telegram_reply: bool | UnsetType = UNSET
    did: Did | UnsetType | None = UNSET
    closed: bool | UnsetType = UNSET


class ChannelSettings(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    kind: ChannelKind
    jurisdiction: str | None
    formats: list[Format]
    grants: list[ChannelGrant]
    quota: int | None
    telegram_reply: bool
    did: str | None
    created_at: datetime
    closed_at: datetime | None


class ChannelMade(msgspec.Struct, frozen=True):
    """`token` is shown once: a repetition of the request has null there."""

    channel: ChannelSettings
    token: str | None


class RotateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tokens so far still work for `grace_seconds`, a day at most."""

    grace_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0


class NewToken(msgspec.Struct, frozen=True):
    """`token` is shown once: a repetition of the request has null there."""

    token: str | None
