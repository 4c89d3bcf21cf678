"""The API on a database of the test's own, with connections that really run at once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from races.service import Service, running


@pytest.fixture
async def service(fresh_database: Any) -> AsyncIterator[Service]:
    async with running(fresh_database.app_url) as service:
        yield service
