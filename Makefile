# Two commands do all the set-up: `make start` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

# What is installed, checked and run beside each other: the tests themselves use two processors.
MAKEFLAGS += --jobs=2
# The tests start some hundred processes: what one has compiled is kept, so that the next need not.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: start test lint types notebooks nbgrader-tests

start: .venv/start.stamp
	$(BIN)/helseledelse start

test: lint types notebooks .venv/system.stamp
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder --durations 25

# Beside the type checker, which uses one processor.
notebooks: .venv/test.stamp
	$(BIN)/python -m pytest --nbval workbooks -o addopts= -o filterwarnings=

# nbgrader's own tests, as they come and with our engine: what passes as it comes must pass on ours.
# Both at once, from the folder that holds nbgrader, because some of them look for files from there.
nbgrader-tests: .venv/test.stamp
	rm -f .venv/nbgrader-*
	HERE=$(CURDIR) && cd $$($(BIN)/python -c 'import nbgrader, pathlib; print(pathlib.Path(nbgrader.__file__).parents[1])') && \
	for way in stock ours; do \
		PATH=$$HERE/$(BIN):$$PATH PYTHONPATH=$$HERE/tests/grading $$HERE/$(BIN)/python -m pytest -q \
			-c /dev/null -p no:cacheprovider --junitxml $$HERE/.venv/nbgrader-$$way.xml \
			$$([ $$way = ours ] && echo -p nbgrader_plugin) --pyargs nbgrader.tests.apps.test_nbgrader_autograde \
			nbgrader.tests.apps.test_api nbgrader.tests.apps.test_nbgrader_generate_feedback \
			nbgrader.tests.preprocessors > $$HERE/.venv/nbgrader-$$way.txt 2>&1 & \
	done; wait
	tail -n 1 .venv/nbgrader-*.txt
	$(BIN)/python tests/grading/nbgrader_compared.py .venv/nbgrader-stock.xml .venv/nbgrader-ours.xml

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/helseledelse check

types: .venv/test.stamp
	$(BIN)/mypy

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/start.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[notebook]"
	touch $@

# Not compiled ahead, which takes a third of the time and most of which no test imports. Without
# the checker of international web addresses: jsonschema does without it, and it is half of what
# any process that knows a notebook imports.
.venv/test.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --no-compile --editable ".[test]"
	$(BIN)/python -m pip uninstall --quiet --yes rfc3987-syntax
	touch $@

# Chromium and bubblewrap come from the system's packages where they are missing; Chromium without a
# window, where there is such a package, because it takes half the time.
.venv/system.stamp: | .venv/bin/python
	command -v chromium-headless-shell || \
		{ $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium-headless-shell; } || \
		command -v chromium || command -v chromium-browser || command -v google-chrome || \
		$(SUDO) apt-get install -y -qq chromium
	command -v bwrap || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq bubblewrap; }
	touch $@
