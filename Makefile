# Every target sets up what it needs; `make` lists them. Needs Python 3.11 or later with its venv module.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

# The environment is made anew when the dependencies change, and only then. What goes into it is locked: each
# version, and the digest of each file (requirements/). Python compiles what it imports, so pip need not.
KEY := $(shell cat pyproject.toml requirements/dev.txt | cksum | tr -c '[:alnum:]\n' '-')
KEY_OF_TOOLS := $(shell cat pyproject.toml requirements/tools.txt | cksum | tr -c '[:alnum:]\n' '-')
READY := $(VENV)/.ready-$(KEY)
READY_WITH_TOOLS := $(VENV)/.ready-with-tools-$(KEY_OF_TOOLS)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
AXE_VERSION := 4.14.1
AXE := $(VENV)/axe/.$(AXE_VERSION)

AS_OF := 2026-11-01
EXAMPLE := profiles/sensor-node

.PHONY: assess
assess: $(READY) ## assess the good sensor node of profiles/ on its real evidence
	$(BIN)/iotassess assess $(EXAMPLE)/good.yaml -t $(EXAMPLE)/anchors \
	  --nonce $$(cat $(EXAMPLE)/evidence/nonce.hex) --as-of $(AS_OF)

.PHONY: test
test: lint $(AXE) ## the linters, then all tests with the coverage gate
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-branch

.PHONY: lint
lint: $(READY) ## ruff, mypy, the rules between rooms, known vulnerabilities
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=recurse lint-types lint-rooms lint-code lint-lock

# At the same time: mypy takes as long as the rest together.
.PHONY: lint-types lint-rooms lint-code lint-lock
lint-types:
	$(BIN)/mypy
lint-rooms:
	$(BIN)/lint-imports
lint-code:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
lint-lock:
	$(BIN)/python -m requirements.audit

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
docs: $(READY) ## write the reference pages of docs/ from the registries, and build the site
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

.PHONY: pictures
pictures: $(READY) ## take the pictures of docs/pictures/ anew; needs Chromium
	$(BIN)/python docs/pictures.py

.PHONY: bench
bench: $(READY) ## print how fast it is, as ratios
	$(BIN)/python tests/bench.py

.PHONY: curves
curves: $(READY) ## measure how time and memory grow, for docs/reference/performance.md
	$(BIN)/python tests/curves.py $(CURVES)

.PHONY: fuzz
fuzz: $(READY) ## damage every kind of input for an hour; what breaks is kept in tests/fuzz/found/
	$(BIN)/python -m tests.fuzz.run --all --seconds $(or $(SECONDS),3600) --corpus .fuzz-corpus

.PHONY: mutate
mutate: $(READY_WITH_TOOLS) ## invert the rules one by one, and show which change no test sees
	$(BIN)/mutmut run
	$(BIN)/mutmut results

.PHONY: lock
lock: $(READY_WITH_TOOLS) ## lock the dependencies in requirements/, after pyproject.toml was edited
	$(BIN)/python -m requirements.lock
	$(BIN)/python -m requirements.sbom

.PHONY: upgrade
upgrade: $(READY_WITH_TOOLS) ## lock the newest versions of the dependencies
	$(BIN)/python -m requirements.lock --upgrade
	$(BIN)/python -m requirements.sbom

.PHONY: sbom
sbom: $(READY) ## write our own bill of materials from the lock
	$(BIN)/python -m requirements.sbom

.PHONY: wheel
wheel: $(READY) ## build the release in dist/: the same commit gives the same bytes
	$(BIN)/python -m requirements.wheel

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
	$(INSTALL) --require-hashes --requirement requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready-*
	@touch $@

# What tests the page's accessibility comes from npm. Without npm those tests are skipped, and say so.
$(AXE): $(READY)
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then \
	  npm install --prefix $(@D) --no-save --ignore-scripts --no-audit --no-fund --silent \
	    axe-core@$(AXE_VERSION) && touch $@ || \
	    echo "axe-core could not be fetched: the accessibility of the HTML page is not tested" >&2; \
	else echo "npm is missing: the accessibility of the HTML page is not tested" >&2; fi

$(READY_WITH_TOOLS): $(READY)
	$(INSTALL) --require-hashes --requirement requirements/tools.txt
	@touch $@
