"""What one test writes is not there for the next one, and races get databases of their own."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from triage.journal.actor import SYSTEM
from triage.journal.models import JournalEvent
from triage.journal.service import append
from triage.kit.db import create_engine, database_now, disposing

COUNT = sa.select(sa.func.count()).select_from(JournalEvent)


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_a_commit_ends_with_its_test(sessions: Any, engine: AsyncEngine, turn: str) -> None:
    async with sessions.begin() as session:
        append(session, f"turn.{turn}", SYSTEM, [], at=await database_now(session))

    async with sessions() as session:
        assert await session.scalar(COUNT) == 1
    async with engine.connect() as elsewhere:
        assert await elsewhere.scalar(COUNT) == 0


async def test_a_rollback_keeps_what_was_committed_before(sessions: Any) -> None:
    async with sessions.begin() as session:
        append(session, "turn.kept", SYSTEM, [], at=await database_now(session))
    async with sessions() as session:
        append(session, "turn.lost", SYSTEM, [], at=await database_now(session))
        await session.flush()
        await session.rollback()

    async with sessions() as session:
        assert (await session.scalars(sa.select(JournalEvent.kind))).all() == ["turn.kept"]


async def test_a_database_made_for_a_test_has_the_tables_and_no_rows_of_another(
    make_database: Any,
) -> None:
    one, two = await make_database(), await make_database()

    async with disposing(create_engine(one.owner_url)) as owner, owner.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE only_here ()"))

    async with disposing(create_engine(two.app_url)) as app, app.connect() as connection:
        assert await connection.scalar(sa.text("SELECT to_regclass('only_here')")) is None
        assert await connection.scalar(COUNT) == 0


async def test_tests_run_with_no_more_rights_than_the_application(fresh_database: Any) -> None:
    async with disposing(create_engine(fresh_database.app_url)) as app, app.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(sa.text("DELETE FROM journal_event"))
