"""The sweeper's selects, and what it does about cases that cannot be swept."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from structlog.testing import capture_logs

from triage.kit.ids import uuid7
from triage.kit.rows import insert
from triage.queues.sweeper import BATCH, DUE, NEAR, Sweeper
from triage.sla.models import Bound, ClockKind, ClockRow, ClockState

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def a_clock(**fields: Any) -> dict[str, Any]:
    """One that ran out, of a case that does not exist: sweeping it fails."""
    return {
        "id": uuid7(),
        "case_id": uuid7(),
        "policy_id": "decision-p1",
        "policy_version": 1,
        "kind": ClockKind.FIRST_LOOK,
        "bound": Bound.US,
        "statutory": False,
        "state": ClockState.RUNNING,
        "started_at": NOW,
        "warn_at": NOW,
        "due_at": NOW,
    } | fields


async def test_a_batch_of_failing_cases_is_passed_by(
    session: AsyncSession, sessions: async_sessionmaker[AsyncSession]
) -> None:
    await insert(session, ClockRow, [a_clock() for _ in range(BATCH + 1)])
    await session.commit()
    sweeper = Sweeper(sessions, lambda: NOW)

    with capture_logs() as first:
        await sweeper.run_once()
    with capture_logs() as second:
        await sweeper.run_once()
    with capture_logs() as third:
        await sweeper.run_once()

    failed = [[line["case"] for line in lines] for lines in (first, second, third)]
    assert [len(cases) for cases in failed] == [BATCH, 1, 0]
    assert len({*failed[0], *failed[1]}) == BATCH + 1
    assert {line["event"] for line in (*first, *second)} == {"sweeper.case_failed"}


@pytest.mark.parametrize(
    ("select", "index"), [(DUE, "ix_sla_clock_due"), (NEAR, "ix_sla_clock_warn")]
)
async def test_a_plan_made_for_any_values_uses_the_index(
    session: AsyncSession, select: sa.Select[Any], index: str
) -> None:
    statement = str(select.compile(dialect=asyncpg.dialect()))  # type: ignore[no-untyped-call]
    values = {"now": f"'{NOW}'", "postponed": "'{}'", "param_1": str(BATCH)}
    names = select.compile(dialect=asyncpg.dialect()).positiontup  # type: ignore[no-untyped-call]
    given = ", ".join(values.get(name, f"'{ClockState.RUNNING}'") for name in names)
    connection = await session.connection()
    await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    await connection.exec_driver_sql(f"PREPARE sweep AS {statement}")

    plan = await connection.exec_driver_sql(f"EXPLAIN EXECUTE sweep ({given})")

    assert index in "\n".join(plan.scalars())
    await connection.exec_driver_sql("DEALLOCATE sweep")
