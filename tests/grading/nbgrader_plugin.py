"""Lets nbgrader's own tests run their notebooks in our closed room (`make nbgrader-tests`)."""

import shutil
from pathlib import Path
from typing import Any

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.converters
import pytest
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute

from helseledelse.grading.adapter import RunCode
from helseledelse.grading.sandbox import Mode, close_rooms, open_room

counted = 0


class RoomExecute(Execute):  # type: ignore[misc]  # nbgrader is untyped
    """Stands where nbgrader runs a notebook."""

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> Any:
        global counted
        counted += 1
        room = open_room(Mode.REQUIRED)
        assert room
        job = room.job(Path(resources["metadata"]["path"]))
        run = RunCode(room, job, parent=self.parent)
        try:
            nb, _ = run.preprocess(nb, {**resources, "metadata": {"path": str(job.work)}})
        finally:
            shutil.rmtree(job.folder, ignore_errors=True)
        return nb, resources


class RoomAutograde(Autograde):  # type: ignore[misc]  # nbgrader is untyped
    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()
        self.exporter._preprocessors = [
            RoomExecute(parent=self.exporter) if type(each) is Execute else each
            for each in self.exporter._preprocessors
        ]


def pytest_configure(config: pytest.Config) -> None:
    for module in (nbgrader.converters, nbgrader.apps.autogradeapp, nbgrader.apps.api):
        module.Autograde = RoomAutograde


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"{counted} notebooks run in the closed room")


def pytest_unconfigure(config: pytest.Config) -> None:
    close_rooms()
