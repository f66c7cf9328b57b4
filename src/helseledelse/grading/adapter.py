"""The one place that knows nbgrader: its gradebook, its commands and its order of work are kept.

nbgrader's sanitise pass and grade pass run with preprocessors of ours. `Evaluate` stands where
nbgrader would start a kernel, so nothing a participant wrote is run, by nbgrader's own command
either. `Grading` does the same work in three stages: sanitise (database), evaluate (no database,
through an executor), save (one writer).
"""

import contextlib
import hashlib
import json
import logging
import multiprocessing
import os
import re
import secrets
import shutil
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
from jupyter_core.utils import run_sync
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader import api, utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    Execute,
    NbGraderPreprocessor,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets import Enum
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from helseledelse import __version__
from helseledelse.answers import attached
from helseledelse.answers.store import MIRROR
from helseledelse.exercises.reader import ContentError
from helseledelse.exercises.text import html
from helseledelse.exercises.workbook import ExerciseCall, parse_call
from helseledelse.grading.assignment import IMPORTS
from helseledelse.grading.grounds import grounds, questions
from helseledelse.grading.provisioner import RoomManager
from helseledelse.grading.sandbox import (
    Job,
    Mode,
    Room,
    SandboxError,
    close_rooms,
    end_with_parent,
    files_of,
    look_over,
    open_room,
    put,
)
from helseledelse.grading.verdicts import (
    LARGEST,
    SUSPECT,
    File,
    Handed,
    Result,
    State,
    Task,
    code_cell,
    evaluate,
    labelled,
    literal,
    ran,
    read_key,
    silence,
    stopped,
    suspect,
    written,
)

ANSWERS = "svar.json"
RECEIPT = "vurdering.json"
STUB = "Svaret fra arbeidsboken settes inn her når besvarelsen vurderes."
UNANSWERED = "Ikke besvart."
NOTHING = "Ikke besvart: verken tekst eller dokument er levert."
_OURS = "helseledelse"
_TEMPLATES = Path(__file__).parent / "templates"
_AHEAD = 16  # sanitised and waiting: enough to keep an executor busy, little to do again if killed
_MOST_SAID = 1_000_000  # characters of output that are kept of a cell
_TO_BE_HEARD = 120  # seconds for what a cell has said to come in, when it has ended: it may be much
_INTERRUPTED = 4  # seconds for the same when it was interrupted, and is perhaps deaf to it
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_TABLE = '<table class="table table-condensed" style="width: auto">'
_POINTS_FIRST = re.compile(r"^<p><strong>[0-9,]+ av [0-9,]+ poeng\.</strong> ")


class CourseError(Exception):
    """The class cannot be graded; the message is a sentence for the grader."""


def key_of(assignment: str) -> Path:
    """Give the key of an assignment; nbgrader stands in the course folder while it works."""
    return Path("key") / f"{assignment}.toml"


class TolerantExporter(NotebookExporter):
    """Reads a notebook, or gives an empty one where it is damaged: answers lie beside it too."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        try:
            notebook = nbformat.read(file_stream, as_version=4)
            for cell in notebook.cells:
                if not (isinstance(cell.source, str) and isinstance(cell.metadata, dict)):
                    raise TypeError("a cell without words")  # noqa: TRY301  said below
        except Exception:  # noqa: BLE001  whatever is wrong with it, it is not to be read
            notebook = new_notebook(metadata={_OURS: {"unreadable": True}})
        return self.from_notebook_node(notebook, resources, **kw)

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        *,
        write: bool = True,
        **_: Any,
    ) -> Any:
        # nbconvert copies and checks the whole notebook before and between the preprocessors. Ours
        # put it together anew of checked parts, and nobody else holds it.
        kept = self._init_resources(resources)
        for preprocessor in self._preprocessors:
            nb, kept = preprocessor(nb, kept)
        kept[_OURS] = nb
        return f"{nbformat.v4.writes(nb)}\n" if write else "", kept


class FeedbackExporter(HTMLExporter):
    """Feedback for whoever has never seen code, with nothing that is fetched from elsewhere.

    Nor a link to the document that was handed in: it lies elsewhere with whoever wrote it.
    """

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        page, kept = super().from_notebook_node(nb, resources, **kw)
        page = re.sub(r"<script[^>]*\bsrc=[^>]*>\s*</script>", "", page)
        names = "|".join(map(re.escape, attached.NAMES))
        return re.sub(rf'<a href="(?:{names})"[^>]*>([^<]*)</a>', r"\1", page), kept

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        nb, resources = super()._preprocess(nb, resources)
        for cell in nb.cells:
            if cell.source.strip() == STUB:
                cell.source = UNANSWERED
                told = cell.metadata.get("nbgrader", {})
                if told.get("comment") == UNANSWERED:
                    del told["comment"]
            # The template says the points, which a person may have changed since.
            for output in cell.get("outputs", ()):
                page = output.get("data", {}).get("text/html")
                if page:
                    output.data["text/html"] = _POINTS_FIRST.sub("<p>", page, count=1)
        return nb, resources


class ShowGrounds(Preprocessor):
    """Shows whoever marks in formgrader the questions, and the grounds below what is to be marked.

    They are written nowhere but on that page. It alone names the submission by its id, so feedback
    and whatever else is made of the same notebook goes without them. Our own code is not shown: the
    question stands where the participant met it.
    """

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if "submission_id" not in resources:
            return nb, resources
        root = Path(resources["metadata"]["path"]).parents[2]
        try:
            asked = questions(root, resources["assignment_id"])
            found = grounds(root, resources["assignment_id"])
        except ContentError as error:
            asked, found = {}, {}
            self.log.warning(str(error))
        nb.cells = [
            _to_read(cell, asked)
            for cell in nb.cells
            if not (utils.is_locked(cell) and cell.source == IMPORTS)
        ]
        for cell in nb.cells:
            said = found.get(_grade_id(cell))
            if said and cell.cell_type == "markdown":
                cell.source += (
                    '\n\n<div class="well well-sm">\n\n**Vurderingsgrunnlag, bare for sensor**\n\n'
                    f"{said}\n\n</div>"
                )
        return nb, resources


def _to_read(cell: NotebookNode, asked: Mapping[str, str]) -> NotebookNode:
    """Give a cell of ours as words: the question, and how the answer stands where it is judged."""
    call = parse_call(cell.source) if cell.cell_type == "code" else None
    if not (isinstance(call, ExerciseCall) and call.id in asked and utils.is_locked(cell)):
        return cell
    pages = [output.get("data", {}).get("text/html") for output in cell.outputs[:1]]
    question = html(asked[call.id]).replace("<table>", _TABLE)
    parts = [question, *filter(None, pages)]
    words = "\n\n".join(f"<div>\n{part}\n</div>" for part in parts)
    return _new("markdown", words, cell.id, cell.metadata)


class ReadMirror(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Takes up the answers, from ``svar.json`` and from the copies in the cells' outputs."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        unreadable = nb.metadata.get(_OURS) == {"unreadable": True}
        handed = Handed.gather(_side(Path(resources["metadata"]["path"])), _mirrors(nb))
        if unreadable and handed.file is File.MISSING:
            handed = replace(handed, file=File.NOTEBOOK)
        # Only ours: a participant's own words in the metadata reach neither kernel nor page.
        nb.metadata = NotebookNode({_OURS: handed.to_json()})
        return nb, resources


def _side(folder: Path) -> bytes | None:
    file = folder / ANSWERS
    # A link could point at somebody else's answers.
    if file.is_symlink() or not file.is_file():
        return None
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _mirrors(nb: NotebookNode) -> Iterator[object]:
    for cell in nb.cells:
        for output in cell.get("outputs") or ():
            data = output.get("data") if isinstance(output, dict) else None
            if isinstance(data, dict) and MIRROR in data:
                yield data[MIRROR]


class Restore(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Puts the notebook together as it was released, with what the participant wrote in it.

    Cells that were released are known by their nbgrader id: edited ones are put right, copies lose
    their id, missing ones come back. All else is the participant's own, and is shown as words.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._known: dict[tuple[str, str, str], Mapping[str, _Cell]] = {}

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        name = (names["db_url"], names["assignment"], names["notebook"])
        if name not in self._known:
            with api.Gradebook(names["db_url"]) as gradebook:
                released = gradebook.find_notebook(names["notebook"], names["assignment"])
                self._known[name] = _released(released)
        nb.cells = _restored(list(nb.cells), self._known[name])
        nb.nbformat, nb.nbformat_minor = 4, 5
        return nb, resources


@dataclass(frozen=True)
class _Cell:
    """A released cell as the gradebook has it."""

    kind: str
    source: str
    locked: bool
    metadata: dict[str, Any]


def _released(notebook: Any) -> dict[str, _Cell]:
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    graded = {cell.name for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return {
        cell.name: _Cell(
            cell.cell_type,
            cell.source,
            cell.locked,
            {
                "grade_id": cell.name,
                "grade": cell.name in graded,
                "solution": cell.name in solutions,
                "task": cell.name in tasks,
                "locked": cell.locked,
                "checksum": cell.checksum,
                "cell_type": cell.cell_type,
                "schema_version": 3,
                **({"points": points[cell.name]} if cell.name in points else {}),
            },
        )
        for cell in notebook.source_cells
    }


def _restored(handed: list[NotebookNode], released: Mapping[str, _Cell]) -> list[NotebookNode]:
    chosen: dict[str, int] = {}
    for number, cell in enumerate(handed):
        name = _grade_id(cell)
        if name not in released:
            continue
        # Of several copies the last one written in; where nothing may be written, the first.
        written_in = not released[name].locked and cell.source != released[name].source
        if name not in chosen or written_in:
            chosen[name] = number
    names = {number: name for name, number in chosen.items()}
    cells = [
        _ours(names[number], released[names[number]], cell)
        if number in names
        else _theirs(cell, f"deltaker-{number}")
        for number, cell in enumerate(handed)
    ]
    before = ""
    for name, missing in released.items():
        if name not in chosen:
            places = [_grade_id(each) for each in cells]
            cells.insert(places.index(before) + 1 if before else 0, _ours(name, missing, None))
        before = name
    return cells


def _grade_id(cell: NotebookNode) -> str:
    ours = cell.metadata.get("nbgrader")
    name = ours.get("grade_id") if isinstance(ours, dict) else None
    return name if isinstance(name, str) else ""


def _ours(name: str, released: _Cell, handed: NotebookNode | None) -> NotebookNode:
    source = released.source if handed is None or released.locked else handed.source
    identity = name if _ID.fullmatch(name) else secrets.token_hex(4)
    return _new(released.kind, source, identity, {"nbgrader": dict(released.metadata)})


def _theirs(cell: NotebookNode, name: str) -> NotebookNode:
    if cell.cell_type == "code":
        return _new("code", cell.source, name, {})
    return _new("markdown", literal(cell.source), name, {})


def _new(kind: str, source: str, identity: str, metadata: dict[str, Any]) -> NotebookNode:
    # nbformat's own way checks each cell against the schema, which is dear; these are right.
    cell: dict[str, Any] = {
        "id": identity,
        "cell_type": kind,
        "source": source,
        "metadata": metadata,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return NotebookNode(nbformat.from_dict(cell))


class InjectAnswers(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Writes free-text answers into the cells that a person grades, as words and nothing else."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        key = read_key(key_of(resources["nbgrader"]["assignment"]))
        handed = Handed.from_json(nb.metadata[_OURS])
        for cell in nb.cells:
            name = _grade_id(cell)
            if cell.cell_type != "markdown" or not (utils.is_solution(cell) or name in key):
                continue
            stub = utils.compute_checksum(cell) == cell.metadata.nbgrader["checksum"]
            parts = [] if stub else [literal(cell.source)]
            if name in key:
                parts += _free_text(handed, name, key[name])
            if not utils.is_grade(cell):
                # An exam, whose points are set on its criteria and not on the text.
                parts += _document(Path(resources["metadata"]["path"])) or [NOTHING] * (not parts)
            if any(parts):
                cell.source = "\n\n".join(filter(None, parts))
        return nb, resources


def _free_text(handed: Handed, name: str, exercise: Any) -> list[str]:
    answer = handed.answers.get(name)
    if answer is None:
        state, sentence = silence(handed.file)
        # Lost words are a person's to judge; nbgrader sees to it when the cell has changed.
        return [literal(sentence)] if state is State.DAMAGED else []
    return [written(exercise, answer.response)]


def _document(folder: Path) -> list[str]:
    """Say of the document that is handed in, with a way to it in formgrader."""
    said = []
    for name in attached.NAMES:
        file = folder / name
        if file.is_symlink() or not file.is_file():
            continue
        with file.open("rb") as opened:
            data = opened.read(attached.LARGEST + 1)
        try:
            attached.name_for(data)
        except attached.AttachedError:
            said.append(
                f"**{name}** er levert, men lar seg ikke åpne som PDF eller Word-dokument. Be "
                "kandidaten levere på nytt."
            )
            continue
        size = attached.size(len(data))
        digest = hashlib.sha256(data).hexdigest()
        said.append(
            f"**Levert dokument:** [{name}]({name}), {size}. Kontrollsum (SHA-256): `{digest}`"
        )
    return said


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
                cell.metadata[_OURS] = {"comment": SUSPECT}
            if not utils.is_grade(cell) or utils.is_solution(cell):
                continue
            name = _grade_id(cell)
            result = worked.results.get(name) or code_cell(name, _points(cell))
            if result.state is State.RAN:
                cell.outputs = [*cell.outputs, _said(result)]
            else:
                cell.outputs = [_output(result), *cell.outputs]
            cell.metadata[_OURS] = {"for_a_human": result.for_a_human}
        nb.metadata.pop(_OURS, None)
        return nb, resources

    def worked(self, nb: NotebookNode, resources: dict[str, Any]) -> "Worked":
        names, folder = resources["nbgrader"], resources["metadata"]["path"]
        asked = work_of(nb, names["assignment"], Path(folder), self.config, Mode(self.sandbox))
        try:
            return work(asked)
        except SandboxError as error:
            # nbgrader's own command goes on, and a person sees to the code.
            self.log.warning(str(error))
            return work(replace(asked, notebook=""))


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
    notebook : itself where its code is to be run, else ""
    files : what lies beside it where its code is to be run, by place
    settings : nbgrader's for running notebooks
    mode : how firmly a closed room is asked for
    course : the course folder, which the code is not to see
    """

    task: Task
    notebook: str
    files: Mapping[str, bytes]
    settings: Mapping[str, Any]
    mode: Mode
    course: Path


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
    code = any(map(_is_test, nb.cells))
    return Work(
        task=task_of(nb, assignment),
        notebook=nbformat.writes(nb) if code else "",
        files=files_of(folder) if code else {},
        settings=dict(config.get("Execute", {})),
        mode=mode,
        course=Path.cwd(),  # nbgrader stands there while it works
    )


def work(asked: Work) -> Worked:
    """Evaluate the exercises as data, and run the code in a closed room where there is any.

    Raises
    ------
    SandboxError
        If there is code, and a closed room that is required cannot be had.
    """
    results: dict[str, Result] = evaluate(asked.task)
    if not asked.notebook:
        return Worked(results)
    nb = nbformat.reads(asked.notebook, as_version=4)
    try:
        how, trouble = _run(nb, asked), ""
    except SandboxError:
        raise
    except Exception as error:  # noqa: BLE001  it is the submission's own code that did it
        how, trouble = None, repr(error)[:1000]
    for cell in nb.cells:
        if _is_test(cell):
            results[_grade_id(cell)] = _of_test(cell, how)
    ran = {number: json.dumps(cell) for number, cell in enumerate(nb.cells) if cell.get("outputs")}
    return Worked(results, ran, trouble)


def _points(cell: NotebookNode) -> float:
    return float(cell.metadata.nbgrader["points"])


def _is_test(cell: NotebookNode) -> bool:
    """Whether it is a graded cell that a participant's code must be run for."""
    graded = cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)
    return bool(graded and not _is_exercise(cell))


def _is_exercise(cell: NotebookNode) -> bool:
    return parse_call(cell.source) == ExerciseCall(_grade_id(cell))


def _of_test(cell: NotebookNode, how: "RunCode | None") -> Result:
    name, most = _grade_id(cell), _points(cell)
    if how is None or (cell.execution_count is None and not cell.outputs):
        return stopped(name, most)
    if how.suspect:
        return suspect(name, most)
    points, _ = utils.determine_grade(cell)
    errors = [output.ename for output in cell.outputs if output.output_type == "error"]
    return ran(name, points or 0.0, most, str(errors[0]) if errors else "")


def _run(nb: NotebookNode, asked: Work) -> "RunCode":
    """Run a notebook in place; whatever its kernel dies of is raised."""
    settings = {"shutdown_kernel": "immediate", "iopub_timeout": _TO_BE_HEARD, **asked.settings}
    with _place(asked) as (room, job, folder):
        run = RunCode(room, job, config=Config({"Execute": settings}))
        try:
            run.preprocess(nb, {"metadata": {"path": str(folder)}})
        finally:
            for cell in nb.cells:
                if cell.cell_type == "code":
                    cell.outputs = _shown(cell.outputs)
    return run


@contextlib.contextmanager
def _place(asked: Work) -> Iterator[tuple[Room | None, Job | None, Path]]:
    """Give a folder with the submission's files, in a closed room where there is one."""
    room = open_room(asked.mode, asked.course)
    if room is None:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            put(asked.files, Path(folder))
            yield None, None, Path(folder)
        return
    job = room.job(asked.files)
    try:
        yield room, job, job.work
    finally:
        shutil.rmtree(job.folder, ignore_errors=True)


_WARNED = re.compile(r"Warning\b")
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]*")


def _shown(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Give outputs that a grader can look at, and that nbgrader can read points from.

    No markup, which would be obeyed in the grader's browser. A warning is not an error. Errors come
    first, because nbgrader pays by the first result it finds.
    """
    kept = []
    for output in outputs:
        if output.output_type == "stream" and _WARNED.search(output.text):
            output.name = "stdout"
        if "data" in output:
            output.metadata = NotebookNode()
            output.data = NotebookNode(
                {
                    kind: data
                    for kind, data in output.data.items()
                    if kind == "text/plain"
                    or (
                        kind in ("image/png", "image/jpeg")
                        and isinstance(data, str)
                        and _PICTURE.fullmatch(data)
                    )
                }
            )
        kept.append(output)
    return sorted(kept, key=lambda output: output.output_type != "error")


# Evaluated in the kernel before the first cell and after the last: whatever decides how a cell is
# run. The figures' own hooks come with the first figure.
_MACHINERY = """(lambda ip, sys, b: repr([
    [len(x) for x in (ip.input_transformer_manager.cleanup_transforms,
     ip.input_transformer_manager.line_transforms,
     ip.input_transformer_manager.token_transformers, ip.ast_transformers)],
    [(k, sum(not (getattr(f, '__module__', 0) in ('matplotlib.pyplot',
        'matplotlib_inline.backend_inline') and getattr(sys.modules[f.__module__],
        f.__name__, 0) is f) for f in v))
     for k, v in sorted(ip.events.callbacks.items())],
    [(n, n in vars(ip), id(getattr(type(ip), n)))
     for n in ('run_cell', 'run_cell_async', 'run_ast_nodes', 'run_code', 'showtraceback',
               '_showtraceback', 'transform_cell', 'should_run_async')],
    [(n, n in vars(ip.kernel), id(getattr(type(ip.kernel), n)))
     for n in ('do_execute', 'execute_request')],
    id(type(ip)), id(type(ip.kernel)), sys.gettrace() is None, sys.getprofile() is None,
    hash(tuple(sorted((k, id(v)) for k, v in vars(b).items() if k != '_'))),
]))(__import__('IPython').get_ipython(), __import__('sys'), __import__('builtins'))"""


class RunCode(Execute):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's own way of running a notebook, in a room, with an eye on what the code does."""

    def __init__(self, room: Room | None, job: Job | None, **traits: Any) -> None:
        super().__init__(**traits)
        self.room, self.job, self.suspect = room, job, False
        self._fresh = ""
        self._said: dict[int, int] = {}

    def create_kernel_manager(self) -> Any:
        if self.room is None or self.job is None:
            return super().create_kernel_manager()
        name = self.nb.metadata.get("kernelspec", {}).get("name", "python3")
        self.km = RoomManager(self.room, self.job, kernel_name=name, config=self.config)
        return self.km

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if index == 0:
            self._fresh = self._machinery()
        if cell.cell_type == "code" and not _is_exercise(cell):
            super().preprocess_cell(cell, resources, index)
        if index == len(self.nb.cells) - 1:
            self.suspect = not self._canary_dies() or self._machinery() != self._fresh
        return cell, resources

    async def _async_handle_timeout(
        self,
        timeout: int,  # noqa: ASYNC109  nbclient's
        cell: NotebookNode | None = None,
    ) -> Any:
        self.iopub_timeout = _INTERRUPTED
        return await super()._async_handle_timeout(timeout, cell)

    def _machinery(self) -> str:
        asked = {"it": _MACHINERY}
        sent = self.kc.execute("", silent=True, store_history=False, user_expressions=asked)
        reply = self._reply(sent)
        return str(reply.get("user_expressions", {}).get("it", {}).get("data", reply))

    def _canary_dies(self) -> bool:
        """Run a test that must fail, in the company of a real one, and see that it does."""
        nonce, number = secrets.token_hex(12), secrets.randbelow(900) + 100
        tests = [cell.source for cell in self.nb.cells if _is_test(cell)]
        failing = secrets.choice(
            [
                f"assert {number} == {number + 1}, '{nonce}'",
                f"assert not {number}, '{nonce}'",
                f"if {number}:\n    raise AssertionError('{nonce}')",
            ]
        )
        company = secrets.choice(tests) if tests else ""
        # Nothing after the failing line is reached. A kernel refuses for a moment what comes after
        # an error, unless told that errors are expected: then honest code would look tampered with.
        sent = self.kc.execute(
            f"{failing}\n{company}", silent=False, store_history=False, stop_on_error=False
        )
        reply = self._reply(sent)
        return reply.get("ename") == "AssertionError" and nonce in str(reply.get("evalue"))

    def _reply(self, sent: str) -> dict[str, Any]:
        reply = run_sync(self.kc._async_recv_reply)(sent, timeout=10)  # noqa: SLF001  has no other name
        content: dict[str, Any] = reply["content"]
        return content

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Take up what a cell says, up to a limit."""
        content, kind = msg["content"], msg["msg_type"]
        left = max(0, _MOST_SAID - self._said.get(cell_index, 0))
        if kind in ("stream", "display_data", "execute_result", "update_display_data", "error"):
            self._said[cell_index] = self._said.get(cell_index, 0) + len(str(content))
        if kind == "stream":
            content["text"] = content["text"][:left]
        elif kind == "error" and not left:
            content["traceback"] = content["traceback"][-1:]
        elif "data" in content and len(str(content)) > left:
            plain = str(content["data"].get("text/plain", ""))[:1000]
            content["data"] = {"text/plain": plain}
        return super().process_message(msg, cell, cell_index)


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
    return Task(read_key(key_of(assignment)), Handed.from_json(nb["metadata"][_OURS]), points)


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


class _Sheet:
    """The grades and comments of one notebook handed in, read at once and not cell by cell."""

    def __init__(self, gradebook: Any, notebook: str, assignment: str, student: str) -> None:
        found = gradebook.find_submission_notebook(notebook, assignment, student)
        self.grades = self._of(gradebook, api.Grade, found.id)
        self.comments = self._of(gradebook, api.Comment, found.id)
        self.db = self

    @staticmethod
    def _of(gradebook: Any, kind: Any, notebook: str) -> dict[str, Any]:
        asked = gradebook.db.query(api.BaseCell.name, kind).join(
            kind, kind.cell_id == api.BaseCell.id
        )
        return dict(asked.filter(kind.notebook_id == notebook).tuples().all())

    def find_grade(self, name: str, *_of_whom: str) -> Any:
        return self.grades[name]

    def find_comment(self, name: str, *_of_whom: str) -> Any:
        return self.comments[name]

    def commit(self) -> None:
        """Leave it: the sheet is written when all its cells are."""


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's own, and in addition: what a person must see is marked so, and in bokmål."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.student_id = names["student"]
        with api.Gradebook(names["db_url"]) as gradebook:
            self.gradebook = _Sheet(
                gradebook, self.notebook_id, self.assignment_id, self.student_id
            )
            kept = NbGraderPreprocessor.preprocess(self, nb, resources)
            gradebook.db.commit()
            # The sums that the database makes are to be read anew.
            gradebook.db.expire_all()
        return kept  # type: ignore[no-any-return]

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._told: dict[str, Any] = cell.metadata.pop(_OURS, {})
        kept: tuple[NotebookNode, dict[str, Any]] = super().preprocess_cell(
            cell, resources, cell_index
        )
        return kept

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if self._told.get("for_a_human"):
            grade = self.gradebook.find_grade(
                _grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
            )
            grade.needs_manual_grade = True
            self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        comment = self.gradebook.find_comment(
            _grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        if comment.auto_comment == "No response.":
            comment.auto_comment = UNANSWERED
        if "comment" in self._told:
            comment.auto_comment = self._told["comment"]
        self.gradebook.db.commit()


def configure(config: Config) -> None:
    """Set what a course of ours needs; called from its ``nbgrader_config.py``."""
    config.Autograde.exporter_class = TolerantExporter
    config.Autograde.sanitize_preprocessors = [
        ReadMirror,
        Restore,
        OverwriteKernelspec,
        InjectAnswers,
    ]
    config.Autograde.autograde_preprocessors = [Evaluate, SaveGrades, AssignLatePenalties]
    config.GenerateFeedback.exporter_class = FeedbackExporter
    config.FeedbackExporter.template_name = "tilbakemelding"
    config.FeedbackExporter.exclude_anchor_links = True
    config.FeedbackExporter.extra_template_basedirs = [str(_TEMPLATES)]
    # Formgrader's own template, which lies with nbgrader, but for what it would fetch.
    theirs = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
    config.HTMLExporter.template_name = "sensor"
    config.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES), str(theirs)]
    config.HTMLExporter.preprocessors = [ShowGrounds]
    config.ClearSolutions.text_stub = STUB
    config.ZipCollectApp.extractor_plugin_class = "nbgrader.plugins.zipcollect.ExtractorPlugin"
    config.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".pdf", ".docx"]


@dataclass(frozen=True)
class Graded:
    """How one submission went.

    Attributes
    ----------
    student : as nbgrader has it
    sentence : what went wrong, "" where it is graded
    results : of every exercise, by notebook; None where it is unchanged since it was graded
    """

    student: str
    sentence: str = ""
    results: Mapping[str, Mapping[str, Result]] | None = None

    @property
    def for_a_human(self) -> bool:
        found = (self.results or {}).values()
        return any(result.for_a_human for results in found for result in results.values())

    @property
    def without_answers(self) -> bool:
        """Whether no answer came with it, in a file or in the notebook."""
        found = (self.results or {}).values()
        return any(r.state is State.NO_FILE for results in found for r in results.values())

    @property
    def suspect(self) -> bool:
        """Whether the code may have tampered with its tests."""
        found = (self.results or {}).values()
        return any(r.state is State.SUSPECT for results in found for r in results.values())


@dataclass(frozen=True)
class _Waiting:
    student: str
    notebooks: list[str]
    sanitised: list[NotebookNode]
    digest: str
    futures: Mapping[str, "Future[Worked]"]


class Grading(Autograde):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's autograding in three stages, where one bad submission never touches another.

    Parameters
    ----------
    executor : where submissions are evaluated
    tell : told how each submission went, as it goes
    anew : grade also what is unchanged since it was graded
    settle : writes to the gradebook what is waiting to be written
    """

    def __init__(
        self,
        coursedir: CourseDirectory,
        *,
        executor: Executor,
        tell: Callable[[Graded], None],
        anew: bool = False,
        settle: Callable[[], None] = lambda: None,
        **traits: Any,
    ) -> None:
        super().__init__(coursedir=coursedir, **traits)
        self.executor, self.tell, self.anew = executor, tell, anew
        self._settle = settle
        self._use = UseResult()
        self._passes: dict[bool, list[Any]] = {}
        self._digest = ""

    def _init_preprocessors(self) -> None:
        if self._sanitizing not in self._passes:
            super()._init_preprocessors()
            self._passes[self._sanitizing] = [
                self._use if type(each) is Evaluate else each
                for each in self.exporter._preprocessors  # noqa: SLF001  as nbgrader itself does
            ]
        self.exporter._preprocessors = self._passes[self._sanitizing]  # noqa: SLF001  as above

    def convert_notebooks(self) -> None:
        waiting: deque[_Waiting] = deque()
        for folder in sorted(self.assignments):
            student = self._student(folder)
            with self._kept_apart(student):
                waiting += self._sanitise(folder, student)
            if len(waiting) > _AHEAD:
                self._save(waiting.popleft())
        while waiting:
            self._save(waiting.popleft())

    def _student(self, folder: str) -> str:
        pattern = self._format_source("(?P<assignment>.*)", "(?P<student>.*)", escape=True)
        found = re.match(pattern, folder)
        if found is None:
            raise CourseError(f"Mappen «{folder}» ligger ikke slik nbgrader venter.")
        return found["student"]

    @contextlib.contextmanager
    def _kept_apart(self, student: str) -> Iterator[None]:
        """Record what goes wrong with one submission, and go on with the next."""
        try:
            yield
        except Exception as error:
            self.log.exception("%s could not be graded", student)
            # If the gradebook was the trouble, it is in the log already.
            with contextlib.suppress(Exception):
                self._settle()
            target = Path(self._format_dest(self.coursedir.assignment_id, student))
            if target.exists():
                utils.rmtree(str(target))
            self.tell(Graded(student, _why(error, self.coursedir.assignment_id)))

    def _sanitise(self, folder: str, student: str) -> list[_Waiting]:
        assignment = self.coursedir.assignment_id
        self.notebooks = sorted(self.assignments[folder])
        self._sanitizing = True
        digest = _digest(Path(folder), assignment)
        target = Path(self._format_dest(assignment, student))
        if target.exists():
            if not self.anew and _receipt(target) == digest:
                self.tell(Graded(student))
                return []
            utils.rmtree(str(target))
        self.init_assignment(assignment, student)
        self._init_preprocessors()
        target.mkdir(parents=True, exist_ok=True)
        futures, notebooks = {}, []
        for file in self.notebooks:
            resources = self.init_single_notebook_resources(file)
            _, resources = self.exporter.from_filename(file, resources, write=False)
            sanitised = resources[_OURS]
            notebooks.append(sanitised)
            mode = Mode(self.config.get("Evaluate", {}).get("sandbox", Mode.REQUIRED))
            asked = work_of(sanitised, assignment, target, self.config, mode)
            futures[resources["unique_key"]] = self.executor.submit(work, asked)
        self._settle()
        return [_Waiting(student, self.notebooks, notebooks, digest, futures)]

    def _save(self, waiting: _Waiting) -> None:
        assignment, student = self.coursedir.assignment_id, waiting.student
        with self._kept_apart(student):
            self._use.ready = {name: each.result() for name, each in waiting.futures.items()}
            self._sanitizing = False
            self._init_preprocessors()
            target = Path(self._format_dest(assignment, student))
            try:
                self.notebooks = waiting.notebooks
                for file, sanitised in zip(waiting.notebooks, waiting.sanitised, strict=True):
                    resources = self.init_single_notebook_resources(str(target / Path(file).name))
                    output, resources = self.exporter.from_notebook_node(sanitised, resources)
                    self.write_single_notebook(output, resources)
            finally:
                self._sanitizing = True
            self._settle()
            self.set_permissions(assignment, student)
            for name, worked in self._use.ready.items():
                if worked.trouble:
                    self.log.warning("the code of %s stopped: %s", name, worked.trouble)
            results = {name: worked.results for name, worked in self._use.ready.items()}
            graded = Graded(student, results=results)
            _write_receipt(target, waiting.digest, graded)
            self.tell(graded)


def _digest(folder: Path, assignment: str) -> str:
    """Give a checksum of all that the grades of a submission depend on."""
    released = Path("source") / assignment
    files = [*folder.rglob("*"), key_of(assignment), *released.glob("*.ipynb")]
    digest = hashlib.sha256(__version__.encode())
    for file in sorted(file for file in files if file.is_file() and not file.is_symlink()):
        digest.update(f"\0{file}\0".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _receipt(target: Path) -> str:
    try:
        said = json.loads((target / RECEIPT).read_text(encoding="utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(said)


def _write_receipt(target: Path, digest: str, graded: Graded) -> None:
    # Written last: a submission without it was interrupted, and is graded again.
    results = {
        notebook: {name: result.to_json() for name, result in found.items()}
        for notebook, found in (graded.results or {}).items()
    }
    (target / RECEIPT).unlink(missing_ok=True)
    (target / RECEIPT).write_text(
        json.dumps({"digest": digest, "results": results}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )


def _why(error: Exception, assignment: str) -> str:
    if isinstance(error, (ContentError, SandboxError)):
        return str(error)
    if isinstance(error, NbGraderException):
        return f"Fant ingen arbeidsbok som heter «{assignment}.ipynb»."
    if isinstance(error, (BrokenExecutor, CancelledError)):
        return "Prosessen som vurderte besvarelsen, ble borte. Kjør kommandoen igjen."
    return f"Besvarelsen kunne ikke vurderes ({type(error).__name__}). Mer står i loggen."


@contextlib.contextmanager
def _one_gradebook() -> Iterator[Callable[[], None]]:
    """Let all openings of the gradebook share one session; gives what writes to it.

    nbgrader opens it nine times for a submission, looks over every table each time, and waits for
    the disk after each cell. Here one submission is one write, whole or not at all.
    """
    make, close = api.Gradebook.__init__, api.Gradebook.close
    opened: dict[str, Any] = {}
    courses: set[tuple[str, str]] = set()

    def shared(
        self: Any, db_url: str, course_id: str = "default_course", authenticator: Any = None
    ) -> None:
        if db_url not in opened:
            make(self, db_url, course_id, authenticator)
            self.db.commit = self.db.flush
            opened[db_url] = self
        else:
            vars(self).update(vars(opened[db_url]) | {"course_id": course_id})
            if (db_url, course_id) not in courses:
                self.check_course(course_id)
        courses.add((db_url, course_id))

    def settle() -> None:
        for gradebook in opened.values():
            try:
                gradebook.db().commit()
            except Exception:
                gradebook.db.rollback()
                raise

    api.Gradebook.__init__, api.Gradebook.close = shared, lambda _self: None
    try:
        yield settle
    finally:
        api.Gradebook.__init__, api.Gradebook.close = make, close
        for gradebook in opened.values():
            gradebook.close()


def grade_class(
    root: Path,
    assignment: str,
    tell: Callable[[Graded], None],
    *,
    anew: bool = False,
    executor: Executor | None = None,
    mode: Mode = Mode.REQUIRED,
    say: Callable[[str], None] = lambda _: None,
) -> list[Graded]:
    """Grade all that is handed in of an assignment.

    Parameters
    ----------
    root : the course folder, with ``nbgrader_config.py``
    tell : told how each submission went, as it goes
    anew : grade also what is unchanged since it was graded
    executor : where submissions are evaluated, else in processes on this machine
    mode : how firmly a closed room is asked for, where there is code to run
    say : told which layers close that room

    Raises
    ------
    CourseError
        If the class cannot be graded at all.
    """
    root = root.resolve()
    course = CourseDirectory(config=_config(root, assignment))
    config = course.config
    config.Evaluate.sandbox = mode.value
    code = _look_over(course, root, assignment)
    graded: list[Graded] = []

    def told(how: Graded) -> None:
        graded.append(how)
        tell(how)

    with (
        warnings.catch_warnings(),
        # The caller's own executor is the caller's to close.
        contextlib.nullcontext(executor)
        if executor
        else _processes(root, mode if code else None) as pool,
        _one_gradebook() as settle,
        _log_in(root / "vurdering" / f"{assignment}.log") as log,
    ):
        # nbgrader's and SQLAlchemy's words to each other are nothing a grader can act on.
        warnings.simplefilter("ignore")
        if code:
            try:
                say(pool.submit(look_over, mode).result().sentence())
            except SandboxError as error:
                raise CourseError(str(error)) from error
        for folder in _without_notebook(root, assignment):
            told(Graded(folder, f"Besvarelsen har ingen arbeidsbok («{assignment}.ipynb»)."))
        converter = Grading(
            course,
            executor=pool,
            tell=told,
            anew=anew,
            settle=settle,
            config=config,
            log=log,
        )
        try:
            converter.start()
        except NbGraderException as error:
            if not graded:
                raise CourseError(
                    f"Det ligger ingen besvarelser av «{assignment}» i «submitted»."
                ) from error
    return graded


def _config(root: Path, assignment: str) -> Config:
    try:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    except ConfigFileNotFound as error:
        raise CourseError(
            f"Mappen «{root}» er ikke et nbgrader-kurs: «nbgrader_config.py» mangler. Gå til "
            "kursmappen, eller oppgi den med --mappe."
        ) from error
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = assignment
    return config


def _look_over(course: CourseDirectory, root: Path, assignment: str) -> bool:
    """See that the class can be graded; gives whether there is code to run."""
    key = root / key_of(assignment)
    if not key.is_file():
        names = ", ".join(sorted(file.stem for file in key.parent.glob("*.toml"))) or "ingen"
        raise CourseError(f"Det finnes ingen fasit for «{assignment}». Det finnes: {names}.")
    try:
        read_key(key)
    except ContentError as error:
        raise CourseError(str(error)) from error
    with api.Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            found = gradebook.find_assignment(assignment)
            return any(
                cell["cell_type"] == "code" and _is_test(NotebookNode(cell))
                for notebook in found.notebooks
                for cell in _as_cells(_released(notebook))
            )
        except api.MissingEntry as error:
            raise CourseError(
                f"«{assignment}» står ikke i karakterboken ennå. Kjør først "
                f"«nbgrader generate_assignment {assignment}»."
            ) from error


def _as_cells(released: Mapping[str, _Cell]) -> Iterator[NotebookNode]:
    for cell in released.values():
        metadata = {"nbgrader": cell.metadata}
        yield NotebookNode(
            cell_type=cell.kind, source=cell.source, metadata=nbformat.from_dict(metadata)
        )


def _without_notebook(root: Path, assignment: str) -> list[str]:
    return sorted(
        folder.parent.name
        for folder in (root / "submitted").glob(f"*/{assignment}")
        if folder.is_dir() and not any(folder.glob("*.ipynb"))
    )


@contextlib.contextmanager
def _processes(course: Path, mode: Mode | None) -> Iterator[Executor]:
    """Give processes on this machine: one, or one a processor where there is code to run."""
    room = None
    if mode:
        try:
            room = open_room(mode, course)  # before they are made, so that they have it together
        except SandboxError as error:
            raise CourseError(str(error)) from error
    # A copy of this process has the imports done; elsewhere each does them for itself.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    # Where submissions are not apart they share one limit on processes: then they are run one by
    # one, or a fork bomb would take another's points.
    together = mode and (room is None or room.found.apart)
    workers = (os.cpu_count() or 1) if together else 1
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        close_rooms()  # and so what is still running
        pool.shutdown()


@contextlib.contextmanager
def _log_in(file: Path) -> Iterator[logging.Logger]:
    file.parent.mkdir(exist_ok=True)
    log = logging.Logger("helseledelse.grading", logging.INFO)  # noqa: LOG001  one for each run
    handler = logging.FileHandler(file, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()
