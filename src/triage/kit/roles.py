"""The two roles of Triage, the owner of the tables and the application, and its database."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from triage.kit.db import sqlstate
from triage.kit.embedded import Server

OWNER = "triage_owner"
APP = "triage_app"

MADE_BY_ANOTHER = frozenset({"42710", "42P04", "23505"})  # it was missing, and then it was there
CHANGED_BY_ANOTHER = frozenset({"XX000"})  # "tuple concurrently updated", said once it is done


async def ensure_roles_and_database(server: Server, database: str = "triage") -> None:
    """Make what is missing, as the superuser; what exists stays as it is."""
    engine = create_async_engine(
        server.url("postgres", "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    async with engine.connect() as connection:
        await ensure_roles(connection)
        await ensure_database(connection, database)
    await engine.dispose()


async def ensure_roles(connection: AsyncConnection) -> None:
    for role in (OWNER, APP):
        found = await connection.scalar(
            sa.text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": role}
        )
        if not found:
            await _make(connection, f"CREATE ROLE {role} LOGIN")


async def ensure_database(
    connection: AsyncConnection, name: str, *, template: str = "template0"
) -> None:
    """A UTF-8 database of the owner's, closed to all but the owner and the application."""
    closed = await connection.scalar(
        sa.text("SELECT datacl IS NOT NULL FROM pg_database WHERE datname = :name"), {"name": name}
    )
    if closed is None:
        await _make(
            connection,
            f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" ENCODING \'UTF8\''
            # Of a small template half as long as the usual way, which writes all of it to the WAL.
            " STRATEGY FILE_COPY",
        )
    if not closed:
        # In this order there is no moment in which the application is shut out.
        await _make(connection, f'GRANT CONNECT ON DATABASE "{name}" TO {APP}')
        await _make(connection, f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')


async def ensure_login(owner_url: str, role: str, password: str) -> None:
    """Make a role that may log in, when it is missing; needs CREATEROLE (or the superuser)."""
    engine = create_async_engine(owner_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.scalar(
            sa.text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": role}
        )
        if not found:
            # A utility statement takes no parameters: the server quotes both itself.
            statement = await connection.scalar(
                sa.text(
                    "SELECT format('CREATE ROLE %I LOGIN PASSWORD %L',"
                    " CAST(:role AS text), CAST(:password AS text))"
                ),
                {"role": role, "password": password},
            )
            await _make(connection, str(statement))
    await engine.dispose()


async def _make(connection: AsyncConnection, statement: str) -> None:
    try:
        await connection.execute(sa.text(statement))
    except DBAPIError as error:
        if sqlstate(error) not in MADE_BY_ANOTHER | CHANGED_BY_ANOTHER:
            raise
