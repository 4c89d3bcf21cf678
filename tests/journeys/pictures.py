"""Hashes of invented pictures, and the matcher as a worker would run it."""

import random
from typing import Any

from journeys.steps import ManualClock
from races.service import Service

from triage.intake.matcher import Matcher


def a_hash(seed: int) -> bytes:
    return random.Random(seed).randbytes(32)


def changed(pdq: bytes, bits: int, seed: int = 0) -> bytes:
    """The hash with so many bits turned."""
    value = int.from_bytes(pdq)
    for bit in random.Random(seed).sample(range(256), bits):
        value ^= 1 << bit
    return value.to_bytes(32)


def of_picture(pdq: bytes, **fields: Any) -> dict[str, Any]:
    return {"pdq": pdq.hex(), "pdq_quality": 90} | fields


async def match(service: Service, clock: ManualClock) -> None:
    """Let the matcher read all that has happened."""
    await service.number()
    matcher = Matcher(service.sessions, clock)
    while await matcher.run_once():
        pass
