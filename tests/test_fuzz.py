"""Whatever the contract allows, and what it does not: no failure, every answer as documented.

`TRIAGE_FUZZ_EXAMPLES` sets how many requests are made of each operation.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from races.processes import serving
from races.service import Service, a_report, a_token, running
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from triage.access.permissions import PERMISSIONS
from triage.access.principal import Role
from triage.app import create_app
from triage.settings import Settings
from triage.vault.keys import generate
from triage.web.openapi import openapi_document

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "5"))
MANY = 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

# A mail is text: how its parts are read is fuzzed with the parsers.
schemathesis.serializer.alias(["message/rfc822"], "text/plain")

schema = from_dict(
    openapi_document(create_app(Settings(database_url="postgresql+asyncpg://"), generate()))
)
schema.config.phases.coverage.enabled = EXAMPLES >= MANY


@dataclass(frozen=True, slots=True)
class Target:
    """A server, a token of each role, and ids that exist, by the names of path parameters."""

    url: str
    tokens: dict[Role, str]
    ids: dict[str, list[str]]


@pytest.fixture(scope="module")
def target(module_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    tokens, ids = asyncio.run(prepare(module_database.app_url))
    with serving(module_database.app_url, tmp_path_factory.mktemp("fuzz")) as (_, url):
        yield Target(url, tokens, ids)


@schema.given(caller=st.integers(0, 99), of_ours=st.booleans())
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_documented(
    case: Case[Any],
    target: Target,
    caller: int,
    of_ours: bool,  # noqa: FBT001 - drawn
) -> None:
    rule = PERMISSIONS[case.operation.definition.raw["operationId"]]
    may = [role for role, _ in rule.roles]
    role = (may * 4 + list(Role))[caller % (len(may) * 4 + len(Role))]
    if of_ours:
        for name in case.path_parameters or {}:
            known = target.ids.get(name, [])
            if known:
                case.path_parameters[name] = known[caller % len(known)]

    case.call_and_validate(
        base_url=target.url,
        headers={
            "Authorization": f"Bearer {target.tokens[role]}",
            "X-Telegram-Bot-Api-Secret-Token": target.tokens[role],
        },
        checks=CHECKS,
    )


async def prepare(database_url: str) -> tuple[dict[Role, str], dict[str, list[str]]]:
    """Tokens, and cases in several states."""
    async with running(database_url) as service:
        async with service.sessions.begin() as session:
            tokens = {role: await a_token(session, role, f"fuzz-{role}") for role in Role}
        reports = await report(service, tokens[Role.INTAKE])
        reviewer = service.caller(tokens[Role.REVIEWER])
        await decide_one(reviewer)
        await reviewer.post("/v1/claims", json={})
        return tokens, {
            "report_id": reports,
            "case_id": await ids(service, '"case"'),
            "channel_id": await ids(service, "channel"),
            "removal_id": await ids(service, "removal"),
            "referral_id": await ids(service, "referral"),
        }


async def report(service: Service, token: str) -> list[str]:
    bot = service.caller(token)
    return [
        (await bot.post("/v1/reports", json=a_report(f"9{post}"))).json()["id"] for post in range(4)
    ]


async def decide_one(reviewer: Any) -> None:
    claimed = (await reviewer.post("/v1/claims", json={})).json()
    case = claimed["case"]
    decided = await reviewer.post(
        f"/v1/cases/{case['id']}/decisions",
        headers={"If-Match": f'"{case["version"]}"'},
        json={
            "lease_token": claimed["lease"]["token"],
            "seen_until": case["seen_until"],
            "outcome": "remove",
            "categories": [],
            "grounds": "law",
            "facts": "The picture is there.",
            "reasoning_public": "It shows a person without consent.",
            "referrals": [{"to": "police"}],
        },
    )
    assert decided.status_code == 201


async def ids(service: Service, table: str) -> list[str]:
    rows = await service.rows(f"SELECT id FROM {table}")  # noqa: S608 - our own
    return [str(row["id"]) for row in rows]
