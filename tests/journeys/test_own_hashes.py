"""Hashes of what was confirmed go out as others take them in, and nothing else does."""

from typing import Any

import httpx
from journeys.hash_lists import a_list, imported
from journeys.people import a_person
from journeys.pictures import a_hash, of_picture
from journeys.steps import case_of, claimed, decided, got, reported
from races.service import Service, a_report

from triage.access.principal import Grant, Role

SHA256, MD5 = "ab" * 32, "cd" * 16
WHOLE = of_picture(a_hash(1), sha256=SHA256.upper(), md5=MD5)


async def own(
    lead: httpx.AsyncClient, harm: str = "intimate", **params: Any
) -> set[tuple[str, str]]:
    answer = await lead.get("/v1/hash-lists/own", params={"harm": harm} | params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    first, *lines = answer.text.splitlines()
    assert first == "kind,value,status,modified_at"
    return {(kind, value) for kind, value, *_ in (line.split(",") for line in lines)}


async def test_what_was_decided_to_be_removed_goes_out_whole(
    authority: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    await reported(authority, a_report("1", media=[WHOLE]))
    before = await own(lead)
    await decided(ana, await claimed(ana))

    assert before == set()
    assert await own(lead) == {("pdq", a_hash(1).hex()), ("sha256", SHA256), ("md5", MD5)}


async def test_what_an_unproven_channel_claims_goes_out_only_when_asked_for(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    await reported(bot, a_report("1", media=[WHOLE]))
    await decided(ana, await claimed(ana))

    assert await own(lead) == set()
    assert len(await own(lead, proven=False)) == 3


async def test_what_came_after_the_decision_or_by_a_supplement_stays_in(
    authority: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    first = await reported(authority, a_report("1", media=[{"sha256": SHA256}]))
    await decided(ana, await claimed(ana))
    await reported(authority, a_report("1", external_id="later", media=[of_picture(a_hash(2))]))
    await authority.post(
        f"/v1/reports/{first['id']}/supplements", json={"media": [of_picture(a_hash(3), md5=MD5)]}
    )

    assert await own(lead) == {("sha256", SHA256)}


async def test_what_was_not_removed_or_is_muted_stays_in(
    authority: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    await reported(authority, a_report("1", media=[{"sha256": "ef" * 32}]))
    await decided(ana, await claimed(ana), outcome="no_violation")
    await reported(authority, a_report("2", media=[WHOLE]))
    decision = await decided(ana, await claimed(ana))
    [file] = (await case_of(lead, decision["case_id"]))["media"]
    assert len(await own(lead)) == 3
    await lead.post(
        f"/v1/cases/{decision['case_id']}/mute", json={"items": [file["id"]], "reason": "A logo."}
    )

    assert await own(lead) == set()


async def test_childrens_material_goes_out_apart_and_by_those_who_may_see_it(
    service: Service, authority: httpx.AsyncClient, ana: httpx.AsyncClient, lead: httpx.AsyncClient
) -> None:
    report = a_report("1", media=[{"sha256": SHA256}], victim={"is_minor": True})
    await reported(authority, report)
    await decided(ana, await claimed(ana))
    other = await a_person(service, Grant.REVEAL, role=Role.LEAD)

    assert await own(lead) == set()
    assert await own(lead, "minor") == {("sha256", SHA256)}
    refused = await other.get("/v1/hash-lists/own", params={"harm": "minor"})
    assert refused.status_code == 403
    assert (await ana.get("/v1/hash-lists/own", params={"harm": "intimate"})).status_code == 403


async def test_what_goes_out_can_be_taken_in_and_the_journal_tells_who_took_it(
    service: Service,
    authority: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    admin: httpx.AsyncClient,
) -> None:
    await reported(authority, a_report("1", media=[WHOLE]))
    await decided(ana, await claimed(ana))
    exported = await lead.get("/v1/hash-lists/own", params={"harm": "intimate"})
    list_id = await a_list(admin, "own")
    answer = await imported(admin, list_id, exported.content, "text/csv")

    assert answer.json()["changed"] == 3
    entries = (await got(admin, f"/v1/hash-lists/{list_id}"))["entries"]
    assert entries == {"pdq": 1, "sha256": 1, "md5": 1}
    told = await service.rows("SELECT body FROM journal_event WHERE kind = 'hashes.exported'")
    assert [event["body"] for event in told] == [{"harm": "intimate"}]
