"""Lists that change in any order, beside several matchers, and files that came before them."""

import httpx
import pytest
from journeys.hash_lists import a_csv, a_list, a_page, a_record, an_image, an_xml, found, imported
from journeys.pictures import a_hash, match, of_picture
from journeys.steps import ManualClock, got, reported
from races.service import Service, a_report
from races.together import together

from triage.intake.matcher import Matcher

PDQ = a_hash(1)
SHA256, MD5 = "ab" * 32, "cd" * 16
HARMLESS = {"allegations": ["other"], "text": "somebody showed it to me"}
IMAGE = an_xml(an_image(1, pdq=PDQ.hex()))


def a_deletion(day: int = 21) -> bytes:
    return an_xml(
        f'<deletedImage><member id="7"/><timestamp>2026-11-{day}T00:00:00Z</timestamp>'
        "<id>1</id></deletedImage>"
    )


async def test_a_matcher_finds_what_another_one_took_in(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    waiting = Matcher(service.sessions, clock)
    list_id = await a_list(admin)
    await service.number()
    while await waiting.run_once():
        pass
    await imported(admin, list_id, a_page(a_record(PDQ.hex())))
    await match(service, clock)
    case_id = (await reported(bot, a_report("1", media=[of_picture(PDQ)]) | HARMLESS))["case_id"]
    await service.number()
    while await waiting.run_once():
        pass

    assert await found(ana, case_id) == [("intimate.known_list", "stopncii", 0)]


@pytest.mark.parametrize("media", [of_picture(PDQ), {"sha256": SHA256}])
async def test_a_list_that_is_active_again_finds_what_came_meanwhile(
    service: Service,
    authority: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
    media: dict[str, str],
) -> None:
    list_id = await a_list(admin)
    content = a_csv(
        f"pdq,{PDQ.hex()},active,2026-11-01T00:00:00Z",
        f"sha256,{SHA256},active,2026-11-01T00:00:00Z",
    )
    await imported(admin, list_id, content, "text/csv")
    await admin.patch(f"/v1/hash-lists/{list_id}", json={"active": False})
    await reported(authority, a_report("1", media=[media]) | HARMLESS)
    await match(service, clock)
    [case] = (await got(lead, "/v1/cases"))["items"]
    assert await found(lead, case["id"]) == []
    await admin.patch(f"/v1/hash-lists/{list_id}", json={"active": True})
    await match(service, clock)

    assert await found(lead, case["id"]) == [("intimate.known_list", "stopncii", 0)]


@pytest.mark.parametrize("kind", ["sha256", "md5"])
async def test_a_claim_that_came_first_does_not_hide_a_proven_channels_file(
    service: Service,
    bot: httpx.AsyncClient,
    authority: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
    kind: str,
) -> None:
    file = {"sha256": SHA256, "md5": MD5}
    await reported(bot, a_report("1", media=[file]) | HARMLESS)
    await reported(authority, a_report("2", media=[file]) | HARMLESS)
    await match(service, clock)
    [case] = (await got(lead, "/v1/cases"))["items"]
    list_id = await a_list(admin, "partner")
    content = a_csv(f"{kind},{file[kind]},active,2026-11-01T00:00:00Z")
    await imported(admin, list_id, content, "text/csv")
    await match(service, clock)

    assert sorted(await found(lead, case["id"])) == [
        ("intimate.known_list", "partner", 0),
        ("spread.known_list_claimed", "partner", 0),
    ]


@pytest.mark.parametrize(
    ("documents", "active"),
    [
        ([IMAGE, a_deletion()], {}),
        ([a_deletion(), IMAGE], {}),
        ([a_deletion(21), a_deletion(19), IMAGE], {}),
        ([a_deletion(19), IMAGE], {"pdq": 1}),
    ],
)
async def test_the_last_of_an_entry_and_its_deletion_counts_in_whatever_order_they_come(
    admin: httpx.AsyncClient, documents: list[bytes], active: dict[str, int]
) -> None:
    list_id = await a_list(admin, "ncmec", "minor")
    for document in documents:
        await imported(admin, list_id, document, "application/xml")

    assert (await got(admin, f"/v1/hash-lists/{list_id}"))["entries"] == active


async def test_an_entry_and_its_deletion_at_the_same_time_leave_nothing(
    admin: httpx.AsyncClient,
) -> None:
    many = an_xml(*(an_image(number, pdq=a_hash(number).hex()) for number in range(1, 900)))
    for name in ("one", "two", "three"):
        list_id = await a_list(admin, name, "minor")
        answers = await together(
            lambda content=content, list_id=list_id: imported(
                admin, list_id, content, "application/xml"
            )
            for content in (many, a_deletion())
        )

        assert [answer.status_code for answer in answers] == [201, 201]
        assert (await got(admin, f"/v1/hash-lists/{list_id}"))["entries"] == {"pdq": 898}


async def test_a_document_without_a_hash_of_use_is_new_once(admin: httpx.AsyncClient) -> None:
    list_id = await a_list(admin)
    content = a_csv("pdna,AAAA,active,2026-11-01T00:00:00Z")
    first = await imported(admin, list_id, content, "text/csv")
    again = await imported(admin, list_id, content, "text/csv")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["records"], first.json()["skipped"]) == (0, {"pdna": 1})
