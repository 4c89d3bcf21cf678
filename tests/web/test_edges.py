"""What every answer has, whoever made it: id, headers, one log line, one measurement."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from triage.web.edges import Edge
from triage.web.metrics import Metrics
from triage.web.request_id import request_id


@get("/cases/{case_id:uuid}", operation_id="get_case")
async def get_case(case_id: FromPath[UUID], request: Request[Any, Any, Any]) -> list[str]:
    return [str(case_id), request_id(request.scope)]


@post("/notes", operation_id="create_note", status_code=200)
async def create_note(data: JSONBody[dict[str, str]]) -> int:
    return len(data)


async def test_a_request_id_is_taken_over_and_returned(serve: Any) -> None:
    response = await serve(get_case).get(f"/cases/{UUID(int=1)}", headers={"X-Request-Id": "a.B-1"})

    assert response.headers["X-Request-Id"] == "a.B-1"
    assert response.json() == [str(UUID(int=1)), "a.B-1"]


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, "a/b", "é", "a\t"])
async def test_a_request_id_of_another_form_is_replaced(serve: Any, given: str) -> None:
    response = await serve(get_case).get("/", headers={"X-Request-Id": given.encode()})

    assert UUID(response.headers["X-Request-Id"]).version == 7


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/no"), ("GET", "/notes"), ("POST", "/notes")]
)
async def test_every_answer_has_the_headers(serve: Any, method: str, path: str) -> None:
    response = await serve(create_note).request(method, path)

    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "X-Request-Id" in response.headers


async def test_an_answer_may_set_a_header_itself(serve: Any) -> None:
    @get("/tiles", response_headers={"Cache-Control": "public, max-age=60"})
    async def tiles() -> str:
        return "tile"

    response = await serve(tiles).get("/tiles")

    assert response.headers.get_list("Cache-Control") == ["public, max-age=60"]


async def test_one_line_is_logged_with_the_template_and_without_the_query(
    serve: Any, logged: Any
) -> None:
    response = await serve(get_case).get(f"/cases/{UUID(int=1)}?name=eunji")

    [line] = logged
    assert line["milliseconds"] >= 0
    del line["milliseconds"]
    assert line == {
        "event": "request.answered",
        "log_level": "info",
        "method": "GET",
        "route": "/cases/{case_id}",
        "status": 200,
        "request_id": response.headers["X-Request-Id"],
    }


async def test_an_unknown_path_or_method_is_not_written_to_the_log(serve: Any, logged: Any) -> None:
    await serve(get_case).request("EUNJI", "/eunji")

    [line] = logged
    assert (line["method"], line["route"], line["status"]) == ("other", "unmatched", 404)


async def test_a_body_over_the_limit_is_413_by_its_content_length(serve: Any) -> None:
    response = await serve(create_note).post("/notes", json={"text": "a" * 1000})

    assert response.status_code == 413
    assert response.json()["detail"] == "at most 1000 bytes"


async def test_a_chunked_body_over_the_limit_is_413_before_it_was_read(serve: Any) -> None:
    read = []

    async def chunks() -> AsyncIterator[bytes]:
        for index in range(100):
            read.append(index)
            yield b" " * 100

    response = await serve(create_note).post(
        "/notes", content=chunks(), headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 413
    assert len(read) < 20


async def test_a_handler_may_have_a_limit_of_its_own(serve: Any) -> None:
    @post("/long", request_max_body_size=5000, status_code=200)
    async def long(data: JSONBody[dict[str, str]]) -> int:
        return len(data["text"])

    client = serve(long)

    assert (await client.post("/long", json={"text": "a" * 4000})).json() == 4000
    assert (await client.post("/long", json={"text": "a" * 5000})).status_code == 413


async def test_a_caller_who_leaves_is_no_failure(app: Any, logged: Any) -> None:
    status = await outcome(app(create_note), {"type": "http.disconnect"})

    assert status == 400
    assert [event["event"] for event in logged] == ["request.answered"]


async def test_an_error_outside_of_litestar_is_a_problem_too(logged: Any) -> None:
    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ValueError("eunji")

    assert await outcome(broken, {"type": "http.request"}) == 500
    assert [event["event"] for event in logged] == ["request.failed", "request.answered"]


async def test_an_error_after_the_start_of_the_answer_cuts_the_connection(serve: Any) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"part"
        raise ValueError("eunji")

    @get("/stream")
    async def stream() -> Stream:
        return Stream(parts())

    with pytest.raises(Exception, match="after response started"):
        await serve(stream).get("/stream")


async def outcome(app: Any, message: dict[str, Any]) -> int:
    """The status that the edge around an application sends for one POST."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return message

    async def send(part: dict[str, Any]) -> None:
        sent.append(part)

    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/notes",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"9")],
    }
    await Edge(app, Metrics().observe)(scope, receive, send)  # type: ignore[arg-type]
    status: int = sent[0]["status"]
    return status
