"""What the API says of the journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from triage.journal.queries import Numbered


class EventActor(msgspec.Struct, frozen=True):
    id: UUID | None
    role: str


class EventSubject(msgspec.Struct, frozen=True):
    kind: str
    id: UUID


class Event(msgspec.Struct, frozen=True):
    """All that its leaf hashes: with the nonce an auditor can compute the leaf and prove it."""

    id: UUID
    position: int | None
    kind: str
    actor: EventActor
    subjects: list[EventSubject]
    body: dict[str, Any]
    public: dict[str, Any]
    nonce: str
    occurred_at: datetime
    request_id: str | None


def event(row: Numbered) -> Event:
    journaled = row.event
    return Event(
        id=journaled.id,
        position=row.position,
        kind=journaled.kind,
        actor=EventActor(journaled.actor_id, journaled.actor_role),
        subjects=[EventSubject(kind, UUID(subject_id)) for kind, subject_id in journaled.subjects],
        body=journaled.body,
        public=journaled.public,
        nonce=journaled.nonce.hex(),
        occurred_at=journaled.occurred_at,
        request_id=journaled.request_id,
    )
