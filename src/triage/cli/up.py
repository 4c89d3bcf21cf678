"""`triage up`: everything on one machine with one command; Ctrl-C stops all of it."""

import asyncio
import socket
from functools import partial
from pathlib import Path

import click

from triage.cli.serve import (
    listen,
    port_option,
    run_duties,
    run_until_stopped,
    serve_api,
    url_of,
)
from triage.cli.store import (
    bring_up_to_date,
    data_option,
    database,
    keys_of,
    set_up_alone,
    settings_from,
)
from triage.cli.tokens import first_tokens
from triage.settings import Settings
from triage.vault.keys import Keys

FIRST_LINES = """\
Triage keeps its data in {data}. These tokens are shown once; make others with
`triage token create`.
"""


@click.command()
@data_option
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@port_option
def up(data: Path | None, host: str | None, port: int | None) -> None:
    """Start PostgreSQL, migrate, print the first tokens once, and run API and worker.

    With TRIAGE_DATABASE_URL an existing PostgreSQL (15 to 18) is used instead of the embedded one.
    """
    given = settings_from(data=data, host=host, port=port)
    with listen(given) as listener, database(given) as settings:
        with set_up_alone(given):
            keys = keys_of(settings, make=True)
            bring_up_to_date(settings)
            tokens = asyncio.run(first_tokens(settings))
        if tokens:
            click.echo(FIRST_LINES.format(data=settings.data))
            for role, value in tokens.items():
                click.echo(f"  {role:<10} {value}")
            click.echo()
        click.echo(f"Triage: {url_of(listener)} (documentation: /docs)")
        run_until_stopped(partial(_api_and_duties, listener=listener), settings, keys)
    click.echo("Stopped.")


async def _api_and_duties(
    settings: Settings, keys: Keys, stop: asyncio.Event, *, listener: socket.socket
) -> None:
    """Both in this process: one kill ends both, and whoever ends first ends the other."""
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_api(settings, keys, stop, listener=listener))
        group.create_task(run_duties(settings, keys, stop))
