"""Reports that share a room or a phone, and what was made of it."""

from typing import Any

import httpx
from journeys.pictures import links_of
from journeys.steps import got, reported
from races.service import a_report

ROOM = "https://t.me/example_room"
PHONE = "010-2345-6789"


def in_room(post: int, room: str = ROOM, **fields: Any) -> dict[str, Any]:
    """A post of its own in the room."""
    return a_report(locations=[{"url": f"{room}/{post}"}], text=f"Post {post}.") | fields


def about(number: int, *phones: str, **fields: Any) -> dict[str, Any]:
    """A post of its own elsewhere, of a victim with these phones."""
    return a_report(str(number), text=f"Post {number}.", victim={"phones": [*phones]}) | fields


async def campaigns(lead: httpx.AsyncClient, **params: Any) -> Any:
    return (await got(lead, "/v1/campaigns", **params))["items"]


async def cases_from(bot: httpx.AsyncClient, *reports: dict[str, Any]) -> list[str]:
    return [(await reported(bot, report))["case_id"] for report in reports]


async def persons_linked(reader: httpx.AsyncClient, case_id: str) -> set[str]:
    links = await links_of(reader, case_id, limit=100)
    return {link["case_id"] for link in links if link["kind"] == "person"}
