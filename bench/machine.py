"""The machine and the programs that the figures belong to."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from bench.system import System


@dataclass(frozen=True, slots=True)
class Machine:
    processor: str
    cores: int
    memory_gibibytes: float
    kernel: str
    python: str
    postgresql: str


async def describe(system: System) -> Machine:
    connection = await system.connect()
    try:
        version = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gibibytes=pages / 2**30,
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        postgresql=version,
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
