"""`triage weights`: the weights of urgency by hand: shown, tried on past cases, put in force."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.weights import SHIPPED_VERSION, Weights
from triage.cases.weights_in_force import WeightsRow, in_force
from triage.cli.store import data_option, database, settings_from
from triage.journal.actor import COMMAND_LINE
from triage.journal.service import sessions
from triage.kit.db import create_engine, database_now, disposing
from triage.kit.errors import Problem
from triage.review.weights import Shadow, activate_weights, read, shadow
from triage.settings import Settings

T = TypeVar("T")

WEIGHTS_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("weights")
def weights() -> None:
    """The weights of urgency."""


@weights.command()
@data_option
def show(data: Path | None) -> None:
    """Print the file of the weights in force: what a change begins from."""
    with database(settings_from(data=data)) as settings:
        click.echo(asyncio.run(_within(settings, _source)), nl=False)


@weights.command("shadow")
@click.argument("file", type=WEIGHTS_FILE)
@click.option("--last", default=1_000, type=click.IntRange(1, 1_000_000), help="So many cases.")
@data_option
def shadow_file(file: Path, last: int, data: Path | None) -> None:
    """Say which of the newest cases FILE would move, and from which band to which."""
    proposed = _read(file)

    async def tried(session: AsyncSession) -> Shadow:
        return await shadow(session, proposed, last)

    with database(settings_from(data=data)) as settings:
        found = asyncio.run(_within(settings, tried))
    click.echo(f"{found.looked_at} cases, {sum(found.counts.values())} would move")
    for (before, after), cases in found.counts.items():
        click.echo(f"{before.name} -> {after.name}\t{cases}")
    for move in found.moves:
        click.echo(f"{move.reference}\t{move.before.name} -> {move.after.name}")


@weights.command()
@click.argument("file", type=WEIGHTS_FILE)
@data_option
def activate(file: Path, data: Path | None) -> None:
    """Put FILE in force at once, journaled; over the API a second lead has to approve it."""
    toml = file.read_text(encoding="utf-8")
    _read(file)

    async def activated(session: AsyncSession) -> int:
        return await activate_weights(session, COMMAND_LINE, toml, await database_now(session))

    with database(settings_from(data=data)) as settings:
        version = asyncio.run(_within(settings, activated))
    click.echo(f"Version {version} is in force; open cases are scored anew by the worker.")


def _read(file: Path) -> Weights:
    try:
        return read(file.read_text(encoding="utf-8"))
    except Problem as problem:
        raise click.ClickException(f"{file}: {_told(problem)}") from None


async def _source(session: AsyncSession) -> str:
    version = (await in_force(session)).version
    row = await session.get(WeightsRow, version)
    if row is not None:
        return row.toml
    shipped = files("triage.assessment") / "data" / f"weights-{SHIPPED_VERSION}.toml"
    return shipped.read_text(encoding="utf-8")


async def _within(settings: Settings, act: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """The act in a transaction of its own."""
    engine = create_engine(settings.database_url)
    try:
        async with disposing(engine), sessions(engine).begin() as session:
            return await act(session)
    except Problem as problem:
        raise click.ClickException(_told(problem)) from problem


def _told(problem: Problem) -> str:
    return "; ".join(error.detail for error in problem.errors) or problem.title
