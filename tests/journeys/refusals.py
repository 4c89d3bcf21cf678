"""A database that refuses some rows, as one does whose disk is full, until it is mended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from races.service import running


@asynccontextmanager
async def refusing(owner_url: str, table: str, rule: str) -> AsyncIterator[None]:
    """Rows of the table that break the rule, which is SQL."""
    alter = f"ALTER TABLE {table}"
    async with running(owner_url) as owner:
        await owner.rows_written(f"{alter} ADD CONSTRAINT refused CHECK ({rule}) NOT VALID")
        try:
            yield
        finally:
            await owner.rows_written(f"{alter} DROP CONSTRAINT refused")
