"""`triage demo` as people run it: in a process of its own, against a real API and database."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from triage.cli.demo import demo
from triage.kit.db import create_engine, disposing
from triage.vault.keys import generate, write_keys

pytestmark = pytest.mark.long

TRIAGE = (sys.executable, "-m", "triage.cli.main")
PATIENCE = 60


class Database(Protocol):
    app_url: str


async def test_the_tables_say_what_the_database_holds(
    fresh_database: Database, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    write_keys(keys, generate())
    environment = _environment(
        TRIAGE_DATABASE_URL=fresh_database.app_url, TRIAGE_KEYS_FILE=str(keys)
    )

    with _served(environment) as url:
        said = _run("demo", "--url", url, "--reports", "40", environment=environment)

    assert await _held(fresh_database.app_url) == {
        "opened": _number(said, "opened"),
        "attached": _number(said, "attached"),
        "reopened": _number(said, "reopened"),
        "open": _number(said, "General"),
        "decided": sum(
            _number(said, outcome)
            for outcome in ("remove", "refer", "no violation", "insufficient", "out of scope")
        ),
        "referrals": _number(said, "referred to police or support"),
        "requested": _last_number(said, "requested"),
        "removed": _last_number(said, "removed"),
        "refused": _last_number(said, "refused"),
        "already_gone": _last_number(said, "already gone"),
    }
    assert _number(said, "opened") + _number(said, "attached") == 40
    assert _last_number(said, "removed") > 0


def test_alone_it_leaves_nothing_behind(tmp_path: Path) -> None:
    nowhere = tmp_path / "nothing-here"
    with tempfile.TemporaryDirectory() as temporary:  # short: sockets have short names
        environment = _environment(TMPDIR=temporary)

        said = _run("demo", "--reports", "12", "--data", str(nowhere), environment=environment)

        assert list(Path(temporary).iterdir()) == []
        assert temporary not in _command_lines()
    assert "Removals" in said
    assert not nowhere.exists()


def test_without_a_database_to_make_tokens_in_it_fails_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIAGE_DATABASE_URL", raising=False)

    ended = CliRunner().invoke(demo, ["--url", "http://127.0.0.1:9", "--data", str(tmp_path)])

    assert ended.exit_code == 1
    assert "--data" in ended.output


async def _held(url: str) -> dict[str, int]:
    counts = """
        SELECT disposition, count(*) FROM report_case GROUP BY disposition
        UNION ALL SELECT 'open', count(*) FROM queue_entry
        UNION ALL SELECT 'decided', count(*) FROM decision
        UNION ALL SELECT 'referrals', count(*) FROM referral
        UNION ALL SELECT 'requested', count(*) FROM removal WHERE requested_at IS NOT NULL
        UNION ALL SELECT 'removed', count(*) FROM removal
            WHERE state = 'removed' AND result IN ('deleted', 'account_removed')
        UNION ALL SELECT 'refused', count(*) FROM removal WHERE state = 'refused'
        UNION ALL SELECT 'already_gone', count(*) FROM removal WHERE result = 'already_gone'
    """
    async with disposing(create_engine(url)) as engine, engine.connect() as connection:
        rows = await connection.execute(sa.text(counts))
        return {row[0]: row[1] for row in rows}


def _number(said: str, name: str) -> int:
    """The first number in the row of this name."""
    return _numbers(said, name)[0]


def _last_number(said: str, name: str) -> int:
    return _numbers(said, name)[-1]


def _numbers(said: str, name: str) -> list[int]:
    row = re.search(rf"^ +{name} {{2,}}([\d ]+)$", said, re.MULTILINE)
    assert row is not None, f"there is no row {name!r}"
    return [int(number) for number in row[1].split()]


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[str]:
    """An API of its own process on a free port, which its log tells; the rest is read and lost."""
    with subprocess.Popen(
        [*TRIAGE, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    ) as api:
        assert api.stderr is not None
        try:
            url = next(url for line in api.stderr if (url := _address(line)))
            threading.Thread(target=deque, args=(api.stderr, 0)).start()
            yield url
        finally:
            api.terminate()
            api.wait(PATIENCE)


def _address(line: str) -> str | None:
    event: dict[str, Any] = json.loads(line)
    return event["url"] if event["event"] == "api.listening" else None


def _run(*arguments: str, environment: Mapping[str, str]) -> str:
    return subprocess.run(
        [*TRIAGE, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout


def _environment(**given: str) -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if "TRIAGE_" not in name}
    return {**inherited, **given}


def _command_lines() -> str:
    lines = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(lines)
