"""A case has one subject for its notes, however many write the first one at once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from vault.steps import NOW, VAULT, erase, until_one_waits

from triage.journal.service import sessions
from triage.kit.db import create_engine, disposing
from triage.kit.ids import uuid7


async def test_the_notes_of_a_case_have_one_subject(session: AsyncSession) -> None:
    case = uuid7()
    first = await VAULT.subject_of(session, "notes", case, NOW)
    again = await VAULT.subject_of(session, "notes", case, NOW)
    note = VAULT.seal(again, "note", "call the school on Monday")
    await VAULT.store(session, [], [note])

    assert again.id == first.id
    assert await VAULT.open(session, [note.id]) == {note.id: "call the school on Monday"}


async def test_a_note_after_an_erasure_begins_a_new_subject(session: AsyncSession) -> None:
    case = uuid7()
    erased = await VAULT.subject_of(session, "notes", case, NOW)
    old = VAULT.seal(erased, "note", "old")
    await VAULT.store(session, [], [old])
    await erase(session, case, "notes")

    subject = await VAULT.subject_of(session, "notes", case, NOW)
    new = VAULT.seal(subject, "note", "new")
    await VAULT.store(session, [], [new])

    assert subject.id != erased.id
    assert await VAULT.open(session, [old.id, new.id]) == {new.id: "new"}


async def test_an_owner_has_no_second_subject_of_a_kind(session: AsyncSession) -> None:
    report = uuid7()
    twice = [VAULT.subject("content", report, NOW) for _ in range(2)]

    with pytest.raises(IntegrityError, match="uq_vault_subject_live"):
        await VAULT.store(session, twice, [])


async def test_two_who_write_the_first_note_at_once_share_its_subject(fresh_database: Any) -> None:
    case = uuid7()
    async with disposing(create_engine(fresh_database.app_url)) as engine:
        makes = sessions(engine)
        async with makes() as first, makes() as second, makes() as watcher:
            winner = await VAULT.subject_of(first, "notes", case, NOW)
            waiting = asyncio.create_task(VAULT.subject_of(second, "notes", case, NOW))
            await until_one_waits(watcher)
            await first.commit()
            loser = await waiting
            note = VAULT.seal(loser, "note", "mine too")
            await VAULT.store(second, [], [note])
            await second.commit()

            assert loser.id == winner.id
            assert await VAULT.open(first, [note.id]) == {note.id: "mine too"}


async def test_who_waits_for_a_first_note_that_is_rolled_back_becomes_the_first(
    fresh_database: Any,
) -> None:
    case = uuid7()
    async with disposing(create_engine(fresh_database.app_url)) as engine:
        makes = sessions(engine)
        async with makes() as first, makes() as second, makes() as watcher:
            dropped = await VAULT.subject_of(first, "notes", case, NOW)
            waiting = asyncio.create_task(VAULT.subject_of(second, "notes", case, NOW))
            await until_one_waits(watcher)
            await first.rollback()
            kept = await waiting
            await second.commit()

            assert kept.id != dropped.id
            assert (await VAULT.subject_of(first, "notes", case, NOW)).id == kept.id
