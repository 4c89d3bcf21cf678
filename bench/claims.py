"""Claims: the statement itself under 64 connections, and over HTTP, with few and many waiting."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench.load import Connection, Sample, closed_loop, connections, open_loop, request
from bench.system import System
from triage.cli.store import DATABASE
from triage.kit.roles import APP
from triage.queues.dispenser import CLAIM, FIRST_LOOK

CLAIMERS = 64
CLAIMS_A_SECOND = 100
CASE_READERS = 16
CLAIMED = 200
NOBODY = UUID(int=0)

KEEP = """
DELETE FROM queue_entry WHERE case_id NOT IN (
    SELECT case_id FROM queue_entry ORDER BY lane, due_at, case_id LIMIT $1)
"""
FILL = """
INSERT INTO queue_entry
    (case_id, purpose, queue, band, lane, due_at, language, jurisdictions,
     needs_child_safety, entered_at)
SELECT gen_random_uuid(), 'review', 'general', 3, 3,
       now() + '1 day' + random() * interval '3 days', 'ko', '{KR}', false, now()
FROM generate_series(1, $1)
"""
RELEASE = """
UPDATE queue_entry SET holder_id = NULL, lease_token = NULL, lease_until = NULL
WHERE (case_id, purpose) = (
    SELECT case_id, purpose FROM queue_entry WHERE holder_id IS NOT NULL
    LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED);
"""
RELEASE_ALL = """
UPDATE queue_entry SET holder_id = NULL, lease_token = NULL, lease_until = NULL
WHERE holder_id IS NOT NULL
"""


@dataclass(slots=True)
class Claims:
    """Samples by connections or claimers; `over_http` is at 100 claims a second."""

    waiting: int
    in_sql: dict[int, Sample] = field(default_factory=dict)
    over_http: Sample = field(default_factory=Sample)
    alone_over_http: Sample = field(default_factory=Sample)


async def measure_claims(system: System, waiting: int, seconds: float) -> Claims:
    """What is in the queue already stays at its head; the rest is filled up behind it."""
    found = Claims(await _set_depth(system, waiting))
    for clients in (1, CLAIMERS):
        found.in_sql[clients] = await _claim_in_sql(system, clients, seconds)
        await _execute(system, RELEASE_ALL)
    one = system.reviewer_tokens[:1]
    found.alone_over_http = await _claim_over_http(system, one, seconds, rate=None)
    found.over_http = await _claim_over_http(
        system, system.reviewer_tokens, seconds, rate=CLAIMS_A_SECOND
    )
    return found


async def measure_case_page(system: System, seconds: float) -> dict[int, Sample]:
    """The page as the holder of the lease reads it: texts opened, masked, and journaled."""
    token = system.reviewer_tokens[0]
    async with connections(system.port, 1) as [connection]:
        claimed = (await connection.ask(request("POST", "/v1/claims", token, b"{}"))).json()
    path = f"/v1/cases/{claimed['case']['id']}"

    def pages() -> Iterator[bytes]:
        while True:
            yield request("GET", path, token)

    return {
        readers: await closed_loop(system.port, pages(), in_flight=readers, seconds=seconds)
        for readers in (1, CASE_READERS)
    }


async def _set_depth(system: System, waiting: int) -> int:
    connection = await system.connect()
    try:
        await connection.execute(RELEASE_ALL)
        await connection.execute(KEEP, waiting)
        there = await connection.fetchval("SELECT count(*) FROM queue_entry")
        await connection.execute(FILL, waiting - there, timeout=300)
        await connection.execute("VACUUM (ANALYZE) queue_entry")
        return int(await connection.fetchval("SELECT count(*) FROM queue_entry"))
    finally:
        await connection.close()


async def _execute(system: System, statement: str) -> None:
    connection = await system.connect()
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _claim_in_sql(system: System, clients: int, seconds: float) -> Sample:
    """The dispenser's own statement, run by pgbench; as often another one gives a lease back."""
    with TemporaryDirectory(prefix="triage-bench-") as folder:
        place = Path(folder)
        (place / "claim.sql").write_text(f"{CLAIM.text.strip()};\n")
        (place / "release.sql").write_text(RELEASE)
        values = {
            "queues": "{general}",
            "purpose": "review",
            "child_safety": "true",
            "look": str(FIRST_LOOK),
            "holder": str(NOBODY),
            "token": str(NOBODY),
            "until": "2100-01-01T00:00:00Z",
        }
        command = [
            *(str(system.programs / "pgbench"), "--no-vacuum", "--protocol=prepared"),
            *("--log", f"--log-prefix={place / 'log'}", f"--client={clients}"),
            *(f"--jobs={min(clients, 2)}", f"--time={max(int(seconds), 1)}"),
            *(f"--define={name}={value}" for name, value in values.items()),
            *(f"--file={place / 'claim.sql'}@1", f"--file={place / 'release.sql'}@1"),
            *(f"--host={system.server.socket_dir}", f"--username={APP}", DATABASE),
        ]
        began = time.perf_counter()
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
        sample = Sample(seconds=time.perf_counter() - began)
        sample.latencies += _logged(place)
        return sample


def _logged(place: Path) -> Iterator[float]:
    """Seconds of each claim: of the first of the two scripts."""
    for log in place.glob("log*"):
        for line in log.read_text().splitlines():
            _client, _number, microseconds, script, *_ = line.split()
            if script == "0":
                yield int(microseconds) / 1e6


async def _claim_over_http(
    system: System, tokens: list[str], seconds: float, *, rate: int | None
) -> Sample:
    """Each claim is given back, unmeasured; without a rate one follows the other."""
    sample = Sample()
    async with connections(system.port, len(tokens)) as opened:
        idle: asyncio.Queue[tuple[Connection, str]] = asyncio.Queue()
        for reviewer in zip(opened, tokens, strict=True):
            idle.put_nowait(reviewer)

        async def act(due: float) -> None:
            connection, token = await idle.get()
            answer = await connection.ask(request("POST", "/v1/claims", token, b"{}"))
            sample.latencies.append(time.perf_counter() - due)
            sample.statuses[answer.status] += 1
            if answer.status == CLAIMED:
                await _give_back(connection, token, answer.json())
            idle.put_nowait((connection, token))

        began = time.perf_counter()
        if rate is not None:
            await open_loop(act, rate=rate, seconds=seconds)
        else:
            while time.perf_counter() < began + seconds:
                await act(time.perf_counter())
        sample.seconds = time.perf_counter() - began
    return sample


async def _give_back(
    connection: Connection, token: str, claimed: dict[str, dict[str, str]]
) -> None:
    path = f"/v1/cases/{claimed['case']['id']}/release"
    body = f'{{"token": "{claimed["lease"]["token"]}", "reason": "skip"}}'
    await connection.ask(request("POST", path, token, body.encode()))
