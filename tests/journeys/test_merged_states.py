"""What state a survivor has, and what an unmerge restores, for each pair of states."""

from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from journeys.merges import act, merged, unmerged
from journeys.steps import case_of, claimed, decided, got, moved, reported
from races.service import Service, a_report

pytestmark = pytest.mark.long

# child, survivor -> the survivor with the child in it; the survivor alone again
PAIRS = {
    ("open", "open"): ("open", "open"),
    ("open", "following"): ("following", "following"),
    ("open", "closed"): ("open", "closed"),
    ("open", "waiting"): ("open", "open"),
    ("following", "open"): ("open", "open"),
    ("following", "following"): ("following", "following"),
    ("following", "closed"): ("following", "closed"),
    ("following", "waiting"): ("waiting", "waiting"),
    ("closed", "open"): ("open", "open"),
    ("closed", "following"): ("following", "following"),
    ("closed", "closed"): ("closed", "closed"),
    ("closed", "waiting"): ("waiting", "waiting"),
    ("waiting", "open"): ("open", "open"),
    ("waiting", "following"): ("following", "following"),
    ("waiting", "closed"): ("open", "closed"),
    ("waiting", "waiting"): ("waiting", "waiting"),
}


@pytest.mark.parametrize(("child", "survivor"), PAIRS)
async def test_states_of_a_pair(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    child: str,
    survivor: str,
) -> None:
    child_id, survivor_id = [
        await a_case(service, bot, ana, post, state)
        for post, state in (("1", child), ("2", survivor))
    ]
    while_one, alone = PAIRS[child, survivor]

    page = await merged(lead, child_id, survivor_id)

    assert page["state"] == while_one
    assert (await case_of(lead, child_id))["state"] == "merged"
    assert await waiting(service) == ({survivor_id} if while_one == "open" else set())
    await unmerged(lead, child_id)
    assert (await case_of(lead, child_id))["state"] == child
    assert (await case_of(lead, survivor_id))["state"] == alone
    pair = {child_id: child, survivor_id: alone}
    assert await waiting(service) == {case for case, state in pair.items() if state == "open"}


async def test_an_undecided_case_gives_a_followed_one_its_addresses_to_remove(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    followed = await a_case(service, bot, ana, "1", "following")
    undecided = await a_case(service, bot, ana, "2", "open")

    await merged(lead, undecided, followed)

    removals = (await got(ana, f"/v1/cases/{followed}/removals"))["items"]
    assert [removal["state"] for removal in removals] == ["drafted", "drafted"]


async def test_content_that_the_child_saw_after_the_survivors_removal_has_reappeared(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient, clock: Any
) -> None:
    room = {"url": "https://t.me/a_room_of_pictures"}
    first = await reported(bot, a_report("1", locations=[*a_report("1")["locations"], room]))
    for removal in (await decided(ana, await claimed(ana)))["removals"]:
        await moved(ana, removal["id"], "requested")
        await moved(ana, removal["id"], "removed", result="deleted")
    clock.forward(hours=1)
    second = await reported(bot, a_report("2", locations=[*a_report("2")["locations"], room]))
    await decided(ana, await claimed(ana))

    page = await merged(lead, second["case_id"], first["case_id"])

    assert page["state"] == "following"
    removals = (await got(ana, f"/v1/cases/{first['case_id']}/removals"))["items"]
    assert sorted(removal["state"] for removal in removals) == ["drafted", "reappeared", "removed"]


async def test_a_merge_that_cannot_be_is_refused(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    ids = [(await reported(bot, a_report(post)))["case_id"] for post in ("1", "2", "3")]
    await merged(lead, ids[0], ids[1])
    unknown = "01a20000-0000-7000-8000-000000000000"

    async def status(case_id: str, verb: str, **body: Any) -> int:
        return (await act(lead, case_id, verb, **body)).status_code

    assert await status(ids[0], "merge", into=ids[2]) == 409
    assert await status(ids[2], "merge", into=ids[0]) == 409
    assert await status(ids[2], "merge", into=ids[2]) == 400
    assert await status(ids[2], "merge", into=unknown) == 404
    assert await status(ids[2], "unmerge") == 409
    assert await status(ids[2], "merge", version=9, into=ids[1]) == 412
    assert (await lead.post(f"/v1/cases/{ids[2]}/merge", json={"into": ids[1]})).status_code == 428
    forbidden = await ana.post(f"/v1/cases/{ids[2]}/merge", json={"into": ids[1]})
    assert forbidden.status_code == 403
    await merged(lead, ids[1], ids[2])
    assert await status(ids[0], "unmerge") == 409


@pytest.mark.parametrize("verb", ["merge", "unmerge", "split"])
async def test_a_repeated_request_changes_nothing(
    bot: httpx.AsyncClient, lead: httpx.AsyncClient, verb: str
) -> None:
    first, second = [await reported(bot, a_report(post)) for post in ("1", "2")]
    more = await reported(bot, a_report("1", text="me too"))
    body: dict[str, Any] = {"into": second["case_id"]} if verb == "merge" else {}
    if verb == "split":
        body = {"report_ids": [more["id"]], "reason": "Another person is shown."}
    if verb == "unmerge":
        await merged(lead, first["case_id"], second["case_id"])
    version = (await case_of(lead, first["case_id"]))["version"]

    one, two = [await act(lead, first["case_id"], verb, version, key="k", **body) for _ in range(2)]

    assert (two.status_code, two.headers["Idempotency-Replayed"]) == (200, "true")
    assert one.json()["id"] == two.json()["id"]
    assert one.json()["version"] == two.json()["version"]


async def a_case(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, post: str, state: str
) -> str:
    case_id: str = (await reported(bot, a_report(post)))["case_id"]
    if state in {"following", "closed"}:
        claim = await claimed(ana)
        if claim["case"]["id"] != case_id:
            raise AssertionError("another case was given out")
        await decided(ana, claim, outcome="remove" if state == "following" else "no_violation")
    if state == "waiting":
        # Nothing asks the reporter yet: the state that questions will bring.
        await written(service, "UPDATE \"case\" SET state = 'waiting' WHERE id = :id", case_id)
        await written(service, "DELETE FROM queue_entry WHERE case_id = :id", case_id)
        await written(service, "UPDATE sla_clock SET state = 'void' WHERE case_id = :id", case_id)
    elif state == "open":
        # Given out after the other one of the pair.
        await written(service, "UPDATE queue_entry SET lane = 3 WHERE case_id = :id", case_id)
    return case_id


async def written(service: Service, statement: str, case_id: str) -> None:
    async with service.sessions.begin() as session:
        await session.execute(sa.text(statement), {"id": case_id})


async def waiting(service: Service) -> set[str]:
    """The cases with an entry, each with one running clock that is due with it."""
    rows = await service.rows(
        "SELECT e.case_id, e.due_at = c.due_at AS agree FROM queue_entry AS e "
        "JOIN sla_clock AS c ON c.case_id = e.case_id "
        "AND c.kind = 'decision' AND c.state = 'running'"
    )
    assert all(row["agree"] for row in rows)
    return {str(row["case_id"]) for row in rows}
