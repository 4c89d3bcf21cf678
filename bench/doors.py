"""Intake beside single reports: batches, two processes, a full store, a flood, a known link."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

import msgspec

from bench.intake import AT_ONCE, FLIGHTS, a_report, requests
from bench.load import Connection, Sample, closed_loop, connections, open_loop, request
from bench.system import System, second_api

LINES = 100
BATCHES_AT_ONCE = 4
QUOTA_A_SECOND = 10
TIMES_THE_QUOTA = 20
CALM_AT_ONCE = 4
SQUARE = "https://forum.example/board/posts/known"

FILL = """
WITH made AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS report, gen_random_uuid() AS filled,
           decode(md5(n || 'a') || md5(n || 'b'), 'hex') AS digest
    FROM generate_series(1, $1::int) AS n
), cases AS (
    INSERT INTO "case" SELECT new.* FROM made,
        (SELECT to_jsonb(c) AS old FROM "case" AS c LIMIT 1) AS one,
        LATERAL jsonb_populate_record(NULL::"case", old || jsonb_build_object(
            'id', filled, 'root_id', filled, 'state', 'closed', 'reference', 'F' || n)) AS new
), reports AS (
    INSERT INTO report SELECT new.* FROM made,
        (SELECT to_jsonb(r) AS old FROM report AS r LIMIT 1) AS one,
        LATERAL jsonb_populate_record(NULL::report, old || jsonb_build_object('id', report,
            'external_id_digest', digest::text, 'receipt_digest', digest::text)) AS new
), prints AS (
    INSERT INTO fingerprint SELECT new.* FROM made,
        (SELECT to_jsonb(f) AS old FROM fingerprint AS f LIMIT 1) AS one,
        LATERAL jsonb_populate_record(NULL::fingerprint, old || jsonb_build_object(
            'digest', digest::text, 'case_id', filled, 'report_id', report)) AS new
), places AS (
    INSERT INTO report_location SELECT new.* FROM made,
        (SELECT to_jsonb(l) AS old FROM report_location AS l LIMIT 1) AS one,
        LATERAL jsonb_populate_record(NULL::report_location, old || jsonb_build_object(
            'id', gen_random_uuid(), 'report_id', report, 'digest', digest::text)) AS new
)
INSERT INTO report_case SELECT new.* FROM made,
    (SELECT to_jsonb(h) AS old FROM report_case AS h LIMIT 1) AS one,
    LATERAL jsonb_populate_record(NULL::report_case, old || jsonb_build_object(
        'report_id', report, 'case_id', filled, 'ordinal', 1)) AS new
"""
FLOOD = "UPDATE channel SET quota = $1 WHERE name = 'flood'"


@dataclass(slots=True)
class Doors:
    """Samples count requests; `batch_seconds` is API time for one report of a batch."""

    batch: Sample = field(default_factory=Sample)
    batch_seconds: float = 0.0
    two_processes: dict[int, Sample] = field(default_factory=dict)
    stored: int = 0
    beside_stored: Sample = field(default_factory=Sample)
    before_filling: Sample = field(default_factory=Sample)
    calm: Sample = field(default_factory=Sample)
    calm_in_burst: Sample = field(default_factory=Sample)
    calm_in_flood: Sample = field(default_factory=Sample)
    burst: Sample = field(default_factory=Sample)
    flood: Sample = field(default_factory=Sample)
    known: Sample = field(default_factory=Sample)
    unknown: Sample = field(default_factory=Sample)


async def measure_doors(system: System, seconds: float, stored: int) -> Doors:
    found, numbers = Doors(stored=stored), count()
    await _batches(system, found, numbers, seconds)
    await _two_processes(system, found, seconds)
    await _flood(system, found, numbers, seconds)
    await _links(system, found, numbers, seconds)
    singles = requests(system, "/v1/reports", "stored")
    found.before_filling = await closed_loop(
        system.port, singles, in_flight=AT_ONCE, seconds=seconds
    )
    connection = await system.connect()
    try:
        await connection.execute(FILL, stored, timeout=900)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    found.beside_stored = await closed_loop(
        system.port, singles, in_flight=AT_ONCE, seconds=seconds
    )
    return found


async def _batches(system: System, found: Doors, numbers: Iterator[int], seconds: float) -> None:
    def bodies() -> Iterator[bytes]:
        for number in numbers:
            lines = [msgspec.json.encode(a_report(f"batch-{number}-{n}")) for n in range(LINES)]
            kind = "content-type: application/x-ndjson"
            yield request("POST", "/v1/reports/batch", system.intake_token, b"\n".join(lines), kind)

    before = system.api_seconds()
    found.batch = await closed_loop(
        system.port, bodies(), in_flight=BATCHES_AT_ONCE, seconds=seconds
    )
    reports = max(len(found.batch.latencies), 1) * LINES
    found.batch_seconds = (system.api_seconds() - before) / reports


async def _two_processes(system: System, found: Doors, seconds: float) -> None:
    singles = requests(system, "/v1/reports", "two")
    with second_api(system) as port:
        for in_flight in FLIGHTS:
            ports = (system.port, port)[:in_flight]
            parts = await asyncio.gather(
                *(
                    closed_loop(each, singles, in_flight=in_flight // len(ports), seconds=seconds)
                    for each in ports
                )
            )
            together = found.two_processes[in_flight] = Sample()
            for part in parts:
                together.add(part)
            together.seconds /= len(parts)


async def _flood(system: System, found: Doors, numbers: Iterator[int], seconds: float) -> None:
    """A channel at 20 times its quota; how another one fares before and meanwhile."""
    connection = await system.connect()
    await connection.execute(FLOOD, QUOTA_A_SECOND * 60)
    await connection.close()
    calm = requests(system, "/v1/reports", "calm")
    found.calm = await closed_loop(system.port, calm, in_flight=CALM_AT_ONCE, seconds=seconds)
    async with connections(system.port, AT_ONCE) as opened:
        idle: asyncio.Queue[Connection] = asyncio.Queue()
        for one in opened:
            idle.put_nowait(one)

        async def post(due: float) -> None:
            one = await idle.get()
            body = msgspec.json.encode(a_report(f"flood-{next(numbers)}"))
            answer = await one.ask(request("POST", "/v1/reports", system.flood_token, body))
            found.flood.latencies.append(perf_counter() - due)
            found.flood.statuses[answer.status] += 1
            idle.put_nowait(one)

        async def beside(lasting: float) -> Sample:
            sample, _ = await asyncio.gather(
                closed_loop(system.port, calm, in_flight=CALM_AT_ONCE, seconds=lasting),
                open_loop(post, rate=QUOTA_A_SECOND * TIMES_THE_QUOTA, seconds=lasting),
            )
            return sample

        # First what it may send at once in a minute, which is stored, then the flood that stays.
        found.calm_in_burst = await beside(60 / TIMES_THE_QUOTA)
        found.burst, found.flood = found.flood, Sample()
        found.calm_in_flood = await beside(seconds)
    found.burst.seconds, found.flood.seconds = 60 / TIMES_THE_QUOTA, seconds


async def _links(system: System, found: Doors, numbers: Iterator[int], seconds: float) -> None:
    """One report at a time, of a link that is known and of one that is not, in turn."""
    async with connections(system.port, 1) as [one]:
        until = perf_counter() + seconds
        while perf_counter() < until:
            for sample, url in ((found.known, SQUARE), (found.unknown, None)):
                report = a_report(f"link-{next(numbers)}")
                if url:
                    report["locations"] = [{"url": url}]
                asked_at = perf_counter()
                answer = await one.ask(
                    request("POST", "/v1/reports", system.intake_token, msgspec.json.encode(report))
                )
                sample.latencies.append(perf_counter() - asked_at)
                sample.statuses[answer.status] += 1
    found.known.seconds = found.unknown.seconds = seconds
