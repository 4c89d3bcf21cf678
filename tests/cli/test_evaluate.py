"""`triage evaluate`: the figures of a file, and what is wrong with one."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from triage.cli.evaluate import evaluate

THREAT = {
    "id": "a-1",
    "lang": "ko",
    "text": "전 남자친구한테 협박을 받고 있어요",
    "threat": True,
    "minor": False,
    "doxxing": False,
    "tags": ["short"],
}
MISSED = {**THREAT, "id": "a-2", "lang": "en", "text": "Good morning.", "tags": ["polite"]}
OVERHEARD = {**THREAT, "id": "a-3", "threat": False}


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(evaluate, [str(file), *options])


def figures(file: Path, *options: str) -> Any:
    ended = run(file, "--json", *options)
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)


def a_file(folder: Path, *lines: dict[str, Any] | str) -> Path:
    file = folder / "texts.jsonl"
    file.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines),
        encoding="utf-8",
    )
    return file


def test_the_figures_are_told_by_label_and_language(tmp_path: Path) -> None:
    told = figures(a_file(tmp_path, THREAT, "", MISSED))

    assert told["texts"] == 2
    assert list(told["labels"]) == ["threat", "minor", "doxxing"]
    assert told["labels"]["threat"] == {
        "all": {"precision": 1, "recall": 0.5, "f1": 0.6667, "right": 1, "wrong": 0, "missed": 1},
        "en": {"precision": 0, "recall": 0, "f1": 0, "right": 0, "wrong": 0, "missed": 1},
        "ko": {"precision": 1, "recall": 1, "f1": 1, "right": 1, "wrong": 0, "missed": 0},
    }
    assert told["microseconds"]["p99"] >= told["microseconds"]["median"] > 0


def test_errors_are_told_by_tag_and_with_the_rules_that_fired(tmp_path: Path) -> None:
    errors = figures(a_file(tmp_path, MISSED, OVERHEARD))["errors"]["threat"]

    assert errors["tags"] == {
        "polite": {"wrong": 0, "missed": 1},
        "short": {"wrong": 1, "missed": 0},
    }
    missed, overheard = errors["worst"]
    assert (missed["id"], missed["said"], missed["rules"]) == ("a-2", False, [])
    assert (overheard["id"], overheard["said"]) == ("a-3", True)
    rule = overheard["rules"][0]
    assert rule["rule"] == "threat.stated"
    assert "협박" in overheard["text"][rule["start"] : rule["end"]]


def test_no_more_errors_are_shown_than_asked_for(tmp_path: Path) -> None:
    file = a_file(tmp_path, MISSED, OVERHEARD)

    assert len(figures(file, "--worst=1")["errors"]["threat"]["worst"]) == 1
    assert figures(file, "--worst=0")["errors"]["threat"]["worst"] == []


def test_danger_is_judged_where_the_file_says_it(tmp_path: Path) -> None:
    told = figures(a_file(tmp_path, THREAT, {**MISSED, "danger": True}))

    assert told["labels"]["danger"]["all"]["missed"] == 1
    assert "ko" not in told["labels"]["danger"], "nobody judged that text"


@pytest.mark.parametrize(("year", "found"), [("2026", 1), ("2040", 0)])
def test_ages_are_those_of_the_year_of_the_texts(tmp_path: Path, year: str, found: int) -> None:
    born = {**THREAT, "text": "2012년 3월생이에요", "threat": False, "minor": True}

    told = figures(a_file(tmp_path, born), f"--year={year}")

    assert told["labels"]["minor"]["all"]["right"] == found


def test_a_person_reads_a_table_and_the_errors(tmp_path: Path) -> None:
    ended = run(a_file(tmp_path, THREAT, MISSED, OVERHEARD))

    assert ended.exit_code == 0
    for shown in ("precision", "threat", "ko", "- a-2", "+ a-3", "threat.stated", "p99"):
        assert shown in ended.stdout


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ('{"id": "a-1", ', "truncated"),
        (json.dumps({**THREAT, "lang": "fr"}), "lang"),
        (json.dumps({**THREAT, "thread": True}), "`thread` is no label"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(
    tmp_path: Path, broken: str, why: str
) -> None:
    file = a_file(tmp_path, THREAT, "", broken)

    ended = run(file)

    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"Error: {file}:3: ")
    assert why in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_texts_is_refused(tmp_path: Path, content: str) -> None:
    file = a_file(tmp_path, content)

    ended = run(file, "--json")

    assert ended.exit_code == 2
    assert ended.stderr == f"Error: {file}: there is no text in it\n"


@pytest.mark.parametrize("options", [["--year=12"], ["--worst=-1"], ["--nosuch"]])
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: list[str]) -> None:
    assert run(a_file(tmp_path, THREAT), *options).exit_code == 2


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path / "none.jsonl").exit_code == 2
