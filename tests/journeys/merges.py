"""Merging, parting and splitting over HTTP."""

from typing import Any

import httpx
from journeys.steps import case_of, reported
from races.service import a_report


async def act(
    lead: httpx.AsyncClient,
    case_id: str,
    verb: str,
    version: int | None = None,
    key: str = "",
    **body: Any,
) -> httpx.Response:
    """`version`: the one that the case has now, unless said."""
    seen = version or (await case_of(lead, case_id))["version"]
    headers = {"If-Match": f'"{seen}"'} | ({"Idempotency-Key": key} if key else {})
    path = f"/v1/cases/{case_id}/{verb}"
    if verb == "unmerge":
        return await lead.post(path, headers=headers)
    return await lead.post(path, json=body, headers=headers)


async def merged(lead: httpx.AsyncClient, child: str, into: str) -> Any:
    answer = await act(lead, child, "merge", into=into)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def unmerged(lead: httpx.AsyncClient, child: str) -> Any:
    answer = await act(lead, child, "unmerge")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def split_off(lead: httpx.AsyncClient, case_id: str, *report_ids: str) -> Any:
    answer = await act(
        lead, case_id, "split", report_ids=[*report_ids], reason="Another person is shown."
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def two_cases(bot: httpx.AsyncClient, **second: Any) -> tuple[Any, Any]:
    """The receipts of two reports that opened a case each."""
    return await reported(bot, a_report("1")), await reported(bot, a_report("2") | second)


FACTS = (
    "band",
    "due_at",
    "allegations",
    "jurisdictions",
    "languages",
    "report_count",
    "first_reported_at",
    "last_reported_at",
    "needs_child_safety",
    "state",
)


async def facts_of(reader: httpx.AsyncClient, case_id: str) -> dict[str, Any]:
    """What a case is by its reports, with its reasons and the addresses it knows."""
    page = await case_of(reader, case_id)
    score = (await reader.get(f"/v1/cases/{case_id}/score")).json()
    return (
        {name: page[name] for name in FACTS}
        | {"reports": [report["id"] for report in page["reports"]]}
        | {"locations": [location["id"] for location in page["locations"]]}
        | {"reasons": score["reasons"], "score": score["score"]}
    )
