"""A token is looked up once, however many come with it at the same time."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from races.service import a_token
from sqlalchemy.ext.asyncio import AsyncEngine

from triage.access.authentication import Authenticator
from triage.access.principal import Role
from triage.journal.service import sessions as journaled
from triage.kit.db import create_engine, disposing


async def test_many_at_once_ask_the_database_once(fresh_database: Any) -> None:
    async with disposing(create_engine(fresh_database.app_url)) as engine:
        sessions = journaled(engine)
        async with sessions.begin() as session:
            token = await a_token(session, Role.INTAKE, "bot")
        asked = questions(engine)
        authenticator = Authenticator(sessions, lambda: datetime.now(UTC))

        callers = await asyncio.gather(*(authenticator(token) for _ in range(200)))
        later = await authenticator(token)
        nobody = await asyncio.gather(*(authenticator(token + "x") for _ in range(3)))

    assert {caller.name for caller in (*callers, later) if caller} == {"bot"}
    assert all(callers)
    assert nobody == [None] * 3
    assert len(asked) == 2


def questions(engine: AsyncEngine) -> list[str]:
    """The lookups of credentials from now on."""
    asked: list[str] = []

    @sa.event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(*arguments: Any) -> None:
        if "credential.digest" in arguments[2]:
            asked.append(arguments[2])

    return asked
