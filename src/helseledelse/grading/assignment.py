"""Builds what is released of an assignment, from its key and the text around it.

For authors: ``python -m helseledelse.grading.assignment assignments``. The key stays where it is;
the notebook names the exercises, and ``oppgaver.json`` holds what may be seen before answering.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from helseledelse.exercises.bank import Bank, read_bank
from helseledelse.exercises.normal_form import dumps
from helseledelse.exercises.reader import Table, read_toml

FACES = "oppgaver.json"
_FOR_A_HUMAN = ("form", "reflection", "plan")
_LANGUAGES = ("nb", "nn")


def build(root: Path, assignment: str) -> dict[Path, str]:
    """Give the files that are released, by their place in the course folder.

    Raises
    ------
    ContentError
        If key or text is wrong.
    """
    key = read_bank(root / "key" / f"{assignment}.toml")
    text = root / "text" / f"{assignment}.toml"
    table = Table(read_toml(text), name=assignment, file=text.name, noun="oppgavesett")
    title, introduction = table.text("title"), table.text("introduction")
    human = table.text("human").nb
    deadline = _deadline(table)
    each = table.table("points")
    points = {name: each.number(name, minimum=0.5) for name in key}
    table.finish()
    folder = Path("source") / assignment
    cells = [
        _locked(f"{assignment}-innledning", f"# {title.nb}\n\n{introduction.nb}"),
        # A notebook has one text for all, so the two languages stand one after the other.
        *(
            [_locked(f"{assignment}-nynorsk", f"## {title.nn} (nynorsk)\n\n{introduction.nn}")]
            if title.nn and introduction.nn
            else []
        ),
        _imports(f"{assignment}-hent"),
        *(
            cell
            for number, name in enumerate(key, start=1)
            for cell in _exercise(key, name, number, points[name], human)
        ),
    ]
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
        folder / FACES: json.dumps(faces(key) | deadline, ensure_ascii=False, indent=1) + "\n",
    }


def _deadline(table: Table) -> dict[str, Any]:
    """Give the deadline that the text states, as ``oppgaver.json`` has it, or nothing.

    The offset is asked for, because the participants' server may keep another time than the author.
    """
    if not table.has("deadline"):
        return {}
    said = table.string("deadline")
    try:
        aware = datetime.fromisoformat(said).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise table.fail(
            "«deadline» er fristen for å levere, med dato, klokkeslett og avstand til UTC, som "
            "«2027-01-15T23:59+01:00»."
        )
    return {"frist": said}


def faces(key: Bank) -> dict[str, dict[str, Any]]:
    """Give what may be seen of every exercise, by language and id: never the key.

    Hints and the solution stay with the key, so there is nothing to ask for.
    """
    shut = {"hints": 0, "has_solution": False}
    return {
        language: {name: exercise.to(language).public() | shut for name, exercise in key.items()}
        for language in _LANGUAGES
    }


def _exercise(
    key: Bank, name: str, number: int, points: float, human: str
) -> Sequence[dict[str, Any]]:
    heading = _locked(f"{name}-tittel", f"## {number}. {key[name].title.nb}")
    call = f'exercise("{name}")'
    if key[name].kind not in _FOR_A_HUMAN:
        return [heading, _cell("code", name, call, grade=True, locked=True, points=points)]
    return [
        heading,
        _cell("code", f"{name}-oppgave", call, locked=True),
        _cell("markdown", name, human, grade=True, solution=True, points=points),
    ]


def _locked(name: str, source: str) -> dict[str, Any]:
    return _cell("markdown", name, source, locked=True)


def _imports(name: str) -> dict[str, Any]:
    return _cell("code", name, "from helseledelse import exercise", locked=True)


def _cell(
    kind: str,
    name: str,
    source: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    ours: Mapping[str, Any] = {
        "grade": grade,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({} if points is None else {"points": points}),
    }
    cell: dict[str, Any] = {
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
    for text in sorted((root / "text").glob("*.toml")):
        for place, content in build(root, text.stem).items():
            file = root / place
            if not file.exists() or file.read_text(encoding="utf-8") != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8", newline="\n")
                changed.append(file)
    return changed


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        sys.stdout.write(f"{written}\n")
