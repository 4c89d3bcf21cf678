"""The command `triage`: what runs Triage, and what an operator does by hand."""

import importlib
import os
import signal
import sys
from typing import NoReturn

import click
from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DBAPIError

from triage.kit.db import is_unavailable
from triage.kit.places import EmbeddedPostgresFailed
from triage.settings import BadSetting, Settings, read_settings
from triage.vault.keys import BadKeys, KeyFileProblem
from triage.web.logging import configure_logging

COMMANDS = {
    "up": "triage.cli.up",
    "serve": "triage.cli.serve",
    "work": "triage.cli.serve",
    "migrate": "triage.cli.store",
    "keys": "triage.cli.store",
    "token": "triage.cli.tokens",
    "hash-list": "triage.cli.hash_lists",
    "openapi": "triage.cli.openapi",
    "demo": "triage.cli.demo",
    "evaluate": "triage.cli.evaluate",
    "weights": "triage.cli.weights",
}
"""Where each command is; a module is imported for its own commands only: the API takes a second."""


class Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(
            importlib.import_module(module), cmd_name.replace("-", "_")
        )
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="triage")
def triage() -> None:
    """Report intake and review queue of a hotline against intimate-image abuse.

    Settings are TRIAGE_* variables (see the README). Exit codes: 0 done, 1 it failed, 2 wrong use.
    """


def main() -> None:
    log_as_set()
    # Also while a command starts or ends: what it has started is stopped, as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        triage()
    except BadSetting as error:
        end(str(error), 2)
    except (KeyFileProblem, BadKeys, EmbeddedPostgresFailed, CommandError) as error:
        end(str(error), 1)
    except ArgumentError:
        end("TRIAGE_DATABASE_URL is not the url of a database", 2)
    except (DBAPIError, OSError) as error:
        if not is_unavailable(error):
            raise
        end("the database of TRIAGE_DATABASE_URL cannot be reached", 1)


def end(why: str, code: int) -> NoReturn:
    click.echo(f"Error: {why}", err=True)
    sys.exit(code)


def log_as_set() -> None:
    """Before anything logs: standard output is only for what a command promises."""
    try:
        settings = read_settings(os.environ)
    except BadSetting:
        settings = Settings()  # the command tells, if it reads them
    configure_logging(settings.log_level, settings.log_format)


if __name__ == "__main__":
    main()
