"""The journal over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from journal.numbering import number
from litestar import Litestar
from litestar.di import Provide
from sqlalchemy.ext.asyncio import AsyncSession

from triage.journal.actor import Actor, Subject
from triage.journal.checkpoint import Checkpoint, Signer, Verifier
from triage.journal.models import JournalCheckpoint
from triage.journal.routes import router
from triage.journal.service import append
from triage.kit.ids import uuid7
from triage.web.bodies import JSONRequest
from triage.web.parameters import check_parameters
from triage.web.problems import EXCEPTION_HANDLERS

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ORIGIN = "triage.example/journal"
SIGNER = Signer(b"s" * 32)


@pytest.fixture
async def client(session: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        [router],
        dependencies={
            "session": Provide(lambda: session, sync_to_thread=False),
            "verifier": Provide(lambda: SIGNER.verifier(ORIGIN), sync_to_thread=False),
        },
        before_request=check_parameters,  # type: ignore[arg-type]
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=JSONRequest,
        logging_config=None,
    )
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://triage") as client:
        yield client


async def test_an_event_shows_all_that_its_leaf_hashes(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    ana, case = Actor(uuid7(), "reviewer", "request-1"), Subject("case", uuid7())
    event_id = append(session, "case.claimed", ana, [case], at=NOW, body={"queue": "general"})
    await session.commit()
    await number(session, [event_id])

    answer = await client.get("/v1/journal/events")

    (event,) = answer.json()["items"]
    assert len(bytes.fromhex(event.pop("nonce"))) == 16
    assert event == {
        "id": str(event_id),
        "position": 0,
        "kind": "case.claimed",
        "actor": {"id": str(ana.id), "role": "reviewer"},
        "subjects": [{"kind": "case", "id": str(case.id)}],
        "body": {"queue": "general"},
        "public": {},
        "occurred_at": "2026-11-20T09:00:00Z",
        "request_id": "request-1",
    }


async def test_the_filters_of_the_contract_narrow_the_list(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    ana, case = Actor(uuid7(), "reviewer"), Subject("case", uuid7())
    wanted = append(session, "case.claimed", ana, [case], at=NOW)
    others = [
        append(session, "case.claimed", Actor(uuid7(), "reviewer"), [case], at=NOW),
        append(session, "case.claimed", ana, [Subject("case", uuid7())], at=NOW),
        append(session, "case.decided", ana, [case], at=NOW),
        append(session, "case.claimed", ana, [case], at=NOW - timedelta(seconds=1)),
        append(session, "case.claimed", ana, [case], at=NOW + timedelta(seconds=1)),
    ]
    await session.commit()
    await number(session, [wanted, *others])

    answer = await client.get(
        "/v1/journal/events",
        params={
            "actor": str(ana.id),
            "case": str(case.id),
            "kind": "case.claimed",
            "from": NOW.isoformat(),
            "to": (NOW + timedelta(seconds=1)).isoformat(),
        },
    )

    assert [event["id"] for event in answer.json()["items"]] == [str(wanted)]


async def test_pages_follow_each_other_without_a_gap(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    actor = Actor(None, "system")
    ids = [append(session, "case.claimed", actor, [], at=NOW) for _ in range(5)]
    await session.commit()
    await number(session, ids)

    seen, cursor = [], None
    for _ in range(3):
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/journal/events", params=query)).json()
        seen += [event["id"] for event in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [str(event_id) for event_id in ids]
    assert cursor is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "cursor=x", "actor=ana", "from=2026-11-20T09:00:00"]
)
async def test_a_query_that_is_not_valid_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/journal/events?{query}")

    assert answer.status_code == 400


async def test_anybody_can_verify_the_newest_checkpoint_with_the_key(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    for size in (7, 9):
        note = SIGNER.sign(Checkpoint(ORIGIN, size, b"r" * 32))
        session.add(JournalCheckpoint(size=size, root=b"r" * 32, note=note, created_at=NOW))
    await session.commit()

    checkpoint = await client.get("/v1/journal/checkpoint")
    key = await client.get("/v1/journal/key")

    for answer in (checkpoint, key):
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert Verifier.from_text(key.text).open(checkpoint.text) == Checkpoint(ORIGIN, 9, b"r" * 32)


async def test_before_the_first_event_there_is_no_checkpoint(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/journal/checkpoint")

    assert answer.status_code == 404
    assert answer.json()["title"] == "Nothing has been numbered yet"
