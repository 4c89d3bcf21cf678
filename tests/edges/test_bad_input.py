"""Whatever comes in: a problem that points at the field, repeats nothing and stores nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from edges.bad_reports import A_REPORT, BAD_REPORTS, SECRET, wrong
from races.service import Service, a_report

from triage.access.principal import Role
from triage.kit.db import Base
from triage.kit.paging import encode_cursor

"""Stands for what people wrote: it must be in no answer."""
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Doors:
    """Callers, and a case that the reviewer holds."""

    service: Service
    bot: httpx.AsyncClient
    reviewer: httpx.AsyncClient
    lead: httpx.AsyncClient
    case: str
    rows: dict[str, int]


async def rows_of(service: Service) -> dict[str, int]:
    tables = sorted(Base.metadata.tables)
    return {table: await service.count(table) for table in tables}


@pytest.fixture(scope="module")
async def opened(service: Service) -> Doors:
    bot = await service.one(Role.INTAKE)
    reviewer, lead = await service.one(Role.REVIEWER), await service.one(Role.LEAD)
    await bot.post("/v1/reports", json=a_report())
    claimed = await reviewer.post("/v1/claims", json={})
    case = claimed.json()["case"]["id"]
    return Doors(service, bot, reviewer, lead, case, await rows_of(service))


@pytest.fixture
async def doors(opened: Doors) -> AsyncIterator[Doors]:
    """After the test every table has as many rows as before."""
    yield opened
    assert await rows_of(opened.service) == opened.rows


@pytest.mark.parametrize("name", BAD_REPORTS)
async def test_a_bad_report_is_refused_where_it_is_wrong(doors: Doors, name: str) -> None:
    body, pointer = BAD_REPORTS[name]

    answer = await post(doors.bot, body)

    assert is_problem(answer, 400), answer.text
    [error] = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert error["detail"]
    assert says_nothing_of_it(answer)


async def test_every_wrong_link_and_time_is_told_at_once(doors: Doors) -> None:
    locations = [
        {"url": SECRET},
        {"url": "https://x.com/a/status/1", "seen_at": "2600-01-01T00:00:00Z"},
    ]

    answer = await post(doors.bot, wrong(locations=locations))

    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["/locations/0/url", "/locations/1/seen_at"]
    assert says_nothing_of_it(answer)


async def test_two_mebibytes_are_too_large(doors: Doors) -> None:
    answer = await post(doors.bot, wrong(text="a" * 2 * 1024 * 1024))

    assert is_problem(answer, 413)


async def test_two_mebibytes_without_a_length_are_too_large(doors: Doors) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b" " * 65_536

    answer = await post(doors.bot, chunks())

    assert is_problem(answer, 413)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        SECRET,
    ],
)
async def test_another_content_type_is_not_taken(doors: Doors, content_type: str) -> None:
    answer = await doors.bot.post(
        "/v1/reports", content=A_REPORT, headers={"Content-Type": content_type}
    )

    assert is_problem(answer, 415)
    assert says_nothing_of_it(answer)


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
async def test_a_bad_idempotency_key_is_refused(doors: Doors, key: str) -> None:
    answer = await doors.bot.post(
        "/v1/reports", json=a_report(), headers={b"Idempotency-Key": key.encode()}
    )

    assert is_problem(answer, 400)
    assert answer.json()["errors"][0]["pointer"] == "/headers/idempotency-key"


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/reports/{SECRET}",
        f"/v1/cases/{SECRET}",
        f"/v1/cases/{SECRET}/timeline",
        "/v1/cases/00000000-0000-0000-0000-00000000000%00",
        "/v1/cases/%ff%fe",
        f"/v1/cases/{NOBODY}",
        f"/v1/cases/{NOBODY}/score",
        f"/v1/reports/{NOBODY}",
        f"/v1/removals/{NOBODY}/request",
        f"/v1/{SECRET}?name={SECRET}",
        "/../../etc/passwd",
    ],
)
async def test_an_id_that_is_none_or_nobodys_is_not_found(doors: Doors, path: str) -> None:
    answer = await doors.lead.get(path)

    assert is_problem(answer, 404), answer.text
    assert says_nothing_of_it(answer)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        (f"limit={SECRET}", "limit"),
        ("limit=", "limit"),
        ("limit=1e9", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        (f"cursor={SECRET}", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=%ff", "cursor"),
        (f"state={SECRET}", "state"),
        (f"band={SECRET}", "band"),
        ("jurisdiction=kr", "jurisdiction"),
        ("queue=%00", "queue"),
    ],
)
async def test_a_bad_parameter_of_a_list_is_named(doors: Doors, query: str, parameter: str) -> None:
    answer = await doors.lead.get(f"/v1/cases?{query}")

    assert is_problem(answer, 400), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{parameter}"]
    assert says_nothing_of_it(answer)


FAR_EAST = (
    "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjAwIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0"
)


async def test_a_cursor_with_a_time_that_nobody_can_keep_is_none(doors: Doors) -> None:
    answer = await doors.lead.get(f"/v1/clocks?cursor={FAR_EAST}")

    assert is_problem(answer, 400), answer.text


@pytest.mark.parametrize("query", ["kind=%00", f"cursor={encode_cursor((2**63,))}"])
async def test_an_auditors_bad_parameter_is_refused(doors: Doors, query: str) -> None:
    auditor = await doors.service.one(Role.AUDITOR, "auditor")
    rows = await rows_of(doors.service)

    answer = await auditor.get(f"/v1/journal/events?{query}")

    assert is_problem(answer, 400), answer.text
    doors.rows.update(rows)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        (f"from={SECRET}&to=2026-12-01", "from"),
        ("from=2026-13-01&to=2026-12-01", "from"),
        ("from=2026-11-01&to=", "to"),
        ("from=2026-11-01", "to"),
        ("from=0001-01-01&to=2026-12-01", "to"),
        ("from=2026-11-01&to=9999-12-31", "to"),
        (f"from=2026-11-01&to=2026-12-01&by={SECRET}", "by"),
    ],
)
async def test_a_bad_parameter_of_the_figures_is_named(
    doors: Doors, query: str, parameter: str
) -> None:
    answer = await doors.lead.get(f"/v1/statistics/removals?{query}")

    assert is_problem(answer, 400), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{parameter}"]
    assert says_nothing_of_it(answer)


@pytest.mark.parametrize(
    ("act", "body", "pointer"),
    [
        ("notes", {"text": [SECRET]}, "/text"),
        ("notes", {"text": "a", SECRET: 1}, ""),
        ("release", {"token": SECRET, "reason": "skip"}, "/token"),
        ("release", {"token": str(NOBODY), "reason": SECRET}, "/reason"),
        ("reveal", {"items": SECRET, "reason": "a"}, "/items"),
        ("reveal", {"items": [SECRET], "reason": "a"}, "/items/0"),
        ("decisions", {"lease_token": SECRET}, "/lease_token"),
        ("removals", {"location_id": SECRET}, "/location_id"),
        ("referrals", {"to": SECRET}, "/to"),
    ],
)
async def test_a_bad_act_on_a_case_is_refused_where_it_is_wrong(
    doors: Doors, act: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await doors.reviewer.post(
        f"/v1/cases/{doors.case}/{act}", json=body, headers={"If-Match": '"1"'}
    )

    assert is_problem(answer, 400), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert says_nothing_of_it(answer)


@pytest.mark.parametrize("version", ['"x"', '""', "*", '"1.0"', '"-1"', '"' + "9" * 400 + '"', "é"])
async def test_a_version_that_cannot_be_the_cases_decides_nothing(
    doors: Doors, version: str
) -> None:
    decision = {
        "lease_token": str(NOBODY),
        "seen_until": "1",
        "outcome": "no_violation",
        "categories": [],
        "grounds": "terms",
        "facts": "a",
        "reasoning_public": "b",
    }

    answer = await doors.reviewer.post(
        f"/v1/cases/{doors.case}/decisions",
        json=decision,
        headers={b"If-Match": version.encode()},
    )

    assert answer.status_code in {400, 412}, answer.text
    assert is_problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", f"Bearer {SECRET}", "Bearer trg_x_y", "Basic YTpi", "Bearer é"],
)
async def test_a_token_that_is_none_is_not_known(doors: Doors, authorization: str) -> None:
    answer = await doors.service.caller().get(
        "/v1/me", headers={b"Authorization": authorization.encode()}
    )

    assert is_problem(answer, 401), answer.text
    assert says_nothing_of_it(answer)


async def post(client: httpx.AsyncClient, body: Any) -> httpx.Response:
    return await client.post(
        "/v1/reports", content=body, headers={"Content-Type": "application/json"}
    )


def is_problem(answer: httpx.Response, status: int) -> bool:
    return (
        answer.status_code == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and answer.json()["status"] == status
    )


def says_nothing_of_it(answer: httpx.Response) -> bool:
    return SECRET not in answer.text and SECRET not in str(answer.headers)
