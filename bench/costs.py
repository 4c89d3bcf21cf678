"""What work costs: CPU seconds and memory of processes from /proc, WAL bytes from PostgreSQL."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
USER_TIME, SYSTEM_TIME, CHILDREN_USER, CHILDREN_SYSTEM = 11, 12, 13, 14
PARENT = 1


@dataclass(frozen=True, slots=True)
class Processor:
    """CPU seconds since the machine began: used, and there to be used."""

    busy: float
    total: float


def machine_time() -> Processor:
    first = (PROC / "stat").read_text().splitlines()[0]
    ticks = [int(number) for number in first.split()[1:9]]
    idle = ticks[3] + ticks[4]
    return Processor((sum(ticks) - idle) / TICKS, sum(ticks) / TICKS)


def cpu_seconds(pid: int) -> float:
    """Of the process alone."""
    fields = _stat(pid)
    return (int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])) / TICKS


def cpu_seconds_of_tree(pid: int) -> float:
    """Of the process, its children, and the children that it has already buried."""
    fields = _stat(pid)
    buried = (int(fields[CHILDREN_USER]) + int(fields[CHILDREN_SYSTEM])) / TICKS
    return cpu_seconds(pid) + buried + sum(_if_alive(child) for child in _children(pid))


def resident_mebibytes(pid: int) -> float:
    status = (PROC / str(pid) / "status").read_text()
    kibibytes = status.partition("VmRSS:")[2].split()[0]
    return int(kibibytes) / 1024


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    found = []
    for entry in PROC.glob("[0-9]*"):
        try:
            if int(_stat(int(entry.name))[PARENT]) == pid:
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _if_alive(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
