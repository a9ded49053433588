# Every target sets up what it needs; `make` lists them. Needs Python 3.11 or later with its venv module.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

# The environment is made anew when the dependencies change, and only then.
KEY := $(shell cksum < pyproject.toml | tr -c '[:alnum:]\n' '-')
READY := $(VENV)/.ready-$(KEY)
READY_FOR_DOCS := $(VENV)/.ready-for-docs-$(KEY)
READY_TO_MUTATE := $(VENV)/.ready-to-mutate-$(KEY)
AXE_VERSION := 4.14.1
AXE := $(VENV)/axe/.$(AXE_VERSION)

AS_OF := 2026-11-01
EXAMPLE := profiles/sensor-node

.PHONY: assess
assess: $(READY) ## assess the good sensor node of profiles/ on its real evidence
	$(BIN)/iotassess assess $(EXAMPLE)/good.yaml -t $(EXAMPLE)/anchors \
	  --nonce $$(cat $(EXAMPLE)/evidence/nonce.hex) --as-of $(AS_OF)

.PHONY: test
test: lint $(READY_FOR_DOCS) $(AXE) ## the linters, then all tests with the coverage gate
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-branch

.PHONY: lint
lint: $(READY) ## ruff, mypy and the rules between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(READY) ## put the code into its house form
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

.PHONY: fixtures
fixtures: $(READY) ## build fixtures/ and the artefacts of profiles/; nothing may change
	$(BIN)/python -m fixtures.builder

.PHONY: catalogues
catalogues: $(READY) ## compile the catalogues, after one was edited
	$(BIN)/python -m iotassess.baseline.compiled

.PHONY: docs
docs: $(READY_FOR_DOCS) ## write the reference pages of docs/ from the registries, and build the site
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

.PHONY: pictures
pictures: $(READY) ## take the pictures of docs/pictures/ anew; needs Chromium
	$(BIN)/python docs/pictures.py

.PHONY: bench
bench: $(READY) ## print how fast it is, as ratios
	$(BIN)/python tests/bench.py

.PHONY: mutate
mutate: $(READY_TO_MUTATE) ## invert the rules one by one, and show which change no test sees
	$(BIN)/mutmut run
	$(BIN)/mutmut results

.PHONY: clean
clean: ## remove what the other targets made, except the environment
	rm -rf build dist htmlcov mutants site .coverage .coverage.* .hypothesis \
	  .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find iotassess tests fixtures docs -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY):
	@test -n "$(PYTHON)" || { echo "no python3 found; install Python 3.11 or later" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11; say which to use: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@rm -f $(VENV)/.ready-*
	@touch $@

$(READY_FOR_DOCS): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

# What tests the page's accessibility comes from npm. Without npm those tests are skipped, and say so.
$(AXE): $(READY)
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then \
	  npm install --prefix $(@D) --no-save --ignore-scripts --no-audit --no-fund --silent \
	    axe-core@$(AXE_VERSION) && touch $@ || \
	    echo "axe-core could not be fetched: the accessibility of the HTML page is not tested" >&2; \
	else echo "npm is missing: the accessibility of the HTML page is not tested" >&2; fi

$(READY_TO_MUTATE): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,mutate]'
	@touch $@
