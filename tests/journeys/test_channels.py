"""Channels: made by an administrator, narrowed by quotas and formats, given new tokens."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, got
from races.service import Service, a_report, running
from races.together import together

from triage.access.authentication import Authenticator
from triage.access.principal import ChannelKind, Role
from triage.access.tokens import Scopes, issue
from triage.journal.actor import COMMAND_LINE


async def made(admin: httpx.AsyncClient, **form: Any) -> Any:
    answer = await admin.post("/v1/channels", json={"name": "kr-bot", "kind": "bot"} | form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_channel_is_made_with_a_token_that_is_shown_once(
    service: Service, admin: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": "make"}
    form = {"name": "kr-bot", "kind": "bot", "jurisdiction": "KR", "grants": ["sees_matches"]}
    first = await admin.post("/v1/channels", json=form, headers=key)
    again = await admin.post("/v1/channels", json=form, headers=key)

    receipt = await service.caller(first.json()["token"]).post("/v1/reports", json=a_report())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"token": None}
    assert "case_id" in receipt.json()
    assert list(receipt.json()["validity"]) == ["kr-tba-22-5"]
    assert (await got(admin, "/v1/channels"))["items"] == [first.json()["channel"]]


async def test_a_name_is_taken_once(admin: httpx.AsyncClient) -> None:
    await made(admin)

    answer = await admin.post("/v1/channels", json={"name": "kr-bot", "kind": "desk"})

    assert answer.status_code == 409


async def test_what_is_given_changes_and_the_rest_stays(admin: httpx.AsyncClient) -> None:
    channel = (await made(admin, quota=100, jurisdiction="KR"))["channel"]
    path = f"/v1/channels/{channel['id']}"

    changed = await admin.patch(path, json={"quota": None, "formats": ["xarf"]})

    assert changed.json() == channel | {"quota": None, "formats": ["xarf"]}
    assert (await got(admin, path)) == changed.json()


async def test_a_new_token_ends_the_old_one_after_its_grace(
    fresh_database: Any, clock: ManualClock
) -> None:
    # Each process asks the database again: what one remembers of a token is not in the way.
    async with running(fresh_database.app_url, clock=clock) as service:
        admin = await service.one(Role.ADMIN, "admin")
        channel = await made(admin)
        path = f"/v1/channels/{channel['channel']['id']}/rotate"
        renewed = (await admin.post(path, json={"grace_seconds": 60})).json()["token"]
    statuses = []
    for seconds in (59, 2):
        clock.forward(seconds=seconds)
        async with running(fresh_database.app_url, clock=clock) as service:
            for token in (channel["token"], renewed):
                answer = await service.caller(token).get("/v1/me")
                statuses.append(answer.status_code)

    assert statuses == [200, 200, 401, 200]


async def test_a_repeated_rotation_makes_no_second_token(
    service: Service, admin: httpx.AsyncClient
) -> None:
    path = f"/v1/channels/{(await made(admin))['channel']['id']}/rotate"
    key = {"Idempotency-Key": "rotate"}
    first, again = [await admin.post(path, json={}, headers=key) for _ in range(2)]

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == {"token": None}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await service.caller(first.json()["token"]).get("/v1/me")).status_code == 200


async def test_a_closed_channel_takes_nothing(fresh_database: Any, clock: ManualClock) -> None:
    async with running(fresh_database.app_url, clock=clock) as service:
        admin = await service.one(Role.ADMIN, "admin")
        channel = await made(admin)
        path = f"/v1/channels/{channel['channel']['id']}"
        closed = await admin.patch(path, json={"closed": True})
    async with running(fresh_database.app_url, clock=clock) as service:
        answer = await service.caller(channel["token"]).post("/v1/reports", json=a_report())

    assert closed.json()["closed_at"] is not None
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"name": "Not a slug"}, "/name"),
        ({"kind": "other"}, "/kind"),
        ({"quota": 0}, "/quota"),
        ({"grants": ["reveal"]}, "/grants/0"),
        ({"did": "ana"}, "/did"),
    ],
)
async def test_what_a_channel_cannot_be_is_refused(
    admin: httpx.AsyncClient, form: dict[str, Any], pointer: str
) -> None:
    answer = await admin.post("/v1/channels", json={"name": "kr-bot", "kind": "bot"} | form)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_the_quota_counts_over_processes_and_tells_what_is_left(
    fresh_database: Any, clock: ManualClock
) -> None:
    async with (
        running(fresh_database.app_url, clock=clock) as one,
        running(fresh_database.app_url, clock=clock) as two,
    ):
        token = (await made(await one.one(Role.ADMIN, "admin"), quota=200))["token"]
        callers = [one.caller(token), two.caller(token)]

        answers = await asyncio.gather(
            *(
                callers[number % 2].post("/v1/reports", json=a_report(str(number)))
                for number in range(300)
            )
        )
        stored = await one.count("report")
        clock.forward(minutes=2)
        later = await callers[0].post("/v1/reports", json=a_report("later"))

    refused = [answer for answer in answers if answer.status_code == 429]
    kept = [answer for answer in answers if answer.status_code == 201]
    assert len(refused) + len(kept) == 300
    assert 180 <= len(kept) == stored <= 200
    assert refused[0].json()["violated-policies"] == ["reports"]
    assert 0 < int(refused[0].headers["retry-after"]) <= 120
    assert kept[0].headers["ratelimit-policy"] == '"reports";q=200;w=60'
    assert later.status_code == 201
    assert later.headers["ratelimit"].startswith('"reports";r=199;t=')


async def test_a_minute_slides_so_that_its_edge_gives_nothing_twice(
    service: Service, admin: httpx.AsyncClient, clock: ManualClock
) -> None:
    bot = service.caller((await made(admin, quota=20))["token"])
    clock.forward(seconds=59)
    first = [await bot.post("/v1/reports", json=a_report(str(n))) for n in range(21)]
    clock.forward(seconds=2)
    over_the_edge = await bot.post("/v1/reports", json=a_report("edge"))
    clock.forward(seconds=29)
    half = [await bot.post("/v1/reports", json=a_report(f"half-{n}")) for n in range(12)]

    assert [answer.status_code for answer in first] == [201] * 20 + [429]
    assert over_the_edge.status_code == 429
    assert [answer.status_code for answer in half].count(201) == 10


async def test_a_batch_counts_its_lines(service: Service, admin: httpx.AsyncClient) -> None:
    bot = service.caller((await made(admin, quota=10))["token"])
    lines = [a_report(str(number)) for number in range(8)]

    first = await bot.post("/v1/reports/batch", json=lines)
    second = await bot.post("/v1/reports/batch", json=lines)
    single = await bot.post("/v1/reports", json=a_report("9"))

    assert (first.status_code, second.status_code, single.status_code) == (200, 429, 201)


async def test_receipts_are_asked_thirty_times_a_minute_from_one_address(
    service: Service,
) -> None:
    nobody = service.caller()
    answers = [await nobody.post("/v1/receipts", json={"code": "x"}) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [404] * 30 + [429]


async def test_of_many_who_make_one_channel_one_does(
    service: Service, admin: httpx.AsyncClient
) -> None:
    form = {"name": "kr-bot", "kind": "bot"}
    answers = await together(partial(admin.post, "/v1/channels", json=form) for _ in range(6))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert await service.count("channel") == 1


async def test_the_name_of_another_channels_bot_is_taken(
    service: Service, admin: httpx.AsyncClient
) -> None:
    async with service.sessions.begin() as session:
        await issue(
            session,
            COMMAND_LINE,
            role=Role.INTAKE,
            name="kr-bot",
            scopes=Scopes(),
            now=datetime.now(UTC),
            channel=("other", ChannelKind.BOT, None),
        )

    answer = await admin.post("/v1/channels", json={"name": "kr-bot", "kind": "bot"})

    assert answer.status_code == 409
    assert await service.count("credential") == 2, "the administrator's and the bot's own"


async def test_the_journal_tells_which_grants_and_quotas_were_given_and_taken(
    service: Service, admin: httpx.AsyncClient
) -> None:
    channel = (await made(admin, grants=["sees_matches"], quota=5))["channel"]
    path = f"/v1/channels/{channel['id']}"
    for change in ({"grants": [], "quota": 6}, {"quota": 6}, {}):
        await admin.patch(path, json=change)

    events = await service.rows(
        "SELECT kind, body FROM journal_event WHERE kind LIKE 'channel.%' ORDER BY id"
    )
    assert [event["kind"] for event in events] == ["channel.created", "channel.changed"]
    assert events[0]["body"]["grants"] == ["sees_matches"]
    assert events[0]["body"]["quota"] == 5
    assert events[1]["body"] == {"grants": [["sees_matches"], []], "quota": [5, 6]}


async def test_every_answer_under_a_quota_tells_what_is_left(
    service: Service, admin: httpx.AsyncClient
) -> None:
    bot = service.caller((await made(admin, quota=3))["token"])
    answers = [
        await bot.post("/v1/reports", json=a_report("1")),
        await bot.post("/v1/reports/batch", json=[a_report("2"), a_report("3")]),
        await bot.post("/v1/reports", json=a_report("4")),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 429]
    policies = {answer.headers["ratelimit-policy"] for answer in answers}
    assert policies == {'"reports";q=3;w=60'}
    left = [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers]
    assert left == ['"reports";r=2', '"reports";r=0', '"reports";r=0']


@pytest.mark.parametrize("lines", [4, 5])
async def test_a_batch_that_no_minute_has_room_for_is_told_so(
    service: Service, admin: httpx.AsyncClient, lines: int
) -> None:
    bot = service.caller((await made(admin, quota=3))["token"])

    answer = await bot.post("/v1/reports/batch", json=[a_report(str(n)) for n in range(lines)])

    assert answer.status_code == 422
    assert answer.json()["detail"] == "at most 3"
    assert "retry-after" not in answer.headers


async def test_a_raised_quota_counts_at_once(fresh_database: Any, clock: ManualClock) -> None:
    async with running(fresh_database.app_url, clock=clock) as service:
        admin = await service.one(Role.ADMIN, "admin")
        channel = await made(admin, quota=2)
        bot = service.caller(channel["token"])
        before = [await bot.post("/v1/reports", json=a_report(str(n))) for n in range(3)]
        path = f"/v1/channels/{channel['channel']['id']}"
        await admin.patch(path, json={"quota": 10})
        # What is remembered of the token, for 5 seconds, is forgotten; the quota's use is not.
        app: Any = service.transport
        app.app.app.state.authenticator = Authenticator(service.sessions, clock)
        after = [await bot.post("/v1/reports", json=a_report(str(n))) for n in range(3, 12)]

    assert [answer.status_code for answer in before] == [201, 201, 429]
    assert [answer.status_code for answer in after] == [201] * 8 + [429]
