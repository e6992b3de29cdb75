# Everything a fresh machine with Python 3.11 or newer and make needs: `make preview`, `make test`.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := __main__.py components tests

.PHONY: preview test format golden schema e2e benchmark clean

## Show what the dev stack declares, offline.
preview: .venv/installed
	$(BIN)/azureml-events preview dev

## Check format, lint and types, and run all tests.
test: .venv/tested-with
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n auto

## Format the code and mend what lint can mend.
format: .venv/tested-with
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

## Rewrite what is generated: the golden files, the JSON Schema and the tables of the documentation.
golden: .venv/tested-with
	$(BIN)/python tests/golden.py

## Run the scenarios on the real Pulumi engine, where `pulumi` is on PATH.
e2e: .venv/tested-with
	$(BIN)/pytest -n auto tests/e2e

## Run the benchmarks.
benchmark: .venv/tested-with
	for each in tests/benchmarks/*.py; do $(BIN)/python $$each || exit 1; done

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt pyproject.toml .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/tested-with: tests/requirements.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@
