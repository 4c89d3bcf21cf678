"""Hashes of invented pictures, the matcher as a worker would run it, and links of cases."""

import random
from typing import Any

import httpx
from journeys.steps import ManualClock, case_of, got, reported
from races.service import Service, a_report

from triage.intake.matcher import Matcher


def a_hash(seed: int) -> bytes:
    return random.Random(seed).randbytes(32)


def changed(pdq: bytes, bits: int, seed: int = 0) -> bytes:
    """The hash with so many bits turned."""
    value = int.from_bytes(pdq)
    for bit in random.Random(seed).sample(range(256), bits):
        value ^= 1 << bit
    return value.to_bytes(32)


def of_picture(pdq: bytes, **fields: Any) -> dict[str, Any]:
    return {"pdq": pdq.hex(), "pdq_quality": 90} | fields


async def match(service: Service, clock: ManualClock) -> None:
    """Let the matcher read all that has happened."""
    await service.number()
    matcher = Matcher(service.sessions, clock)
    while await matcher.run_once():
        pass


async def cases_with(bot: httpx.AsyncClient, *media: dict[str, Any]) -> list[str]:
    """A case for each, opened by a report of another post with this picture."""
    return [
        (await reported(bot, a_report(str(number), media=[one])))["case_id"]
        for number, one in enumerate(media, start=1)
    ]


async def links_of(reader: httpx.AsyncClient, case_id: str, **params: Any) -> list[Any]:
    return list((await got(reader, f"/v1/cases/{case_id}/links", **params))["items"])


async def act_on_links(
    person: httpx.AsyncClient, case_id: str, path: str, body: Any = None, version: str = ""
) -> httpx.Response:
    seen = version or f'"{(await case_of(person, case_id))["version"]}"'
    url = f"/v1/cases/{case_id}/links{path}"
    return await person.post(url, json=body, headers={"If-Match": seen})
