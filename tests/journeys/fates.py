"""Removals of every fate, and their figures counted by brute force."""

from dataclasses import dataclass
from typing import Any

import httpx
from journeys.steps import ManualClock, claimed, decided, got, moved, reported
from races.service import a_report

NOVEMBER = {"from": "2026-11-01", "to": "2026-12-01"}
# What becomes of the removal of each report: the steps, and how many hours lie between them.
FATES: list[list[tuple[str, dict[str, Any], float]]] = [
    [("requested", {}, 0), ("removed", {"result": "deleted"}, 2)],
    [("requested", {}, 0), ("removed", {"result": "deleted"}, 10)],
    [("requested", {}, 0), ("removed", {"result": "account_removed"}, 30)],
    [("requested", {}, 0), ("acknowledged", {}, 1), ("removed", {"result": "delisted"}, 1)],
    [("requested", {}, 0), ("removed", {"result": "disabled_in"}, 3)],
    [("requested", {}, 0), ("removed", {"result": "made_private"}, 3)],
    [("removed", {}, 0)],
    [("requested", {}, 0), ("refused", {}, 5)],
    [("requested", {}, 0), ("unreachable", {}, 5)],
    [("requested", {}, 0)],
    [("requested", {}, 0), ("removed", {"result": "deleted"}, 1), ("reappeared", {}, 1)],
    [("held", {"held_by": "police"}, 0)],
    [("withdrawn", {}, 0)],
    [],
]
PLACES = ("https://t.me/room_a/{}", "https://x.com/someone/status/{}", "https://a.example/p/{}")


@dataclass(frozen=True, slots=True)
class Followed:
    """Removals of every fate, whom nobody moves any more, and those who read their figures."""

    ana: httpx.AsyncClient
    regulator: httpx.AsyncClient
    removals: list[dict[str, Any]]


async def follow_all(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> list[dict[str, Any]]:
    """Report, decide and follow one case for each fate; returns the removals as they ended."""
    for number, fate in enumerate(FATES, start=1):
        url = PLACES[number % len(PLACES)].format(number)
        await reported(bot, a_report(locations=[{"url": url}], text=str(number)))
        decision = await decided(ana, await claimed(ana))
        for state, fields, hours in fate:
            clock.forward(hours=hours)
            await moved(ana, decision["removals"][0]["id"], state, **fields)
    removals: list[dict[str, Any]] = (await got(ana, "/v1/removals", limit=100))["items"]
    return removals


def recounted(removals: list[dict[str, Any]]) -> dict[str, Any]:
    asked = [removal for removal in removals if removal["requested_at"]]

    def gone(*results: str) -> list[dict[str, Any]]:
        return [r for r in asked if r["state"] == "removed" and r["result"] in results]

    return {
        "requested": len(asked),
        "deleted": len(gone("deleted")),
        "account_removed": len(gone("account_removed")),
        "disabled": len(gone("disabled_in")),
        "delisted": len(gone("delisted")),
        "made_private": len(gone("made_private")),
        "already_gone": sum(r["result"] == "already_gone" for r in removals),
        "refused": sum(r["state"] == "refused" for r in asked),
        "pending": sum(
            r["state"] in {"requested", "acknowledged", "unreachable", "reappeared"} for r in asked
        ),
        "reappeared": sum(r["state"] == "reappeared" for r in removals),
        "removed": len(gone("deleted", "account_removed")),
    }
