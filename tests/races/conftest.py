"""The API on a database of the test's own, with connections that really run at once."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from races.service import Service, running
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from triage.access.principal import Role
from triage.kit.db import create_engine, disposing


@pytest.fixture
async def service(fresh_database: Any) -> AsyncIterator[Service]:
    async with running(fresh_database.app_url) as service:
        yield service


@pytest.fixture
async def owner(fresh_database: Any) -> AsyncIterator[AsyncEngine]:
    async with disposing(create_engine(fresh_database.owner_url)) as engine:
        yield engine


@pytest.fixture
async def bot(service: Service) -> httpx.AsyncClient:
    return await service.one(Role.INTAKE, "bot")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Drawing the exceptions that are logged on purpose would take seconds."""
    with capture_logs():
        yield
