"""What a regulator reads: the open month of its scope, whole and rounded."""

import csv
import io
from itertools import chain

import httpx
import pytest
from journeys.fates import NOVEMBER, Followed, recounted
from journeys.people import a_person
from journeys.steps import claimed, decided, got, moved, reported
from races.service import Service, a_report

from triage.access.principal import Role

pytestmark = pytest.mark.long


async def test_a_regulator_sees_rounded_totals_of_the_open_month_and_no_unreleased_one(
    followed: Followed,
) -> None:
    path = "/v1/statistics/removals"

    open_month = await got(followed.regulator, path, by="platform", **NOVEMBER)
    closed = await followed.regulator.get(path, params={"from": "2026-10-01", "to": "2026-11-01"})

    assert open_month["rows"] == []
    figures = [v for v in open_month["totals"].values() if isinstance(v, int)]
    assert all(figure % 5 == 0 for figure in figures)
    assert closed.status_code == 409


async def test_rounded_totals_agree_with_their_definitions(followed: Followed) -> None:

    totals = (await got(followed.regulator, "/v1/statistics/removals", **NOVEMBER))["totals"]

    exact = recounted(followed.removals)
    assert (exact["deleted"], exact["account_removed"], exact["removed"]) == (2, 1, 3)
    assert (totals["deleted"], totals["account_removed"], totals["removed"]) == (0, 0, 0)
    assert (exact["requested"], totals["requested"]) == (10, 10)
    assert (totals["median_hours"], totals["p90_hours"], totals["suppressed"]) == (
        None,
        None,
        False,
    )


async def test_a_regulators_csv_of_the_open_month_is_its_totals(followed: Followed) -> None:

    answer = await followed.regulator.get(
        "/v1/statistics/removals",
        params=NOVEMBER | {"by": "month,platform"},
        headers={"Accept": "text/csv"},
    )

    [line] = csv.DictReader(io.StringIO(answer.text))
    assert (line["month"], line["platform"], line["requested"]) == ("total", "", "10")
    assert (line["median_hours"], line["suppressed"]) == ("", "false")


async def test_days_of_the_open_month_cannot_be_told_apart(followed: Followed) -> None:

    whole = await got(followed.regulator, "/v1/statistics/removals", **NOVEMBER)
    for period in (("2026-11-20", "2026-11-21"), ("2026-11-30", "2026-12-01")):
        days = dict(zip(("from", "to"), period, strict=True))
        part = await got(followed.regulator, "/v1/statistics/removals", **days)
        assert part == whole | {"generated_at": part["generated_at"]}
        assert (part["from"], part["to"]) == ("2026-11-01", "2026-12-01")
    assert whole["totals"]["requested"] > 0


async def test_a_regulator_sees_the_figures_of_its_scope_alone(
    service: Service, bot: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    for number, jurisdiction in enumerate(("KR", "KR", "KR", "US")):
        text = str(number)
        await reported(bot, a_report(text, text=text, jurisdiction=jurisdiction))
        decision = await decided(ana, await claimed(ana))
        await moved(ana, decision["removals"][0]["id"], "requested")

    seen = {}
    for scopes in (
        {"jurisdictions": ["KR"]},
        {"jurisdictions": ["US"]},
        {"platforms": ["x"]},
        {"platforms": ["telegram"]},
        {"jurisdictions": ["KR"], "platforms": ["telegram"]},
    ):
        regulator = await a_person(service, role=Role.REGULATOR, **scopes)
        table = await got(regulator, "/v1/statistics/removals", **NOVEMBER)
        seen["+".join(chain(*scopes.values()))] = table["totals"]["requested"]

    assert seen == {"KR": 5, "US": 0, "x": 5, "telegram": 0, "KR+telegram": 0}
