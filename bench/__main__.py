"""`python -m bench`: measures the hot paths of Triage and writes the page of the figures."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import click
import uvloop

from bench.claims import measure_case_page, measure_claims
from bench.costs import Processor, cpu_seconds_of_tree, machine_time
from bench.doors import measure_doors
from bench.figures import measure_figures
from bench.intake import measure_intake
from bench.likeness import measure_likeness
from bench.machine import describe
from bench.page import Results, write_page
from bench.system import System, running_system
from bench.wrk import measure_with_wrk

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Size:
    seconds: float
    rounds: int
    waiting: tuple[int, ...]
    removals: tuple[int, ...]
    stored: int
    most: int


FULL = Size(
    seconds=10,
    rounds=3,
    waiting=(1_000, 100_000),
    removals=(100_000, 1_000_000),
    stored=1_000_000,
    most=10_000_000,
)
QUICK = Size(
    seconds=1.5, rounds=1, waiting=(1_000, 20_000), removals=(10_000,), stored=20_000, most=50_000
)


@click.command()
@click.option("--quick", is_flag=True, help="Less than a minute; prints and writes nothing.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page is written (default docs/benchmarks.md).",
)
def bench(output: Path | None, *, quick: bool) -> None:
    """Start PostgreSQL, API and worker in a temporary folder, measure them, and stop them."""
    with running_system() as system, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        results = runner.run(_measure(system, QUICK if quick else FULL))
    page = write_page(results)
    if quick and output is None:
        click.echo(page)
        return
    path = output or PAGE
    path.parent.mkdir(exist_ok=True)
    path.write_text(page, encoding="utf-8")
    click.echo(f"Written: {path}")


async def _measure(system: System, size: Size) -> Results:
    began, ours_before = machine_time(), _ours(system)
    _tell("intake")
    intake = await measure_intake(system, size.seconds, size.rounds)
    _tell("intake by wrk")
    wrk = await asyncio.to_thread(measure_with_wrk, system, size.seconds, size.rounds)
    _tell(f"batches, two processes, a flood, {size.stored:,} stored")
    doors = await measure_doors(system, size.seconds, size.stored)
    claims = []
    for waiting in size.waiting:
        _tell(f"claims with {waiting:,} open")
        claims.append(await measure_claims(system, waiting, size.seconds))
    _tell("case page")
    case_page = await measure_case_page(system, size.seconds)
    figures = {}
    for removals in size.removals:
        _tell(f"figures of {removals:,} removals")
        figures[removals] = await measure_figures(system, removals, size.seconds)
    _tell(f"look-alikes among {size.stored:,} and {size.most:,}")
    likeness = await measure_likeness(system, size.seconds, size.stored, size.most)
    others = _others(began, machine_time(), _ours(system) - ours_before)
    return Results(
        await describe(system), intake, wrk, doors, claims, case_page, figures, likeness, others
    )


def _ours(system: System) -> float:
    """CPU seconds of all that belongs to the measurement, API and worker being our children."""
    return cpu_seconds_of_tree(os.getpid()) + system.database_seconds()


def _others(began: Processor, ended: Processor, ours: float) -> float:
    return max(ended.busy - began.busy - ours, 0.0) / (ended.total - began.total)


def _tell(what: str) -> None:
    click.echo(f"Measuring {what} ...", err=True)


if __name__ == "__main__":
    bench()
