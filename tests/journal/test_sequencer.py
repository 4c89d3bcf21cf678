"""The sequencer numbers every committed event once, whoever else writes, runs or dies."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from triage.journal import queries
from triage.journal.actor import SYSTEM, Subject
from triage.journal.canonical import canonical_event
from triage.journal.checkpoint import Signer
from triage.journal.merkle import Frontier, Span, consistency_path, cover, fold, verify_consistency
from triage.journal.merkle import leaf_hash as hash_of_leaf
from triage.journal.models import (
    JournalCheckpoint,
    JournalEvent,
    JournalHead,
    JournalLeaf,
    JournalNode,
    JournalPending,
)
from triage.journal.sequencer import OriginChanged, Sequencer
from triage.journal.service import append, sessions
from triage.kit.db import create_engine, disposing
from triage.kit.ids import uuid7

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ORIGIN = "triage.example/journal"
SIGNER = Signer(b"s" * 32)

Sessions = async_sessionmaker[AsyncSession]


@pytest.fixture
async def engine(fresh_database: Any) -> AsyncIterator[AsyncEngine]:
    async with disposing(create_engine(fresh_database.app_url, pool_size=10)) as engine:
        yield engine


@pytest.fixture
def opened(engine: AsyncEngine) -> Sessions:
    return sessions(engine)


async def test_nothing_waiting_is_nothing_done(opened: Sessions) -> None:
    assert await a_sequencer(opened).run_once() == 0
    async with opened() as session:
        assert await queries.latest_checkpoint(session) is None


async def test_events_are_numbered_in_the_order_appended(opened: Sessions) -> None:
    async with opened.begin() as session:
        appended = [an_event(session) for _ in range(3)]

    assert await a_sequencer(opened).run_once() == 3

    async with opened() as session:
        leaves = sa.select(JournalLeaf.event_id).order_by(JournalLeaf.position)
        assert list(await session.scalars(leaves)) == appended
        assert await pending(session) == 0


async def test_a_checkpoint_is_signed_over_all_events(opened: Sessions) -> None:
    for size in (1, 4, 6):
        async with opened.begin() as session:
            for _ in range(size):
                an_event(session)
        await a_sequencer(opened).run_once()

    async with opened() as session:
        newest = await queries.latest_checkpoint(session)
        assert newest is not None
        checkpoint = SIGNER.verifier(ORIGIN).open(newest.note)
        assert (checkpoint.size, checkpoint.root) == (11, newest.root)
        assert await queries.head(session) == (11, ORIGIN)
        await assert_the_tree_is_whole(session, events=11)


async def test_a_later_checkpoint_is_consistent_with_an_earlier_one(opened: Sessions) -> None:
    for _ in range(2):
        async with opened.begin() as session:
            for _ in range(5):
                an_event(session)
        await a_sequencer(opened).run_once()

    async with opened() as session:
        first, second = await session.scalars(
            sa.select(JournalCheckpoint).order_by(JournalCheckpoint.size)
        )
        path = [
            fold(await queries.hashes_of(session, cover(span)))
            for span in consistency_path(first.size, second.size)
        ]
    assert verify_consistency(first.size, second.size, first.root, second.root, path)


async def test_what_a_hundred_writers_write_at_once_is_numbered_without_a_gap(
    opened: Sessions,
) -> None:
    async def write(number: int) -> None:
        async with opened.begin() as session:
            for _ in range(1 + number % 3):
                an_event(session)

    async def sequence() -> None:
        for _ in range(10):
            await a_sequencer(opened).run_once()

    await asyncio.gather(sequence(), *(write(number) for number in range(100)), sequence())
    while await a_sequencer(opened).run_once():
        pass

    async with opened() as session:
        await assert_the_tree_is_whole(session, events=199)


async def test_two_sequencers_at_once_number_nothing_twice(opened: Sessions) -> None:
    for _ in range(20):
        async with opened.begin() as session:
            an_event(session)

    numbered = await asyncio.gather(*(a_sequencer(opened).run_once() for _ in range(8)))

    assert sum(numbered) == 20
    async with opened() as session:
        await assert_the_tree_is_whole(session, events=20)


async def test_a_sequencer_passes_while_another_holds_the_head(opened: Sessions) -> None:
    async with opened.begin() as session:
        an_event(session)

    async with opened.begin() as other:
        await other.execute(sa.select(JournalHead).with_for_update(key_share=True))
        assert await a_sequencer(opened).run_once() == 0

    assert await a_sequencer(opened).run_once() == 1


async def test_a_sequencer_that_dies_before_its_commit_changes_nothing(
    engine: AsyncEngine, opened: Sessions
) -> None:
    async with opened.begin() as session:
        an_event(session)

    def die(connection: sa.Connection) -> None:
        connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    sa.event.listen(engine.sync_engine, "commit", die)
    with pytest.raises(DBAPIError):
        await a_sequencer(opened).run_once()
    sa.event.remove(engine.sync_engine, "commit", die)

    async with opened() as session:
        assert await queries.head(session) == (0, "")
        assert await counted(session, JournalLeaf, JournalNode, JournalCheckpoint) == [0, 0, 0]
        assert await pending(session) == 1
    assert await a_sequencer(opened).run_once() == 1


async def test_a_flood_is_numbered_in_several_goes(opened: Sessions) -> None:
    for _ in range(3):
        async with opened.begin() as session:
            for _ in range(900):
                an_event(session)

    sequencer = a_sequencer(opened)

    assert [await sequencer.run_once() for _ in range(3)] == [1800, 900, 0]
    async with opened() as session:
        await assert_the_tree_is_whole(session, events=2700)


async def test_a_transaction_larger_than_a_go_is_numbered_whole(opened: Sessions) -> None:
    async with opened.begin() as session:
        for _ in range(2001):
            an_event(session)

    assert await a_sequencer(opened).run_once() == 2001


@pytest.mark.parametrize(
    "body",
    [
        {"number": 10**19},
        {"number": 1.7976931348623157e308},
        {"number": 5e-324},
        {"number": -0.0},
        {"number": 1.0},
        {"number": float("nan")},
        {"text": "\U0001f600\ue000 \x7f\x1f"},
    ],
    ids=ascii,
)
async def test_no_body_stops_the_numbering(opened: Sessions, body: dict[str, Any]) -> None:
    async with opened.begin() as session:
        append(session, "case.claimed", SYSTEM, [], at=NOW, body=body)

    assert await a_sequencer(opened).run_once() == 1


async def test_a_journal_is_never_signed_under_another_name(opened: Sessions) -> None:
    for name in (ORIGIN, "other.example/journal"):
        async with opened.begin() as session:
            an_event(session)
        if name == ORIGIN:
            await Sequencer(opened, lambda: NOW, SIGNER, name).run_once()

    with pytest.raises(OriginChanged):
        await Sequencer(opened, lambda: NOW, SIGNER, "other.example/journal").run_once()
    async with opened() as session:
        assert await queries.head(session) == (1, ORIGIN)


def a_sequencer(opened: Sessions) -> Sequencer:
    return Sequencer(opened, lambda: NOW, SIGNER, ORIGIN)


def an_event(session: AsyncSession) -> Any:
    return append(session, "case.claimed", SYSTEM, [Subject("case", uuid7())], at=NOW)


async def pending(session: AsyncSession) -> int:
    return (await counted(session, JournalPending))[0]


async def counted(session: AsyncSession, *tables: type[Any]) -> list[int]:
    return [
        await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
    ]


async def assert_the_tree_is_whole(session: AsyncSession, *, events: int) -> None:
    """Derive leaves, nodes and root again from the events in their order."""
    ordered = (
        sa.select(JournalLeaf.position, JournalLeaf.hash, JournalEvent.__table__)
        .join(JournalEvent, JournalEvent.id == JournalLeaf.event_id)
        .order_by(JournalLeaf.position)
    )
    rows = (await session.execute(ordered)).mappings().all()
    assert [row["position"] for row in rows] == list(range(events))

    frontier = Frontier(0, [])
    nodes: dict[tuple[int, int], bytes] = {}
    for row in rows:
        leaf = hash_of_leaf(canonical_event(dict(row)))
        assert leaf == row["hash"]
        nodes |= {(node.level, node.index): hashed for node, hashed in frontier.add(leaf)}
    stored = await session.execute(
        sa.select(JournalNode.level, JournalNode.index, JournalNode.hash)
    )
    assert {(level, index): hashed for level, index, hashed in stored} == nodes
    newest = await queries.latest_checkpoint(session)
    assert newest is not None
    assert (newest.size, newest.root) == (events, frontier.root)
    edge = await queries.hashes_of(session, cover(Span(0, events)))
    assert fold(edge) == frontier.root
