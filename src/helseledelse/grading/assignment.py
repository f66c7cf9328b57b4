"""Builds what is released of an assignment, from its key and the text around it.

For authors: ``python -m helseledelse.grading.assignment assignments``. The key stays where it is;
the notebook names the exercises, and ``oppgaver.json`` holds what may be seen before answering.
The text around an exam is the exam itself, whose criteria become the cells an examiner marks.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helseledelse.exercises.bank import Bank, read_bank
from helseledelse.exercises.face import FACES
from helseledelse.exercises.normal_form import dumps
from helseledelse.exercises.reader import Table, read_toml
from helseledelse.exercises.text import Text
from helseledelse.grading.rubric import GRADES, Exam, read_exam, task_markdown

IMPORTS = "from helseledelse import exercise"
_FOR_A_HUMAN = ("form", "reflection", "plan")
_LANGUAGES = ("nb", "nn")
_Cell = dict[str, Any]

_ANSWER = "### Svaret ditt til sensor\n\nDet du leverer, settes inn her når besvarelsen vurderes."
_HAND_IN = Text(
    """## Slik leverer du

Skriv i feltene under, eller lever et dokument i Word eller PDF på siden «Arbeidskrav». Velg det som
passer deg best: teksten i feltene og dokumentet leses likt. Er det levert et dokument, kan feltene
stå tomme.""",
    """### Slik leverer du (nynorsk)

Skriv i felta under, eller lever eit dokument i Word eller PDF på sida «Arbeidskrav». Vel det som
passar deg best: teksten i felta og dokumentet blir lesne likt. Er det levert eit dokument, kan
felta stå tomme.""",
)
_MARKS = Text(
    """## Vurdering

Her fører sensor vurderingen, ett felt for hvert kriterium. Du skal ikke skrive her.""",
    """Her fører sensor vurderinga, eitt felt for kvart kriterium. Du skal ikkje skrive her.""",
)


def build(root: Path, assignment: str) -> dict[Path, str]:
    """Give the files that are released, by their place in the course folder.

    Raises
    ------
    ContentError
        If key or text is wrong.
    """
    key = read_bank(root / "key" / f"{assignment}.toml")
    exam = root / "exam" / f"{assignment}.toml"
    if exam.is_file():
        return _released(assignment, *_exam(read_exam(exam), key))
    return _released(assignment, *_coursework(root / "text" / f"{assignment}.toml", key))


def _coursework(file: Path, key: Bank) -> tuple[list[_Cell], dict[str, Any]]:
    """Give the cells of an assignment and what its ``oppgaver.json`` holds."""
    table = Table(read_toml(file), name=file.stem, file=file.name, noun="oppgavesett")
    title, introduction = table.text("title"), table.text("introduction")
    human = table.text("human").nb
    deadline = table.moment("deadline")
    each = table.table("points")
    points = {name: each.number(name, minimum=0.5) for name in key}
    table.finish()
    cells = [
        _locked(f"{file.stem}-innledning", f"# {title.nb}\n\n{introduction.nb}"),
        # A notebook has one text for all, so the two languages stand one after the other.
        *(
            [_locked(f"{file.stem}-nynorsk", f"## {title.nn} (nynorsk)\n\n{introduction.nn}")]
            if title.nn and introduction.nn
            else []
        ),
        _imports(f"{file.stem}-hent"),
        *(
            cell
            for number, name in enumerate(key, start=1)
            for cell in _exercise(key, name, number, points[name], human)
        ),
    ]
    return cells, faces(key) | _due(deadline)


def _exam(exam: Exam, key: Bank) -> tuple[list[_Cell], dict[str, Any]]:
    """Give the same of an exam: one place to write, and one cell to mark for each criterion."""
    name = exam.name
    nynorsk = task_markdown(exam, "nn").replace("\n", " (nynorsk)\n", 1).replace("\n##", "\n###")
    cells = [
        _locked(f"{name}-innledning", task_markdown(exam, "nb")),
        _locked(f"{name}-nynorsk", f"#{nynorsk}"),
        _locked(f"{name}-levere", _both(_HAND_IN)),
        _imports(f"{name}-hent"),
        *(
            cell
            for exercise in key
            for cell in (
                marked_cell("code", f"{exercise}-oppgave", f'exercise("{exercise}")', locked=True),
                _locked(exercise, _ANSWER),
            )
        ),
        _locked(f"{name}-vurdering", _both(_MARKS)),
        *(
            marked_cell(
                "markdown",
                f"{name}-{part.id}",
                f"### {part.label.nb}\n\n{_said(part.label.nn)}{part.weight} %",
                task=True,
                locked=True,
                points=part.weight,
            )
            for part in exam.criteria
        ),
    ]
    shown = {
        language: {each: face | {"minutes": 60 * exam.workload} for each, face in by_id.items()}
        for language, by_id in faces(key).items()
    }
    return cells, shown | {"dokument": True} | _due(exam.deadline)


def _both(text: Text) -> str:
    return f"{text.nb}\n\n{text.nn}"


def _said(nynorsk: str) -> str:
    return f"{nynorsk} (nynorsk). " if nynorsk else ""


def _due(deadline: str) -> dict[str, str]:
    return {"frist": deadline} if deadline else {}


def _released(
    assignment: str, cells: Sequence[_Cell], beside: Mapping[str, Any]
) -> dict[Path, str]:
    folder = Path("source") / assignment
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return {
        folder / f"{assignment}.ipynb": dumps(notebook),
        folder / FACES: json.dumps(beside, ensure_ascii=False, indent=1) + "\n",
    }


def faces(key: Bank) -> dict[str, dict[str, Any]]:
    """Give what may be seen of every exercise, by language and id: never the key.

    Hints and the solution stay with the key, so there is nothing to ask for.
    """
    shut = {"hints": 0, "has_solution": False}
    return {
        language: {name: exercise.to(language).public() | shut for name, exercise in key.items()}
        for language in _LANGUAGES
    }


def _exercise(key: Bank, name: str, number: int, points: float, human: str) -> Sequence[_Cell]:
    heading = _locked(f"{name}-tittel", f"## {number}. {key[name].title.nb}")
    call = f'exercise("{name}")'
    if key[name].kind not in _FOR_A_HUMAN:
        return [heading, marked_cell("code", name, call, grade=True, locked=True, points=points)]
    return [
        heading,
        marked_cell("code", f"{name}-oppgave", call, locked=True),
        marked_cell("markdown", name, human, grade=True, solution=True, points=points),
    ]


def _locked(name: str, source: str) -> _Cell:
    return marked_cell("markdown", name, source, locked=True)


def _imports(name: str) -> _Cell:
    return marked_cell("code", name, IMPORTS, locked=True)


def marked_cell(
    kind: str,
    name: str,
    source: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    task: bool = False,
    points: float | None = None,
) -> _Cell:
    """Give a cell as nbgrader reads it; `points` are those that it can be given, if any."""
    ours: Mapping[str, Any] = {
        "grade": grade,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": task,
        **({} if points is None else {"points": points}),
    }
    cell: _Cell = {
        "cell_type": kind,
        "id": name,
        "metadata": {"nbgrader": ours},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell["metadata"] |= {"jupyter": {"source_hidden": True}}
        cell |= {"execution_count": None, "outputs": []}
    return cell


def write(root: Path) -> list[Path]:
    """Write what is released of every assignment of a course; gives the files that changed."""
    changed = []
    texts = [*(root / "text").glob("*.toml"), *(root / "exam").glob("*.toml")]
    for name in sorted(text.stem for text in texts if text.stem != GRADES):
        for place, content in build(root, name).items():
            file = root / place
            if not file.exists() or file.read_text(encoding="utf-8") != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8", newline="\n")
                changed.append(file)
    return changed


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        sys.stdout.write(f"{written}\n")
