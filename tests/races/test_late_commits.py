"""An event that was made early and commits late is read by whoever reads on."""

from datetime import UTC, datetime
from typing import Any

import httpx
from races.service import Service

from triage.access.principal import Role
from triage.journal.actor import SYSTEM, Subject
from triage.journal.service import append
from triage.kit.ids import uuid7


async def test_an_auditor_who_pages_misses_no_event_that_commits_late(service: Service) -> None:
    auditor = await service.one(Role.AUDITOR, "auditor")
    await service.number()
    case = Subject("case", uuid7())

    async with service.sessions.begin() as slow:
        late = append(slow, "case.late", SYSTEM, [case], at=now())
        await slow.flush()
        async with service.sessions.begin() as quick:
            early = append(quick, "case.early", SYSTEM, [case], at=now())
            append(quick, "case.last", SYSTEM, [case], at=now())
        await service.number()
        first = await page(auditor, case=str(case.id), limit=1)
    await service.number()
    second = await page(auditor, case=str(case.id), cursor=first["next_cursor"])

    assert late < early, "by id the late one would stand before the page that was read"
    assert [event["kind"] for event in first["items"]] == ["case.early"]
    assert [event["kind"] for event in second["items"]] == ["case.last", "case.late"]
    assert second["next_cursor"] is None


async def page(auditor: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await auditor.get("/v1/journal/events", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def now() -> datetime:
    return datetime.now(UTC)
