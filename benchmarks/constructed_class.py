"""A constructed class of 54 hands in to a course folder, ten of them with something wrong.

For whoever tries the walk of a grader (docs/sensor.md), or wants to see what is said of a faulty
submission, after ``nbgrader generate_assignment``:

    python benchmarks/constructed_class.py COURSE ASSIGNMENT
"""

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helseledelse.exercises.bank import Bank, read_bank

SIZE = 54


def _answers(key: Bank, chance: random.Random, at: int) -> dict[str, Any]:
    """Answer most exercises, two of three rightly, with words where words are asked for."""
    answers: dict[str, Any] = {}
    for name, exercise in key.items():
        face = exercise.face()
        response: Any = exercise.key()
        if parts := face.get("boxes" if exercise.kind == "form" else "prompts"):
            said = "Vi begynner i én sone og måler hver måned. " * chance.randint(1, 6)
            response = {part["id"]: said.strip() for part in parts}
        elif exercise.kind == "plan":
            response = {"when": "På mandag", "then": "spør jeg", "with": "Tillitsvalgt", "by": ""}
        elif chance.random() < 1 / 3:
            response = _half(response)
        if chance.random() > 0.05:
            answers[name] = {"response": response, "at": at, "version": 1}
    return {"schema": 1, "answers": answers}


def _half(response: Any) -> Any:
    """Give a response that is not wholly right."""
    if isinstance(response, str):
        return "17"
    return response[:1] if isinstance(response, list) else dict(list(response.items())[:1])


def _notebook(folder: Path) -> Path:
    (file,) = folder.glob("*.ipynb")
    return file


def _cells(folder: Path, change: Callable[[list[Any]], None]) -> None:
    notebook = json.loads(_notebook(folder).read_text(encoding="utf-8"))
    change(notebook["cells"])
    _notebook(folder).write_text(json.dumps(notebook), encoding="utf-8")


def _hostile(folder: Path) -> None:
    file = folder / "svar.json"
    written = file.read_text(encoding="utf-8")
    words = "<script>document.title='TATT'</script> Blåbær"
    file.write_text(written.replace("Vi begynner", words), encoding="utf-8")


def _old(folder: Path) -> None:
    file = folder / "svar.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"version": 1', '"version": 9'))


FAULTS: tuple[Callable[[Path], object], ...] = (
    lambda folder: (folder / "svar.json").unlink(),
    lambda folder: (folder / "svar.json").write_bytes((folder / "svar.json").read_bytes()[:300]),
    lambda folder: _notebook(folder).write_bytes(_notebook(folder).read_bytes()[:500]),
    lambda folder: _notebook(folder).unlink(),
    lambda folder: _cells(folder, lambda cells: cells.extend(json.loads(json.dumps(cells)))),
    lambda folder: _cells(folder, lambda cells: cells.__delitem__(slice(3, None))),
    lambda folder: (folder / "svar.json").write_text('{"schema": 1, "answers": {}}'),
    lambda folder: (folder / "oppgaver.json").unlink(),
    _hostile,
    _old,
)


def hand_in(course: Path, assignment: str, size: int = SIZE) -> list[Path]:
    """Put the class where `nbgrader collect` puts it; gives the folders, the faulty ones first."""
    chance = random.Random(54)  # noqa: S311  a constructed class, the same each time
    key = read_bank(course / "key" / f"{assignment}.toml")
    folders = []
    for number in range(size):
        folder = course / "submitted" / f"deltaker{number + 1:02}" / assignment
        shutil.copytree(course / "release" / assignment, folder)
        answers = _answers(key, chance, 1000 + number)
        written = json.dumps(answers, ensure_ascii=False)
        (folder / "svar.json").write_text(written, encoding="utf-8")
        folders.append(folder)
    for folder, spoil in zip(folders, FAULTS, strict=False):
        spoil(folder)
    return folders


if __name__ == "__main__":
    made = hand_in(Path(sys.argv[1]), sys.argv[2])
    print(f"{len(made)} submissions, {min(len(made), len(FAULTS))} of them faulty")
