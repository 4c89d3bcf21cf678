"""Positions given by hand, where a test is not about the sequencer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal.models import JournalLeaf
from triage.kit.rows import insert


async def number(session: AsyncSession, ids: Sequence[UUID], first: int = 0) -> None:
    """Give the events the positions from `first` on, in this order; commits."""
    rows = [
        {"position": first + place, "event_id": event_id, "hash": bytes(32)}
        for place, event_id in enumerate(ids)
    ]
    await insert(session, JournalLeaf, rows)
    await session.commit()
