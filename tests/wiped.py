"""One database for test after test: what a test has written is deleted behind it.

To copy a database takes four times as long, and whoever connects to a copy has to learn all of it.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

WAIT = "2s"
"""For what a test has left open; longer than that it is not waited for."""

TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""


class Wiper:
    """As the superuser, on a connection of its own."""

    def __init__(self, connection: Any, statements: str) -> None:
        self._connection = connection
        self._statements = statements

    async def wipe(self) -> None:
        """Leave what the migrations wrote, and nothing else."""
        await self._connection.execute(self._statements)


@asynccontextmanager
async def wiper(url: str) -> AsyncIterator[Wiper]:
    """Of a database as it is now: this is what every test begins with."""
    address = make_url(url)
    connection: Any = await asyncpg.connect(
        host=address.query.get("host", address.host),
        port=int(str(address.query.get("port", address.port or 5432))),
        user=address.username,
        password=address.password,
        database=address.database,
        server_settings={"lock_timeout": WAIT},
    )
    try:
        yield Wiper(connection, await _statements(connection))
    finally:
        await connection.close()


async def _statements(connection: Any) -> str:
    tables = [row[0] for row in await connection.fetch(TABLES)]
    said = ["SET LOCAL session_replication_role = replica"]
    said += [f"DELETE FROM {table}" for table in tables]  # noqa: S608 - quoted by the server
    for table in tables:
        rows = await connection.fetchval(f"SELECT json_agg(t) FROM {table} AS t")  # noqa: S608
        if rows and table != "alembic_version":
            literal = json.dumps(json.loads(rows)).replace("'", "''")
            said.append(
                f"INSERT INTO {table} SELECT * FROM"  # noqa: S608
                f" json_populate_recordset(NULL::{table}, '{literal}')"
            )
    said.remove("DELETE FROM alembic_version")
    return "; ".join(("BEGIN", *said, "COMMIT"))
