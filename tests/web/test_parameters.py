"""Parameters are held to the limits of their types."""

from typing import Annotated, Any
from uuid import UUID

import pytest
from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter, QueryParameter

from triage.kit.paging import Limit
from triage.kit.types import CountryCode, Instant, Line


@get("/things/{thing:str}")
async def things(
    thing: FromPath[Line],
    limit: FromQuery[Limit] = 50,
    country: FromQuery[CountryCode | None] = None,
    countries: FromQuery[list[CountryCode] | None] = None,
    after: Annotated[Instant | None, QueryParameter(name="from")] = None,
    case: FromQuery[UUID | None] = None,
    key: Annotated[str | None, HeaderParameter(name="If-Match", max_length=3)] = None,
) -> list[str]:
    return [thing, str(limit), str(country), str(countries), str(after), str(case), str(key)]


@pytest.mark.parametrize(
    ("query", "pointer", "detail"),
    [
        ("limit=101", "/limit", "too large: at most 100"),
        ("limit=0", "/limit", "too small: at least 1"),
        ("limit=5&limit=500", "/limit", "too large: at most 100"),
        ("limit=eunji", "/limit", "expected a whole number"),
        ("country=eunji", "/country", "too long: at most 2"),
        ("country=kr", "/country", "not of the expected form"),
        ("countries=KR&countries=kr", "/countries", "not of the expected form"),
        ("from=9999-12-31T23:59:59Z", "/from", "a time outside of what can be kept"),
        ("from=eunji", "/from", "not an RFC 3339 time"),
        ("case=eunji", "/case", "expected a UUID"),
    ],
)
async def test_a_wrong_query_parameter_is_told_by_name(
    serve: Any, query: str, pointer: str, detail: str
) -> None:
    response = await serve(things).get(f"/things/a?{query}")

    assert response.status_code == 400
    assert response.json()["errors"] == [{"pointer": pointer, "detail": detail}]


async def test_a_header_is_held_to_its_limit(serve: Any) -> None:
    response = await serve(things).get("/things/a", headers={"If-Match": "eunji"})

    assert response.json()["errors"] == [{"pointer": "/If-Match", "detail": "too long: at most 3"}]


async def test_a_path_parameter_is_held_to_its_limit(serve: Any) -> None:
    response = await serve(things).get("/things/a%00b")

    assert response.json()["errors"][0]["pointer"] == "/thing"


async def test_good_parameters_arrive(serve: Any) -> None:
    response = await serve(things).get(
        "/things/a?limit=7&country=KR&countries=KR&from=2026-11-20T09:00:00Z",
        headers={"If-Match": "1"},
    )

    assert response.json() == [
        "a", "7", "KR", "['KR']", "2026-11-20 09:00:00+00:00", "None", "1"
    ]  # fmt: skip


async def test_a_parameter_of_a_dependency_is_held_to_its_limit(serve: Any) -> None:
    async def page(limit: FromQuery[Limit] = 50) -> int:
        return limit

    @get("/pages", dependencies={"page": Provide(page)})
    async def pages(page: NamedDependency[int]) -> int:
        return page

    client = serve(pages)

    assert (await client.get("/pages?limit=100")).json() == 100
    assert (await client.get("/pages?limit=101")).status_code == 400
