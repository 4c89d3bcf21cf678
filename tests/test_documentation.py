"""What the documentation says that the code can contradict: settings, commands, packages, links."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from diagrams import STATES_PAGE, drawn

from triage.cli.main import COMMANDS
from triage.followup.states import REFERRAL_EDGES, REMOVAL_EDGES, ReferralState, RemovalState
from triage.kit.errors import Problem
from triage.reports.report import Form
from triage.settings import Settings
from triage.statistics.definitions import DEFINITIONS, FIGURES, MEDIANS, Definition

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_readme_names_every_setting_and_no_other() -> None:
    settings = {f"TRIAGE_{field.name.upper()}" for field in fields(Settings)}
    mentioned = set(re.findall(r"\bTRIAGE_(?!TEST_)[A-Z_]+", README))

    assert mentioned == settings


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`triage {command}" in README


def test_the_readme_maps_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "src/triage").glob("*/__init__.py")}
    mapped = set(re.findall(r"`([a-z]+)/`", README))

    assert packages <= mapped


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_link_leads_to_a_file_that_is_there(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not (path.parent / link).exists()]

    assert missing == []


def test_the_states_of_removals_and_referrals_are_drawn_as_they_are() -> None:
    text = STATES_PAGE.read_text(encoding="utf-8")

    assert drawn(REMOVAL_EDGES, RemovalState.DRAFTED) in text
    assert drawn(REFERRAL_EDGES, ReferralState.DRAFTED) in text


@pytest.mark.parametrize("form", Form.__subclasses__(), ids=lambda form: form.__name__)
def test_the_page_for_bots_describes_every_field_of_the_form(form: type[Form]) -> None:
    text = page("bots.md")

    assert [name for name in form.__struct_fields__ if f"{name}`" not in text] == []


@pytest.mark.parametrize("defined", DEFINITIONS, ids=lambda defined: defined.figure)
def test_the_page_for_regulators_defines_a_figure_as_the_api_does(defined: Definition) -> None:
    assert f"| `{defined.figure}` | {defined.definition} |" in page("regulators.md")


def test_every_figure_is_defined() -> None:
    assert [defined.figure for defined in DEFINITIONS] == [*FIGURES, *MEDIANS]


def test_problems_are_documented_by_types_that_exist() -> None:
    known = {kind.type_uri() for kind in _kinds(Problem)}
    mentioned = {
        uri for path in PAGES for uri in re.findall(r"urn:triage:problem:[a-z-]+", path.read_text())
    }

    assert mentioned
    assert mentioned <= known


def _kinds(kind: type[Problem]) -> list[type[Problem]]:
    return [kind, *(below for sub in kind.__subclasses__() for below in _kinds(sub))]
