"""Lets nbgrader's own tests use our engine (`make nbgrader-tests`).

Notebooks are evaluated as a class's are: sent to another process, run there in the closed room, and
sent back. Grades are saved by our preprocessor and through one session, feedback is written by our
exporter. What is nbgrader's own here is how a notebook is sanitised, because that is what the tests
are about, and the order from submission to submission.
"""

import contextlib
from concurrent.futures import Executor
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.generatefeedbackapp
import nbgrader.converters
import pytest
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.preprocessors import Execute, SaveAutoGrades

from helseledelse.grading.adapter.engine import processes
from helseledelse.grading.adapter.execution import Code
from helseledelse.grading.adapter.execution import run as run_code
from helseledelse.grading.adapter.exporters import FeedbackExporter
from helseledelse.grading.adapter.gradebook import SaveGrades, one_gradebook
from helseledelse.grading.sandbox import Mode, files_of

HIDDEN = Path(__file__).parent  # the tests' courses are temporary, and none lies among libraries
counted = 0
held = contextlib.ExitStack()


@cache
def executor() -> Executor:
    return held.enter_context(processes(HIDDEN, Mode.REQUIRED))


def run(asked: Code) -> str:
    notebook = nbformat.reads(asked.notebook, as_version=4)
    run_code(notebook, asked)
    return str(nbformat.writes(notebook))


class RoomExecute(Execute):  # type: ignore[misc]  # nbgrader is untyped
    """Stands where nbgrader runs a notebook."""

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> Any:
        global counted
        counted += 1
        asked = Code(
            notebook=nbformat.writes(nb),
            files=files_of(Path(resources["metadata"]["path"] or ".")),
            settings=dict(self.config.get("Execute", {})),
            mode=Mode.REQUIRED,
            course=HIDDEN,
        )
        done = nbformat.reads(executor().submit(run, asked).result(), as_version=4)
        nb.cells, nb.metadata = done.cells, done.metadata
        return nb, resources


class EnglishSave(SaveGrades):
    """Ours, but for its bokmål: the tests look for nbgrader's «No response.»."""

    def _add_comment(self, cell: Any, resources: Any) -> None:
        SaveAutoGrades._add_comment(self, cell, resources)


OURS = {Execute: RoomExecute, SaveAutoGrades: EnglishSave}


class OurAutograde(Autograde):  # type: ignore[misc]  # nbgrader is untyped
    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()
        self.exporter._preprocessors = [
            OURS[type(each)](parent=self.exporter) if type(each) in OURS else each
            for each in self.exporter._preprocessors
        ]

    def start(self) -> None:
        with one_gradebook() as settle:
            try:
                super().start()
            finally:
                settle()


class OurFeedback(GenerateFeedback):  # type: ignore[misc]  # nbgrader is untyped
    exporter_class = FeedbackExporter


def pytest_configure(config: pytest.Config) -> None:
    for module in (nbgrader.converters, nbgrader.apps.autogradeapp, nbgrader.apps.api):
        module.Autograde = OurAutograde
    for module in (nbgrader.converters, nbgrader.apps.generatefeedbackapp, nbgrader.apps.api):
        module.GenerateFeedback = OurFeedback


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"{counted} notebooks run in the closed room")


def pytest_unconfigure(config: pytest.Config) -> None:
    held.close()
