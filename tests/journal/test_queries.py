"""Timelines and the auditors' search."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from journal.numbering import number
from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal import queries
from triage.journal.actor import SYSTEM, Actor, Subject
from triage.journal.merkle import Node
from triage.journal.service import append
from triage.kit.ids import uuid7
from triage.kit.paging import Page

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def itself(row: queries.Numbered) -> queries.Numbered:
    return row


async def timeline(
    session: AsyncSession, thing: Subject, limit: int = 10, cursor: str | None = None
) -> Page[queries.Numbered]:
    chosen = queries.EventFilter(subject_id=thing.id)
    return await queries.events(session, chosen, itself, limit=limit, cursor=cursor)


async def test_a_timeline_has_the_events_of_its_thing_in_order(session: AsyncSession) -> None:
    case, other = Subject("case", uuid7()), Subject("case", uuid7())
    opened = append(session, "case.opened", SYSTEM, [case], at=NOW)
    append(session, "case.opened", SYSTEM, [other, case], at=NOW)
    claimed = append(session, "case.claimed", SYSTEM, [case, other], at=NOW)
    await session.commit()

    page = await timeline(session, case)

    assert [row.event.id for row in page.items] == [opened, claimed]
    assert [row.position for row in page.items] == [None, None]


async def test_a_timeline_goes_on_after_the_last_event_seen(session: AsyncSession) -> None:
    case = Subject("case", uuid7())
    ids = [append(session, "case.claimed", SYSTEM, [case], at=NOW) for _ in range(5)]
    await session.commit()

    await number(session, ids[:4])

    first = await timeline(session, case, limit=2)
    second = await timeline(session, case, cursor=first.next_cursor)

    assert [row.event.id for row in (*first.items, *second.items)] == ids
    assert [row.position for row in (*first.items, *second.items)] == [0, 1, 2, 3, None]
    assert second.next_cursor is None


async def test_an_event_that_commits_late_is_not_missed(session: AsyncSession) -> None:
    """Its id is smaller than one that was read before it was there."""
    case = Subject("case", uuid7())
    late, early, last = [append(session, "case.read", SYSTEM, [case], at=NOW) for _ in range(3)]
    await session.commit()
    await number(session, [early, last])

    first = await timeline(session, case, limit=1)
    await number(session, [late], first=2)
    second = await timeline(session, case, cursor=first.next_cursor)

    assert late < early
    assert [row.event.id for row in first.items] == [early]
    assert [row.event.id for row in second.items] == [last, late]


async def test_events_without_a_number_that_do_not_fit_have_a_page_of_their_own(
    session: AsyncSession,
) -> None:
    case = Subject("case", uuid7())
    ids = [append(session, "case.claimed", SYSTEM, [case], at=NOW) for _ in range(4)]
    await session.commit()
    await number(session, ids[:2])

    first = await timeline(session, case, limit=2)
    second = await timeline(session, case, limit=2, cursor=first.next_cursor)
    wider = await timeline(session, case, limit=3)

    assert [row.event.id for row in first.items] == ids[:2]
    assert [row.event.id for row in second.items] == ids[2:]
    assert second.next_cursor is None
    assert [row.event.id for row in wider.items] == ids[:2]
    assert wider.next_cursor == first.next_cursor


ANA, BO, CASE = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["case.claimed", "case.decided", "case.revealed"]),
        ({"actor_id": ANA}, ["case.claimed", "case.decided"]),
        ({"subject_id": CASE}, ["case.claimed"]),
        ({"kind": "case.decided"}, ["case.decided"]),
        ({"since": NOW + timedelta(hours=1)}, ["case.decided", "case.revealed"]),
        ({"until": NOW + timedelta(hours=1)}, ["case.claimed"]),
        ({"actor_id": BO, "kind": "case.claimed"}, []),
    ],
    ids=str,
)
async def test_auditors_find_what_fits_every_filter(
    session: AsyncSession, filters: dict[str, Any], found: list[str]
) -> None:
    ana, bo = Actor(ANA, "reviewer"), Actor(BO, "reviewer")
    ids = [
        append(session, "case.claimed", ana, [Subject("case", CASE)], at=NOW),
        append(session, "case.decided", ana, [], at=NOW + timedelta(hours=1)),
        append(session, "case.revealed", bo, [], at=NOW + timedelta(hours=2)),
    ]
    await session.commit()
    await number(session, ids)

    chosen = queries.EventFilter(**filters)
    page = await queries.events(session, chosen, itself, limit=10, cursor=None)

    assert [row.event.kind for row in page.items] == found


async def test_an_event_keeps_its_place_on_the_page_when_it_is_numbered(
    session: AsyncSession,
) -> None:
    first, second = [append(session, "case.read", SYSTEM, [], at=NOW) for _ in range(2)]
    await session.commit()
    await number(session, [first])
    everything = queries.EventFilter()

    before = await queries.events(session, everything, itself, limit=10, cursor=None)
    await number(session, [second], first=1)
    after = await queries.events(session, everything, itself, limit=10, cursor=None)

    assert [row.event.id for row in before.items] == [first, second]
    assert [row.position for row in before.items] == [0, None]
    assert [row.position for row in after.items] == [0, 1]


async def test_a_hash_that_no_tree_may_lack_is_missed(session: AsyncSession) -> None:
    with pytest.raises(queries.TreeDamaged, match="level=3, index=7"):
        await queries.hashes_of(session, [Node(3, 7)])
