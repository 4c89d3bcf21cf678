"""Every refusal and failure is a problem that tells nothing of the request."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, InternalServerException
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from triage.kit.errors import Conflict, FieldError, Invalid, Problem, Unavailable


async def test_an_unknown_path_is_a_problem(serve: Any) -> None:
    response = await serve(fails_with(Conflict())).get("/nowhere/eunji?name=eunji")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:triage:problem:not-found",
        "title": "There is nothing here",
        "status": 404,
        "instance": response.headers["X-Request-Id"],
    }


async def test_a_wrong_method_names_the_allowed_ones(serve: Any) -> None:
    response = await serve(fails_with(Conflict())).delete("/fails")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.json()["type"] == "urn:triage:problem:method-not-allowed"


async def test_a_path_parameter_of_another_form_is_not_found(serve: Any) -> None:
    response = await serve(look_up).get("/cases/eunji")

    assert response.status_code == 404
    assert "eunji" not in response.text


async def test_a_problem_tells_its_detail_and_fields(serve: Any) -> None:
    problem = Invalid("both are missing", errors=[FieldError("/text", "required")])
    response = await serve(fails_with(problem)).get("/fails")

    assert response.status_code == 400
    assert response.json()["detail"] == "both are missing"
    assert response.json()["errors"] == [{"pointer": "/text", "detail": "required"}]


async def test_an_unknown_error_is_logged_once_and_tells_nothing(serve: Any, logged: Any) -> None:
    response = await serve(fails_with(ValueError("eunji"))).get("/fails")

    assert response.status_code == 500
    assert response.json().keys() == {"type", "title", "status", "instance"}
    [event] = [event for event in logged if event["event"] == "request.failed"]
    assert event["request_id"] == response.headers["X-Request-Id"]


async def test_a_refusal_is_not_logged_as_a_failure(serve: Any, logged: Any) -> None:
    await serve(fails_with(Conflict())).get("/fails")

    assert [event["event"] for event in logged] == ["request.answered"]


@pytest.mark.parametrize(
    "error", [PoolTimeoutError(), ConnectionRefusedError(), Unavailable(), TimeoutError()]
)
async def test_a_missing_database_is_503_with_retry_after(serve: Any, error: Exception) -> None:
    response = await serve(fails_with(error)).get("/fails")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json()["type"] == "urn:triage:problem:unavailable"


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_a_lost_race_may_be_tried_again_at_once(serve: Any, state: str) -> None:
    response = await serve(fails_with(database_error(state))).get("/fails")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "0"


async def test_a_broken_statement_is_a_failure_and_not_a_missing_database(serve: Any) -> None:
    assert (await serve(fails_with(database_error("42601"))).get("/fails")).status_code == 500


async def test_an_error_of_the_commit_decides_the_answer(serve: Any) -> None:
    async def session() -> AsyncIterator[str]:
        yield "session"
        raise database_error("40001")

    async def other() -> AsyncIterator[str]:
        yield "other"

    @get("/commits", dependencies={"session": Provide(session), "other": Provide(other)})
    async def commits(session: NamedDependency[str], other: NamedDependency[str]) -> str:
        return session + other

    response = await serve(commits).get("/commits")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "0"


async def test_a_refusal_stands_when_the_clean_up_fails_too(serve: Any) -> None:
    async def session() -> AsyncIterator[str]:
        try:
            yield "session"
        except Conflict:
            raise database_error("08006") from None

    @get("/refuses", dependencies={"session": Provide(session)})
    async def refuses(session: NamedDependency[str]) -> str:
        raise Conflict(session)

    assert (await serve(refuses).get("/refuses")).status_code == 409


async def test_an_error_of_litestar_keeps_its_status_and_loses_its_words(serve: Any) -> None:
    response = await serve(fails_with(HTTPException("eunji", status_code=409))).get("/fails")

    assert response.status_code == 409
    assert "eunji" not in response.text


async def test_a_failure_of_litestar_is_logged(serve: Any, logged: Any) -> None:
    response = await serve(fails_with(InternalServerException("eunji"))).get("/fails")

    assert response.json()["type"] == "urn:triage:problem:failed"
    assert "request.failed" in [event["event"] for event in logged]


async def test_401_names_the_scheme(serve: Any) -> None:
    class TokenUnknown(Problem):
        status = 401
        title = "The token is not known"

    response = await serve(fails_with(TokenUnknown())).get("/fails")

    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_under_xrpc_a_problem_also_has_error_and_message(serve: Any) -> None:
    @post("/xrpc/com.example.report")
    async def report(data: JSONBody[dict[str, int]]) -> int:
        return len(data)

    client = serve(report)
    invalid = await client.post("/xrpc/com.example.report", json={"a": "b"})
    missing = await client.get("/xrpc/com.example.other")

    assert invalid.json()["error"] == "InvalidRequest"
    assert invalid.json()["message"] == "The request is not valid"
    assert missing.json()["error"] == "NotFound"
    assert invalid.json()["status"] == 400


async def test_an_event_is_written_before_the_answer(serve: Any) -> None:
    written = []

    async def write(event: object) -> None:
        written.append(event)

    client = serve(fails_with(Conflict(event="refused")), write_event=write)
    response = await client.get("/fails")

    assert written == ["refused"]
    assert response.status_code == 409


async def test_a_refusal_is_answered_when_its_event_cannot_be_written(
    serve: Any, logged: Any
) -> None:
    async def write(_event: object) -> None:
        raise ConnectionRefusedError

    response = await serve(fails_with(Conflict(event="refused")), write_event=write).get("/fails")

    assert response.status_code == 409
    assert "event.lost" in [event["event"] for event in logged]


async def test_a_problem_may_have_members_of_its_own(serve: Any) -> None:
    class OtherContent(Conflict):
        title = "The external id was used for another content"

        def __init__(self) -> None:
            super().__init__()
            self.members = {"report_id": "r-1", "status": "ignored"}

    body = (await serve(fails_with(OtherContent())).get("/fails")).json()

    assert body["report_id"] == "r-1"
    assert body["status"] == 409


async def test_a_missing_query_parameter_is_named_and_the_query_is_not(serve: Any) -> None:
    @get("/statistics")
    async def statistics(by: FromQuery[str]) -> str:
        return by

    response = await serve(statistics).get("/statistics?name=eunji")

    assert response.status_code == 400
    assert response.json()["errors"] == [{"pointer": "/by", "detail": "required"}]
    assert "eunji" not in response.text


def database_error(state: str) -> DBAPIError:
    class Original(Exception):
        sqlstate = state

    return DBAPIError("SELECT 1", {}, Original())


def fails_with(error: Exception) -> Any:
    @get("/fails")
    async def fails() -> None:
        raise error

    return fails


@get("/cases/{case_id:uuid}")
async def look_up(case_id: FromPath[UUID]) -> str:
    return str(case_id)
