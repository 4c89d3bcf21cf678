"""The server that tests use, their own or a given one, and databases made and dropped on it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from triage.kit.db import disposing
from triage.kit.roles import OWNER, ensure_database


class Server(Protocol):
    """The embedded server or a given one; `postgres` stands for its superuser."""

    def url(self, role: str, database: str) -> str: ...


@dataclass(frozen=True, slots=True)
class GivenServer:
    superuser: URL

    def url(self, role: str, database: str) -> str:
        name = self.superuser.username if role == "postgres" else role
        address = self.superuser.set(
            drivername="postgresql+asyncpg", username=name, database=database
        )
        return address.render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Database:
    name: str
    owner_url: str
    app_url: str


async def is_template(server: Server, name: str) -> bool:
    async with administration(server) as connection:
        found = await connection.scalar(
            sa.text("SELECT datistemplate FROM pg_database WHERE datname = :name"), {"name": name}
        )
    return bool(found)


async def replace_database(server: Server, name: str) -> None:
    async with administration(server) as connection:
        await drop(connection, name)
        await ensure_database(connection, name)


async def make_template(server: Server, name: str) -> None:
    """Who connects first writes down what all others of the database begin with."""
    first = create_async_engine(server.url(OWNER, name), poolclass=NullPool)
    async with disposing(first), first.connect():
        pass
    async with administration(server) as connection:
        await connection.execute(
            sa.text(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')
        )


async def drop(connection: AsyncConnection, name: str) -> None:
    await connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def drop_all(server: Server, prefix: str) -> None:
    async with administration(server) as connection:
        names = await connection.scalars(
            sa.text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"),
            {"prefix": prefix},
        )
        for name in names.all():
            await connection.execute(sa.text(f'ALTER DATABASE "{name}" IS_TEMPLATE false'))
            await drop(connection, name)


@asynccontextmanager
async def administration(server: Server) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(
        server.url("postgres", "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    async with disposing(engine), engine.connect() as connection:
        yield connection


def given_server() -> GivenServer | None:
    url = os.environ.get("TRIAGE_TEST_DATABASE_URL")
    return GivenServer(make_url(url)) if url else None
