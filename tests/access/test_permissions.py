"""Every operation of the API, called by every role, against the one table of permissions."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from races.service import BASE_URL, KEYS, Service, running

from triage.access.permissions import PERMISSIONS
from triage.access.principal import ALL_QUEUES, ChannelKind, Grant, Role
from triage.access.tokens import Scopes, issue
from triage.app import create_app
from triage.journal.actor import COMMAND_LINE
from triage.settings import Settings


def operations() -> dict[str, tuple[str, str]]:
    """Operation id -> method and path, as the app has them."""
    app = create_app(Settings(database_url="postgresql+asyncpg://"), KEYS)
    found = {}
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            assert isinstance(handler, HTTPRouteHandler)
            for method in handler.http_methods - {"OPTIONS"}:
                assert isinstance(handler.operation_id, str), route.path
                found[handler.operation_id] = (str(method), route.path)
    return found


OPERATIONS = operations()


@pytest.fixture(scope="module")
async def service(module_database: Any) -> AsyncIterator[Service]:
    async with running(module_database.app_url) as service:
        yield service


async def a_token(service: Service, role: Role, *grants: Grant, **changes: Any) -> str:
    name = f"{role}-{len(grants)}-{uuid4().hex[:6]}"
    async with service.sessions.begin() as session:
        return await issue(
            session,
            COMMAND_LINE,
            role=role,
            name=name,
            scopes=Scopes(grants=grants, queues=[ALL_QUEUES], platforms=["telegram"]),
            now=datetime.now(UTC),
            channel=(name, ChannelKind.BOT, None) if role is Role.INTAKE else None,
            **changes,
        )


OTHER_BODIES = {
    "fingerprint_media": "image/png",
    "receive_arf": "message/rfc822",
    "receive_email": "message/rfc822",
}


async def call(caller: httpx.AsyncClient, operation: str) -> httpx.Response:
    """The operation with ids of nothing and an empty body: far enough to pass the guard, or not."""
    method, path = OPERATIONS[operation]
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, str(uuid4()) if "uuid" in part else "x")
    body = {} if method in {"POST", "PUT", "PATCH"} else None
    if kind := OTHER_BODIES.get(operation):
        return await caller.post(path, content=b"x", headers={"Content-Type": kind})
    token = caller.headers.get("authorization", "").removeprefix("Bearer ")
    secret = {"X-Telegram-Bot-Api-Secret-Token": token} if token else {}
    return await caller.request(method, path, json=body, headers=secret)


def test_every_operation_has_its_line_and_every_line_its_operation() -> None:
    assert PERMISSIONS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("grants", [(), tuple(Grant)], ids=["no grants", "all grants"])
@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_call_what_the_table_says(
    service: Service, role: Role, grants: tuple[Grant, ...]
) -> None:
    caller = service.caller(await a_token(service, role, *grants))

    for operation, rule in PERMISSIONS.items():
        allowed = rule.public or any(
            of is role and (needed is None or needed in grants) for of, needed in rule.roles
        )
        answer = await call(caller, operation)
        assert (answer.status_code == 403) == (not allowed), (operation, answer.text)
        assert answer.status_code not in {401, 500}, (operation, answer.text)


async def test_nobody_may_call_only_what_is_public(service: Service) -> None:
    for operation, rule in PERMISSIONS.items():
        answer = await call(service.caller(), operation)
        assert (answer.status_code == 401) == (not rule.public), (operation, answer.text)
        if not rule.public:
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_that_is_wrong_in_any_way_is_no_token(service: Service) -> None:
    good = await a_token(service, Role.AUDITOR)
    head, secret = good.rsplit("_", 1)[0], good.rsplit("_", 1)[1]
    swapped = secret[:-1] + ("A" if secret[-1] != "A" else "B")

    for bad in (
        f"{head}_{swapped}",
        head,
        f"{head}_",
        good[4:],
        good + "x",
        "trg_x_y",
        f"trg_{uuid4().hex}_{secret}",
        "é",
    ):
        headers = {"Authorization": b"Bearer " + bad.encode()}
        async with httpx.AsyncClient(transport=service.transport, base_url=BASE_URL) as caller:
            answer = await caller.get("/v1/me", headers=headers)
        assert answer.status_code == 401, bad
    assert (await service.caller(good).get("/v1/me")).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE credential SET revoked_at = now()",
        "UPDATE credential SET expires_at = now() - interval '1 second'",
        "UPDATE principal SET left_at = now()",
    ],
)
async def test_a_revoked_expired_or_left_caller_is_let_in_no_more(
    fresh_database: Any, change: str
) -> None:
    async with running(fresh_database.app_url) as service:
        caller = service.caller(await a_token(service, Role.AUDITOR))
        await service.rows_written(change)

        assert (await caller.get("/v1/me")).status_code == 401


async def test_a_refused_act_of_a_known_caller_is_told_to_the_journal(service: Service) -> None:
    caller = service.caller(await a_token(service, Role.REGULATOR))

    await call(caller, "claim")

    refused = await service.rows(
        "SELECT body FROM journal_event WHERE kind = 'access.refused' ORDER BY id DESC LIMIT 1"
    )
    assert refused[0]["body"] == {"operation": "claim"}


async def test_a_secret_is_nowhere_in_the_database(service: Service) -> None:
    secret = (await a_token(service, Role.ADMIN)).rsplit("_", 1)[1]

    rows = await service.rows("SELECT digest FROM credential")

    assert all(len(row["digest"]) == 32 and secret.encode() not in row["digest"] for row in rows)
