"""Embedded servers for the tests about them."""

import asyncio
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from triage.kit import embedded
from triage.kit.db import disposing
from triage.kit.embedded import Server
from triage.kit.postmaster import postmaster_of

GIVEN = os.environ.get("TRIAGE_TEST_POSTGRES_BIN")
BINARIES = Path(GIVEN) if GIVEN else None


def start(data: Path, *, durable: bool = False) -> Server:
    return embedded.start(data, binaries=BINARIES, durable=durable)


def ask(server: Server, query: str, *, role: str = "postgres", database: str = "postgres") -> Any:
    async def answer() -> Any:
        engine = create_async_engine(server.url(role, database), poolclass=NullPool)
        async with disposing(engine), engine.connect() as connection:
            return await connection.scalar(sa.text(query))

    return asyncio.run(answer())


def pid_of(data: Path) -> int:
    found = postmaster_of(data / "postgres")
    assert found
    return found.pid
