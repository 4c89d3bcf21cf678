"""What the demonstration prints: the queue, one case with its reasons, the figures of removals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

BANDS = ("P0", "P1", "P2", "P3")
NEXT_IN_LINE = 10
FIGURES = (
    "requested",
    "deleted",
    "account_removed",
    "disabled",
    "made_private",
    "refused",
    "pending",
    "removed",
    "already_gone",
    "reappeared",
)


def show_reports(console: Console, dispositions: Mapping[str, int], known: int) -> None:
    table = _table("Reports", ("What became of a report", "Reports"), numbers_from=1)
    for name, count in sorted(dispositions.items(), key=lambda pair: -pair[1]):
        table.add_row(_words(name), str(count))
    if known:
        table.add_row("of these known from a former run", str(known))
    console.print(table)


def show_queue(console: Console, queues: Sequence[Any], cases: Sequence[Any]) -> None:
    """The queues in numbers, then what waits first: worst band, then nearest deadline."""
    table = _table("Queue", ("Queue", "Open", "At risk", "Breached", *BANDS), numbers_from=1)
    for queue in queues:
        counts = [queue["open"], queue["at_risk"], queue["breached"]]
        counts += [queue["by_band"][band] for band in BANDS]
        table.add_row(queue["name"], *map(str, counts))
    console.print(table)

    now = datetime.now(UTC)
    first = sorted(cases, key=lambda case: (case["band"], case["due_at"] or "", case["id"]))
    table = _table(
        f"Next in line ({min(len(first), NEXT_IN_LINE)} of {len(first)})",
        ("Case", "Band", "Due in", "Reports", "Alleged", "From"),
    )
    for case in first[:NEXT_IN_LINE]:
        table.add_row(
            case["reference"],
            case["band"],
            _until(case["due_at"], now),
            str(case["report_count"]),
            ", ".join(map(_words, case["allegations"])),
            " ".join([*case["jurisdictions"], *case["languages"]]),
        )
    console.print(table)


def show_case(console: Console, case: Any, score: Any, events: Sequence[Any]) -> None:
    """Why a case is where it is, and what happened to it."""
    table = _table(
        f"Case {case['reference']}: {case['band']}, score {score['score']:.2f}, "
        f"{case['report_count']} reports, {_words(case['state'])}",
        ("Rule", "Weight", "Why", "이유"),
    )
    for reason in score["reasons"]:
        texts = reason["text"]
        table.add_row(reason["rule"], f"{reason['weight']:.2f}", texts["en"], texts["ko"])
    table.caption = "Timeline: " + ", ".join(_run_lengths(events))
    console.print(table)


def show_decisions(console: Console, outcomes: Mapping[str, int], referrals: int) -> None:
    table = _table("Decisions", ("Outcome", "Cases"), numbers_from=1)
    for outcome, count in sorted(outcomes.items(), key=lambda pair: -pair[1]):
        table.add_row(_words(outcome), str(count))
    table.add_row("referred to police or support", str(referrals))
    console.print(table)


def show_figures(console: Console, figures: Any) -> None:
    """Removals by platform, as regulators read them; the last column counts everything."""
    rows = sorted(figures["rows"], key=lambda row: (-row["requested"], row["platform"]))
    heads = ("Figure", *(row["platform"] for row in rows), "all")
    table = _table("Removals", heads, numbers_from=1)
    for name in FIGURES:
        values = [row[name] for row in (*rows, figures["totals"])]
        table.add_row(_words(name), *map(str, values))
    console.print(table)


def _table(title: str, heads: Sequence[str], *, numbers_from: int | None = None) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left", box=box.SIMPLE_HEAD)
    for index, head in enumerate(heads):
        is_number = numbers_from is not None and index >= numbers_from
        table.add_column(head, justify="right" if is_number else "left")
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _until(due_at: str | None, now: datetime) -> str:
    if due_at is None:
        return ""
    minutes = int((datetime.fromisoformat(due_at) - now).total_seconds() // 60)
    if minutes < 0:
        return "overdue"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _run_lengths(events: Sequence[Any]) -> list[str]:
    """Each kind of event once, in the order of first appearance, with how often it happened."""
    counts = Counter(event["kind"] for event in events)
    return [kind if count == 1 else f"{kind} x {count}" for kind, count in counts.items()]
