"""Inserting rows: one statement a table whatever their number, so one plan and one round trip.

The rows travel as one JSON document: encoding them costs a tenth of binding every value, and the
text of the statement does not depend on how many there are.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.kit.db import Base, table_of

Rows = Sequence[dict[str, Any]]


async def insert(session: AsyncSession, model: type[Base], rows: Rows) -> None:
    """Insert rows of equal keys; columns without a key stay null or take their default."""
    if rows:
        await session.execute(_statement(model, tuple(rows[0])), {"rows": _encoded(model, rows)})


async def insert_new(
    session: AsyncSession, model: type[Base], rows: Rows, returning: tuple[str, ...]
) -> Sequence[sa.Row[Any]]:
    """Insert the rows that clash with none that is stored; tells which by `returning`.

    Waits for another transaction that is about to store a clashing one.
    """
    if not rows:
        return []
    tail = f" ON CONFLICT DO NOTHING RETURNING {', '.join(returning)}"
    statement = _statement(model, tuple(rows[0]), tail)
    return (await session.execute(statement, {"rows": _encoded(model, rows)})).all()


@lru_cache(maxsize=256)
def _statement(model: type[Base], columns: tuple[str, ...], tail: str = "") -> sa.TextClause:
    table = table_of(model)
    name = f'"{table.name}"'
    listed = ", ".join(f'"{table.c[column].name}"' for column in columns)
    return sa.text(
        f"INSERT INTO {name} ({listed}) SELECT {listed} "  # noqa: S608 - our own tables' names
        f"FROM json_populate_recordset(NULL::{name}, CAST(:rows AS json)){tail}"
    ).bindparams(sa.bindparam("rows", type_=sa.Text))


@lru_cache(maxsize=256)
def _binary(model: type[Base]) -> tuple[str, ...]:
    """The columns of bytes, and of arrays of them."""
    return tuple(
        column.key
        for column in table_of(model).columns
        if isinstance(getattr(column.type, "item_type", column.type), sa.LargeBinary)
    )


def _encoded(model: type[Base], rows: Rows) -> str:
    """JSON as PostgreSQL reads it: bytes in its own hexadecimal form."""
    binary = [name for name in _binary(model) if name in rows[0]]
    if binary:
        rows = [
            row | {name: _hexadecimal(row[name]) for name in binary if row[name] is not None}
            for row in rows
        ]
    return msgspec.json.encode(rows).decode()


def _hexadecimal(value: bytes | list[bytes]) -> str | list[str]:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return [f"\\x{part.hex()}" for part in value]
