"""An event commits with its act, or neither does."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal.actor import SYSTEM, Actor, Subject
from triage.journal.models import JournalEvent, JournalPending
from triage.journal.service import append
from triage.kit.ids import uuid7

NOW = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)


async def test_an_event_is_kept_as_it_was_told(session: AsyncSession) -> None:
    actor = Actor(uuid7(), "reviewer", "request-1")
    case, report = Subject("case", uuid7()), Subject("report", uuid7())

    event_id = append(
        session,
        "case.split",
        actor,
        [case, report],
        at=NOW,
        body={"into": report.id, "reason": '두 사람 "both"\n\\'},
        public={"band": 1},
    )
    await session.commit()

    event = await session.get_one(JournalEvent, event_id)
    assert (event.kind, event.occurred_at) == ("case.split", NOW)
    assert (event.actor_id, event.actor_role, event.request_id) == (
        actor.id,
        "reviewer",
        "request-1",
    )
    assert event.subject_id == case.id
    assert event.subjects == [["case", str(case.id)], ["report", str(report.id)]]
    assert event.body == {"into": str(report.id), "reason": '두 사람 "both"\n\\'}
    assert event.public == {"band": 1}


async def test_an_event_needs_no_subject_and_no_person(session: AsyncSession) -> None:
    event_id = append(session, "clock.corrected", SYSTEM, [], at=NOW)
    await session.commit()

    event = await session.get_one(JournalEvent, event_id)
    assert (event.actor_id, event.subject_id, event.subjects, event.body) == (None, None, [], {})


async def test_two_equal_events_have_different_nonces(session: AsyncSession) -> None:
    first, second = an_event(session), an_event(session)
    await session.commit()

    nonces = {(await session.get_one(JournalEvent, it)).nonce for it in (first, second)}
    assert sorted(map(len, nonces)) == [16, 16]


async def test_a_transaction_leaves_one_pending_row_in_the_order_appended(
    session: AsyncSession,
) -> None:
    appended = [an_event(session) for _ in range(5)]
    await session.commit()

    assert await pending(session) == [appended]


async def test_a_transaction_without_events_leaves_nothing(session: AsyncSession) -> None:
    await session.execute(sa.select(1))
    await session.commit()

    assert await pending(session) == []


async def test_a_rollback_drops_the_events_of_its_transaction(session: AsyncSession) -> None:
    an_event(session)
    await session.rollback()
    kept = an_event(session)
    await session.commit()

    assert await written(session) == [kept]


async def test_events_of_a_session_closed_without_a_commit_are_dropped(
    session: AsyncSession,
) -> None:
    an_event(session)
    await session.close()
    kept = an_event(session)
    await session.commit()

    assert await written(session) == [kept]


async def test_a_savepoint_that_rolls_back_drops_only_its_own_events(session: AsyncSession) -> None:
    before = an_event(session)
    async with session.begin_nested() as savepoint:
        an_event(session)
        await savepoint.rollback()
    after = an_event(session)
    await session.commit()

    assert await pending(session) == [[before, after]]


async def test_the_events_of_a_kept_savepoint_come_with_the_rest(session: AsyncSession) -> None:
    before = an_event(session)
    async with session.begin_nested():
        within = an_event(session)
    await session.commit()

    assert await pending(session) == [[before, within]]


async def test_an_outer_savepoint_takes_back_what_an_inner_one_kept(session: AsyncSession) -> None:
    before = an_event(session)
    async with session.begin_nested() as outer:
        async with session.begin_nested():
            an_event(session)
        await outer.rollback()
    await session.commit()

    assert await pending(session) == [[before]]


async def test_a_flush_that_fails_in_a_savepoint_drops_its_events(session: AsyncSession) -> None:
    before = an_event(session)
    savepoint = await session.begin_nested()
    an_event(session)
    session.add(JournalPending(id=uuid7(), event_ids=[]))
    with pytest.raises(IntegrityError):
        await session.flush()
    await savepoint.rollback()
    await session.commit()

    assert await pending(session) == [[before]]


async def test_an_act_whose_event_is_refused_does_not_happen(session: AsyncSession) -> None:
    act = uuid7()
    await session.execute(sa.insert(JournalPending).values(id=act, event_ids=[uuid7()]))
    append(session, "Not A Kind", SYSTEM, [], at=NOW)
    with pytest.raises(IntegrityError):
        await session.commit()
    await session.rollback()

    assert await session.get(JournalPending, act) is None


async def test_a_session_that_would_lose_events_is_refused() -> None:
    async with AsyncSession() as plain:
        with pytest.raises(TypeError, match="lose its events"):
            an_event(plain)


def an_event(session: AsyncSession) -> UUID:
    return append(session, "case.claimed", SYSTEM, [Subject("case", uuid7())], at=NOW)


async def pending(session: AsyncSession) -> list[list[UUID]]:
    rows = sa.select(JournalPending.event_ids).order_by(JournalPending.id)
    return list(await session.scalars(rows))


async def written(session: AsyncSession) -> list[UUID]:
    return list(await session.scalars(sa.select(JournalEvent.id)))
