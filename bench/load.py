"""A load generator: one process, asyncio on uvloop, HTTP/1.1 on connections that stay open."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

BODY_STARTS = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(slots=True)
class Sample:
    """Latencies in seconds, of the answers that came, and over how many seconds they came."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

    def add(self, other: "Sample") -> None:
        self.seconds += other.seconds
        self.latencies += other.latencies
        self.statuses += other.statuses


class Connection(asyncio.Protocol):
    """One connection with one request on its way at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[Answer] | None = None

    async def ask(self, request: bytes) -> Answer:
        if self._transport is None:
            raise ConnectionError("not connected")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("cut off"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(BODY_STARTS)
        if end < 0 or self._answer is None:
            return
        head = bytes(self._received[:end]).lower()
        start, length = end + len(BODY_STARTS), _length(head)
        if len(self._received) < start + length:
            return
        answer = Answer(int(head[9:12]), bytes(self._received[start : start + length]))
        self._received.clear()
        if not self._answer.done():
            self._answer.set_result(answer)


def request(method: str, path: str, token: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: triage.localhost",
        f"authorization: Bearer {token}",
        f"content-length: {len(body)}",
        *([] if not body or _names_type(headers) else ["content-type: application/json"]),
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _names_type(headers: Sequence[str]) -> bool:
    return any(header.startswith("content-type:") for header in headers)


@asynccontextmanager
async def connections(port: int, count: int) -> AsyncIterator[list[Connection]]:
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(Connection, "127.0.0.1", port))[1] for _ in range(count)
    ]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()


async def closed_loop(
    port: int, requests: Iterator[bytes], *, in_flight: int, seconds: float
) -> Sample:
    """So many callers, each asking again as soon as it is answered."""
    sample = Sample()

    async def call(connection: Connection, until: float) -> None:
        while (asked_at := time.perf_counter()) < until:
            answer = await connection.ask(next(requests))
            sample.latencies.append(time.perf_counter() - asked_at)
            sample.statuses[answer.status] += 1

    async with connections(port, in_flight) as opened:
        began = time.perf_counter()
        await asyncio.gather(*(call(connection, began + seconds) for connection in opened))
        sample.seconds = time.perf_counter() - began
    return sample


async def open_loop(act: Callable[[float], Awaitable[None]], *, rate: int, seconds: float) -> None:
    """`act` begins `rate` times a second, however long it takes; it is told when it was due."""
    began = time.perf_counter()
    acts = set()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(due - time.perf_counter())
        acts.add(asyncio.ensure_future(act(due)))
    await asyncio.gather(*acts)


def _length(head: bytes) -> int:
    at = head.find(LENGTH)
    return int(head[at + len(LENGTH) :].partition(b"\r")[0]) if at >= 0 else 0
