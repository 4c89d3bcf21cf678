"""`triage demo`: a day of a hotline with invented reports, all of it through the HTTP API."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from triage.cli.demo_caller import Caller, DemoFailed, client_of
from triage.cli.demo_place import REVIEWERS, holds_other_reports, play_alone, play_at, runs
from triage.cli.demo_removals import Platform, follow_up
from triage.cli.demo_reports import Posting, read_sheet, write_postings
from triage.cli.demo_review import CASES_EACH, review
from triage.cli.demo_tables import (
    show_case,
    show_decisions,
    show_figures,
    show_queue,
    show_reports,
)
from triage.cli.store import data_option, settings_from

WIDTH_WITHOUT_TERMINAL = 100

ALONE = """\
It ran in a Triage of its own, which is gone now. For one that stays run `triage up` in a terminal \
and `triage demo` in another."""
THERE = """\
The cases stay in {url} (documentation: {url}/docs). To look at them with the API, make a token:
  triage token create --role lead --name me --grant exact --grant child_safety"""
BESIDE = """\
The Triage at {url} holds reports of others, so this runs beside it, in one of its own. \
With `--url {url}` the invented reports go there; they cannot be taken out again."""


@click.command()
@data_option
@click.option("--url", help="Play at this Triage; its database is that of --data, or as it is set.")
@click.option("--reports", type=click.IntRange(min=1), help="Post only so many (default: all).")
def demo(data: Path | None, url: str | None, reports: int | None) -> None:
    """Post about 200 invented reports, review some, and print queue, a case and the figures.

    Uses the Triage that `triage up` runs, as long as it holds no reports of others; starts one of
    its own for the time being where none runs. Exit codes: 0 done, 1 it failed.
    """
    settings = settings_from(data=data)
    console = Console(
        width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL, highlight=False
    )
    sheet = read_sheet()
    postings = write_postings(sheet)[:reports]

    async def play(at: str, tokens: dict[str, str]) -> None:
        await _play(console, at, tokens, postings)

    running = None if url else runs(settings)
    if running and holds_other_reports(settings):
        console.print(BESIDE.format(url=running))
        running = None
    place = url or running
    try:
        if place:
            play_at(place.rstrip("/"), settings, sheet.channels, play)
        else:
            play_alone(sheet.channels, play)
    except DemoFailed as error:
        raise click.ClickException(str(error)) from error
    console.print(THERE.format(url=place) if place else ALONE)


async def _play(
    console: Console, url: str, tokens: dict[str, str], postings: Sequence[Posting]
) -> None:
    async with client_of(url) as client:
        callers = {name: Caller(client, token) for name, token in tokens.items()}
        lead = callers["lead"]
        with _progress(console, "Reports", len(postings)) as tell:
            receipts = await _post(callers, postings, tell)
        reviewers = [callers[name] for name in REVIEWERS]
        with _progress(console, "Reviews", CASES_EACH * len(reviewers)) as tell:
            done = await review(reviewers, tell)
        platform = Platform("telegram", callers["telegram"])
        with _progress(console, "Follow-up", len(done.decisions)) as tell:
            removals = await follow_up(lead, platform, done.decisions, tell)
        again = await _report_again(callers, postings, receipts, removals)

        console.print()
        dispositions = Counter(receipt["disposition"] for receipt in receipts + again)
        known = sum(receipt["replayed"] for receipt in receipts + again)
        show_reports(console, dispositions, known)
        queues = (await callers[REVIEWERS[0]].get("/v1/queues"))["items"]
        show_queue(console, queues, await lead.pages("/v1/cases", state="open"))
        await _show_one(console, lead, receipts, done.decisions)
        outcomes = Counter(decision["outcome"] for decision in done.decisions)
        referrals = sum(len(decision["referrals"]) for decision in done.decisions)
        show_decisions(console, outcomes, referrals)
        show_figures(console, await _figures(lead))
        console.print(
            f"Opened for reviewers, with a reason: {', '.join(done.revealed) or 'nothing'}. "
            f"Given back: {done.given_back}.\n"
        )


async def _post(
    callers: dict[str, Caller], postings: Sequence[Posting], tell: Callable[[], None]
) -> list[Any]:
    """One after another, so that the queue is the same every time."""
    receipts = []
    for posting in postings:
        key = {"Idempotency-Key": posting.key}
        answer = await callers[posting.channel].post("/v1/reports", posting.body, key)
        receipts.append({**answer.json, "replayed": "idempotency-replayed" in answer.headers})
        tell()
    return receipts


async def _report_again(
    callers: dict[str, Caller],
    postings: Sequence[Posting],
    receipts: Sequence[Any],
    removals: Sequence[Any],
) -> list[Any]:
    """Somebody sees a post again that its platform has deleted: its case is back at work."""
    gone = {removal["case_id"] for removal in removals if removal["result"] == "deleted"}
    for posting, receipt in zip(postings, receipts, strict=True):
        if receipt["case_id"] in gone:
            key = f"{posting.key}-back"
            body = {**posting.body, "external_id": key}
            return await _post(callers, [Posting("bot", key, body)], lambda: None)
    return []


async def _show_one(
    console: Console, lead: Caller, receipts: Sequence[Any], decisions: Sequence[Any]
) -> None:
    """The decided case with most reports; where none was decided, the first one reported."""
    reported = Counter(receipt["case_id"] for receipt in receipts)
    decided = {decision["case_id"] for decision in decisions} or set(reported)
    chosen = max((case for case in reported if case in decided), key=lambda case: reported[case])
    path = f"/v1/cases/{chosen}"
    events = await lead.pages(f"{path}/timeline")
    show_case(console, await lead.get(path), await lead.get(f"{path}/score"), events)


async def _figures(lead: Caller) -> Any:
    """Yesterday to tomorrow: a run may see midnight."""
    today = datetime.now(UTC).date()
    period = {"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=2))}
    return await lead.get("/v1/statistics/removals", **period, by="platform")


@contextmanager
def _progress(console: Console, name: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar, or where there is no terminal its last line."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task(name, total=total)
        yield lambda: progress.advance(task)
