"""Lists from files by hand: in parts, told on the way, and gone on with where it stopped."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from journeys.hash_lists import a_page, a_record
from races.service import running

from triage.cli.main import triage

PDQ = "ab" * 32


@pytest.fixture
def given(module_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a list that is there; the settings name a database and keys."""
    monkeypatch.setenv("TRIAGE_DATABASE_URL", module_database.app_url)
    monkeypatch.setenv("TRIAGE_KEYS_FILE", str(tmp_path / "keys.json"))
    assert run("keys", "create").exit_code == 0
    name = f"list-{uuid4().hex[:8]}"
    assert run("hash-list", "create", name, "--harm=intimate").exit_code == 0
    return name


def run(*arguments: str) -> Result:
    return CliRunner().invoke(triage, arguments)


def entries(url: str, name: str) -> list[tuple[str, str]]:
    async def read() -> list[tuple[str, str]]:
        async with running(url) as service:
            rows = await service.rows(
                "SELECT kind, state FROM hash_list_entry JOIN hash_list AS list"
                " ON list.id = list_id WHERE name = :name ORDER BY 1, 2",
                name=name,
            )
            return [(row["kind"], row["state"]) for row in rows]

    return asyncio.run(read())


def test_pages_are_taken_in_once(given: str, module_database: Any, tmp_path: Path) -> None:
    pages = [tmp_path / f"{number}.json" for number in range(2)]
    pages[0].write_bytes(a_page(a_record(PDQ)))
    pages[1].write_bytes(a_page(a_record(PDQ, status="Withdrawn")))
    command = ("hash-list", "import", given, *map(str, pages), "--format=stopncii")

    first, again = run(*command), run(*command)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == "2 entries are new or say something else now.\n"
    assert again.stdout == "0 entries are new or say something else now.\n"
    assert "1 records, 1 changed" in first.stderr
    assert again.stderr.count("was there") == 2
    assert entries(module_database.app_url, given) == [("pdq", "withdrawn")]


def test_a_csv_is_taken_in_by_parts(
    given: str, module_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.cli.hash_lists.LINES", 2)
    file = tmp_path / "list.csv"
    lines = [f"md5,{number:032x},active,2026-11-01T00:00:00Z" for number in range(5)]
    file.write_text("\n".join(("kind,value,status,modified_at", *lines)) + "\n")

    result = run("hash-list", "import", given, str(file), "--format=csv")

    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        "2 records, 2 changed",
        "2 records, 2 changed",
        "1 records, 1 changed",
    ]
    assert entries(module_database.app_url, given) == [("md5", "active")] * 5


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nobodys", a_page(a_record(PDQ)), "There is no such hash list"),
        (None, a_page(a_record("ab")), "/hashRecords/0/hashValue"),
        (None, json.dumps([1]).encode(), "not valid"),
    ],
)
def test_what_is_wrong_is_told_and_ends_with_1(
    given: str, tmp_path: Path, name: str | None, content: bytes, told: str
) -> None:
    file = tmp_path / "page.json"
    file.write_bytes(content)

    result = run("hash-list", "import", name or given, str(file), "--format=stopncii")

    assert (result.exit_code, told in result.stderr) == (1, True)


def test_a_name_is_taken_once(given: str) -> None:
    result = run("hash-list", "create", given, "--harm=minor")

    assert (result.exit_code, "There is a hash list of this name" in result.stderr) == (1, True)
    assert run("hash-list", "create", "Not a name", "--harm=minor").exit_code == 2
