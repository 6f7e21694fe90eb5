# Everything a person or CI does here is a target of this file. `make` alone lists them.
# Each target sets up what it needs in .venv and nowhere else.

PYTHON       ?= python3
TEST_WORKERS ?= auto
LOCK_OPTIONS ?=

VENV := .venv
BIN  := $(VENV)/bin

# The stamps carry the folder's name as a checksum: a virtual environment that was copied or moved
# along with its folder still points at the old place, so it is made anew.
PLACE         := $(shell pwd | cksum | cut -d' ' -f1)
MADE          := $(VENV)/.made-$(PLACE)
RUNTIME_STAMP := $(VENV)/.runtime-$(PLACE)
TEST_STAMP    := $(VENV)/.test-$(PLACE)

# The locks are complete, so nothing is to be worked out again.
INSTALL_LOCK = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
               --no-deps --require-hashes --only-binary :all:
INSTALL_SELF = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
               --no-deps --no-build-isolation --editable .

VENDOR = smartapp/pages/static/vendor

PYTEST = $(BIN)/python -m pytest tests --numprocesses $(TEST_WORKERS) --dist loadfile

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test test-full check docs conformance bench java synthea test-sandboxes vendor lock clean setup setup-test

help: ## list these targets
	@echo "OncoCue: make TARGET [PYTHON=python3.12]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

demo: setup ## start OncoCue and its sandbox EHR with synthetic patients (Ctrl-C ends both)
	@$(BIN)/oncocue demo

test: setup-test ## run every test this machine can run, within 15 minutes
	@echo "Left out: tests marked 'full', which take long (make test-full runs them)."
	@$(PYTEST) -m "not full"

test-full: setup-test ## run the long tests too
	@$(PYTEST)

check: setup-test ## style, types, direction of imports, clinical knowledge, freshness of the docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/oncocue validate
	$(BIN)/oncocue docs --check

docs: setup ## write the generated pages in docs/ anew
	@$(BIN)/oncocue docs

java: setup-test ## fetch HAPI FHIR and Synthea from Maven Central into ~/.cache/oncocue
	@$(BIN)/python -m tests.servers.artefacts

vendor: ## copy Bootstrap's CSS and htmx, as package.json pins them, to where the pages serve them
	npm ci --ignore-scripts --no-audit --no-fund
	cp node_modules/bootstrap/dist/css/bootstrap.min.css $(VENDOR)/
	cp node_modules/bootstrap/LICENSE $(VENDOR)/bootstrap-LICENSE.txt
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	cp node_modules/htmx.org/LICENSE $(VENDOR)/htmx-LICENSE.txt
	cd $(VENDOR) && sha384sum bootstrap* htmx* > SHA384SUMS

conformance: setup-test ## run the tests of the standards' rows and write docs/conformance
	@$(BIN)/python -m tests.conformance

synthea: java ## generate Synthea's patients, write fixtures/synthea and docs/synthea.md anew
	@$(BIN)/python -m tests.servers.synthea_set

test-sandboxes: setup-test ## ask public FHIR sandboxes; ids from the environment, see tests/servers/sandboxes.toml
	@ONCOCUE_PUBLIC_SANDBOXES=1 $(BIN)/python -m pytest tests/servers/test_sandboxes.py --numprocesses 0

bench: setup-test ## run the benchmarks
	@$(BIN)/python -m tests.benchmarks

setup: $(RUNTIME_STAMP) ## install into .venv what the product needs

setup-test: $(TEST_STAMP) ## install into .venv what tests and checks need too

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
	    echo "No $(PYTHON) here. Install Python 3.11 or newer, or name one: make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "OncoCue needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`." \
	         "Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu:" \
	         "apt-get install python3-venv" >&2; exit 1; }
	@echo "Making .venv with `$(PYTHON) --version` …"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(RUNTIME_STAMP): requirements.lock pyproject.toml | $(MADE)
	@echo "Installing what OncoCue needs …"
	@$(INSTALL_LOCK) --requirement requirements.lock
	@$(INSTALL_SELF)
	@touch $@

$(TEST_STAMP): requirements-test.lock pyproject.toml | $(MADE)
	@echo "Installing what OncoCue and its tests need …"
	@$(INSTALL_LOCK) --requirement requirements-test.lock
	@$(INSTALL_SELF)
	@touch $@ $(RUNTIME_STAMP) # the test lock holds all of the runtime lock

# Keeps the versions already locked. Newer ones, in a commit of their own:
#     make lock LOCK_OPTIONS=--upgrade            everything
#     make lock LOCK_OPTIONS="-P flask"           one package
# uv is used for this alone, in a place of its own.
UV      := $(VENV)/lock-tool/bin/uv
COMPILE  = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
           --generate-hashes --no-emit-index-url --no-emit-find-links \
           --custom-compile-command "make lock" --extra build $(LOCK_OPTIONS)

lock: | $(UV) ## work out requirements.lock, -servers.lock and -test.lock from pyproject.toml
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --extra servers --constraints requirements.lock --output-file requirements-servers.lock
	@$(COMPILE) --extra test --extra servers --constraints requirements-servers.lock \
	    --excludes requirements-test-excluded.txt --output-file requirements-test.lock
	@echo "Locked. See what changed with: git diff --stat -- '*.lock'"

$(UV): | $(MADE)
	@$(BIN)/python -m venv $(VENV)/lock-tool
	@$(VENV)/lock-tool/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

clean: ## remove .venv and everything that was built
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
	       .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
