"""Reads exercises and notebooks as a careful colleague would, and says what is not right yet.

Pure: what lies outside this layer (the models a proof needs, the explorers there are) comes in
as parameters. `helseledelse.lint` puts it together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from helseledelse.exercises.bank import Bank, read_exercise
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.leaks import leaks, texts
from helseledelse.exercises.markdown import headings, images, images_without_words, links
from helseledelse.exercises.normal_form import dumps, normalise, problems
from helseledelse.exercises.reader import ContentError, nearest, read_toml
from helseledelse.exercises.workbook import (
    ExerciseCall,
    ExplorerCall,
    ProgressCall,
    Workbook,
    outline,
    read_notebook,
    source_of,
)


@dataclass(frozen=True)
class Finding:
    """Something to put right.

    Attributes
    ----------
    place : the file, and the exercise or cell in it
    sentence : what is wrong and the remedy, in bokmål
    """

    place: str
    sentence: str

    def __post_init__(self) -> None:
        if not self.place or not self.sentence:
            raise ValueError("a finding needs a place and a sentence")

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def read_content(paths: Iterable[Path]) -> tuple[Bank, dict[str, str], list[Finding]]:
    """Read content files exercise by exercise, so that one mistake hides no other.

    Returns
    -------
    tuple
        the exercises that could be read, the file each stands in, and what was wrong.
    """
    found: dict[str, Exercise] = {}
    places: dict[str, str] = {}
    findings = []
    for path in sorted(paths):
        try:
            tables = read_toml(path)
        except ContentError as error:
            findings.append(Finding(path.name, str(error)))
            continue
        for name, values in tables.items():
            place = f"{path.name} [{name}]"
            if not isinstance(values, dict):
                findings.append(Finding(place, "Dette står utenfor en oppgave. Sett [navn] over."))
            elif name in found:
                findings.append(
                    Finding(place, f"Oppgaven står også i {places[name]}. Gi den ene et nytt navn.")
                )
            else:
                try:
                    found[name] = read_exercise(name, values, path.name)
                    places[name] = path.name
                except ContentError as error:
                    findings.append(Finding(place, str(error)))
    return Bank(found), places, findings


def exercise_findings(exercise: Exercise, place: str) -> list[Finding]:
    """Look for a key that shows, and for what a reader could not use."""
    said = leaks(exercise)
    for text in texts(exercise):
        said += [f"Et bilde mangler alternativ tekst: {url}." for url in images_without_words(text)]
        said += [
            f"Lenken {url} peker på en fil, men en oppgave vises på flere steder. "
            "Bruk en full adresse, eller flytt lenken til arbeidsboken."
            for url in links(text)
            if not urlsplit(url).scheme
        ]
    return [Finding(place, sentence) for sentence in said]


def notebook_findings(
    path: Path,
    *,
    exercises: Mapping[str, Exercise],
    samlinger: Iterable[str],
    explorer_problem: Callable[[ExplorerCall], str],
) -> tuple[list[Finding], Workbook | None]:
    """Look through one notebook.

    Parameters
    ----------
    exercises, samlinger : what there is to call
    explorer_problem : from a call to a sentence, "" where the explorer takes it

    Returns
    -------
    tuple
        what was found, and the outline, None where the file is damaged.
    """
    try:
        notebook = read_notebook(path)
        book = outline(notebook, name=path.stem)
    except ContentError as error:
        return [Finding(path.name, str(error))], None
    said = problems(notebook)
    if not said and path.read_text(encoding="utf-8") != dumps(normalise(notebook)):
        said.append("Filen er skrevet på en annen måte enn normalformen.")
    said += _call_problems(book, exercises, list(samlinger), explorer_problem)
    said += _reading_problems(notebook, path)
    return [Finding(path.name, sentence) for sentence in said], book


def unused(exercises: Mapping[str, str], books: Iterable[Workbook]) -> list[Finding]:
    """Find exercises, given with the file each stands in, that no notebook asks for."""
    used = {name for book in books for name in book.exercises}
    return [
        Finding(
            f"{file} [{name}]",
            "Oppgaven brukes ikke i noen arbeidsbok. Sett den inn eller slett den.",
        )
        for name, file in exercises.items()
        if name not in used
    ]


def _call_problems(
    book: Workbook,
    exercises: Mapping[str, Exercise],
    samlinger: Sequence[str],
    explorer_problem: Callable[[ExplorerCall], str],
) -> list[str]:
    said = []
    for piece in book.pieces:
        if isinstance(piece, ExerciseCall) and piece.id not in exercises:
            hint = nearest(piece.id, exercises) if exercises else "Det finnes ingen oppgaver ennå."
            said.append(f"Det finnes ingen oppgave som heter «{piece.id}». {hint}")
        elif isinstance(piece, ExplorerCall) and (problem := explorer_problem(piece)):
            said.append(f"«{piece.name}»: {problem}")
        elif isinstance(piece, ProgressCall) and piece.samling not in samlinger:
            said.append(
                f"Det finnes ingen samling som heter «{piece.samling}». "
                f"{nearest(piece.samling, samlinger)}"
            )
    twice = sorted({name for name in book.exercises if book.exercises.count(name) > 1})
    said += [f"Oppgaven «{name}» står to ganger i arbeidsboken. Behold den ene." for name in twice]
    return said


def _reading_problems(notebook: Mapping[str, Any], path: Path) -> list[str]:
    said = []
    level = 0
    titles = 0
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "markdown":
            continue
        written = source_of(cell)
        for depth, heading in headings(written):
            titles += depth == 1
            if depth > level + 1:
                said.append(
                    f"Celle {number}: overskriften «{heading}» er på nivå {depth}, rett under "
                    f"nivå {level}. En skjermleser mister tråden. Bruk {'#' * (level + 1)}."
                )
            level = depth
        said += [
            f"Celle {number}: bildet {url} mangler alternativ tekst. Skriv hva det viser."
            for url in images_without_words(written)
        ]
        attached = cell.get("attachments") or {}
        said += [
            f"Celle {number}: {problem}"
            for problem in (
                *_image_problems(written, path.parent, attached),
                *_link_problems(written, path, notebook),
            )
        ]
    if titles != 1:
        said.append(f"Arbeidsboken har {titles} titler, men skal ha én overskrift med # foran.")
    return said


def _image_problems(written: str, folder: Path, attached: Mapping[str, Any]) -> Iterator[str]:
    for url in images(written):
        if url.startswith("attachment:"):
            if unquote(url.removeprefix("attachment:")) not in attached:
                yield f"bildet {url} er ikke limt inn i cellen."
        elif urlsplit(url).scheme or url.startswith("//"):
            yield f"bildet {url} hentes fra nettet. Legg det ved siden av arbeidsboken."
        elif not (folder / unquote(url)).is_file():
            yield f"bildet {url} finnes ikke ved siden av arbeidsboken."


def _link_problems(written: str, path: Path, notebook: Mapping[str, Any]) -> Iterator[str]:
    for url in links(written):
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            continue
        target = path.parent / unquote(parts.path) if parts.path else path
        if not target.is_file():
            yield f"lenken {url} peker på en fil som ikke finnes."
        elif parts.fragment and unquote(parts.fragment) not in _anchors(target, path, notebook):
            yield f"lenken {url} peker på en overskrift som ikke finnes."


def _anchors(target: Path, path: Path, notebook: Mapping[str, Any]) -> set[str]:
    """Give the anchors as Jupyter writes them: the heading with a hyphen for each space."""
    if target != path:
        try:
            notebook = read_notebook(target)
        except ContentError:
            return set()
    return {
        heading.replace(" ", "-")
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
        for _, heading in headings(source_of(cell))
    }
