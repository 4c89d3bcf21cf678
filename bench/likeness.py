"""The search for look-alikes: by itself among many, and from a report's commit to its link."""

import asyncio
import gc
import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

import msgspec
import numpy as np

from bench.costs import resident_mebibytes
from bench.intake import AT_ONCE, a_report, requests
from bench.load import Connection, Sample, closed_loop, connections, open_loop, request
from bench.system import System, another_worker
from triage.fingerprints.pictures import BYTES, RADIUS, PictureIndex
from triage.fingerprints.texts import VALUES, TextIndex

AnyIndex = TypeVar("AnyIndex", PictureIndex, TextIndex)
Found = TypeVar("Found")
Asked = ParamSpec("Asked")

QUERIES = 500
FORMS = 8
FLOOD = 25_000
FLOOD_QUERIES = 50
DIFFERENT_VALUES = 38
"""Of a sketch: what is left says a similarity of 0.7, the least that is alike."""
REPORTS_A_SECOND = 200
DISTANCE = 20
EVERY = 10
"""One report of so many has a picture."""
ROUNDS = 3

# Pictures of the stored reports: random, so alike to nothing. The copies lie before what the
# matcher has read.
FILL = """
WITH made AS MATERIALIZED (
    SELECT gen_random_uuid() AS media, report_id, decode(md5(random()::text || n)
           || md5(n || random()::text), 'hex') AS pdq
    FROM generate_series(1, $1::int) AS n,
         (SELECT report_id FROM report_case LIMIT 1) AS one
), media AS (
    INSERT INTO report_media (id, report_id, ordinal, pdq, pdq_quality, pdq_forms)
    SELECT media, report_id, 1, pdq, 100, '{}' FROM made
)
INSERT INTO searched_item (kind, item_id, position) SELECT 'pdq', media, 0 FROM made
"""
UNREAD = """
SELECT matcher.position < journal_head.size OR EXISTS (SELECT FROM journal_pending)
FROM matcher, journal_head
"""
LATE = """
SELECT extract(epoch FROM link.suggested_at - greatest(one.received_at, other.received_at))::float8
FROM case_link AS link
JOIN report AS one ON one.id = link.report_id
JOIN report AS other ON other.id = link.other_report_id
WHERE link.kind = 'pdq'
"""


@dataclass(slots=True)
class Index:
    """An index by itself: seconds and MiB to build it, and samples of queries."""

    size: int
    seconds: float
    mebibytes: float
    queries: Sample
    missed: int
    flood: Sample
    """Queries for what very many others are alike to."""
    forms: Sample | None = None


@dataclass(slots=True)
class Likeness:
    """`links`: seconds from a report's commit, of the pairs that were planted."""

    pictures: list[Index] = field(default_factory=list)
    texts: list[Index] = field(default_factory=list)
    stored: int = 0
    start_seconds: float = 0.0
    worker_mebibytes: float = 0.0
    pairs: int = 0
    links: Sample = field(default_factory=Sample)
    plain: Sample = field(default_factory=Sample)
    with_pictures: Sample = field(default_factory=Sample)


async def measure_likeness(system: System, seconds: float, stored: int, most: int) -> Likeness:
    """`most`: pictures of the largest index that is measured by itself."""
    found = Likeness(stored=stored)
    for size in (stored, most):
        found.pictures.append(await asyncio.to_thread(_pictures, size))
    found.texts.append(await asyncio.to_thread(_texts, stored))
    connection = await system.connect()
    try:
        await connection.execute(FILL, stored, timeout=900)
        await connection.execute("ANALYZE report_media, searched_item")
        os.kill(system.worker, signal.SIGTERM)
        began = perf_counter()
        with another_worker(system) as worker:
            await _read_all(connection)
            found.start_seconds = perf_counter() - began
            found.pairs = await _pairs(system, seconds)
            await _read_all(connection)
            found.worker_mebibytes = resident_mebibytes(worker)
            found.links.latencies = [row[0] for row in await connection.fetch(LATE)]
            await _beside(system, found, seconds)
    finally:
        await connection.close()
    return found


def _pictures(size: int) -> Index:
    """Random hashes, and of some of them copies of which 31 bits are turned: all must be found."""
    chance = np.random.default_rng(31)
    hashes = chance.integers(0, 256, (size, BYTES), dtype=np.uint8)
    index, seconds, mebibytes = _built(PictureIndex, hashes.tobytes())
    chosen = chance.integers(0, size, QUERIES)
    copies = [_turned(hashes[number].tobytes(), RADIUS) for number in chosen]
    del hashes
    queries, forms = Sample(), Sample()
    missed = 0
    for number, copy in zip(chosen, copies, strict=True):
        alike = _timed(queries, index.search, [copy], 100)
        missed += (number, RADIUS) not in alike
        eight = [copy, *(_turned(copy, 100) for _ in range(FORMS - 1))]
        _timed(forms, index.search, eight, 100)
    pdq = chance.bytes(BYTES)
    index.add(b"".join(_turned(pdq, int(bits)) for bits in chance.integers(0, RADIUS, FLOOD)))
    flood = Sample()
    for _ in range(FLOOD_QUERIES):
        _timed(flood, index.search, [pdq], 100)
    return Index(size, seconds, mebibytes, queries, missed, flood, forms)


def _texts(size: int) -> Index:
    """Random sketches, and of some of them copies of which 38 values are others."""
    chance = np.random.default_rng(32)
    sketches = chance.integers(0, 256, (size, VALUES), dtype=np.uint8)
    index, seconds, mebibytes = _built(TextIndex, sketches.tobytes())
    queries, flood = Sample(), Sample()
    missed = 0
    for number in chance.integers(0, size, QUERIES):
        copy = sketches[number].copy()
        copy[chance.choice(VALUES, DIFFERENT_VALUES, replace=False)] += 1
        alike = _timed(queries, index.search, copy.tobytes(), 100)
        missed += number not in {one.number for one in alike}
    index.add(sketches[0].tobytes() * FLOOD)
    for _ in range(FLOOD_QUERIES):
        _timed(flood, index.search, sketches[0].tobytes(), 100)
    return Index(size, seconds, mebibytes, queries, missed, flood)


def _timed(
    sample: Sample, search: Callable[Asked, Found], *args: Asked.args, **kwargs: Asked.kwargs
) -> Found:
    began = perf_counter()
    found = search(*args, **kwargs)
    sample.latencies.append(perf_counter() - began)
    return found


def _built(make: Callable[[], AnyIndex], values: bytes) -> tuple[AnyIndex, float, float]:
    gc.collect()
    before = resident_mebibytes(os.getpid())
    began = perf_counter()
    index = make()
    index.add(values)
    return index, perf_counter() - began, resident_mebibytes(os.getpid()) - before


def _turned(pdq: bytes, bits: int) -> bytes:
    value = int.from_bytes(pdq)
    for bit in random.sample(range(256), bits):
        value ^= 1 << bit
    return value.to_bytes(BYTES)


async def _read_all(connection: Any) -> None:
    """Until the matcher has read all that has happened."""
    while await connection.fetchval(UNREAD):  # noqa: ASYNC110 - another process tells no event
        await asyncio.sleep(0.1)


async def _pairs(system: System, seconds: float) -> int:
    """Reports with pictures at a steady rate, each second one alike to the one before."""
    bodies = _with_pictures(system, int(REPORTS_A_SECOND * seconds))
    async with connections(system.port, AT_ONCE) as opened:
        idle: asyncio.Queue[Connection] = asyncio.Queue()
        for one in opened:
            idle.put_nowait(one)

        async def post(_: float) -> None:
            one = await idle.get()
            await one.ask(next(bodies))
            idle.put_nowait(one)

        await open_loop(post, rate=REPORTS_A_SECOND, seconds=seconds)
    return int(REPORTS_A_SECOND * seconds) // 2


def _with_pictures(system: System, count: int) -> Iterator[bytes]:
    pdq = b""
    for number in range(count):
        pdq = _turned(pdq, DISTANCE) if number % 2 else random.randbytes(BYTES)
        yield _post(system, f"pair-{number}", pdq)


async def _beside(system: System, found: Likeness, seconds: float) -> None:
    """Intake without pictures and with one in ten reports, in turn."""
    plain = requests(system, "/v1/reports", "plain")
    mixed = _mixed(system)
    for _ in range(ROUNDS):
        for sample, bodies in ((found.plain, plain), (found.with_pictures, mixed)):
            sample.add(
                await closed_loop(system.port, bodies, in_flight=AT_ONCE, seconds=seconds / 2)
            )


def _mixed(system: System) -> Iterator[bytes]:
    plain = requests(system, "/v1/reports", "mixed")
    number = 0
    while True:
        number += 1
        if number % EVERY:
            yield next(plain)
        else:
            yield _post(system, f"mixed-picture-{number}", random.randbytes(BYTES))


def _post(system: System, name: str, pdq: bytes) -> bytes:
    report = a_report(name) | {"media": [{"pdq": pdq.hex(), "pdq_quality": 100}]}
    body = msgspec.json.encode(report)
    return request("POST", "/v1/reports", system.intake_token, body, f"idempotency-key: {name}")
