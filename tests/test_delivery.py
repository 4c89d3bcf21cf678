"""What is shipped around the code holds together: the image, the containers, the checks."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from triage.cli.main import COMMANDS
from triage.settings import read_settings

ROOT = Path(__file__).parents[1]
OURS = ["migrate", "api", "worker"]

compose_text = (ROOT / "docker-compose.yml").read_text()
dockerfile = (ROOT / "Dockerfile").read_text()
services: dict[str, Any] = yaml.safe_load(compose_text)["services"]


@pytest.mark.parametrize("service", OURS)
def test_each_container_runs_a_command_that_exists(service: str) -> None:
    assert services[service]["command"][0] in COMMANDS


@pytest.mark.parametrize("service", OURS)
def test_each_container_is_given_only_settings_that_exist(service: str) -> None:
    settings = read_settings(services[service]["environment"])

    assert not settings.embedded
    assert str(settings.key_path).startswith("/run/secrets/")


@pytest.mark.parametrize("service", ["api", "worker"])
def test_only_the_migration_knows_the_owner(service: str) -> None:
    assert "triage_owner" not in str(services[service])


def test_nothing_serves_before_the_migration_is_through() -> None:
    through = {"migrate": {"condition": "service_completed_successfully"}}

    assert services["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"
    assert services["api"]["depends_on"] == services["worker"]["depends_on"] == through


def test_database_and_api_tell_their_health() -> None:
    assert "pg_isready" in str(services["db"]["healthcheck"]["test"])
    assert "/health/ready" in str(services["api"]["healthcheck"]["test"])


def test_any_number_of_apis_find_a_free_port() -> None:
    assert all(":" not in str(port) for port in services["api"]["ports"])
    assert not any("container_name" in service for service in services.values())


def test_no_secret_has_a_default() -> None:
    given = re.findall(r"\$\{(\w*(?:PASSWORD|KEYS|TOKEN)\w*)([^}]*)\}", compose_text)
    without = re.sub(r"\$\{[^}]*\}", "", compose_text)
    written_out = re.findall(r"PASSWORD\w*: *\S+|://\w+:[^@\s]+@", without)

    assert given
    assert all(rule.startswith(":?") for _, rule in given)
    assert not written_out


def test_the_image_installs_what_is_locked_and_does_not_run_as_root() -> None:
    last_stage = dockerfile.rpartition("\nFROM ")[2]

    assert "--require-hashes -r requirements/run.txt" in dockerfile
    assert re.search(r"^USER (?!root\b|0\b)\w+$", last_stage, re.MULTILINE)
    assert 'ENTRYPOINT ["triage"]' in last_stage


def test_the_image_has_the_migrations_where_the_code_looks_for_them() -> None:
    assert "COPY migrations /srv/triage/migrations" in dockerfile
    assert "COPY --from=build /srv/triage /srv/triage" in dockerfile
    assert "--editable ." in dockerfile


def test_all_that_the_image_copies_passes_the_ignore_file() -> None:
    passed = {
        line.removeprefix("!").removesuffix("/**")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)

    assert {source for copy in copies for source in copy.split()} == passed
    assert all((ROOT / source).exists() for source in passed)


def test_the_image_s_python_is_one_that_the_package_allows() -> None:
    allowed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    used = {tuple(map(int, v)) for v in re.findall(r"FROM python:(\d+)\.(\d+)-slim", dockerfile)}

    assert allowed == ">=3.11"
    assert len(used) == 1
    assert min(used) >= (3, 11)


@pytest.mark.parametrize(("failing", "made"), [("none", ["check", "test"]), ("check", ["check"])])
def test_the_checks_stop_at_the_first_that_fails(
    tmp_path: Path, failing: str, made: list[str]
) -> None:
    calls = tmp_path / "calls"
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$*" >> {calls}\ntest "$*" != {failing}\n')
    make.chmod(0o755)

    run = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        check=False,
    )

    assert (run.returncode == 0) == (failing == "none")
    assert calls.read_text().split()[:2] == made
