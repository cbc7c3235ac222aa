# Everything a contributor types. Each target does the set-up it needs by itself: a bare Debian machine with Python,
# run as root, is enough.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: help setup check test test-all test-oldest demo bench docs clean

help:
	@echo "make demo      watch dockmon update containers on two throw-away Docker engines"
	@echo "make test      set up, then everything CI runs"
	@echo "make check     lint, format, types, import layers, tests"
	@echo "make test-all  every test on every kind of engine (long)"
	@echo "make bench     measure; prints ratios"
	@echo "make docs      write the generated reference pages again"

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { apt-get update -q && apt-get install -yq python3-venv; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n $(WORKERS) --dist loadscope

test: check

test-all: setup
	DOCKMON_LAB_KINDS=all $(BIN)/pytest -n $(WORKERS) --dist loadscope

# The lower bounds in pyproject.toml, all at once, in an environment of their own.
test-oldest:
	$(PYTHON) tests/oldest.py

demo: setup
	@$(BIN)/python -m tests.demo

bench: setup
	@$(BIN)/python -m bench

docs: setup
	$(BIN)/python docs/reference/generate.py

clean:
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
