"""What a narrow person may know: one rule for claims, pages, lists, acts and the removal desk."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from journeys.people import a_person
from journeys.steps import claimed, decide, decided, got, reported
from races.service import Service, a_report

from triage.access.principal import Grant, Role
from triage.access.tokens import Scopes, issue
from triage.journal.actor import COMMAND_LINE

CHILD: dict[str, Any] = {"allegations": ["minor", "deepfake"], "victim": {"age": 12}}
KOREAN: dict[str, Any] = {"jurisdiction": "KR"}
ALL_BUT_CHILD_SAFETY = tuple(grant for grant in Grant if grant is not Grant.CHILD_SAFETY)

NARROW: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "without child_safety": (CHILD, {"grants": ALL_BUT_CHILD_SAFETY}),
    "of another queue": ({}, {"queue": "another"}),
    "of another country": (KOREAN, {"jurisdictions": ["US"]}),
    "of a country, the case's unknown": ({}, {"jurisdictions": ["US"]}),
}


@pytest.fixture(params=sorted(NARROW))
async def narrow(
    request: pytest.FixtureRequest, service: Service
) -> tuple[dict[str, Any], httpx.AsyncClient]:
    """A report, and a person whose scopes leave its case out."""
    report, scopes = NARROW[request.param]
    grants = scopes.get("grants", tuple(Grant))
    rest = {name: value for name, value in scopes.items() if name != "grants"}
    return report, await a_person(service, *grants, **rest)


async def test_the_removal_desk_is_as_narrow_as_the_person(
    service: Service,
    bot: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    narrow: tuple[dict[str, Any], httpx.AsyncClient],
) -> None:
    report, person = narrow
    await reported(bot, a_report(**report))
    decision = await decided(ana, await claimed(ana), referrals=[{"to": "police"}])
    case_id, [removal], [referral] = (
        decision["case_id"],
        decision["removals"],
        decision["referrals"],
    )

    for path in ("/v1/removals", "/v1/referrals"):
        assert (await got(person, path))["items"] == [], path
        assert len((await got(ana, path))["items"]) == 1, path
    answers = [
        await person.patch(f"/v1/removals/{removal['id']}", json={"state": "requested"}),
        await person.get(f"/v1/removals/{removal['id']}/request"),
        await person.patch(f"/v1/referrals/{referral['id']}", json={"state": "sent"}),
        await person.post(f"/v1/cases/{case_id}/referrals", json={"to": "ncmec"}),
        await person.post(
            f"/v1/cases/{case_id}/removals", json={"location_id": removal["location_id"]}
        ),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    unknown = await person.patch(f"/v1/removals/{case_id}", json={"state": "requested"})
    first = {**answers[0].json(), "instance": None}
    assert first == {**unknown.json(), "instance": None}, "another's is as unknown as nobody's"
    rows = await service.rows("SELECT state FROM removal UNION ALL SELECT state FROM referral")
    assert [row["state"] for row in rows] == ["drafted", "drafted"]


async def test_cases_out_of_scope_are_neither_given_nor_counted_nor_named(
    service: Service,
    bot: httpx.AsyncClient,
    narrow: tuple[dict[str, Any], httpx.AsyncClient],
) -> None:
    report, person = narrow
    case_id = (await reported(bot, a_report(**report)))["case_id"]
    token = "0190a000-0000-7000-8000-000000000000"

    assert (await person.post("/v1/claims", json={})).status_code == 204
    assert sum(queue["open"] for queue in (await got(person, "/v1/queues"))["items"]) == 0
    answers = [
        await person.get(f"/v1/cases/{case_id}"),
        await person.put(f"/v1/cases/{case_id}/lease", json={"token": token}),
        await person.post(f"/v1/cases/{case_id}/release", json={"token": token, "reason": "skip"}),
        await person.post(f"/v1/cases/{case_id}/notes", json={"text": "a note"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    missed = await service.rows("SELECT 1 AS one FROM journal_event WHERE kind = 'lease.missed'")
    assert missed == []


async def test_a_lost_lease_of_a_known_case_is_a_conflict_and_told(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    case_id = (await reported(bot, a_report()))["case_id"]
    token = "0190a000-0000-7000-8000-000000000000"

    lost = await ana.put(f"/v1/cases/{case_id}/lease", json={"token": token})
    nowhere = await ana.put(f"/v1/cases/{token}/lease", json={"token": token})

    assert (lost.status_code, nowhere.status_code) == (409, 404)
    missed = await service.rows("SELECT body FROM journal_event WHERE kind = 'lease.missed'")
    assert [row["body"] for row in missed] == [{"act": "extend_lease"}]


async def test_a_persons_countries_are_where_they_work(
    service: Service, bot: httpx.AsyncClient
) -> None:
    mina = await a_person(service, *Grant, jurisdictions=["KR", "JP"])
    lead = await a_person(service, *Grant, role=Role.LEAD, jurisdictions=["KR"])
    american = (await reported(bot, a_report("1", jurisdiction="US")))["case_id"]
    korean = (await reported(bot, a_report("2", **KOREAN)))["case_id"]

    assert (await claimed(mina))["case"]["id"] == korean
    for path in ("/v1/cases", "/v1/clocks"):
        found = (await got(lead, path))["items"]
        assert {item.get("case_id", item["id"]) for item in found} == {korean}, path
    assert (await lead.get(f"/v1/cases/{american}")).status_code == 404

    await reported(bot, a_report("1", text="It is of Korea too.", **KOREAN))

    second = await a_person(service, *Grant, jurisdictions=["KR"])
    assert (await claimed(second))["case"]["id"] == american, "the case is of both countries now"


async def test_a_grant_taken_away_ends_what_the_holder_may_do(
    service: Service, bot: httpx.AsyncClient
) -> None:
    granted = await a_person(service, Grant.CHILD_SAFETY)
    await reported(bot, a_report(**CHILD))
    claim = await claimed(granted)
    await service.rows_written("DELETE FROM principal_scope WHERE value = 'child_safety'")
    async with service.sessions.begin() as session:
        another_token = await issue(
            session,
            COMMAND_LINE,
            role=Role.REVIEWER,
            name="reviewer-*-child_safety",
            scopes=Scopes(),
            now=datetime.now(UTC),
        )
    same_person = service.caller(another_token)
    case_id, lease = claim["case"]["id"], {"token": claim["lease"]["token"]}

    assert (await same_person.put(f"/v1/cases/{case_id}/lease", json=lease)).status_code == 404
    assert (await same_person.get(f"/v1/cases/{case_id}")).status_code == 404
    assert (await decide(same_person, claim)).status_code == 404
