"""The API on a database of the test's own, with connections that really run at once."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from races.service import Service, running
from structlog.testing import capture_logs


@pytest.fixture
async def service(fresh_database: Any) -> AsyncIterator[Service]:
    async with running(fresh_database.app_url) as service:
        yield service


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Drawing the exceptions that are logged on purpose would take seconds."""
    with capture_logs():
        yield
