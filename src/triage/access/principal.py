"""Who is calling: roles, grants and the channel behind a token."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from triage.journal.actor import Actor

ALL_QUEUES = "*"
"""The scope of a person who works in every queue, also in those that come later."""


class Role(StrEnum):
    INTAKE = "intake"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"
    REGULATOR = "regulator"
    PLATFORM = "platform"


class Grant(StrEnum):
    SEES_MATCHES = "sees_matches"
    REVEAL = "reveal"
    CHILD_SAFETY = "child_safety"
    REMOVALS = "removals"
    EXACT = "exact"
    DESK = "intake:desk"


class ChannelKind(StrEnum):
    BOT = "bot"
    DESK = "desk"
    PARTNER = "partner"
    AUTHORITY = "authority"
    PLATFORM = "platform"


class Format(StrEnum):
    """The formats of the doors: our own, and those that others speak already."""

    NATIVE = "native"
    XARF = "xarf"
    ARF = "arf"
    EMAIL = "email"
    ACTIVITYPUB = "activitypub"
    ATPROTO = "atproto"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Channel:
    """`quota` is in reports a minute, none without a limit; no `formats` mean all of them.

    `reliability`: from 0.6 to 1, how often people confirmed what it reported.
    """

    id: UUID
    name: str
    kind: ChannelKind
    jurisdiction: str | None
    formats: frozenset[Format] = frozenset()
    quota: int | None = None
    telegram_reply: bool = False
    did: str | None = None
    reliability: float = 1.0

    def takes(self, form: Format) -> bool:
        return not self.formats or form in self.formats


@dataclass(frozen=True, slots=True)
class Principal:
    """A known caller. Empty `jurisdictions` or `platforms` mean: not narrowed."""

    id: UUID
    name: str
    role: Role
    grants: frozenset[Grant]
    queues: frozenset[str]
    jurisdictions: frozenset[str]
    platforms: frozenset[str]
    channel: Channel | None
    request_id: str | None = None

    @property
    def actor(self) -> Actor:
        return Actor(id=self.id, role=self.role, request_id=self.request_id)

    def has(self, grant: Grant) -> bool:
        return grant in self.grants

    def works_in(self, queue: str) -> bool:
        return ALL_QUEUES in self.queues or queue in self.queues

    def acts_in(self, jurisdictions: Collection[str]) -> bool:
        """Whether one of them is in scope; a case of unknown jurisdiction is in no narrow scope."""
        return not self.jurisdictions or not self.jurisdictions.isdisjoint(jurisdictions)
