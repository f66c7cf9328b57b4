"""The one place that knows nbgrader: its gradebook, its commands and its order of work are kept.

nbgrader's sanitise pass and grade pass run with preprocessors of ours. `Evaluate` stands where
nbgrader would start a kernel, so nothing a participant wrote is run, by nbgrader's own command
either. `Grading` does the same work in three stages: sanitise (database), evaluate (no database,
through an executor), save (one writer).
"""

import contextlib
import functools
import hashlib
import json
import logging
import re
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import api, utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    NbGraderPreprocessor,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from helseledelse import __version__
from helseledelse.answers.store import MIRROR
from helseledelse.exercises.reader import ContentError
from helseledelse.exercises.text import html
from helseledelse.exercises.workbook import ExerciseCall, parse_call
from helseledelse.grading.verdicts import (
    LARGEST,
    File,
    Handed,
    Result,
    State,
    Task,
    code_cell,
    evaluate,
    literal,
    read_key,
    silence,
    written,
)

ANSWERS = "svar.json"
RECEIPT = "vurdering.json"
STUB = "Svaret fra arbeidsboken settes inn her når besvarelsen vurderes."
_OURS = "helseledelse"
_AHEAD = 16  # sanitised and waiting: enough to keep an executor busy, little to do again if killed
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


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


class FeedbackExporter(HTMLExporter):
    """nbgrader's feedback, without the script it fetches from elsewhere."""

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        page, kept = super().from_notebook_node(nb, resources, **kw)
        return re.sub(r"<script[^>]*\bsrc=[^>]*>\s*</script>", "", page), kept


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

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        with api.Gradebook(names["db_url"]) as gradebook:
            released = gradebook.find_notebook(names["notebook"], names["assignment"])
            cells = _released(released)
        nb.cells = _restored(list(nb.cells), cells)
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
    new = new_code_cell if released.kind == "code" else new_markdown_cell
    identity = {"id": name} if _ID.fullmatch(name) else {}
    cell = new(source, metadata={"nbgrader": dict(released.metadata)}, **identity)
    return NotebookNode(cell)


def _theirs(cell: NotebookNode, name: str) -> NotebookNode:
    if cell.cell_type == "code":
        return NotebookNode(new_code_cell(cell.source, id=name))
    return NotebookNode(new_markdown_cell(literal(cell.source), id=name))


class InjectAnswers(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Writes free-text answers into the cells that a person grades, as words and nothing else."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        key = read_key(key_of(resources["nbgrader"]["assignment"]))
        handed = Handed.from_json(nb.metadata[_OURS])
        for cell in nb.cells:
            if cell.cell_type != "markdown" or not utils.is_solution(cell):
                continue
            name = _grade_id(cell)
            stub = utils.compute_checksum(cell) == cell.metadata.nbgrader["checksum"]
            parts = [] if stub else [literal(cell.source)]
            if name in key:
                parts += _free_text(handed, name, key[name])
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


class Evaluate(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Stands where nbgrader runs the notebook: gives every graded cell its result, runs nothing."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        results = self.results(nb, resources)
        for cell in nb.cells:
            if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
                continue
            name = _grade_id(cell)
            result = results.get(name) or code_cell(name, float(cell.metadata.nbgrader["points"]))
            cell.outputs = [_output(result)]
            cell.metadata[_OURS] = {"for_a_human": result.for_a_human}
        nb.metadata.pop(_OURS, None)
        return nb, resources

    def results(self, nb: NotebookNode, resources: dict[str, Any]) -> Mapping[str, Result]:
        return evaluate(task_of(nb, resources["nbgrader"]["assignment"]))


class UseResult(Evaluate):
    """Takes the results that the executor has given."""

    ready: Mapping[str, Mapping[str, Result]] = {}

    def results(
        self,
        nb: NotebookNode,  # noqa: ARG002  evaluated before
        resources: dict[str, Any],
    ) -> Mapping[str, Result]:
        return self.ready[resources["nbgrader"]["notebook"]]


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
    return Task(key_of(assignment), Handed.from_json(nb["metadata"][_OURS]), points)


def _output(result: Result) -> NotebookNode:
    """Give the output that nbgrader reads the points from, and a person the reason."""
    shown = f"**{result.standing}.** {result.sentence}"
    said = f"\n\nSvaret: {literal(result.said)}" if result.said else ""
    # `html` shows HTML in its text as text, so the signs that `literal` wrote are put back.
    page = html(shown + said).replace("&amp;#", "&#")
    data = {"text/plain": repr(float(result.points)), "text/html": page}
    return NotebookNode(new_output("execute_result", data=data, execution_count=None))


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's own, and in addition: what a person must see is marked so, and in bokmål."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if cell.metadata.pop(_OURS, {}).get("for_a_human"):
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
            comment.auto_comment = "Ikke besvart."
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
    config.ClearSolutions.text_stub = STUB
    config.ZipCollectApp.extractor_plugin_class = "nbgrader.plugins.zipcollect.ExtractorPlugin"
    config.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json"]


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


@dataclass(frozen=True)
class _Waiting:
    student: str
    notebooks: list[str]
    digest: str
    futures: Mapping[str, "Future[dict[str, Result]]"]


class Grading(Autograde):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's autograding in three stages, where one bad submission never touches another.

    Parameters
    ----------
    executor : where submissions are evaluated
    tell : told how each submission went, as it goes
    anew : grade also what is unchanged since it was graded
    """

    def __init__(
        self,
        coursedir: CourseDirectory,
        *,
        executor: Executor,
        tell: Callable[[Graded], None],
        anew: bool = False,
        **traits: Any,
    ) -> None:
        super().__init__(coursedir=coursedir, **traits)
        self.executor, self.tell, self.anew = executor, tell, anew
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
        futures = {}
        for file in self.notebooks:
            resources = self.init_single_notebook_resources(file)
            output, resources = self.exporter.from_filename(file, resources=resources)
            self.write_single_notebook(output, resources)
            task = task_of(json.loads(output), assignment)
            futures[resources["unique_key"]] = self.executor.submit(evaluate, task)
        return [_Waiting(student, self.notebooks, digest, futures)]

    def _save(self, waiting: _Waiting) -> None:
        assignment, student = self.coursedir.assignment_id, waiting.student
        with self._kept_apart(student):
            self._use.ready = {name: each.result() for name, each in waiting.futures.items()}
            self._sanitizing = False
            self._init_preprocessors()
            target = Path(self._format_dest(assignment, student))
            try:
                for file in waiting.notebooks:
                    self.notebooks = waiting.notebooks
                    BaseConverter.convert_single_notebook(self, str(target / Path(file).name))
            finally:
                self._sanitizing = True
            self.set_permissions(assignment, student)
            graded = Graded(student, results=self._use.ready)
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
    if isinstance(error, ContentError):
        return str(error)
    if isinstance(error, NbGraderException):
        return f"Fant ingen arbeidsbok som heter «{assignment}.ipynb»."
    return f"Besvarelsen kunne ikke vurderes ({type(error).__name__}). Mer står i loggen."


@contextlib.contextmanager
def _one_engine() -> Iterator[None]:
    """Let all openings of the gradebook share an engine, and with it the compiled statements.

    nbgrader opens it nine times for a submission and makes an engine each time.
    """
    make = api.create_engine
    api.create_engine = functools.lru_cache(make)
    try:
        yield
    finally:
        api.create_engine = make


def grade_class(
    root: Path,
    assignment: str,
    tell: Callable[[Graded], None],
    *,
    anew: bool = False,
    executor: Executor | None = None,
) -> list[Graded]:
    """Grade all that is handed in of an assignment.

    Parameters
    ----------
    root : the course folder, with ``nbgrader_config.py``
    tell : told how each submission went, as it goes
    anew : grade also what is unchanged since it was graded
    executor : where submissions are evaluated, else here

    Raises
    ------
    CourseError
        If the class cannot be graded at all.
    """
    root = root.resolve()
    course = CourseDirectory(config=_config(root, assignment))
    _look_over(course, root, assignment)
    graded: list[Graded] = []

    def told(how: Graded) -> None:
        graded.append(how)
        tell(how)

    for folder in _without_notebook(root, assignment):
        told(Graded(folder, f"Besvarelsen har ingen arbeidsbok («{assignment}.ipynb»)."))
    with (
        # The caller's own executor is the caller's to close.
        contextlib.nullcontext(executor) if executor else ThreadPoolExecutor(1) as pool,
        _one_engine(),
        _log_in(root / "vurdering" / f"{assignment}.log") as log,
        warnings.catch_warnings(),
    ):
        # nbgrader's and SQLAlchemy's words to each other are nothing a grader can act on.
        warnings.simplefilter("ignore")
        converter = Grading(
            course, executor=pool, tell=told, anew=anew, config=course.config, log=log
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


def _look_over(course: CourseDirectory, root: Path, assignment: str) -> None:
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
            gradebook.find_assignment(assignment)
        except api.MissingEntry as error:
            raise CourseError(
                f"«{assignment}» står ikke i karakterboken ennå. Kjør først "
                f"«nbgrader generate_assignment {assignment}»."
            ) from error


def _without_notebook(root: Path, assignment: str) -> list[str]:
    return sorted(
        folder.parent.name
        for folder in (root / "submitted").glob(f"*/{assignment}")
        if folder.is_dir() and not any(folder.glob("*.ipynb"))
    )


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
