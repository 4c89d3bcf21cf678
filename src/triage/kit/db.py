"""The database: one engine, one naming convention, and what its errors mean."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from triage.kit.errors import Failed, Problem, TryAgain, Unavailable

RETRYABLE = frozenset({"40001", "40P01", "55P03"})
LOCK_TIMEOUT = "55P03"
READ_ONLY = "25006"  # a standby, or a primary that has just become one
UNAVAILABLE = ("08", "53", "57", "58")
"""Classes: connection, resources, an operator's intervention, the system below."""
OF_THE_DATA = ("22", "23", "54")
"""Classes: data, integrity constraints, program limits."""


SESSION = {
    "timezone": "UTC",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: sa.TIMESTAMP(timezone=True),
        str: sa.Text,
        bytes: sa.LargeBinary,
    }


def one_of(column: str, values: Iterable[str], *, quote: bool = False) -> sa.CheckConstraint:
    """A CHECK that a text column holds one of an enumeration's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    name = f'"{column}"' if quote else column
    return sa.CheckConstraint(f"{name} IN ({listed})", column)


def create_engine(url: str, *, pool_size: int = 10, behind_pooler: bool = False) -> AsyncEngine:
    """An engine for `postgresql+asyncpg://…`; `behind_pooler` for PgBouncer in transaction mode."""
    arguments: dict[str, Any] = {"server_settings": SESSION, "timeout": 5}
    if behind_pooler:
        arguments = {
            "statement_cache_size": 0,
            "prepared_statement_name_func": lambda: f"__triage_{uuid4()}__",
            "timeout": 5,
        }
    return create_async_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,
        json_deserializer=msgspec.json.decode,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
    )


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE that PostgreSQL gave, if it gave one."""
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def is_retryable(error: BaseException) -> bool:
    """Somebody else came between: the same transaction may be tried again.

    A serialization failure, a deadlock, a lock timeout, or what a service saw under its locks.
    """
    return isinstance(error, TryAgain) or (
        isinstance(error, DBAPIError) and sqlstate(error) in RETRYABLE
    )


def is_unavailable(error: BaseException) -> bool:
    """The database is away, restarting or full: nothing is wrong with the request."""
    if isinstance(error, DBAPIError):
        state = sqlstate(error)
        return (
            error.connection_invalidated
            or (state is not None and (state == READ_ONLY or state.startswith(UNAVAILABLE)))
            or (state is None and isinstance(error, InterfaceError | OperationalError))
        )
    return isinstance(error, PoolTimeoutError | OSError)


def is_of_the_data(error: BaseException) -> bool:
    """What was written was wrong, or the database was not even asked; others may do better."""
    if isinstance(error, DBAPIError):
        return (sqlstate(error) or "").startswith(OF_THE_DATA)
    return not is_unavailable(error)


def is_lock_timeout(error: object) -> bool:
    """Somebody held a row for too long."""
    return isinstance(error, DBAPIError) and sqlstate(error) == LOCK_TIMEOUT


def problem_of(error: BaseException) -> Problem:
    """Which problem an error is for the caller: come again, come later, or a failure of ours."""
    if is_retryable(error):
        return TryAgain()
    if is_unavailable(error):
        return Unavailable()
    return Failed()


def table_of(model: type[Base]) -> sa.Table:
    """The table behind a mapped class: for Core statements, which the ORM then leaves alone."""
    return cast("sa.Table", model.__table__)


async def wait_for_locks(session: AsyncSession, seconds: float) -> None:
    """How long each statement of the transaction may wait for somebody else's rows."""
    await session.execute(sa.text(f"SET LOCAL lock_timeout = '{seconds * 1000:.0f}ms'"))


async def database_now(session: AsyncSession) -> datetime:
    now: datetime = (await session.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
    return now


@asynccontextmanager
async def disposing(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    try:
        yield engine
    finally:
        await engine.dispose()
