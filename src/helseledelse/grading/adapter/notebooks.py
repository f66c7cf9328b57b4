"""What was handed in, put together anew before it is evaluated (nbgrader's sanitise pass)."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.preprocessors import NbGraderPreprocessor

from helseledelse.answers import attached
from helseledelse.answers.store import ANSWERS, MIRROR
from helseledelse.exercises.workbook import ExerciseCall, parse_call
from helseledelse.grading.verdicts import (
    LARGEST,
    File,
    Handed,
    State,
    literal,
    read_key,
    silence,
    written,
)

STUB = "Svaret fra arbeidsboken settes inn her når besvarelsen vurderes."
NOTHING = "Ikke besvart: verken tekst eller dokument er levert."
OURS = "helseledelse"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def key_of(assignment: str) -> Path:
    """Give the key of an assignment; nbgrader stands in the course folder while it works."""
    return Path("key") / f"{assignment}.toml"


class ReadMirror(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Takes up the answers, from ``svar.json`` and from the copies in the cells' outputs."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        unreadable = nb.metadata.get(OURS) == {"unreadable": True}
        handed = Handed.gather(_side(Path(resources["metadata"]["path"])), mirrors(nb))
        if unreadable and handed.file is File.MISSING:
            handed = replace(handed, file=File.NOTEBOOK)
        # Only ours: a participant's own words in the metadata reach neither kernel nor page.
        nb.metadata = NotebookNode({OURS: handed.to_json()})
        return nb, resources


def _side(folder: Path) -> bytes | None:
    file = folder / ANSWERS
    # A link could point at somebody else's answers.
    if file.is_symlink() or not file.is_file():
        return None
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def mirrors(nb: NotebookNode) -> Iterator[object]:
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
        self._known: dict[tuple[str, str, str], Mapping[str, ReleasedCell]] = {}

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        name = (names["db_url"], names["assignment"], names["notebook"])
        if name not in self._known:
            with api.Gradebook(names["db_url"]) as gradebook:
                released = gradebook.find_notebook(names["notebook"], names["assignment"])
                self._known[name] = released_cells(released)
        nb.cells = _restored(list(nb.cells), self._known[name])
        nb.nbformat, nb.nbformat_minor = 4, 5
        return nb, resources


@dataclass(frozen=True)
class ReleasedCell:
    """A released cell as the gradebook has it."""

    kind: str
    source: str
    locked: bool
    metadata: dict[str, Any]


def released_cells(notebook: Any) -> dict[str, ReleasedCell]:
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    graded = {cell.name for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return {
        cell.name: ReleasedCell(
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


def _restored(
    handed: list[NotebookNode], released: Mapping[str, ReleasedCell]
) -> list[NotebookNode]:
    chosen: dict[str, int] = {}
    for number, cell in enumerate(handed):
        name = grade_id(cell)
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
            places = [grade_id(each) for each in cells]
            cells.insert(places.index(before) + 1 if before else 0, _ours(name, missing, None))
        before = name
    return cells


def grade_id(cell: NotebookNode) -> str:
    ours = cell.metadata.get("nbgrader")
    name = ours.get("grade_id") if isinstance(ours, dict) else None
    return name if isinstance(name, str) else ""


def is_test(cell: NotebookNode) -> bool:
    """Whether it is a graded cell that a participant's code must be run for."""
    graded = cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)
    return bool(graded and not is_exercise(cell))


def is_exercise(cell: NotebookNode) -> bool:
    return parse_call(cell.source) == ExerciseCall(grade_id(cell))


def _ours(name: str, released: ReleasedCell, handed: NotebookNode | None) -> NotebookNode:
    source = released.source if handed is None or released.locked else handed.source
    identity = name if _ID.fullmatch(name) else secrets.token_hex(4)
    return new_cell(released.kind, source, identity, {"nbgrader": dict(released.metadata)})


def _theirs(cell: NotebookNode, name: str) -> NotebookNode:
    if cell.cell_type == "code":
        return new_cell("code", cell.source, name, {})
    return new_cell("markdown", literal(cell.source), name, {})


def new_cell(kind: str, source: str, identity: str, metadata: dict[str, Any]) -> NotebookNode:
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
        handed = Handed.from_json(nb.metadata[OURS])
        for cell in nb.cells:
            name = grade_id(cell)
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
