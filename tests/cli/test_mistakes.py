"""What an operator gets wrong is told in one line, with an exit code and without secrets."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from races.processes import environment


@pytest.mark.parametrize("command", ["serve", "work"])
def test_without_keys_nothing_is_served(module_database: Any, tmp_path: Path, command: str) -> None:
    port = ["--port=0"] if command == "serve" else []
    ended = as_process(
        command,
        *port,
        TRIAGE_DATABASE_URL=module_database.app_url,
        TRIAGE_KEYS_FILE=str(tmp_path / "none.json"),
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert "Traceback" not in ended.stderr


def test_an_unknown_setting_is_named_without_its_value() -> None:
    ended = as_process("migrate", TRIAGE_DATABASE_ADDRESS="postgresql://ana:secret@nowhere/x")

    assert ended.returncode == 2
    assert "TRIAGE_DATABASE_ADDRESS" in ended.stderr
    assert "secret" not in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("nonsense", 2, "TRIAGE_DATABASE_URL is not the url"),
        ("postgresql://ana:secret@127.0.0.1:1/x", 1, "cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(url: str, code: int, why: str) -> None:
    ended = as_process("migrate", TRIAGE_DATABASE_URL=url)

    assert ended.returncode == code
    assert ended.stderr.startswith("Error: ")
    assert why in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "secret" not in ended.stderr


def test_an_unknown_revision_is_told_in_one_line(module_database: Any) -> None:
    ended = as_process(
        "migrate",
        "--down=nosuch",
        TRIAGE_DATABASE_URL=module_database.app_url,
        TRIAGE_DATABASE_DIRECT_URL=module_database.owner_url,
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in ended.stderr


def as_process(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "triage.cli.main", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
