"""Appending to the journal: an event commits with its act, or neither does."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, SessionTransaction

from triage.journal.actor import Actor, Subject
from triage.kit.ids import uuid7

# One statement for any number of events: one plan, one round trip.
WRITE = sa.text(
    """
    WITH written AS (
        INSERT INTO journal_event
        SELECT * FROM json_populate_recordset(NULL::journal_event, CAST(:events AS json))
    )
    INSERT INTO journal_pending (id, event_ids) VALUES (:pending_id, :event_ids)
    """
).bindparams(
    sa.bindparam("events", type_=sa.Text),
    sa.bindparam("pending_id", type_=sa.Uuid),
    sa.bindparam("event_ids", type_=ARRAY(sa.Uuid)),
)


class JournaledSession(Session):
    """A session that writes its transaction's events right before COMMIT, all at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unwritten: list[dict[str, Any]] = []
        self.unwritten_before: dict[SessionTransaction, int] = {}  # by savepoint


def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, sync_session_class=JournaledSession, expire_on_commit=False)


def append(
    session: AsyncSession,
    kind: str,
    actor: Actor,
    subjects: Sequence[Subject],
    *,
    at: datetime,
    body: Mapping[str, Any] | None = None,
    public: Mapping[str, Any] | None = None,
) -> UUID:
    """Keep an event for this transaction's COMMIT; a rollback forgets it.

    The event stands in the timeline of its first subject. `body` is JSON without personal data;
    `public` is what streams and webhooks may carry of it.
    """
    journaled = session.sync_session
    if not isinstance(journaled, JournaledSession):
        raise TypeError("this session would lose its events: make it with journal.service.sessions")
    if not journaled.in_transaction():
        journaled.begin()  # the event belongs to a transaction from now on, not to the next one
    event_id = uuid7()
    journaled.unwritten.append(
        {
            "id": event_id,
            "kind": kind,
            "actor_id": actor.id,
            "actor_role": actor.role,
            "subject_id": subjects[0].id if subjects else None,
            "subjects": [(subject.kind, subject.id) for subject in subjects],
            "body": dict(body or {}),
            "public": dict(public or {}),
            "nonce": f"\\x{secrets.token_hex(16)}",
            "occurred_at": at,
            "request_id": actor.request_id,
        }
    )
    return event_id


@event.listens_for(JournaledSession, "before_commit")
def _write(session: JournaledSession) -> None:
    if not session.unwritten or session.in_nested_transaction():
        return
    events, session.unwritten = session.unwritten, []
    session.connection().execute(
        WRITE,
        {
            "pending_id": uuid7(),
            "event_ids": [row["id"] for row in events],
            "events": msgspec.json.encode(events).decode(),
        },
    )


@event.listens_for(JournaledSession, "after_transaction_create")
def _remember(session: JournaledSession, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.unwritten_before[transaction] = len(session.unwritten)


@event.listens_for(JournaledSession, "after_soft_rollback")
def _drop(session: JournaledSession, transaction: SessionTransaction) -> None:
    if transaction.nested:
        del session.unwritten[session.unwritten_before[transaction] :]


@event.listens_for(JournaledSession, "after_transaction_end")
def _forget(session: JournaledSession, transaction: SessionTransaction) -> None:
    """However the whole transaction ended, nothing of it reaches the next one."""
    if transaction.parent is None:
        session.unwritten.clear()
        session.unwritten_before.clear()
