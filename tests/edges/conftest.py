"""The API in process on a database of the module's own."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from races.service import Service, running
from structlog.testing import capture_logs


@pytest.fixture(scope="module")
async def service(module_database: Any) -> AsyncIterator[Service]:
    async with running(module_database.app_url) as service:
        yield service


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Drawing the exceptions that are logged on purpose would take seconds."""
    with capture_logs():
        yield
