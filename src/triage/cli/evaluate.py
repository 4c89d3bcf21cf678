"""`triage evaluate`: how well the detectors do on labelled texts."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from triage.assessment.evaluation import (
    Counts,
    Judged,
    Labelled,
    NotLabelled,
    Verdict,
    by_language,
    errors_by_tag,
    judge,
    labels_of,
    read_labelled,
    worst_errors,
)

WORST = 20
SHOWN = 300
"""Characters of a text that was misread."""


class UnreadableFile(click.ClickException):
    """A file, or a line of it, that cannot be measured with."""

    exit_code = 2


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option(
    "--year", type=click.IntRange(1950, 2200), help="The year of the texts.  [default: this year]"
)
@click.option(
    "--worst",
    type=click.IntRange(min=0),
    default=WORST,
    show_default=True,
    help="How many errors to show.",
)
def evaluate(file: Path, year: int | None, worst: int, *, as_json: bool) -> None:
    """Precision, recall and F1 of each label on the labelled texts of FILE (JSON Lines).

    A line is {"id", "lang": "ko|en|mixed", "text", "threat", "minor", "doxxing", "danger", "tags"};
    danger and tags may be left out.
    """
    verdicts = [judge(labelled, year=year) for labelled in _read(file)]
    if not verdicts:
        raise UnreadableFile(f"{file}: there is no text in it")
    if as_json:
        figures = _figures(verdicts, worst)
        click.echo(msgspec.json.format(msgspec.json.encode(figures)).decode())
    else:
        _print(Console(), verdicts, worst)


def _read(file: Path) -> Iterator[Labelled]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield read_labelled(line)
            except NotLabelled as error:
                raise UnreadableFile(f"{file}:{number}: {error}") from None


def _figures(verdicts: list[Verdict], worst: int) -> dict[str, Any]:
    labels = labels_of(verdicts)
    return {
        "texts": len(verdicts),
        "labels": {
            label: {
                language: _told(counts) for language, counts in by_language(verdicts, label).items()
            }
            for label in labels
        },
        "errors": {
            label: {
                "tags": {
                    tag: {"wrong": counts.wrong, "missed": counts.missed}
                    for tag, counts in errors_by_tag(verdicts, label).items()
                },
                "worst": [
                    _error(verdict, label) for verdict in worst_errors(verdicts, label)[:worst]
                ],
            }
            for label in labels
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


def _error(verdict: Verdict, label: Judged) -> dict[str, Any]:
    return {
        "id": verdict.labelled.id,
        "lang": verdict.labelled.lang,
        "said": verdict.says(label),
        "strength": round(verdict.strengths[label], 4),
        "rules": [
            {
                "rule": finding.rule,
                "start": finding.evidence.start,
                "end": finding.evidence.end,
                "view": finding.evidence.view,
            }
            for finding in verdict.found
        ],
        "text": verdict.labelled.text[:SHOWN],
    }


def _times(verdicts: list[Verdict]) -> dict[str, float]:
    times = [verdict.microseconds for verdict in verdicts]
    p99 = quantiles(times, n=100, method="inclusive")[-1] if len(times) > 1 else times[0]
    return {"median": round(median(times), 1), "p99": round(p99, 1)}


def _print(console: Console, verdicts: list[Verdict], worst: int) -> None:
    labels = labels_of(verdicts)
    table = Table("label", "language", "precision", "recall", "F1", "right", "wrong", "missed")
    for label in labels:
        for language, counts in by_language(verdicts, label).items():
            rates = (counts.precision, counts.recall, counts.f1)
            table.add_row(
                label,
                language,
                *(f"{rate:.3f}" for rate in rates),
                *map(str, (counts.right, counts.wrong, counts.missed)),
            )
    console.print(table)
    for label in labels:
        _print_errors(console, verdicts, label, worst)
    times = _times(verdicts)
    console.print(
        f"{len(verdicts)} texts, median {times['median']:.0f} µs, p99 {times['p99']:.0f} µs"
    )


def _print_errors(console: Console, verdicts: list[Verdict], label: Judged, worst: int) -> None:
    wrong = worst_errors(verdicts, label)
    if not wrong:
        return
    tags = errors_by_tag(verdicts, label).items()
    console.print(
        f"\n[bold]{label}[/bold]: "
        + ", ".join(f"{tag} +{counts.wrong} -{counts.missed}" for tag, counts in tags)
    )
    for verdict in wrong[:worst]:
        sign = "+" if verdict.says(label) else "-"
        rules = ", ".join(
            f"{finding.rule}[{finding.evidence.start}:{finding.evidence.end}]"
            for finding in verdict.found
        )
        console.print(
            f"{sign} {verdict.labelled.id} {verdict.strengths[label]:.2f} {rules}\n  "
            f"{verdict.labelled.text[:SHOWN]}",
            markup=False,
            highlight=False,
        )
