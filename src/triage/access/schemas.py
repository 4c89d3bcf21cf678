"""The caller as the API shows them."""

from uuid import UUID

import msgspec

from triage.access.principal import ChannelKind, Grant, Role


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
