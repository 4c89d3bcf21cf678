"""Reports over HTTP beside an echo of the same body, alone and 64 at once, and what each costs."""

import random
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
WORDS_A_TEXT = 75
SENTENCES = """
헤어진 사람이 동의 없이 올렸습니다. 어제 저녁에 친구가 알려 줬어요. 계정은 처음 보는 것이고
프로필에는 아무 말도 없습니다. 사진은 작년 여름에 찍은 것인데 얼굴만 다릅니다. 링크를 따로
보냅니다. 지우는 데 얼마나 걸리는지 알고 싶어요. 회사 사람들은 아직 모릅니다. 화면을 저장해
두었습니다. 게시물이 두 번째 올라왔어요. 같은 사람이 만든 것 같습니다. 도움을 부탁드립니다.
"""
SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초"


def _vocabulary() -> list[str]:
    """Enough words that two texts have few in common, some of them such as reports have."""
    chance = random.Random("words")
    invented = ("".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(2_000))
    return [*SENTENCES.split() * 12, *invented]


WORDS = _vocabulary()


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
    """Of a post and a person of its own, with a text of its own, as reports are."""
    chance = random.Random(name)
    return told(
        name,
        text=" ".join(chance.choices(WORDS, k=WORDS_A_TEXT)),
        phone=f"010-{chance.randrange(10_000):04}-{chance.randrange(10_000):04}",
    )


def told(name: str, *, text: str, phone: str) -> dict[str, Any]:
    return {
        "external_id": f"bench:{name}",
        "allegations": ["intimate_image"],
        "locations": [{"url": f"https://forum.example/board/posts/{name}"}],
        "text": text,
        "language": "ko",
        "jurisdiction": "KR",
        "reporter": {"relation": "victim", "name": "김하늘", "contact": f"{name}@example.com"},
        "victim": {"age": 24, "names": ["김하늘"], "phones": [phone]},
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
