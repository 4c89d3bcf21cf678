"""`triage evaluate`: how well the detectors do on labelled texts."""

from pathlib import Path
from statistics import median, quantiles
from typing import Any, get_args

import click
import msgspec
from rich.console import Console
from rich.table import Table

from triage.assessment.evaluation import (
    Counts,
    Judged,
    Verdict,
    by_language,
    errors_by_tag,
    judge,
    read_labelled,
)

JUDGED: tuple[Judged, ...] = get_args(Judged)
WORST = 20


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option("--worst", default=WORST, show_default=True, help="How many errors to show.")
def evaluate(file: Path, worst: int, *, as_json: bool) -> None:
    """Precision, recall and F1 of each label on the labelled texts of FILE (JSON Lines).

    A line is {"id", "lang": "ko|en|mixed", "text", "threat", "minor", "doxxing", "tags"}.
    """
    verdicts = [judge(labelled) for labelled in _read(file)]
    if not verdicts:
        raise click.BadParameter("there is no text in it", param_hint="FILE")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_figures(verdicts))).decode())
        return
    console = Console()
    console.print(_table(verdicts))
    for label in JUDGED:
        _print_errors(console, verdicts, label, worst)
    times = _times(verdicts)
    console.print(
        f"{len(verdicts)} texts, median {times['median']:.0f} µs, p99 {times['p99']:.0f} µs"
    )


def _read(file: Path) -> Any:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield from read_labelled([line])
            except msgspec.DecodeError as error:
                raise click.BadParameter(f"line {number}: {error}", param_hint="FILE") from None


def _figures(verdicts: list[Verdict]) -> dict[str, Any]:
    return {
        "texts": len(verdicts),
        "labels": {
            label: {
                language: _told(counts) for language, counts in by_language(verdicts, label).items()
            }
            for label in JUDGED
        },
        "microseconds": _times(verdicts),
    }


def _told(counts: Counts) -> dict[str, float]:
    return {
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
        "right": counts.right,
        "wrong": counts.wrong,
        "missed": counts.missed,
    }


def _times(verdicts: list[Verdict]) -> dict[str, float]:
    times = [verdict.microseconds for verdict in verdicts]
    p99 = quantiles(times, n=100)[-1] if len(times) > 1 else times[0]
    return {"median": round(median(times), 1), "p99": round(p99, 1)}


def _table(verdicts: list[Verdict]) -> Table:
    table = Table("label", "language", "precision", "recall", "F1", "right", "wrong", "missed")
    for label in JUDGED:
        for language, counts in by_language(verdicts, label).items():
            rates = (counts.precision, counts.recall, counts.f1)
            table.add_row(
                label,
                language,
                *(f"{rate:.3f}" for rate in rates),
                *map(str, (counts.right, counts.wrong, counts.missed)),
            )
    return table


def _print_errors(console: Console, verdicts: list[Verdict], label: Judged, worst: int) -> None:
    """By tag, and those that were surest first: said most strongly, or not at all."""
    wrong = [verdict for verdict in verdicts if verdict.is_wrong(label)]
    if not wrong:
        return
    tags = errors_by_tag(verdicts, label).items()
    console.print(
        f"\n[bold]{label}[/bold]: "
        + ", ".join(f"{tag} +{counts.wrong} -{counts.missed}" for tag, counts in tags)
    )
    wrong.sort(key=lambda verdict: -abs(verdict.strengths[label] - 0.5))
    for verdict in wrong[:worst]:
        sign = "+" if verdict.says(label) else "-"
        rules = ", ".join(
            f"{finding.rule}[{finding.evidence.start}:{finding.evidence.end}]"
            for finding in verdict.found
        )
        console.print(
            f"{sign} {verdict.labelled.id} {verdict.strengths[label]:.2f} {rules}\n  "
            f"{verdict.labelled.text[:300]}",
            markup=False,
            highlight=False,
        )
