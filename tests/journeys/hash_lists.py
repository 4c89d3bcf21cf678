"""Lists of known content as their keepers write them, and what the matcher says of a case."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
from journeys.steps import got

TODAY = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())


async def a_list(admin: httpx.AsyncClient, name: str = "stopncii", harm: str = "intimate") -> str:
    answer = await admin.post("/v1/hash-lists", json={"name": name, "harm": harm})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def a_record(value: str, kind: str = "ImagePDQ", status: str = "Active", at: int = TODAY) -> Any:
    return {
        "lastModtimestamp": at,
        "signalType": kind,
        "hashValue": value,
        "hashStatus": status,
        "caseNumbers": {},
        "CSPFeedbacks": [],
    }


def a_page(*records: Any) -> bytes:
    return json.dumps({"count": len(records), "hashRecords": records}).encode()


def a_csv(*lines: str) -> bytes:
    return "\r\n".join(("kind,value,status,modified_at", *lines, "")).encode()


def an_xml(*items: str) -> bytes:
    return (
        '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1">'
        f"{''.join(items)}</images></queryResult>"
    ).encode()


def an_image(number: int, **hashes: str) -> str:
    prints = "".join(f"<{kind}>{value}</{kind}>" for kind, value in hashes.items())
    return (
        f'<image><member id="7">A Member</member><timestamp>2026-11-20T00:00:00Z</timestamp>'
        f"<id>{number}</id><classification>A1</classification>"
        f"<fingerprints>{prints}</fingerprints></image>"
    )


async def imported(
    admin: httpx.AsyncClient, list_id: str, content: bytes, form: str = "application/json"
) -> httpx.Response:
    return await admin.post(
        f"/v1/hash-lists/{list_id}/imports", content=content, headers={"Content-Type": form}
    )


async def found(reader: httpx.AsyncClient, case_id: str) -> list[tuple[str, str | None, int]]:
    """Rule, list and distance of what the matcher has found."""
    signals = (await got(reader, f"/v1/cases/{case_id}/score"))["signals"]
    return [
        (signal["rule"], signal["hash_list"], signal["distance"])
        for signal in signals
        if signal["distance"] is not None
    ]
