"""Rows that others hold, and a database that takes nothing: only who is concerned waits."""

import asyncio
from functools import partial

import httpx
import pytest
from races.service import Service, a_report, counted_transactions
from races.together import together
from sqlalchemy.ext.asyncio import AsyncEngine

from triage.intake import writer


async def test_who_waits_for_a_row_of_somebody_elses_keeps_nobody_waiting(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The case's row is free again only when all others have their answers."""
    monkeypatch.setattr(writer, "TOGETHER", 0.2)
    await bot.post("/v1/reports", json=a_report("locked"))
    async with owner.connect() as hanging:
        await hanging.exec_driver_sql('SELECT 1 FROM "case" FOR UPDATE')
        stuck = [
            asyncio.create_task(bot.post("/v1/reports", json=a_report("locked", text=f"{number}")))
            for number in range(3)
        ]
        others = await together(
            partial(bot.post, "/v1/reports", json=a_report(str(number))) for number in range(40)
        )
        await hanging.rollback()
    answers = await asyncio.gather(*stuck)

    assert {answer.status_code for answer in others} == {201}
    assert {answer.status_code for answer in answers} == {201}
    assert await service.count("report") == 44


async def test_a_row_that_is_held_for_ever_is_no_fault_of_the_report(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "TOGETHER", 0.1)
    monkeypatch.setattr(writer, "ASIDE", 0.2)
    await bot.post("/v1/reports", json=a_report())
    async with owner.connect() as hanging:
        await hanging.exec_driver_sql('SELECT 1 FROM "case" FOR UPDATE')
        refused = await bot.post("/v1/reports", json=a_report(text="more"))
        await hanging.rollback()

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "0")
    assert (await bot.post("/v1/reports", json=a_report(text="more"))).status_code == 201
    assert await service.count("report") == 2


async def test_a_database_that_takes_no_writes_is_no_fault_of_the_reports(
    service: Service, bot: httpx.AsyncClient, owner: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a failover; nothing is halved, and the bots are told to come again."""
    monkeypatch.setattr(writer, "PATIENCE", 0.0)
    await bot.get("/v1/me")
    async with owner.connect() as connection:
        [name] = (await connection.exec_driver_sql("SELECT current_database()")).one()
        await connection.exec_driver_sql(
            f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
        )
        await connection.commit()
    await service.sessions.kw["bind"].dispose()
    with counted_transactions(service) as begun:
        answers = await together(
            partial(bot.post, "/v1/reports", json=a_report(str(number))) for number in range(20)
        )

    assert {answer.status_code for answer in answers} == {503}
    assert len(begun) < len(answers)


async def test_a_key_that_somebody_holds_makes_only_its_own_request_wait(
    service: Service,
    bot: httpx.AsyncClient,
    owner: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process has taken the key and hangs before its COMMIT."""
    monkeypatch.setattr(writer, "TOGETHER", 0.2)
    await bot.post("/v1/reports", json=a_report("0"), headers={"Idempotency-Key": "held"})
    async with owner.connect() as hanging:
        await hanging.exec_driver_sql("DELETE FROM idempotency_key")
        posts = [
            asyncio.create_task(
                bot.post(
                    "/v1/reports",
                    json=a_report(str(number)),
                    headers={"Idempotency-Key": "held" if number == 2 else f"key-{number}"},
                )
            )
            for number in range(4)
        ]
        await asyncio.wait([posts[0], posts[1], posts[3]])
        assert not posts[2].done()
        held = await posts[2]
        await hanging.rollback()

    assert [posts[number].result().status_code for number in (0, 1, 3)] == [201] * 3
    assert (held.status_code, held.headers["retry-after"]) == (409, "1")
    assert await service.count("report") == 4
