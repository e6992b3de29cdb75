# Everything a fresh machine with Python 3.11 or newer and make needs. Each target sets up what it uses.
#
#   make test    format, lint, types, contracts, tests; Python alone: never starts Pulumi, npm, Java or a browser
#   make e2e     the scenarios on the real Pulumi engine, where `pulumi` is on PATH
#   make tools   what needs more of the machine: a clone, a fresh environment, the registry, other tools
PYTHON ?= python3
BIN := .venv/bin
TOOLS := .venv-tools/bin
SOURCES := __main__.py components tests
SARIF_VALIDATOR := @microsoft/sarif-multitool-linux@5.7.0
SARIF_VALIDATOR_FOLDER := .venv-tools/node_modules/@microsoft/sarif-multitool-linux
KUSTO := @kusto/language-service-next@12.4.1
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
AZURITE := azurite@3.35.0
PIP := -m pip install --quiet --disable-pip-version-check
PINNED := $(PIP) --require-hashes --no-deps
COMPILE := $(TOOLS)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make pins'

.PHONY: preview test format golden e2e tools dist benchmark pins clean

## Show what the dev stack declares, offline.
preview: .venv/installed
	$(BIN)/azureml-events preview dev

## Check format, lint, types and contracts, and run the tests; those marked `e2e` or `tools` are left out, see pyproject.toml.
test: .venv/tested-with
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n auto

## Run the scenarios on the real Pulumi engine.
e2e: .venv/tested-with
	$(BIN)/pytest -n auto -m e2e tests/e2e

## Run the tests that need tools of their own.
tools: .venv/tested-with .venv-tools/installed
	PATH="$(CURDIR)/$(TOOLS):$(CURDIR)/$(SARIF_VALIDATOR_FOLDER):$(CURDIR)/.venv-tools/node_modules/.bin:$$PATH" \
		NODE_PATH="$(CURDIR)/.venv-tools/node_modules" $(BIN)/pytest -m tools tests/tools

## Format the code and mend what lint can mend.
format: .venv/tested-with
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

## Rewrite what is generated: the golden files, the JSON Schema and the tables of the documentation.
golden: .venv/tested-with
	$(BIN)/python tests/golden.py

## Build the sdist and the wheel.
dist: .venv/tested-with
	$(BIN)/python -m build --no-isolation

## Run the benchmarks.
benchmark: .venv/tested-with
	for each in tests/benchmarks/*.py; do $(BIN)/python $$each || exit 1; done

## Write the pins with hashes anew, for all platforms; UPGRADE="-P ruff" takes a newer ruff, UPGRADE=-U all newer ones.
pins: .venv-tools/installed
	(grep -v '^-e' requirements.txt; sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml) \
		| $(COMPILE) --output-file requirements-hashed.txt -
	$(COMPILE) $(UPGRADE) --output-file tests/requirements.txt tests/requirements.in
	$(COMPILE) $(UPGRADE) --output-file tests/tools/requirements.txt tests/tools/requirements.in

clean:
	rm -rf .venv .venv-tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist

%/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $*

.venv/installed: requirements-hashed.txt pyproject.toml .venv/bin/python
	$(BIN)/python $(PINNED) -r requirements-hashed.txt
	$(BIN)/python $(PIP) --no-deps --no-build-isolation --no-index -e .
	touch $@

.venv/tested-with: tests/requirements.txt .venv/installed
	$(BIN)/python $(PINNED) -r tests/requirements.txt
	touch $@

.venv-tools/installed: tests/tools/requirements.txt .venv-tools/bin/python
	$(TOOLS)/python $(PINNED) -r tests/tools/requirements.txt
	if command -v npm >/dev/null; then npm install --prefix .venv-tools --no-save --no-audit --no-fund --silent $(SARIF_VALIDATOR) $(KUSTO) $(AZURITE); fi
	if command -v go >/dev/null; then GOBIN="$(CURDIR)/$(TOOLS)" go install $(ACTIONLINT); fi
	touch $@
