"""Every kind of value arrives as it was sent."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import IdempotencyKeyRow
from triage.kit.db import Base
from triage.kit.rows import insert, insert_new
from triage.reports.models import ReportMediaRow
from triage.sla.models import PolicyRow

NOW = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
MEDIA: dict[str, Any] = {
    "id": uuid4(),
    "report_id": uuid4(),
    "ordinal": 0,
    "sha256_digest": bytes(range(32)),
    "md5_digest": None,
    "platform_media_digest": None,
    "pdq": bytes(reversed(range(32))),
    "pdq_quality": 91,
    "pdq_forms": [bytes(32), b"\xff" * 32],
}
KEY: dict[str, Any] = {
    "principal_id": uuid4(),
    "key_digest": b"\x00key",
    "request_digest": b"\\x5c",
    "result_id": uuid4(),
    "created_at": NOW,
}
POLICY: dict[str, Any] = {
    "id": 'it is "quoted", \\ and 한국어 😀',
    "version": 7,
    "kind": "decision",
    "bound": "us",
    "jurisdiction": None,
    "band": 3,
    "starts_with": "received",
    "limit_seconds": 2**31 - 1,
    "without_delay": True,
    "statutory": False,
    "warn_share": 0.1 + 0.2,
    "source": "",
}


@pytest.mark.parametrize(
    ("model", "row"), [(ReportMediaRow, MEDIA), (IdempotencyKeyRow, KEY), (PolicyRow, POLICY)]
)
async def test_what_is_inserted_is_what_is_read(
    session: AsyncSession, model: type[Base], row: dict[str, Any]
) -> None:
    await insert(session, model, [row])

    stored = (await session.execute(sa.select(model.__table__))).mappings()
    assert row in [{name: one[name] for name in row} for one in stored]


async def test_rows_that_clash_are_left_out_and_told_by_absence(session: AsyncSession) -> None:
    rows = [KEY | {"key_digest": bytes([n])} for n in range(3)]
    await insert(session, IdempotencyKeyRow, rows[:1])

    stored = await insert_new(session, IdempotencyKeyRow, rows, returning=("key_digest",))

    assert [row.key_digest for row in stored] == [b"\x01", b"\x02"]


async def test_no_rows_are_no_statement(session: AsyncSession) -> None:
    await insert(session, IdempotencyKeyRow, [])

    assert await insert_new(session, IdempotencyKeyRow, [], returning=("key_digest",)) == []
