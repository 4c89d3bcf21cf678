"""`triage hash-list`: lists of known content from files, however large; journaled."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import click
import msgspec

from triage.cases.known import ListFormat
from triage.cli.store import data_option, database, keys_of, settings_from
from triage.intake.lists.formats import Document, parse_csv, parse_ncmec, parse_stopncii
from triage.intake.lists.schemas import HashListForm
from triage.intake.lists.service import create_list, find_list_by_name, import_document
from triage.journal.actor import COMMAND_LINE
from triage.journal.service import sessions
from triage.kit.clock import CorrectedClock
from triage.kit.db import create_engine, database_now, disposing
from triage.kit.errors import Problem
from triage.kit.ids import uuid7
from triage.reports.taxonomy import Harm
from triage.settings import Settings
from triage.vault.keys import Keys
from triage.vault.service import Vault

LINES = 20_000
"""Of a CSV in one import: each of them is taken in once, so a file is gone on with by itself."""

PARSERS: dict[ListFormat, Callable[[bytes], Document]] = {
    ListFormat.STOPNCII: parse_stopncii,
    ListFormat.NCMEC: parse_ncmec,
    ListFormat.CSV: parse_csv,
}


@click.group("hash-list")
def hash_list() -> None:
    """Lists of known content."""


@hash_list.command()
@click.argument("name")
@click.option(
    "--harm",
    type=click.Choice([value.value for value in Harm]),
    required=True,
    help="What a match says: an intimate image (P2), or a child's (P1).",
)
@data_option
def create(name: str, harm: str, data: Path | None) -> None:
    """Make an empty list."""
    try:
        form = msgspec.convert({"name": name, "harm": harm}, HashListForm)
    except msgspec.ValidationError:
        raise click.BadParameter("is not a name like stopncii or ncmec.2") from None
    with database(settings_from(data=data)) as settings:
        asyncio.run(_create(settings, form))
    click.echo(f"{name} is there.")


@hash_list.command("import")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([value.value for value in ListFormat]),
    required=True,
    help="StopNCII's JSON pages, NCMEC's XML pages, or CSV of kind,value,status,modified_at.",
)
@data_option
def import_files(name: str, files: tuple[Path, ...], form: str, data: Path | None) -> None:
    """Take files into a list, in whatever order.

    What was taken in before is passed over: after an interruption the same command goes on.
    """
    with database(settings_from(data=data)) as settings:
        changed = asyncio.run(
            _import(settings, keys_of(settings, make=False), name, files, ListFormat(form))
        )
    click.echo(f"{changed} entries are new or say something else now.")


async def _create(settings: Settings, form: HashListForm) -> None:
    engine = create_engine(settings.database_url)
    try:
        async with disposing(engine), sessions(engine).begin() as session:
            now = await database_now(session)
            await create_list(session, COMMAND_LINE, form, uuid7(), now)
    except Problem as problem:
        raise click.ClickException(problem.title) from problem


async def _import(
    settings: Settings, keys: Keys, name: str, files: tuple[Path, ...], form: ListFormat
) -> int:
    engine, changed = create_engine(settings.database_url), 0
    async with disposing(engine):
        makes, clock = sessions(engine), CorrectedClock()
        for file, part, content in _parts(files, form):
            try:
                async with makes() as session:
                    clock.correct(await database_now(session))
                    list_id = (await find_list_by_name(session, name)).id
                document = PARSERS[form](content)
                row, was_there = await import_document(
                    makes, Vault(keys), COMMAND_LINE, list_id, form, content, document, clock
                )
            except Problem as problem:
                where = "".join(f" {error.pointer}: {error.detail}" for error in problem.errors)
                raise click.ClickException(f"{file}, part {part}: {problem.title}{where}") from None
            changed += 0 if was_there else row.changed
            told = "was there" if was_there else f"{row.records} records, {row.changed} changed"
            click.echo(f"{file}, part {part}: {told}", err=True)
    return changed


def _parts(files: tuple[Path, ...], form: ListFormat) -> Iterator[tuple[Path, int, bytes]]:
    """A page as it is, a CSV in parts that each begin with its first line."""
    for file in files:
        if form is not ListFormat.CSV:
            yield file, 1, file.read_bytes()
            continue
        with file.open("rb") as lines:
            head, part = next(lines, b""), 1
            while (taken := list(islice(lines, LINES))) or part == 1:
                yield file, part, b"".join((head, *taken))
                part += 1
