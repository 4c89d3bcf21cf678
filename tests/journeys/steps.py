"""The steps of a journey over HTTP, and a clock that tests move."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


class ManualClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


async def reported(bot: httpx.AsyncClient, report: dict[str, Any], **headers: str) -> Any:
    answer = await bot.post("/v1/reports", json=report, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def claimed(reviewer: httpx.AsyncClient) -> Any:
    answer = await reviewer.post("/v1/claims", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def decide(
    reviewer: httpx.AsyncClient, claim: Any, version: str | None = None, **changes: Any
) -> httpx.Response:
    case = claim["case"]
    body = {
        "lease_token": claim["lease"]["token"],
        "seen_until": case["seen_until"],
        "outcome": "remove",
        "categories": [],
        "grounds": "law",
        "facts": "The picture shows the person.",
        "reasoning_public": "It was posted without consent.",
    }
    headers = {"If-Match": version or f'"{case["version"]}"'}
    return await reviewer.post(
        f"/v1/cases/{case['id']}/decisions", json=body | changes, headers=headers
    )


async def decided(reviewer: httpx.AsyncClient, claim: Any, **changes: Any) -> Any:
    answer = await decide(reviewer, claim, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def moved(reviewer: httpx.AsyncClient, removal_id: str, state: str, **fields: Any) -> Any:
    answer = await reviewer.patch(f"/v1/removals/{removal_id}", json={"state": state} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def case_of(reader: httpx.AsyncClient, case_id: str) -> Any:
    answer = await reader.get(f"/v1/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def got(reader: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await reader.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def added(
    bot: httpx.AsyncClient, receipt: Any, status: int = 201, key: str = "", **supplement: Any
) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    path = f"/v1/reports/{receipt['id']}/supplements"
    answer = await bot.post(path, json=supplement, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()
