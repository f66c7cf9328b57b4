"""The normal form of the notebooks we keep: nothing of one person, one run or one machine.

Two people who open, run and save a notebook leave the same file, and a participant meets
words and questions, never code.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from helseledelse.exercises.workbook import (
    ExerciseCall,
    ExplorerCall,
    Other,
    ProgressCall,
    parse_call,
    source_of,
)

COMPARED = "nbval-check-output"
"""The tag of a cell whose output is kept, because nbval compares it with a fresh one."""

LINES = 3
"""A cell of ours is hidden, and short enough that nobody wants it shown."""

_NOTEBOOK_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
_HIDDEN = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}}
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def normalise(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Give the notebook in normal form; the one given is left as it is.

    A valid cell id is kept, so that a correction moves no other line; a missing one is made of
    the cell's words, so that it is the same whoever makes it.
    """
    taken: set[str] = set()
    return {
        "cells": [_cell(cell, taken) for cell in notebook["cells"]],
        "metadata": deepcopy(_NOTEBOOK_METADATA),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def dumps(notebook: Mapping[str, Any]) -> str:
    """Write a notebook as the file is kept."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def problems(notebook: Mapping[str, Any]) -> list[str]:
    """Say, for the one who wrote it, where the notebook is not in normal form."""
    found = []
    normal = normalise(notebook)
    if notebook.get("metadata") != normal["metadata"]:
        found.append("Filen har opplysninger om et program eller en maskin i «metadata».")
    if (notebook.get("nbformat"), notebook.get("nbformat_minor")) != (4, 5):
        found.append("Filen er i et eldre eller nyere format enn 4.5.")
    for number, (cell, wanted) in enumerate(
        zip(notebook["cells"], normal["cells"], strict=True), start=1
    ):
        found += [f"Celle {number} {said}" for said in _cell_problems(cell, wanted)]
    if not found and notebook != normal:
        found.append("Filen er skrevet på en annen måte enn normalformen.")
    return found


def _cell_problems(cell: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    said = []
    if wanted["cell_type"] == "code":
        if cell.get("outputs") != wanted["outputs"]:
            said.append(
                "har lagret et resultat. Bare celler merket med " + COMPARED + " skal ha det."
            )
        if cell.get("execution_count") is not None:
            said.append("har et kjøringsnummer.")
        if source_of(cell).strip().count("\n") >= LINES:
            said.append(f"har mer enn {LINES} linjer kode. Legg koden i pakken og kall den herfra.")
        if isinstance(parse_call(source_of(cell)), Other) and COMPARED not in _tags(cell):
            said.append(
                "er ikke ett kall på exercise, explore eller progress med tekst og tall som "
                "argumenter, så siden uten kjerne kan ikke vise den."
            )
        if cell.get("metadata") != wanted["metadata"]:
            said.append("er ikke skjult og låst, eller har andre opplysninger i «metadata».")
    elif cell.get("metadata") != wanted["metadata"]:
        said.append("har opplysninger i «metadata» som ikke hører hjemme der.")
    if cell.get("id") != wanted["id"]:
        said.append("mangler id, eller har samme id som en annen celle.")
    if not said and cell != wanted:
        said.append("er skrevet på en annen måte enn normalformen.")
    return said


def _cell(cell: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    source = source_of(cell).rstrip("\n")
    tags = _tags(cell)
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    normal: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": _free_id(cell, source, taken),
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
    }
    if cell["cell_type"] == "code":
        metadata.update(deepcopy(_HIDDEN))
        kept = cell.get("outputs") or [] if COMPARED in tags else []
        normal |= {"execution_count": None, "outputs": [_output(output) for output in kept]}
    elif cell.get("attachments"):
        normal["attachments"] = deepcopy(dict(cell["attachments"]))
    return normal


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    kept = deepcopy(dict(output))
    if "execution_count" in kept:
        kept["execution_count"] = None
    if "metadata" in kept:
        kept["metadata"] = {}
    return kept


def _tags(cell: Mapping[str, Any]) -> list[str]:
    tags = cell.get("metadata", {}).get("tags", [])
    return sorted({str(tag) for tag in tags}) if isinstance(tags, list) else []


def _free_id(cell: Mapping[str, Any], source: str, taken: set[str]) -> str:
    written = cell.get("id")
    if isinstance(written, str) and _ID.fullmatch(written):
        wanted = written
    else:
        wanted = _called(source) if cell["cell_type"] == "code" else ""
        wanted = wanted or hashlib.sha256(source.encode()).hexdigest()[:8]
    free, number = wanted, 2
    while free in taken:
        free, number = f"{wanted[:60]}-{number}", number + 1
    taken.add(free)
    return free


def _called(source: str) -> str:
    """Give the name that a cell of ours calls, where that can be a cell's id."""
    match parse_call(source):
        case ExerciseCall(name) | ExplorerCall(name) | ProgressCall(name) if _ID.fullmatch(name):
            return name
    return ""
