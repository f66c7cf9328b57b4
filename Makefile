# Two commands do all the set-up: `make start` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: start test lint

start: .venv/start.stamp
	$(BIN)/helseledelse start

test: lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup
	$(BIN)/python -m pytest --nbval workbooks -o addopts= -o filterwarnings=

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/helseledelse check

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/start.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[notebook]"
	touch $@

# Chromium comes from the system's packages where it is missing.
.venv/test.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	command -v chromium || command -v chromium-browser || command -v google-chrome || \
		{ $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium; }
	touch $@
