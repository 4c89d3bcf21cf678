"""Reading the journal: timelines, the auditors' search, the last checkpoint, hashes of the tree."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar
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
    JournalPending,
)
from triage.kit.paging import Page, Position, decode_cursor, encode_cursor

T = TypeVar("T")


class Numbered(NamedTuple):
    """An event and its position: none until the sequencer has numbered it."""

    event: JournalEvent
    position: int | None


class TreeDamaged(RuntimeError):
    """A hash is missing that every tree of this size has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What events are narrowed to; None: not by this. `until` is exclusive."""

    actor_id: UUID | None = None
    subject_id: UUID | None = None
    subject_ids: Sequence[UUID] | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.actor_id is not None:
            yield JournalEvent.actor_id == self.actor_id
        if self.subject_id is not None:
            yield JournalEvent.subject_id == self.subject_id
        if self.subject_ids is not None:
            yield JournalEvent.subject_id.in_(self.subject_ids)
        if self.kind is not None:
            yield JournalEvent.kind == self.kind
        if self.since is not None:
            yield JournalEvent.occurred_at >= self.since
        if self.until is not None:
            yield JournalEvent.occurred_at < self.until


async def events(
    session: AsyncSession,
    chosen: EventFilter,
    present: Callable[[Numbered], T],
    *,
    limit: int,
    cursor: str | None,
) -> Page[T]:
    """A page of events by position; those not numbered yet stand at the end of the last one.

    An id tells when an event was made, a position when it was committed: whoever reads on from a
    cursor misses nothing. Where both do not fit on a page, the unnumbered have the last to
    themselves, at most `limit` of them; no cursor leads past them.
    """
    # Read first: what is numbered in between is seen in both and told once.
    unnumbered = (
        await session.scalars(
            sa.select(JournalEvent)
            .where(
                *chosen.conditions(),
                JournalEvent.id.in_(sa.select(sa.func.unnest(JournalPending.event_ids))),
                ~sa.exists().where(JournalLeaf.event_id == JournalEvent.id),
            )
            .order_by(JournalEvent.id)
            .limit(limit)
        )
    ).all()
    numbered = await _numbered(session, chosen, limit, cursor)
    told = {row.event.id for row in numbered}
    rest = [Numbered(event, None) for event in unnumbered if event.id not in told]
    if numbered and len(numbered) + len(rest) > limit:
        shown = numbered[:limit]
        return Page([present(row) for row in shown], encode_cursor((shown[-1].position,)))
    return Page([present(row) for row in (*numbered, *rest)], None)


async def _numbered(
    session: AsyncSession, chosen: EventFilter, limit: int, cursor: str | None
) -> list[Numbered]:
    """Those after the cursor; one more than `limit`, where there are."""
    after = decode_cursor(cursor, tuple[Position])
    found = await session.execute(
        sa.select(JournalEvent, JournalLeaf.position)
        .join(JournalLeaf, JournalLeaf.event_id == JournalEvent.id)
        .where(*chosen.conditions(), JournalLeaf.position > (after[0] if after else -1))
        .order_by(JournalLeaf.position)
        .limit(limit + 1)
    )
    return [Numbered(*row) for row in found]


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
