"""Reading the journal: timelines, the auditors' search, the last checkpoint, hashes of the tree."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal.merkle import Node
from triage.journal.models import (
    JournalCheckpoint,
    JournalEvent,
    JournalHead,
    JournalLeaf,
    JournalNode,
)


class Numbered(NamedTuple):
    """An event and its position: none until the sequencer has numbered it."""

    event: JournalEvent
    position: int | None


class TreeDamaged(RuntimeError):
    """A hash is missing that every tree of this size has."""


async def events_of(
    session: AsyncSession, subject_id: UUID, limit: int, after: UUID | None = None
) -> Sequence[Numbered]:
    """The timeline of a thing, oldest first, after the event `after`."""
    return await events(session, limit=limit, after=after, subject_id=subject_id)


async def events(
    session: AsyncSession,
    *,
    limit: int,
    after: UUID | None = None,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sequence[Numbered]:
    """Events that fit every given filter, oldest first; `until` is exclusive."""
    found = (
        sa.select(JournalEvent, JournalLeaf.position)
        .outerjoin(JournalLeaf, JournalLeaf.event_id == JournalEvent.id)
        .order_by(JournalEvent.id)
        .limit(limit)
    )
    if after is not None:
        found = found.where(JournalEvent.id > after)
    if actor_id is not None:
        found = found.where(JournalEvent.actor_id == actor_id)
    if subject_id is not None:
        found = found.where(JournalEvent.subject_id == subject_id)
    if kind is not None:
        found = found.where(JournalEvent.kind == kind)
    if since is not None:
        found = found.where(JournalEvent.occurred_at >= since)
    if until is not None:
        found = found.where(JournalEvent.occurred_at < until)
    return [Numbered(*row) for row in await session.execute(found)]


async def head(session: AsyncSession) -> sa.Row[int, str]:
    """How many events are numbered (`size`), and the journal's name (`origin`)."""
    return (await session.execute(sa.select(JournalHead.size, JournalHead.origin))).one()


async def latest_checkpoint(session: AsyncSession) -> JournalCheckpoint | None:
    latest = sa.select(JournalCheckpoint).order_by(JournalCheckpoint.size.desc()).limit(1)
    return (await session.scalars(latest)).one_or_none()


async def hashes_of(session: AsyncSession, nodes: Sequence[Node]) -> list[bytes]:
    """The stored hashes of complete subtrees, in the order asked."""
    leaves = [node.index for node in nodes if node.level == 0]
    above = [(node.level, node.index) for node in nodes if node.level > 0]
    level_zero = sa.literal(0, sa.SmallInteger).label("level")
    stored = sa.union_all(
        sa.select(level_zero, JournalLeaf.position.label("index"), JournalLeaf.hash).where(
            JournalLeaf.position.in_(leaves)
        ),
        sa.select(JournalNode.level, JournalNode.index, JournalNode.hash).where(
            sa.tuple_(JournalNode.level, JournalNode.index).in_(above)
        ),
    )
    hashes = {Node(level, index): hashed for level, index, hashed in await session.execute(stored)}
    try:
        return [hashes[node] for node in nodes]
    except KeyError as missing:
        raise TreeDamaged(f"no hash of {missing.args[0]}") from None
