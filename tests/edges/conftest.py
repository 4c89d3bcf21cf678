"""The API in process on a database of the module's own."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from races.service import Service, running
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs

from triage.kit.db import disposing
from triage.kit.roles import APP, ensure_database


@pytest.fixture(scope="module")
async def service(server: Any, template: str) -> AsyncIterator[Service]:
    name = f"{template}_{uuid4().hex[:12]}"
    superuser = server.url("postgres", "postgres")
    async with disposing(create_async_engine(superuser, isolation_level="AUTOCOMMIT")) as engine:
        async with engine.connect() as connection:
            await ensure_database(connection, name, template=template)
        async with running(server.url(APP, name)) as service:
            yield service
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Drawing the exceptions that are logged on purpose would take seconds."""
    with capture_logs():
        yield
