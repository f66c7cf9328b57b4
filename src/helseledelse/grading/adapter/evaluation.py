"""Every graded cell gets its result: exercises are read as data, and only code is run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum
from traitlets.config import Config

from helseledelse.exercises.text import html
from helseledelse.exercises.workbook import ExerciseCall, parse_call
from helseledelse.grading.adapter.execution import Code, RunCode, run
from helseledelse.grading.adapter.notebooks import OURS, grade_id, is_test, key_of
from helseledelse.grading.sandbox import Mode, SandboxError, files_of
from helseledelse.grading.verdicts import (
    SUSPECT,
    Handed,
    Result,
    State,
    Task,
    code_cell,
    evaluate,
    labelled,
    ran,
    read_key,
    stopped,
    suspect,
)


class Evaluate(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Stands where nbgrader runs the notebook: gives every graded cell its result.

    Exercises are read as data. Only where tests of the participant's own code are graded is
    anything run, and then in a closed room.
    """

    sandbox = Enum(
        [mode.value for mode in Mode], Mode.REQUIRED.value, help="how firmly a closed room is asked"
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        worked = self.worked(nb, resources)
        suspect = any(result.state is State.SUSPECT for result in worked.results.values())
        for number, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            if number in worked.ran:
                kept = nbformat.from_dict(json.loads(worked.ran[number]))
                cell.execution_count, cell.outputs = kept.execution_count, kept.outputs
            if suspect and utils.is_solution(cell):
                cell.metadata[OURS] = {"comment": SUSPECT}
            if not utils.is_grade(cell) or utils.is_solution(cell):
                continue
            name = grade_id(cell)
            result = worked.results.get(name) or code_cell(name, _points(cell))
            if result.state is State.RAN:
                cell.outputs = [*cell.outputs, _said(result)]
            else:
                cell.outputs = [_output(result), *cell.outputs]
            cell.metadata[OURS] = {"for_a_human": result.for_a_human}
        nb.metadata.pop(OURS, None)
        return nb, resources

    def worked(self, nb: NotebookNode, resources: dict[str, Any]) -> "Worked":
        names, folder = resources["nbgrader"], resources["metadata"]["path"]
        asked = work_of(nb, names["assignment"], Path(folder), self.config, Mode(self.sandbox))
        try:
            return work(asked)
        except SandboxError as error:
            # nbgrader's own command goes on, and a person sees to the code.
            self.log.warning(str(error))
            return work(replace(asked, code=None))


class UseResult(Evaluate):
    """Takes the results that the executor has given."""

    ready: Mapping[str, "Worked"] = {}

    def worked(
        self,
        nb: NotebookNode,  # noqa: ARG002  evaluated before
        resources: dict[str, Any],
    ) -> "Worked":
        return self.ready[resources["nbgrader"]["notebook"]]


@dataclass(frozen=True)
class Work:
    """One notebook to evaluate, as it can be sent to another process.

    Attributes
    ----------
    task : its exercises
    code : what is to be run, None where there is no code to grade
    """

    task: Task
    code: Code | None


@dataclass(frozen=True)
class Worked:
    """What came of it.

    Attributes
    ----------
    results : by the id of the graded cell
    ran : the cells that were run, as JSON, by their number in the notebook
    trouble : what the code's kernel died of, for the log; "" where it lasted
    """

    results: Mapping[str, Result]
    ran: Mapping[int, str] = field(default_factory=dict)
    trouble: str = ""


def work_of(nb: NotebookNode, assignment: str, folder: Path, config: Config, mode: Mode) -> Work:
    """Give what is to be done with a sanitised notebook; nothing outside it is needed to do it."""
    code = None
    if any(map(is_test, nb.cells)):
        code = Code(
            notebook=nbformat.writes(nb),
            files=files_of(folder),
            settings=dict(config.get("Execute", {})),
            mode=mode,
            course=Path.cwd(),  # nbgrader stands there while it works
        )
    return Work(task_of(nb, assignment), code)


def work(asked: Work) -> Worked:
    """Evaluate the exercises as data, and run the code in a closed room where there is any.

    Raises
    ------
    SandboxError
        If there is code, and a closed room that is required cannot be had.
    """
    results: dict[str, Result] = evaluate(asked.task)
    if asked.code is None:
        return Worked(results)
    nb = nbformat.reads(asked.code.notebook, as_version=4)
    try:
        how, trouble = run(nb, asked.code), ""
    except SandboxError:
        raise
    except Exception as error:  # noqa: BLE001  it is the submission's own code that did it
        how, trouble = None, repr(error)[:1000]
    for cell in nb.cells:
        if is_test(cell):
            results[grade_id(cell)] = _of_test(cell, how)
    ran = {number: json.dumps(cell) for number, cell in enumerate(nb.cells) if cell.get("outputs")}
    return Worked(results, ran, trouble)


def _points(cell: NotebookNode) -> float:
    return float(cell.metadata.nbgrader["points"])


def _of_test(cell: NotebookNode, how: "RunCode | None") -> Result:
    name, most = grade_id(cell), _points(cell)
    if how is None or (cell.execution_count is None and not cell.outputs):
        return stopped(name, most)
    if how.suspect:
        return suspect(name, most)
    points, _ = utils.determine_grade(cell)
    errors = [output.ename for output in cell.outputs if output.output_type == "error"]
    return ran(name, points or 0.0, most, str(errors[0]) if errors else "")


def task_of(nb: Mapping[str, Any], assignment: str) -> Task:
    """Give what is to be evaluated of a sanitised notebook."""
    points = {}
    for cell in nb["cells"]:
        ours = cell["metadata"].get("nbgrader", {})
        if not ours.get("grade") or ours.get("solution") or cell["cell_type"] != "code":
            continue
        source = cell["source"]
        call = parse_call(source if isinstance(source, str) else "".join(source))
        if call == ExerciseCall(ours["grade_id"]):
            points[ours["grade_id"]] = float(ours["points"])
    return Task(read_key(key_of(assignment)), Handed.from_json(nb["metadata"][OURS]), points)


def _said(result: Result) -> NotebookNode:
    """Give a person the reason; the points are read from the run itself."""
    shown = html(f"**{result.standing}.** {result.sentence}")
    data = {"text/plain": result.sentence, "text/html": shown}
    return _shows("display_data", data)


def _output(result: Result) -> NotebookNode:
    """Give the output that nbgrader reads the points from, and a person the reason."""
    shown = f"**{result.standing}.** {result.sentence}"
    said = f"\n\n{labelled('Svaret', result.said)}" if result.said else ""
    # `html` shows HTML in its text as text, so the signs that `literal` wrote are put back.
    page = html(shown + said).replace("&amp;#", "&#")
    data = {"text/plain": repr(float(result.points)), "text/html": page}
    return _shows("execute_result", data, execution_count=None)


def _shows(kind: str, data: dict[str, str], **rest: Any) -> NotebookNode:
    output = {"output_type": kind, "data": data, "metadata": {}, **rest}
    return NotebookNode(nbformat.from_dict(output))
