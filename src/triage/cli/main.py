"""The command `triage`: what runs Triage, and what an operator does by hand."""

import os
import signal
import sys
from typing import NoReturn

import click
from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DBAPIError

from triage.cli.demo import demo
from triage.cli.openapi import openapi
from triage.cli.serve import serve, work
from triage.cli.store import keys, migrate
from triage.cli.tokens import token
from triage.cli.up import up
from triage.kit.db import is_unavailable
from triage.kit.places import EmbeddedPostgresFailed
from triage.settings import BadSetting, Settings, read_settings
from triage.vault.keys import BadKeys, KeyFileProblem
from triage.web.logging import configure_logging


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="triage")
def triage() -> None:
    """Report intake and review queue of a hotline against intimate-image abuse.

    Settings are TRIAGE_* variables (see the README). Exit codes: 0 done, 1 it failed, 2 wrong use.
    """


for command in (up, serve, work, migrate, keys, token, openapi, demo):
    triage.add_command(command)


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
