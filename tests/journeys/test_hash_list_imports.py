"""Documents of lists: taken in once, refused as a whole, and the last record counts."""

from typing import Any

import httpx
import pytest
from journeys.hash_lists import TODAY, a_csv, a_list, a_page, a_record, an_image, an_xml, imported
from journeys.pictures import a_hash
from journeys.refusals import refusing
from journeys.steps import got
from races.service import Service

PDQ = a_hash(1)
SHA256 = "ab" * 32


async def test_of_the_records_of_one_page_the_last_counts_by_its_time(
    admin: httpx.AsyncClient,
) -> None:
    list_id = await a_list(admin)
    page = a_page(
        a_record(PDQ.hex(), status="Withdrawn", at=TODAY + 5),
        a_record(PDQ.hex(), at=TODAY),
        a_record(a_hash(2).hex(), at=TODAY),
    )
    await imported(admin, list_id, page)

    assert (await got(admin, f"/v1/hash-lists/{list_id}"))["entries"] == {"pdq": 1}


async def test_the_same_document_again_changes_nothing_and_says_so(
    service: Service, admin: httpx.AsyncClient
) -> None:
    list_id = await a_list(admin)
    page = a_page(*(a_record(a_hash(seed).hex()) for seed in range(2_500)))
    first = await imported(admin, list_id, page)
    again = await imported(admin, list_id, page)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["records"], first.json()["done"], first.json()["changed"]) == (
        2_500,
        2_500,
        2_500,
    )
    assert (await got(admin, f"/v1/hash-lists/{list_id}/imports"))["items"] == [first.json()]
    [chunks] = await service.rows(
        "SELECT count(*) AS chunks FROM journal_event WHERE kind = 'hash_list.extended'"
    )
    assert chunks["chunks"] == 3


async def test_an_interrupted_document_goes_on_where_it_stopped(
    service: Service, fresh_database: Any, admin: httpx.AsyncClient
) -> None:
    list_id = await a_list(admin)
    hashes = [a_hash(seed).hex() for seed in range(2_500)]
    page = a_page(*map(a_record, hashes))
    rule = f"value <> '\\x{hashes[1_700]}'"
    async with refusing(fresh_database.owner_url, "hash_list_entry", rule):
        broken = await imported(admin, list_id, page)
        [half] = (await got(admin, f"/v1/hash-lists/{list_id}/imports"))["items"]
    whole = (await imported(admin, list_id, page)).json()

    assert broken.status_code == 500
    assert (half["done"], half["changed"], half["finished_at"]) == (1_000, 1_000, None)
    assert whole["id"] == half["id"]
    assert (whole["done"], whole["changed"]) == (2_500, 2_500)
    assert await service.count("hash_list_entry") == 2_500


@pytest.mark.parametrize(
    ("form", "content", "place"),
    [
        ("application/json", a_page(a_record("ab")), "/hashRecords/0/hashValue"),
        ("application/json", b'{"hashRecords": 1}', "/hashRecords"),
        ("application/json", b"{", ""),
        ("application/xml", an_xml(an_image(1, md5="xy")), "/image/0/md5"),
        ("application/xml", b"<a>", ""),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ""),
        ("text/csv", b"kind,value\r\n", "/0"),
        ("text/csv", a_csv(f"sha256,{SHA256},gone,2026-11-01T00:00:00Z"), "/1/status"),
        ("text/csv", a_csv(f"sha256,{SHA256},active,yesterday"), "/1/modified_at"),
        ("text/csv", a_csv("sha256,active"), "/1"),
    ],
)
async def test_a_document_that_is_wrong_is_refused_as_a_whole_where_it_is_wrong(
    admin: httpx.AsyncClient, form: str, content: bytes, place: str
) -> None:
    list_id = await a_list(admin)
    answer = await imported(admin, list_id, content, form)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, place)
    assert (await got(admin, f"/v1/hash-lists/{list_id}/imports"))["items"] == []


async def test_a_name_is_taken_once_and_unknown_lists_are_not_found(
    admin: httpx.AsyncClient,
) -> None:
    list_id = await a_list(admin)
    again = await admin.post("/v1/hash-lists", json={"name": "stopncii", "harm": "minor"})
    nowhere = list_id.replace(list_id[:8], "00000000")

    assert again.status_code == 409
    assert (await admin.get(f"/v1/hash-lists/{nowhere}")).status_code == 404
    assert (await imported(admin, nowhere, a_page(a_record(PDQ.hex())))).status_code == 404
    assert [one["name"] for one in (await got(admin, "/v1/hash-lists"))["items"]] == ["stopncii"]
