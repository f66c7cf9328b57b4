"""A class graded in three stages, through an executor."""

import contextlib
import hashlib
import json
import logging
import multiprocessing
import os
import re
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from helseledelse import __version__
from helseledelse.exercises.reader import ContentError
from helseledelse.grading.adapter.evaluation import (
    Evaluate,
    UseResult,
    Worked,
    work,
    work_of,
)
from helseledelse.grading.adapter.gradebook import one_gradebook
from helseledelse.grading.adapter.notebooks import (
    OURS,
    ReleasedCell,
    is_test,
    key_of,
    released_cells,
)
from helseledelse.grading.sandbox import (
    Mode,
    SandboxError,
    close_rooms,
    end_with_parent,
    look_over,
    open_room,
)
from helseledelse.grading.verdicts import Result, State, read_key

RECEIPT = "vurdering.json"
_AHEAD = 16  # sanitised and waiting: enough to keep an executor busy, little to do again if killed


class CourseError(Exception):
    """The class cannot be graded; the message is a sentence for the grader."""


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
            sanitised = resources[OURS]
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
    course = CourseDirectory(config=config_of(root, assignment))
    config = course.config
    config.Evaluate.sandbox = mode.value
    code = _look_over(course, root, assignment)
    graded: list[Graded] = []

    def told(how: Graded) -> None:
        graded.append(how)
        if how.sentence:
            log.error("%s: %s", how.student, how.sentence)
        tell(how)

    with (
        warnings.catch_warnings(),
        # The caller's own executor is the caller's to close.
        contextlib.nullcontext(executor)
        if executor
        else processes(root, mode if code else None) as pool,
        one_gradebook() as settle,
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


def config_of(root: Path, assignment: str) -> Config:
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
                cell["cell_type"] == "code" and is_test(NotebookNode(cell))
                for notebook in found.notebooks
                for cell in _as_cells(released_cells(notebook))
            )
        except api.MissingEntry as error:
            raise CourseError(
                f"«{assignment}» står ikke i karakterboken ennå. Kjør først "
                f"«nbgrader generate_assignment {assignment}»."
            ) from error


def _as_cells(released: Mapping[str, ReleasedCell]) -> Iterator[NotebookNode]:
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
def processes(course: Path, mode: Mode | None) -> Iterator[Executor]:
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
