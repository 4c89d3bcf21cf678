"""Health, metrics, documentation: what supervisors and newcomers ask for."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from triage.web import docs, health, metrics, openapi
from triage.web.metrics import Gauge, holds_metrics_token


async def test_the_process_says_that_it_is_alive(serve: Any) -> None:
    response = await serve(health.router).get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


async def test_without_a_database_it_is_not_ready_and_says_why(serve: Any) -> None:
    def sessions() -> Any:
        raise ConnectionRefusedError

    client = serve(health.router, sessions=sessions, migration_head="2026_11_22")
    response = await client.get("/health/ready")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    body = response.json()
    assert body["type"] == "urn:triage:problem:not-ready"
    assert (body["status"], body["database"], body["migrations"], body["journal"]) == (
        503, "down", "unknown", "unknown"
    )  # fmt: skip


async def test_requests_are_counted_by_operation_and_class_of_status(serve: Any) -> None:
    client = serve(metrics.router, health.router)
    await client.get("/health/live")
    await client.get("/eunji?name=eunji")

    text = (await client.get("/metrics")).text

    assert 'triage_requests_total{operation="get_health_live",status="2xx"} 1.0' in text
    assert 'triage_requests_total{operation="unmatched",status="4xx"} 1.0' in text
    assert 'triage_request_seconds_count{operation="get_health_live"} 1.0' in text
    assert "eunji" not in text


async def test_two_applications_count_apart(serve: Any) -> None:
    one, other = serve(metrics.router, health.router), serve(metrics.router, health.router)
    await one.get("/health/live")

    assert 'operation="get_health_live"' in (await one.get("/metrics")).text
    assert 'operation="get_health_live"' not in (await other.get("/metrics")).text


async def test_gauges_are_read_at_the_scrape(serve: Any) -> None:
    async def depths() -> Iterable[Gauge]:
        return [
            Gauge("triage_queue_open", "Open work", 3, {"queue": "general"}),
            Gauge("triage_queue_open", "Open work", 1, {"queue": "minors"}),
        ]

    text = (await serve(metrics.router, gauges=depths).get("/metrics")).text

    assert 'triage_queue_open{queue="general"} 3.0' in text
    assert 'triage_queue_open{queue="minors"} 1.0' in text
    assert text.count("# TYPE triage_queue_open gauge") == 1


async def test_metrics_are_told_when_the_gauges_cannot_be_read(serve: Any, logged: Any) -> None:
    async def depths() -> Iterable[Gauge]:
        raise ConnectionRefusedError

    response = await serve(metrics.router, gauges=depths).get("/metrics")

    assert response.status_code == 200
    assert "gauges.unread" in [event["event"] for event in logged]


@pytest.mark.parametrize(
    ("given", "token", "held"),
    [
        ("Bearer sesame", "sesame", True),
        ("Bearer other", "sesame", False),
        ("sesame", "sesame", False),
        ("", "sesame", False),
        ("Bearer ", "", False),
        ("Bearer é", "sesame", False),
    ],
)
def test_only_the_token_of_the_settings_opens_the_metrics(
    given: str,
    token: str,
    held: bool,  # noqa: FBT001 - a table of cases
) -> None:
    connection: Any = SimpleNamespace(headers={"Authorization": given})

    assert holds_metrics_token(connection, token) is held


async def test_the_page_loads_nothing_from_elsewhere(serve: Any) -> None:
    response = await serve(docs.router).get("/docs")

    assert "//" not in response.text.replace("<!doctype html>", "")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", sorted(docs.ASSETS))
async def test_every_asset_of_the_page_is_there(serve: Any, name: str) -> None:
    response = await serve(docs.router).get(f"/docs/assets/{name}")

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(docs.ASSETS[name])
    assert response.content


@pytest.mark.parametrize("name", ["LICENSE", "swagger-editor.js", "..%2Fcore.py", ""])
async def test_no_other_file_is_served(serve: Any, name: str) -> None:
    response = await serve(docs.router).get(f"/docs/assets/{name}")

    assert response.status_code == 404


async def test_the_document_is_served(serve: Any, app: Any) -> None:
    response = await serve(openapi.router).get("/openapi.json")

    assert response.json() == openapi.openapi_document(app(openapi.router))
