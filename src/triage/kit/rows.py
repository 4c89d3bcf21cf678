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


async def upsert(
    session: AsyncSession, model: type[Base], rows: Rows, key: tuple[str, ...], when: str
) -> int:
    """Insert rows, or replace the one that has the key where `when` holds; how many were written.

    `when` is SQL between `stored` and `excluded`. No two rows may have the same key.
    """
    if not rows:
        return 0
    name, columns = f'"{table_of(model).name}"', tuple(rows[0])
    replaced = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in {*key, "id"})
    tail = (
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {replaced}"
        f" WHERE {when.replace('stored', name)} RETURNING 1"
    )
    statement = _statement(model, columns, tail)
    return len((await session.execute(statement, {"rows": _encoded(model, rows)})).all())


class Writes:
    """Rows of several tables that one statement inserts: one round trip for all of them."""

    def __init__(self) -> None:
        self._rows: dict[type[Base], list[dict[str, Any]]] = {}

    def add(self, model: type[Base], rows: Rows) -> None:
        """Rows of equal keys, also with those that were added before."""
        if rows:
            self._rows.setdefault(model, []).extend(rows)

    async def store(self, session: AsyncSession) -> None:
        """Insert what was added; foreign keys are checked when all of it is there."""
        if self._rows:
            shapes = tuple((model, tuple(rows[0])) for model, rows in self._rows.items())
            values = {
                f"rows_{place}": _encoded(model, rows)
                for place, (model, rows) in enumerate(self._rows.items())
            }
            await session.execute(_together(shapes), values)
            self._rows.clear()


@lru_cache(maxsize=256)
def _together(shapes: tuple[tuple[type[Base], tuple[str, ...]], ...]) -> sa.TextClause:
    inserts = ", ".join(
        f"into_{place} AS ({_insert(model, columns, f'rows_{place}')})"
        for place, (model, columns) in enumerate(shapes)
    )
    return sa.text(f"WITH {inserts} SELECT 1").bindparams(
        *(sa.bindparam(f"rows_{place}", type_=sa.Text) for place in range(len(shapes)))
    )


@lru_cache(maxsize=256)
def _statement(model: type[Base], columns: tuple[str, ...], tail: str = "") -> sa.TextClause:
    return sa.text(_insert(model, columns, "rows") + tail).bindparams(
        sa.bindparam("rows", type_=sa.Text)
    )


def _insert(model: type[Base], columns: tuple[str, ...], parameter: str) -> str:
    table = table_of(model)
    name = f'"{table.name}"'
    listed = ", ".join(f'"{table.c[column].name}"' for column in columns)
    return (
        f"INSERT INTO {name} ({listed}) SELECT {listed} "  # noqa: S608 - our own tables' names
        f"FROM json_populate_recordset(NULL::{name}, CAST(:{parameter} AS json))"
    )


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
