"""Reports over HTTP beside an echo of the same body, alone and 64 at once, and what each costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import msgspec

from bench.api import ECHO
from bench.load import Sample, closed_loop, request
from bench.system import System

AT_ONCE = 64
FLIGHTS = (1, AT_ONCE, 256)
TEXT = (
    "헤어진 사람이 동의 없이 사진을 올렸습니다. 계정에 제 이름도 적혀 있어요. 삭제해 주세요. " * 9
)[:300]


@dataclass(slots=True)
class Intake:
    """Samples by requests in flight; costs of one report with 64 in flight."""

    echo: dict[int, Sample]
    reports: dict[int, Sample]
    api_seconds: float = 0.0
    worker_seconds: float = 0.0
    database_seconds: float = 0.0
    wal_bytes: float = 0.0
    api_mebibytes: float = 0.0

    def ratio(self, in_flight: int) -> float:
        echo = self.echo[in_flight].rate
        return self.reports[in_flight].rate / echo if echo else 0.0


async def measure_intake(system: System, seconds: float, rounds: int) -> Intake:
    """Echo and reports take turns, so that a slow spell of the machine meets both."""
    found = Intake({n: Sample() for n in FLIGHTS}, {n: Sample() for n in FLIGHTS})
    echoes = requests(system, ECHO, "echo")
    reports = requests(system, "/v1/reports", "single")
    for path in (echoes, reports):
        await closed_loop(system.port, path, in_flight=8, seconds=min(seconds, 2))
    spent = [0.0, 0.0, 0.0, 0.0]
    for _ in range(rounds):
        for flight in FLIGHTS:
            found.echo[flight].add(
                await closed_loop(system.port, echoes, in_flight=flight, seconds=seconds)
            )
            before = await _costs(system)
            found.reports[flight].add(
                await closed_loop(system.port, reports, in_flight=flight, seconds=seconds)
            )
            if flight == AT_ONCE:
                after = await _costs(system)
                spent = [sum(s) for s in zip(spent, _difference(after, before), strict=True)]
    each = [cost / max(len(found.reports[AT_ONCE].latencies), 1) for cost in spent]
    found.api_seconds, found.worker_seconds, found.database_seconds, found.wal_bytes = each
    found.api_mebibytes = system.api_mebibytes()
    return found


def requests(system: System, path: str, series: str) -> Iterator[bytes]:
    """Reports, each with a key of its own; no two series share a number."""
    for number in count():
        name = f"{series}-{number}"
        body = msgspec.json.encode(a_report(name))
        yield request("POST", path, system.intake_token, body, f"idempotency-key: {name}")


def a_report(name: str) -> dict[str, Any]:
    """Of a post of its own, with 300 characters of text."""
    return {
        "external_id": f"bench:{name}",
        "allegations": ["intimate_image"],
        "locations": [{"url": f"https://forum.example/board/posts/{name}"}],
        "text": TEXT,
        "language": "ko",
        "jurisdiction": "KR",
        "reporter": {"relation": "victim", "name": "김하늘", "contact": "a@example.com"},
        "victim": {"age": 24, "names": ["김하늘"], "phones": ["010-0000-0001"]},
        "requests": ["removal"],
    }


async def _costs(system: System) -> list[float]:
    return [
        system.api_seconds(),
        system.worker_seconds(),
        system.database_seconds(),
        float(await system.written()),
    ]


def _difference(after: list[float], before: list[float]) -> list[float]:
    return [late - early for late, early in zip(after, before, strict=True)]
