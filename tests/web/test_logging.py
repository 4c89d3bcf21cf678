"""Logs are facts of one line; what people wrote is not among them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from triage.web.logging import configure_logging


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged in JSON; the process's own set-up comes back afterwards."""
    root, access = logging.getLogger(), logging.getLogger("uvicorn.access")
    before = root.handlers, root.level, access.disabled
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers, root.level, access.disabled = before
    structlog.reset_defaults()


def test_a_line_is_one_json_object(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().info("case.merged", reports=3)

    [line] = written(lines)
    assert (line["event"], line["level"], line["reports"]) == ("case.merged", "info", 3)
    assert line["request_id"] == "r-1"
    assert line["timestamp"].endswith("Z")


def test_lower_levels_are_left_out(lines: io.StringIO) -> None:
    structlog.get_logger().debug("case.looked_at")

    assert written(lines) == []


def test_an_exception_is_told_by_type_and_place_without_its_message(lines: io.StringIO) -> None:
    try:
        raise_for("eunji")
    except LookupError:
        structlog.get_logger().exception("request.failed")

    [line] = written(lines)
    assert [error["type"] for error in line["exception"]] == ["LookupError", "ValueError"]
    assert line["exception"][0]["at"][-1].endswith("raise_for")
    assert "eunji" not in lines.getvalue()


def test_the_standard_library_comes_through_the_same_door(lines: io.StringIO) -> None:
    try:
        raise_for("eunji")
    except LookupError:
        logging.getLogger("asyncio").exception("a task failed\ntask: %s", "eunji")

    [line] = written(lines)
    assert (line["event"], line["logger"]) == ("a task failed", "asyncio")
    assert line["exception"][0]["type"] == "LookupError"
    assert "eunji" not in lines.getvalue()


def test_for_eyes_an_exception_is_a_line_for_each_cause(lines: io.StringIO) -> None:
    configure_logging("info", "console", lines)
    try:
        raise_for("eunji")
    except LookupError:
        logging.getLogger("asyncio").exception("a task failed")

    told = lines.getvalue().splitlines()
    assert "a task failed" in told[0]
    assert [line.split()[0] for line in told[1:]] == ["LookupError", "ValueError"]
    assert "eunji" not in lines.getvalue()


def test_other_libraries_speak_from_warning_on(lines: io.StringIO) -> None:
    logging.getLogger("httpcore").info("GET /eunji")
    logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("uvicorn.access").warning("GET /eunji")

    assert [line["event"] for line in written(lines)] == ["started"]


def written(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def raise_for(name: str) -> None:
    try:
        int(name)
    except ValueError as error:
        raise LookupError(name) from error
