"""Acts that were refused and are told all the same: written after the rollback, on their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.journal.actor import Actor, Subject
from triage.journal.service import append


@dataclass(frozen=True, slots=True)
class Attempt:
    """The event of a refused act; a Problem carries it to the error handler."""

    kind: str
    actor: Actor
    subjects: Sequence[Subject]
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)


async def record(sessions: async_sessionmaker[AsyncSession], attempt: Attempt) -> None:
    async with sessions.begin() as session:
        append(
            session,
            attempt.kind,
            attempt.actor,
            attempt.subjects,
            at=attempt.at,
            body=attempt.body,
        )
