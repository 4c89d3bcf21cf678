"""The way to the database's newest shape: Alembic's scripts in `migrations/`, run as the owner."""

import sys
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

SCRIPTS = Path(__file__).parents[3] / "migrations"


@cache
def head_revision() -> str:
    """The revision this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations beside the package")
    return head


def upgrade(url: str, app_role: str, revision: str = "head") -> None:
    """Bring the database of `url` (the owner's) to a revision and grant `app_role` what it needs.

    Must not run inside an event loop.
    """
    command.upgrade(_config(url, app_role), revision)


def downgrade(url: str, app_role: str, revision: str) -> None:
    command.downgrade(_config(url, app_role), revision)


def print_sql() -> None:
    """Write the SQL of all migrations to standard output, for linting and for careful operators."""
    config = _config("postgresql+asyncpg://", "triage_app")
    config.output_buffer = sys.stdout
    command.upgrade(config, "head", sql=True)


def _config(url: str = "", app_role: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes |= {"url": url, "app_role": app_role}
    return config
