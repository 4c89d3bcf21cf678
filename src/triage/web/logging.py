"""Logs as facts: one JSON line each to stderr, the standard library's through the same door."""

import logging
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.typing import Processor

from triage.kit.db import sqlstate

OURS = ("triage", "uvicorn", "uvicorn.error")
"""Loggers of the standard library that speak at our level; all others from WARNING on."""

MAX_CAUSES = 10
MAX_FRAMES = 20

_for_eyes = structlog.dev.ConsoleRenderer()


def configure_logging(
    level: str, style: Literal["json", "console"], stream: TextIO | None = None
) -> None:
    """Set structlog and the standard library up; call once, before anything logs."""
    number = logging.getLevelNamesMapping()[level.upper()]
    output = stream or sys.stderr
    renderer: Processor = _json if style == "json" else _console
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    _route_standard_library(number, output, shared, renderer)


def describe_exception(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace `exc_info` by types, SQLSTATEs and places: messages may quote what people wrote."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    chain: list[dict[str, Any]] = []
    while isinstance(error, BaseException) and len(chain) < MAX_CAUSES:
        chain.append(_described(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if chain:
        event["exception"] = chain
    return event


def _described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    described: dict[str, Any] = {
        "type": type(error).__qualname__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-MAX_FRAMES:]],
    }
    if state := sqlstate(error):
        described["sqlstate"] = state
    if isinstance(error, BaseExceptionGroup):
        described["inner"] = [_described(inner) for inner in error.exceptions]
    return described


def _json(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    first = {key: event.pop(key, None) for key in ("timestamp", "level", "event")}
    return msgspec.json.encode(first | dict(event), enc_hook=str).decode()


def _console(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
    """The renderer takes an exception as text only: a line for each cause."""
    if causes := event.pop("exception", None):
        event["exception"] = "\n".join(_lines(causes))
    return str(_for_eyes(logger, name, event))


def _lines(causes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for cause in causes:
        yield " ".join([cause["type"], *cause["at"][-1:]])
        yield from _lines(cause.get("inner", ()))


def _first_line(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """asyncio, for one, adds the reprs of tasks and exceptions below its first line."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _route_standard_library(
    level: int, stream: TextIO, shared: list[Processor], renderer: Processor
) -> None:
    door = logging.StreamHandler(stream)
    door.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_line, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [door]
    root.setLevel(max(level, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    # The edge writes the access log; uvicorn's would hold raw paths and query strings.
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(capture=True)
