"""Puts the check together: content, notebooks, programmes, the models that prove the keys.

For authors, as ``helseledelse check``; a participant's machine never runs a proof.
"""

import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path
from typing import Any

from helseledelse import models
from helseledelse.exercises import lint
from helseledelse.exercises.bank import CONTENT
from helseledelse.exercises.lint import Finding
from helseledelse.exercises.normal_form import dumps, normalise
from helseledelse.exercises.programmes import read_programmes
from helseledelse.exercises.proof import prove
from helseledelse.exercises.reader import ContentError
from helseledelse.exercises.workbook import ExplorerCall, read_notebook

__all__ = ["Finding", "main", "proof_names", "run_lint", "write_normal_form"]


def proof_names() -> dict[str, Any]:
    """Give what a proof may use: the functions of all models by their names, and their modules.

    A function whose name stands in two modules is reached through its module only; one named
    as its module is the function.
    """
    modules = {
        found.name: import_module(f"{models.__name__}.{found.name}")
        for found in pkgutil.iter_modules(models.__path__)
        if not found.name.startswith("_")
    }
    by_name: dict[str, Any] = {}
    twice: set[str] = set()
    for module in modules.values():
        for name, value in vars(module).items():
            ours = (isfunction(value) or isclass(value)) and value.__module__ == module.__name__
            if ours and not name.startswith("_"):
                if name in by_name:
                    twice.add(name)
                by_name[name] = value
    return modules | {name: value for name, value in by_name.items() if name not in twice}


def explorer_problem(call: ExplorerCall) -> str:
    """Say what an explorer has against a call of it, "" for nothing."""
    from helseledelse.explorers import explorer
    from helseledelse.explorers.base import SettingError

    try:
        explorer(call.name).settings(call.settings)
    except SettingError as error:
        return str(error)
    return ""


def _workbooks() -> Path:
    installed = CONTENT.parent / "workbooks"
    return installed if installed.is_dir() else CONTENT.parents[2] / "workbooks"


def run_lint(content: Path = CONTENT, workbooks: Path | None = None) -> list[Finding]:
    """Check all content and every notebook.

    Parameters
    ----------
    content : the folder of content files
    workbooks : the folder of notebooks, ours where left out
    """
    books = workbooks or _workbooks()
    samlinger: list[str] = []
    findings: list[Finding] = []
    try:
        programmes = read_programmes(content / "programmes.toml")
        samlinger = [samling.id for each in programmes for samling in each.samlinger]
    except ContentError as error:
        findings.append(Finding("programmes.toml", str(error)))
    files = [path for path in content.glob("*.toml") if path.name != "programmes.toml"]
    bank, places, wrong = lint.read_content(files)
    findings += wrong
    names = proof_names()
    for exercise in bank.values():
        place = f"{places[exercise.id]} [{exercise.id}]"
        findings += lint.exercise_findings(exercise, place)
        if sentence := prove(exercise, names):
            findings.append(Finding(place, sentence))
    read = []
    for path in notebooks(books):
        said, book = lint.notebook_findings(
            path, exercises=bank, samlinger=samlinger, explorer_problem=explorer_problem
        )
        findings += said
        read += [book] if book else []
    return findings + lint.unused(places, read)


def notebooks(folder: Path) -> list[Path]:
    """Give the notebooks of a folder, without the copies that Jupyter keeps."""
    return sorted(
        path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
    )


def write_normal_form(folder: Path | None = None) -> list[Path]:
    """Write every notebook of a folder in normal form, and give those that changed.

    Raises
    ------
    ContentError
        If one of them is damaged; it is left as it is.
    """
    changed = []
    for path in notebooks(folder or _workbooks()):
        written = dumps(normalise(read_notebook(path)))
        if written != path.read_text(encoding="utf-8"):
            path.write_text(written, encoding="utf-8")
            changed.append(path)
    return changed


def main(arguments: Sequence[str] = ()) -> int:
    """Say what is to be put right; ``--rett`` first writes the notebooks in normal form.

    Returns
    -------
    int
        0 where there is nothing to put right, otherwise 1.
    """
    say = sys.stdout.write
    try:
        if "--rett" in arguments:
            for path in write_normal_form():
                say(f"{path.name} er skrevet i normalform.\n")
    except ContentError as error:
        say(f"{error}\n")
        return 1
    findings = run_lint()
    for finding in findings:
        say(f"{finding}\n")
    if not findings:
        say("Alt er i orden: oppgavene, fasitene og arbeidsbøkene.\n")
    else:
        count = "Én ting" if len(findings) == 1 else f"{len(findings)} ting"
        say(f"{count} å rette.\n")
    return 1 if findings else 0
