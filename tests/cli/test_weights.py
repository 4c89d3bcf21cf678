"""Weights by hand: printed, tried on past cases, put in force."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from triage.assessment.weights import SHIPPED_VERSION, forget_own
from triage.cli.main import triage
from triage.kit.db import disposing


@pytest.fixture(autouse=True)
def given(module_database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("TRIAGE_DATABASE_URL", module_database.app_url)
    monkeypatch.setenv("TRIAGE_DATABASE_DIRECT_URL", module_database.owner_url)
    forget_own()
    yield module_database
    forget_own()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(triage, ["weights", *arguments])


def test_a_changed_copy_of_what_is_shown_is_tried_and_put_in_force(
    given: Any, tmp_path: Path
) -> None:
    shown = run("show")
    file = tmp_path / "own.toml"
    file.write_text(
        shown.stdout.replace(f"version = {SHIPPED_VERSION}", "version = 1007", 1), encoding="utf-8"
    )

    tried = run("shadow", str(file), "--last", "10")
    put = run("activate", str(file))
    again = run("activate", str(file))

    assert tried.stdout == "0 cases, 0 would move\n"
    assert put.stdout.startswith("Version 1007 is in force")
    assert (again.exit_code, "newer ones are in force" in again.output) == (1, True)
    assert run("show").stdout == file.read_text(encoding="utf-8")
    assert asyncio.run(journaled(given.owner_url)) == [("weights.activated", "command_line")]


def test_what_cannot_be_used_is_refused_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(run("show").stdout.replace("weight = 0.8", "weight = 8", 1), encoding="utf-8")

    for command in ("shadow", "activate"):
        refused = run(command, str(file))
        assert refused.exit_code == 1
        assert "<= 1" in refused.output


async def journaled(url: str) -> list[tuple[str, str]]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with disposing(engine), engine.connect() as connection:
        rows = await connection.execute(
            sa.text("SELECT kind, actor_role FROM journal_event WHERE kind LIKE 'weights.%'")
        )
        return [(row.kind, row.actor_role) for row in rows]
