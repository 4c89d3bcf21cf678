# Everything needs only python3.11+, pip, make and git. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Each file is compiled once, not by each of the many processes that the suite starts.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

.PHONY: help up demo test check bench fuzz chaos openapi lock format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Triage needs Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@ $(RUN)

up: $(RUN) ## install, start PostgreSQL, migrate, print tokens once, serve on PORT (8400)
	@$(BIN)/triage up $(if $(PORT),--port $(PORT))

demo: $(RUN) ## 200 invented reports through HTTP, some reviewed, and the figures as tables
	@$(BIN)/triage demo

test: $(DEV) ## the whole suite on a real PostgreSQL that it starts and stops itself
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: $(DEV) ## format, lint, types, architecture, dependencies, dead code, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry src
	@$(BIN)/vulture
	@$(BIN)/python -m triage.cli.main openapi --check openapi/openapi.json
	@$(BIN)/triage migrate --sql | $(BIN)/squawk --stdin-filepath migrations.sql

bench: $(DEV) ## measure the hot paths; writes docs/benchmarks.md
	@$(BIN)/python -m bench

fuzz: $(DEV) ## schemathesis, sequences of merges and the formats' parsers, longer than in the suite
	@TRIAGE_FUZZ_EXAMPLES=500 $(BIN)/python -m pytest -p no:randomly tests/test_fuzz.py
	@TRIAGE_FUZZ_EXAMPLES=200 $(BIN)/python -m pytest -p no:randomly tests/journeys/test_merge_sequences.py
	@TRIAGE_FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest -p no:randomly -n auto tests/intake -k fuzz

chaos: $(DEV) ## kill the API and PostgreSQL a hundred times under load; nothing acknowledged is lost
	@TRIAGE_CHAOS_ROUNDS=100 $(BIN)/python -m pytest -p no:randomly tests/races/test_chaos.py

openapi: $(DEV) ## write openapi/openapi.json from the app
	@$(BIN)/triage openapi > openapi/openapi.json

lock: $(DEV) ## lock the dependencies anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --group build pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --group build --group dev pyproject.toml -o requirements/dev.txt

format: $(DEV) ## format and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove what was built; data in .triage/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
