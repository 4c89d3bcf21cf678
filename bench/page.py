"""The page of the figures: what was measured, on what, and what misses its target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.claims import CASE_READERS, CLAIMED, CLAIMERS, CLAIMS_A_SECOND, Claims
from bench.doors import BATCHES_AT_ONCE, CALM_AT_ONCE, LINES, TIMES_THE_QUOTA, Doors
from bench.intake import AT_ONCE, Intake
from bench.likeness import Likeness
from bench.likeness_page import checked_likeness, likeness_section
from bench.load import Sample
from bench.machine import Machine
from bench.tables import Target, heads, measured, milliseconds, others, ratio_of, within
from bench.wrk import Compared

QUIET = 0.05
CREATED = 201

# What the design asks for.
SHARE_OF_ECHO = 0.25
REPORTS_A_SECOND = 1_500
INTAKE_MILLISECONDS = 150
CLAIM_MILLISECONDS = 50
SLOWER_WITH_MANY = 2.0
TABLE_MILLISECONDS = 100
API_MEBIBYTES = 286  # 300 MB
SHARE_WITH_MANY = 0.8
BATCH_TIMES = 1.4
BATCH_COST = 0.7
FLOOD_TIMES = 2.0

HEAD = """\
# Benchmarks

Written by `make bench` on {date}; figures change with the machine, ratios less so.

- Machine: {cores} cores ({processor}), {memory:.0f} GiB, {kernel}
- PostgreSQL {postgresql}, embedded, durable (`fsync`, `full_page_writes`, `synchronous_commit` on);
  Python {python}; one API process, one worker
- Load: one more process on the same cores (asyncio on uvloop, HTTP/1.1 on connections that stay
  open; `pgbench` for SQL), and wrk where it is installed, in turn with the echo and with the
  middle of three rounds. API, worker, database and load share the cores
- {busy}
- Reports: 300 characters of Korean text, a location, names and a phone number of their own, each a
  new case. The echo is an operation of the same application that reads the same body behind the
  same edge, authentication and limits, and answers without the database.
"""


@dataclass(frozen=True, slots=True)
class Results:
    machine: Machine
    intake: Intake
    wrk: Compared | None
    doors: Doors
    claims: Sequence[Claims]
    case_page: dict[int, Sample]
    figures: dict[int, dict[str, Sample]]
    likeness: Likeness
    others: float
    """Share of all CPU time that programs outside of the measurement took."""


def write_page(results: Results) -> str:
    return "\n".join(_lines(results))


def _lines(results: Results) -> Iterator[str]:
    machine = results.machine
    yield HEAD.format(
        date=datetime.now(UTC).date(),
        cores=machine.cores,
        processor=machine.processor,
        memory=machine.memory_gibibytes,
        kernel=machine.kernel,
        postgresql=machine.postgresql,
        python=machine.python,
        busy=_busy(results.others),
    )
    yield from _targets(results)
    yield from _intake(results.intake, results.wrk)
    yield from _doors(results.doors, results.intake)
    yield from _claims(results)
    yield from _reading(results)
    yield from likeness_section(results.likeness)


def _busy(others: float) -> str:
    if others < QUIET:
        return f"The machine was quiet otherwise: other programs took {others:.0%} of its time"
    return f"**The machine was not quiet**: other programs took {others:.0%} of its time"


def _targets(results: Results) -> Iterator[str]:
    yield "## Against the targets\n"
    targets = list(_checked(results))
    missed = [target for target in targets if not target.is_met]
    if missed:
        yield f"**{len(missed)} of {len(targets)} measured targets are missed.**\n"
    else:
        yield f"All {len(targets)} measured targets are met.\n"
    yield "| path | must | measured | |\n| --- | --- | --- | --- |"
    for target in targets:
        verdict = "met" if target.is_met else "**missed**"
        yield f"| {target.what} | {target.must} | {target.found} | {verdict} |"
    yield (
        "\nNot measured here: 1 M open cases, a reviewer whose filters match few, "
        "assessment by itself,\n10 M removals, memory over an hour.\n"
    )


def _checked(results: Results) -> Iterator[Target]:
    intake, few, many = results.intake, results.claims[0], results.claims[-1]
    yield from _checked_intake(intake, results.wrk)
    yield from _checked_doors(results.doors, intake)
    yield from checked_likeness(results.likeness)
    worst, worst_of_few = (c.in_sql[CLAIMERS].percentile(0.99) for c in (many, few))
    what = f"claim in SQL, {CLAIMERS} connections, {many.waiting:,} open, p99"
    yield within(what, CLAIM_MILLISECONDS, worst)
    times = worst / worst_of_few if worst_of_few else 0.0
    must = f"<= {SLOWER_WITH_MANY:.0f}x"
    what = f"the same, against {few.waiting:,} open"
    yield Target(what, must, f"{times:.1f}x", times <= SLOWER_WITH_MANY)
    what = f"claim over HTTP at {CLAIMS_A_SECOND}/s, {many.waiting:,} open, p99"
    yield within(what, CLAIM_MILLISECONDS, many.over_http.percentile(0.99))

    most = max(results.figures)
    slowest = max(sample.percentile(0.5) for sample in results.figures[most].values())
    what = f"a regulator's table, p50 ({most:,} removals; the target says 10 M)"
    yield within(what, TABLE_MILLISECONDS, slowest)
    memory = intake.api_mebibytes
    yield Target("API process under load", "< 300 MB", f"{memory:.0f} MiB", memory < API_MEBIBYTES)


def _checked_intake(intake: Intake, wrk: Compared | None) -> Iterator[Target]:
    """By wrk where it is: it takes less of the processor that the API needs."""
    sample = intake.reports[AT_ONCE]
    rate, p99, ratio = sample.rate, sample.percentile(0.99), intake.ratio(AT_ONCE)
    what = f"intake, {AT_ONCE} in flight"
    if wrk is not None:
        rate, p99, ratio = wrk.reports.rate, wrk.reports.p99, wrk.ratio
        what += ", by wrk"
    must = f">= {SHARE_OF_ECHO:.0%}"
    yield Target(f"{what}, of the echo", must, f"{ratio:.0%}", ratio >= SHARE_OF_ECHO)
    must = f">= {REPORTS_A_SECOND:,}/s"
    yield Target(what, must, f"{rate:,.0f}/s", rate >= REPORTS_A_SECOND)
    yield within(f"{what}, p99", INTAKE_MILLISECONDS, p99)


def _checked_doors(doors: Doors, intake: Intake) -> Iterator[Target]:
    share = ratio_of(doors.beside_stored.rate, doors.before_filling.rate)
    what = f"intake with {doors.stored:,} more reports stored, of before"
    yield Target(what, f">= {SHARE_WITH_MANY:.0%}", f"{share:.0%}", share >= SHARE_WITH_MANY)
    times = ratio_of(doors.batch.rate * LINES, intake.reports[AT_ONCE].rate)
    what = "batch, reports a second, against single"
    yield Target(what, f">= {BATCH_TIMES}x", f"{times:.1f}x", times >= BATCH_TIMES)
    share = ratio_of(doors.batch_seconds, intake.api_seconds)
    what = "batch, CPU of the API a report, against single"
    yield Target(what, f"<= {BATCH_COST:.0%}", f"{share:.0%}", share <= BATCH_COST)
    worst = max(sample.percentile(0.99) for sample in (doors.calm_in_burst, doors.calm_in_flood))
    times = ratio_of(worst, doors.calm.percentile(0.99))
    what = f"another channel's p99 while one sends {TIMES_THE_QUOTA}x its quota"
    yield Target(what, f"<= {FLOOD_TIMES:.0f}x", f"{times:.1f}x", times <= FLOOD_TIMES)


def _doors(doors: Doors, intake: Intake) -> Iterator[str]:
    yield "## Intake, other ways\n"
    yield heads("what", "in flight", "requests/s", "p50", "p99", "other answers")
    batch = f"batch of {LINES} lines ({doors.batch.rate * LINES:,.0f} reports/s)"
    rows: list[tuple[str, int, Sample, int]] = [
        (batch, BATCHES_AT_ONCE, doors.batch, 200),
        *(
            ("two processes", in_flight, sample, CREATED)
            for in_flight, sample in doors.two_processes.items()
        ),
        ("single, before filling", AT_ONCE, doors.before_filling, CREATED),
        (f"single, {doors.stored:,} more stored", AT_ONCE, doors.beside_stored, CREATED),
        ("a channel by itself", CALM_AT_ONCE, doors.calm, CREATED),
        ("the same beside a burst", CALM_AT_ONCE, doors.calm_in_burst, CREATED),
        (f"the burst: {TIMES_THE_QUOTA}x its quota (open loop)", AT_ONCE, doors.burst, CREATED),
        ("the same beside the flood", CALM_AT_ONCE, doors.calm_in_flood, CREATED),
        ("the flood that goes on, its quota used up", AT_ONCE, doors.flood, CREATED),
        ("of a known link", 1, doors.known, CREATED),
        ("of an unknown link, in turn with it", 1, doors.unknown, CREATED),
    ]
    for name, flight, sample, expected in rows:
        yield f"| {name} | {flight} | {measured(sample)} | {others(sample, expected)} |"
    yield (
        f"\nA report of a batch costs {milliseconds(doors.batch_seconds)} of CPU in the API, "
        f"{ratio_of(doors.batch_seconds, intake.api_seconds):.0%} of a single one. The stored rows "
        "are copies of one report and\nits case with digests of their own. What is "
        "beyond a quota is answered with 429.\n"
    )


def _intake(intake: Intake, wrk: Compared | None) -> Iterator[str]:
    yield "## Intake, one report a request\n"
    yield heads("in flight", "", "rate/s", "p50", "p99", "of the echo", "other answers than 201")
    for flight, echo in intake.echo.items():
        reports = intake.reports[flight]
        yield f"| {flight} | echo | {measured(echo)} | | {others(echo, CREATED)} |"
        cells = f"{intake.ratio(flight):.0%} | {others(reports, CREATED)}"
        yield f"| {flight} | report | {measured(reports)} | {cells} |"
    if wrk is not None:
        for name, told in (("echo", wrk.echo), ("report", wrk.reports)):
            times = f"{milliseconds(told.p50)} | {milliseconds(told.p99)}"
            share = f"{wrk.ratio:.0%}" if name == "report" else ""
            share += f" | {told.others} x not 2xx |" if told.others else " |  |"
            yield f"| {AT_ONCE}, by wrk | {name} | {told.rate:,.0f} | {times} | {share}"
    yield (
        f"\nA report with {AT_ONCE} in flight costs {milliseconds(intake.api_seconds)} of CPU in "
        f"the API, {milliseconds(intake.database_seconds)} in PostgreSQL and\n"
        f"{milliseconds(intake.worker_seconds)} in the worker, and {intake.wal_bytes:,.0f} bytes "
        "of WAL, with the part of the journal's numbering\nthat fell into the time. Afterwards "
        f"the API holds {intake.api_mebibytes:.0f} MiB.\n"
    )


def _claims(results: Results) -> Iterator[str]:
    yield "## Claims\n"
    yield heads("open", "", "rate/s", "p50", "p99", "other answers than 200")
    for claims in results.claims:
        for clients, sample in claims.in_sql.items():
            noun = "connection" if clients == 1 else "connections"
            yield f"| {claims.waiting:,} | in SQL, {clients} {noun} | {measured(sample)} | |"
        alone, at_rate = claims.alone_over_http, claims.over_http
        over_http = {"one person": alone, f"{CLAIMS_A_SECOND}/s offered (open loop)": at_rate}
        for name, sample in over_http.items():
            cells = f"{measured(sample)} | {others(sample, CLAIMED)}"
            yield f"| {claims.waiting:,} | over HTTP, {name} | {cells} |"
    yield (
        "\nIn SQL there are as many releases as claims, each its own commit; only claims are "
        "counted. Over HTTP\na claim answers with the case page, and its release is not in the "
        "latency; in the open loop the latency\ncounts from when the claim was due. Behind the "
        "reported cases the queue is filled up with bare entries.\n"
    )


def _reading(results: Results) -> Iterator[str]:
    yield "## Reading\n"
    yield heads("what", "in flight", "rate/s", "p50", "p99", "answers")
    for readers, sample in results.case_page.items():
        cells = f"{measured(sample)} | {len(sample.latencies):,}"
        yield f"| case page, by its holder | {readers} | {cells} |"
    for removals, tables in results.figures.items():
        for by, sample in tables.items():
            name = f"{removals:,} removals of a year by {by.replace(',', ', ')}"
            cells = f"{measured(sample)} | {len(sample.latencies):,}"
            yield f"| {name} | 1 | {cells} |"
    yield f"\n{CASE_READERS} readers ask for one and the same case. Figures are live, not frozen.\n"
