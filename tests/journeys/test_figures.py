"""Every figure is recounted by brute force from what the removal desk lists."""

import csv
import io
from statistics import median
from typing import Any

import httpx
import pytest
from journeys.steps import ManualClock, claimed, decided, got, moved, reported
from races.service import Service, a_report

from triage.access.principal import Role

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


async def test_the_figures_are_what_brute_force_counts(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    removals = await follow_all(bot, ana, clock)

    table = await got(ana, "/v1/statistics/removals", by="platform", **NOVEMBER)

    expected = recounted(removals)
    assert {name: table["totals"][name] for name in expected} == expected
    assert table["totals"]["median_hours"] == median([2, 10, 30])
    assert (table["from"], table["to"], table["release"]) == ("2026-11-01", "2026-12-01", None)
    for row in table["rows"]:
        own = [removal for removal in removals if removal["platform"] == row["platform"]]
        assert {name: row[name] for name in expected} == recounted(own), row["platform"]
        assert row["suppressed"] is False
    assert sorted(row["platform"] for row in table["rows"]) == ["other", "telegram", "x"]


async def test_rows_of_every_table_add_up_to_its_totals(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await follow_all(bot, ana, clock)

    for by in (
        "month,platform,category,result",
        "result",
        "month,jurisdiction",
        "channel_kind",
        "class,requester",
    ):
        table = await got(ana, "/v1/statistics/removals", by=by, **NOVEMBER)
        for figure in ("requested", "removed", "refused", "pending", "already_gone"):
            assert sum(row[figure] for row in table["rows"]) == table["totals"][figure], by


async def test_the_csv_says_what_the_json_says(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await follow_all(bot, ana, clock)
    params = NOVEMBER | {"by": "month,platform"}

    table = await got(ana, "/v1/statistics/removals", **params)
    answer = await ana.get("/v1/statistics/removals", params=params, headers={"Accept": "text/csv"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.endswith("\r\n")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    rows = [*table["rows"], table["totals"]]
    assert [line["platform"] for line in lines] == [*(r["platform"] for r in table["rows"]), ""]
    assert [line["month"] for line in lines] == [*(r["month"] for r in table["rows"]), "total"]
    assert [int(line["requested"]) for line in lines] == [row["requested"] for row in rows]


async def test_a_csv_without_dimensions_has_the_totals_alone(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await follow_all(bot, ana, clock)

    table = await got(ana, "/v1/statistics/removals", **NOVEMBER)
    answer = await ana.get(
        "/v1/statistics/removals", params=NOVEMBER, headers={"Accept": "text/csv"}
    )

    [line] = csv.DictReader(io.StringIO(answer.text))
    assert int(line["requested"]) == table["totals"]["requested"] > 0


async def test_a_removal_counts_in_the_month_of_its_request(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report())
    decision = await decided(ana, await claimed(ana))
    await moved(ana, decision["removals"][0]["id"], "requested")
    clock.forward(days=15)
    await moved(ana, decision["removals"][0]["id"], "removed", result="deleted")

    december = {"from": "2026-12-01", "to": "2027-01-01"}
    assert (await got(ana, "/v1/statistics/removals", **NOVEMBER))["totals"]["removed"] == 1
    assert (await got(ana, "/v1/statistics/removals", **december))["totals"]["removed"] == 0


async def test_a_period_never_loses_or_gives_away_a_removal(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    """Removed, back, requested again and gone before a request, back: over two months."""
    for post in ("1", "2"):
        await reported(bot, a_report(post, text=post))
    asked, gone = [(await decided(ana, await claimed(ana)))["removals"][0] for _ in range(2)]
    await moved(ana, asked["id"], "requested")
    await moved(ana, asked["id"], "removed", result="deleted")
    await moved(ana, gone["id"], "removed")
    clock.forward(days=15)
    for removal in (asked, gone):
        await moved(ana, removal["id"], "reappeared")
    await moved(ana, asked["id"], "requested")
    clock.forward(hours=3)
    await moved(ana, asked["id"], "removed", result="deleted")

    december = {"from": "2026-12-01", "to": "2027-01-01"}
    november = (await got(ana, "/v1/statistics/removals", **NOVEMBER))["totals"]
    later = (await got(ana, "/v1/statistics/removals", **december))["totals"]
    assert (november["requested"], november["deleted"], november["reappeared"]) == (1, 1, 2)
    assert november["median_hours"] == 3, "from the last request"
    assert (later["requested"], later["deleted"], later["reappeared"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"by": "platform,jurisdiction"}, "/by"),
        ({"by": "name"}, "/by"),
        ({"by": "month,month"}, "/by"),
        ({"to": "2026-11-01"}, "/to"),
        ({"from": "1900-01-01"}, "/to"),
        ({"from": "yesterday"}, "/from"),
    ],
)
async def test_what_is_no_table_is_refused(
    ana: httpx.AsyncClient, params: dict[str, str], pointer: str
) -> None:
    answer = await ana.get("/v1/statistics/removals", params=NOVEMBER | params)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_regulator_sees_rounded_totals_of_the_open_month_and_no_unreleased_one(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await follow_all(bot, ana, clock)
    regulator = await service.one(Role.REGULATOR, "regulator")
    path = "/v1/statistics/removals"

    open_month = await got(regulator, path, by="platform", **NOVEMBER)
    closed = await regulator.get(path, params={"from": "2026-10-01", "to": "2026-11-01"})

    assert open_month["rows"] == []
    figures = [v for v in open_month["totals"].values() if isinstance(v, int)]
    assert all(figure % 5 == 0 for figure in figures)
    assert closed.status_code == 409


async def test_days_of_the_open_month_cannot_be_told_apart(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await follow_all(bot, ana, clock)
    regulator = await service.one(Role.REGULATOR, "regulator")

    whole = await got(regulator, "/v1/statistics/removals", **NOVEMBER)
    for period in (("2026-11-20", "2026-11-21"), ("2026-11-30", "2026-12-01")):
        days = dict(zip(("from", "to"), period, strict=True))
        part = await got(regulator, "/v1/statistics/removals", **days)
        assert part == whole | {"generated_at": part["generated_at"]}
        assert (part["from"], part["to"]) == ("2026-11-01", "2026-12-01")
    assert whole["totals"]["requested"] > 0
