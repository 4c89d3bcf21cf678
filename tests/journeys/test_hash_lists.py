"""Lists of known content: what is on one raises its case, whichever of the two came first."""

import httpx
import pytest
from journeys.hash_lists import (
    TODAY,
    a_csv,
    a_list,
    a_page,
    a_record,
    an_image,
    an_xml,
    found,
    imported,
)
from journeys.pictures import a_hash, changed, match, of_picture
from journeys.steps import ManualClock, case_of, claimed, decided, got, reported
from races.service import Service, a_report

PDQ = a_hash(1)
SHA256 = "ab" * 32
HARMLESS = {"allegations": ["other"], "text": "somebody showed it to me"}
DAY = 86_400


@pytest.mark.parametrize("list_is_first", [True, False])
@pytest.mark.parametrize(("bits", "is_near"), [(0, True), (31, True), (32, False)])
async def test_a_picture_on_a_list_raises_its_case_whichever_came_first(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
    bits: int,
    *,
    is_near: bool,
    list_is_first: bool,
) -> None:
    picture = of_picture(changed(PDQ, bits))
    list_id = await a_list(admin)
    if list_is_first:
        await imported(admin, list_id, a_page(a_record(PDQ.hex())))
        await match(service, clock)
    case_id = (await reported(bot, a_report("1", media=[picture]) | HARMLESS))["case_id"]
    assert (await case_of(ana, case_id))["band"] == "P3"
    await match(service, clock)
    if not list_is_first:
        await imported(admin, list_id, a_page(a_record(PDQ.hex())))
        await match(service, clock)

    case = await case_of(ana, case_id)
    assert await found(ana, case_id) == [("intimate.known_list", "stopncii", bits)] * is_near
    assert case["band"] == ("P2" if is_near else "P3")


async def test_a_list_of_childrens_material_makes_it_a_childs_case(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    list_id = await a_list(admin, "ncmec", "minor")
    answer = await imported(
        admin, list_id, an_xml(an_image(1, pdq=PDQ.hex(), pdna="AA==")), "application/xml"
    )
    case_id = (await reported(bot, a_report("1", media=[of_picture(PDQ)]) | HARMLESS))["case_id"]
    await match(service, clock)

    case = await case_of(ana, case_id)
    assert (answer.json()["records"], answer.json()["skipped"]) == (1, {"pdna": 1})
    assert (case["band"], case["needs_child_safety"]) == ("P1", True)
    claim = await claimed(ana)
    assert (claim["case"]["id"], claim["case"]["band"]) == (case_id, "P1")


@pytest.mark.parametrize(
    ("channel", "rule", "band"),
    [("bot", "spread.known_list_claimed", "P3"), ("authority", "intimate.known_list", "P2")],
)
@pytest.mark.parametrize("list_is_first", [True, False])
async def test_a_digest_raises_a_case_only_if_its_channel_is_proven(
    service: Service,
    bot: httpx.AsyncClient,
    authority: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    lead: httpx.AsyncClient,
    clock: ManualClock,
    channel: str,
    rule: str,
    band: str,
    *,
    list_is_first: bool,
) -> None:
    caller = {"bot": bot, "authority": authority}[channel]
    list_id = await a_list(admin, "partner")
    content = a_csv(f"sha256,{SHA256.upper()},active,2026-11-01T00:00:00Z")
    if list_is_first:
        await imported(admin, list_id, content, "text/csv")
    report = a_report("1", media=[{"sha256": SHA256}]) | HARMLESS
    await reported(caller, report)
    [case] = (await got(lead, "/v1/cases"))["items"]
    await imported(admin, list_id, content, "text/csv")
    await match(service, clock)

    assert await found(lead, case["id"]) == [(rule, "partner", 0)]
    assert (await case_of(lead, case["id"]))["band"] == band


@pytest.mark.parametrize("status", ["Withdrawn", "Deleted"])
async def test_a_withdrawn_entry_matches_nothing_and_an_older_record_does_not_revive_it(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
    status: str,
) -> None:
    list_id = await a_list(admin)
    await imported(admin, list_id, a_page(a_record(PDQ.hex())))
    await match(service, clock)
    gone = await imported(admin, list_id, a_page(a_record(PDQ.hex(), status=status, at=TODAY + 2)))
    late = await imported(admin, list_id, a_page(a_record(PDQ.hex(), at=TODAY + 1)))
    first = (await reported(bot, a_report("1", media=[of_picture(PDQ)]) | HARMLESS))["case_id"]
    await match(service, clock)
    assert await found(ana, first) == []

    await imported(admin, list_id, a_page(a_record(PDQ.hex(), at=TODAY + DAY)))
    await match(service, clock)

    assert (gone.json()["changed"], late.json()["changed"]) == (1, 0)
    assert await found(ana, first) == [("intimate.known_list", "stopncii", 0)]


async def test_what_ncmec_deletes_by_its_id_matches_nothing(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    list_id = await a_list(admin, "ncmec", "minor")
    both = an_xml(an_image(1, pdq=PDQ.hex()), an_image(2, pdq=a_hash(2).hex()))
    deleted = an_xml(
        '<deletedImage><member id="7"/><timestamp>2026-11-21T00:00:00Z</timestamp>'
        "<id>1</id></deletedImage>"
    )
    await imported(admin, list_id, both, "application/xml")
    answer = await imported(admin, list_id, deleted, "application/xml")
    pictures = [of_picture(PDQ), of_picture(a_hash(2))]
    cases = [
        (await reported(bot, a_report(str(number), media=[one]) | HARMLESS))["case_id"]
        for number, one in enumerate(pictures)
    ]
    await match(service, clock)

    assert answer.json()["changed"] == 1
    assert [len(await found(ana, case_id)) for case_id in cases] == [0, 1]


async def test_a_list_that_is_not_active_matches_nothing(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    list_id = await a_list(admin)
    await imported(admin, list_id, a_page(a_record(PDQ.hex())))
    changed_list = await admin.patch(f"/v1/hash-lists/{list_id}", json={"active": False})
    case_id = (await reported(bot, a_report("1", media=[of_picture(PDQ)]) | HARMLESS))["case_id"]
    await match(service, clock)

    assert changed_list.json()["active"] is False
    assert await found(ana, case_id) == []


async def test_a_decided_case_opens_again_when_it_turns_out_to_be_on_a_list(
    service: Service,
    bot: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    ana: httpx.AsyncClient,
    clock: ManualClock,
) -> None:
    case_id = (await reported(bot, a_report("1", media=[of_picture(PDQ)]) | HARMLESS))["case_id"]
    await decided(ana, await claimed(ana), outcome="no_violation")
    await match(service, clock)
    list_id = await a_list(admin)
    await imported(admin, list_id, a_page(a_record(PDQ.hex())))
    await match(service, clock)

    claim = await claimed(ana)
    assert (claim["case"]["id"], claim["case"]["band"]) == (case_id, "P2")
