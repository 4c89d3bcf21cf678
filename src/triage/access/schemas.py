"""The caller as the API shows them, and the words of the taxonomy."""

from uuid import UUID

import msgspec

from triage.access.principal import Grant, Role
from triage.reports.taxonomy import (
    Allegation,
    ChannelKind,
    Relation,
    Request,
    SchoolLevel,
    SchoolRole,
    Sex,
)


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


class Taxonomy(msgspec.Struct, frozen=True):
    allegations: list[Allegation]
    relations: list[Relation]
    requests: list[Request]
    sexes: list[Sex]
    school_levels: list[SchoolLevel]
    school_roles: list[SchoolRole]
    categories: list[Allegation]
