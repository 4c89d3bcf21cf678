"""The same load from wrk, where it is installed: a check of our own load program."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec

from bench.api import ECHO
from bench.intake import AT_ONCE, WORDS, WORDS_A_TEXT, told
from bench.system import System

SCRIPT = Path(__file__).parent / "report.lua"
REPORTS = "/v1/reports"
WARM_UP = 2.0

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_SHARE = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)\s*$", re.MULTILINE)
_OTHERS = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Told:
    """What wrk says: requests a second, seconds, and how many were not answered with 2xx."""

    rate: float
    p50: float
    p99: float
    others: int


@dataclass(frozen=True, slots=True)
class Compared:
    echo: Told
    reports: Told

    @property
    def ratio(self) -> float:
        return self.reports.rate / self.echo.rate


def measure_with_wrk(system: System, seconds: float, rounds: int) -> Compared | None:
    """The echo and reports in turn; None where there is no wrk."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    _run(wrk, system, REPORTS, WARM_UP, "wrk-warm")
    echo, reports = [], []
    for number in range(rounds):
        echo.append(_run(wrk, system, ECHO, seconds, f"wrk-echo-{number}"))
        reports.append(_run(wrk, system, REPORTS, seconds, f"wrk-{number}"))
    return Compared(_middle(echo), _middle(reports))


def _middle(rounds: list[Told]) -> Told:
    return Told(
        rate=median(told.rate for told in rounds),
        p50=median(told.p50 for told in rounds),
        p99=median(told.p99 for told in rounds),
        others=sum(told.others for told in rounds),
    )


def _run(wrk: str, system: System, path: str, seconds: float, series: str) -> Told:
    report = msgspec.json.encode(told("@NAME@", text="@TEXT@", phone="@PHONE@")).decode()
    words = [str(WORDS_A_TEXT), " ".join(WORDS)]
    options = ["--threads", "1", "--connections", str(AT_ONCE), "--latency"]
    options += ["--duration", f"{max(1, round(seconds))}s", "--script", str(SCRIPT)]
    url = f"http://127.0.0.1:{system.port}{path}"
    done = subprocess.run(
        [wrk, *options, url, "--", system.intake_token, series, report, *words],
        check=True,
        capture_output=True,
        text=True,
    )
    rate, others = _RATE.search(done.stdout), _OTHERS.search(done.stdout)
    shares = {
        share: float(value) * _SECONDS[unit] for share, value, unit in _SHARE.findall(done.stdout)
    }
    if rate is None or shares.keys() != {"50", "99"}:
        raise ValueError(f"wrk said something else: {done.stdout}")
    return Told(float(rate[1]), shares["50"], shares["99"], int(others[1]) if others else 0)
