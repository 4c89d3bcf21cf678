"""The database and the keys that commands work with, embedded or given, and `triage migrate`."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import make_url

from triage.kit.migrations import downgrade, print_sql, upgrade
from triage.kit.roles import APP, OWNER, ensure_login, ensure_roles_and_database
from triage.kit.sharing import one_at_a_time, shared
from triage.settings import Settings, read_settings
from triage.vault.keys import Keys, generate, read_keys, write_keys

DATABASE = "triage"


def settings_from(**given: Any) -> Settings:
    return read_settings(os.environ, **given)


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Settings with both urls set; the embedded server runs until its last user leaves."""
    if not settings.embedded:
        yield settings
        return
    with shared(settings.data) as server:
        with one_at_a_time(settings.data):
            asyncio.run(ensure_roles_and_database(server, DATABASE))
        yield replace(
            settings,
            database_url=server.url(APP, DATABASE),
            database_direct_url=server.url(OWNER, DATABASE),
        )


def set_up_alone(given: Settings) -> AbstractContextManager[None]:
    """Of the commands on one embedded server one at a time makes keys, tables and first tokens.

    A database of their own has operators who migrate it once. `given` are the settings as read.
    """
    return one_at_a_time(given.data) if given.embedded else nullcontext()


def keys_of(settings: Settings, *, make: bool) -> Keys:
    """The vault's keys; with `make` new ones are written where there are none."""
    path = settings.key_path
    if make and not path.exists():
        write_keys(path, generate())
    return read_keys(path)


def bring_up_to_date(settings: Settings) -> None:
    """Run the migrations as the owner, who makes the application's role if there is none."""
    url = settings.database_direct_url or settings.database_url
    application = make_url(settings.database_url)
    if application.username and application.password:
        asyncio.run(ensure_login(url, application.username, application.password))
    upgrade(url, app_role(settings))


def app_role(settings: Settings) -> str:
    return make_url(settings.database_url).username or APP


data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the embedded PostgreSQL and the keys (default .triage).",
)


@click.group()
def keys() -> None:
    """The vault's keys: without them no text can be opened again."""


@keys.command()
@data_option
def create(data: Path | None) -> None:
    """Make the key file (TRIAGE_KEYS_FILE, else keys.json in the data folder); never overwrites."""
    path = settings_from(data=data).key_path
    write_keys(path, generate())
    click.echo(f"{path}: keep a copy of it apart from the database's backups.")


@click.command()
@data_option
@click.option("--sql", is_flag=True, help="Only print the SQL of all migrations.")
@click.option(
    "--down",
    metavar="REVISION",
    help="Go back to a revision, or to `base`: what it does not know is deleted.",
)
def migrate(data: Path | None, *, sql: bool, down: str | None) -> None:
    """Bring the database to the shape that this version needs.

    Connects to TRIAGE_DATABASE_DIRECT_URL as the owner of the tables, and lets the user of
    TRIAGE_DATABASE_URL, made when it is missing, read and write them. Without these the embedded
    PostgreSQL is used.
    """
    if sql:
        print_sql()
        return
    if down and sys.stdin.isatty():
        click.confirm(f"Everything that {down} does not know is deleted. Go on?", abort=True)
    given = settings_from(data=data)
    with database(given) as settings, set_up_alone(given):
        if down:
            url = settings.database_direct_url or settings.database_url
            downgrade(url, app_role(settings), down)
        else:
            bring_up_to_date(settings)
    click.echo("The database is up to date." if not down else f"The database is at {down}.")
