"""The tables of the page of figures: their cells, and targets that are met or missed."""

from dataclasses import dataclass

from bench.load import Sample

FEW = 10


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    must: str
    found: str
    is_met: bool


def within(what: str, limit: int, seconds: float) -> Target:
    """`limit` in milliseconds."""
    return Target(what, f"< {limit} ms", milliseconds(seconds), seconds * 1000 < limit)


def ratio_of(one: float, other: float) -> float:
    return one / other if other else 0.0


def heads(*names: str) -> str:
    return f"| {' | '.join(names)} |\n|{' --- |' * len(names)}"


def measured(sample: Sample) -> str:
    median, worst = sample.percentile(0.5), sample.percentile(0.99)
    rate = f"{sample.rate:,.0f}" if sample.rate >= FEW else f"{sample.rate:.1f}"
    return f"{rate} | {milliseconds(median)} | {milliseconds(worst)}"


def others(sample: Sample, expected: int) -> str:
    counts = {status: n for status, n in sample.statuses.items() if status != expected}
    return ", ".join(f"{n} x {status}" for status, n in sorted(counts.items()))


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms" if seconds < 0.01 else f"{seconds * 1000:,.0f} ms"  # noqa: PLR2004 - ten
