"""`triage openapi`: the contract as the app serves it, or a check that a file still says it."""

from pathlib import Path

import click

from triage.app import create_app
from triage.settings import Settings
from triage.vault.keys import generate
from triage.web.openapi import openapi_json


@click.command()
@click.option(
    "--check",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with this file instead of printing; exit 1 when it is not current.",
)
def openapi(check: Path | None) -> None:
    """Print the OpenAPI document of the API."""
    unused = Settings(database_url="postgresql+asyncpg://")
    document = openapi_json(create_app(unused, generate())).decode()
    if check is None:
        click.echo(document, nl=False)
    elif check.read_text(encoding="utf-8") != document:
        raise click.ClickException(f"{check} is not current: make openapi")
