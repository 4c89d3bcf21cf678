"""Every figure is recounted by brute force from what the removal desk lists."""

import csv
import io
from statistics import median

import httpx
import pytest
from journeys.fates import NOVEMBER, Followed, recounted
from journeys.steps import ManualClock, claimed, decided, got, moved, reported
from races.service import Service, a_report
from sqlalchemy.exc import IntegrityError

pytestmark = pytest.mark.long


async def test_the_figures_are_what_brute_force_counts(followed: Followed) -> None:
    table = await got(followed.ana, "/v1/statistics/removals", by="platform", **NOVEMBER)

    expected = recounted(followed.removals)
    assert {name: table["totals"][name] for name in expected} == expected
    assert table["totals"]["median_hours"] == median([2, 10, 30])
    assert (table["from"], table["to"], table["release"]) == ("2026-11-01", "2026-12-01", None)
    for row in table["rows"]:
        own = [removal for removal in followed.removals if removal["platform"] == row["platform"]]
        assert {name: row[name] for name in expected} == recounted(own), row["platform"]
        assert row["suppressed"] is False
    assert sorted(row["platform"] for row in table["rows"]) == ["other", "telegram", "x"]


async def test_rows_of_every_table_add_up_to_its_totals(followed: Followed) -> None:
    for by in (
        "month,platform,category,result",
        "result",
        "month,jurisdiction",
        "channel_kind",
        "class,requester",
    ):
        table = await got(followed.ana, "/v1/statistics/removals", by=by, **NOVEMBER)
        for figure in ("requested", "removed", "refused", "pending", "already_gone"):
            assert sum(row[figure] for row in table["rows"]) == table["totals"][figure], by


async def test_the_csv_says_what_the_json_says(followed: Followed) -> None:
    params = NOVEMBER | {"by": "month,platform"}

    table = await got(followed.ana, "/v1/statistics/removals", **params)
    answer = await followed.ana.get(
        "/v1/statistics/removals", params=params, headers={"Accept": "text/csv"}
    )

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.endswith("\r\n")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    rows = [*table["rows"], table["totals"]]
    assert [line["platform"] for line in lines] == [*(r["platform"] for r in table["rows"]), ""]
    assert [line["month"] for line in lines] == [*(r["month"] for r in table["rows"]), "total"]
    assert [int(line["requested"]) for line in lines] == [row["requested"] for row in rows]


async def test_a_csv_without_dimensions_has_the_totals_alone(followed: Followed) -> None:
    table = await got(followed.ana, "/v1/statistics/removals", **NOVEMBER)
    answer = await followed.ana.get(
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


async def test_what_was_gone_comes_back_and_is_requested_counts_where_it_was_found_gone(
    bot: httpx.AsyncClient, ana: httpx.AsyncClient, clock: ManualClock
) -> None:
    await reported(bot, a_report())
    removal = (await decided(ana, await claimed(ana)))["removals"][0]["id"]
    shown = ("already_gone", "requested", "pending", "reappeared")
    seen = []
    for state in ("removed", "reappeared", "requested"):
        await moved(ana, removal, state)
        totals = (await got(ana, "/v1/statistics/removals", **NOVEMBER))["totals"]
        seen.append(tuple(totals[figure] for figure in shown))
        clock.forward(days=15)

    assert seen == [(1, 0, 0, 0), (0, 0, 0, 1), (0, 1, 1, 1)]


async def test_the_database_keeps_the_period_of_what_has_been_gone(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await reported(bot, a_report())
    removal = (await decided(ana, await claimed(ana)))["removals"][0]["id"]
    for state in ("removed", "reappeared", "requested"):
        await moved(ana, removal, state)

        with pytest.raises(IntegrityError, match="ck_removal_counted"):
            await service.rows_written("UPDATE removal SET counted_at = NULL")


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
