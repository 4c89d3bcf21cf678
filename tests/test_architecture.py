"""What the code may look like: one direction of imports, short files, a current contract."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from triage.app import create_app
from triage.settings import Settings
from triage.vault.keys import generate
from triage.web.openapi import openapi_json

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MAX_LINES = 300
KNOW_LITESTAR = re.compile(r"(.*routes|app)\.py|web/.*")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_package_imports_only_those_below_it() -> None:
    contract = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert contract.returncode == 0, contract.stdout


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=named)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_says_its_duty_and_a_package_is_empty(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py":
        assert text == ""
    else:
        assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_only_routes_and_wiring_know_litestar(path: Path) -> None:
    place = str(path.relative_to(ROOT / "src" / "triage"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert "litestar" not in imported or KNOW_LITESTAR.fullmatch(place)


def test_the_contract_in_the_project_is_the_one_the_app_serves() -> None:
    app = create_app(Settings(database_url="postgresql+asyncpg://"), generate())

    assert (ROOT / "openapi/openapi.json").read_bytes() == openapi_json(app)


def test_nothing_in_the_project_belongs_to_one_machine_or_one_registry() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    foreign = re.compile(
        rf"{re.escape(str(ROOT.parent))}/|{re.escape(str(Path.home()))}/|index-url h"
    )
    lines = [
        f"{name}: {line}"
        for name in tracked
        if (ROOT / name).is_file() and name != named(Path(__file__))
        for line in (ROOT / name).read_text(encoding="utf-8", errors="replace").splitlines()
        if foreign.search(line)
    ]

    assert lines == []
