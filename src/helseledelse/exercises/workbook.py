"""The outline of a notebook: its blocks and what stands in them. Nothing in it is executed."""

import ast
import json
import math
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helseledelse.exercises.reader import ContentError

WORDS_A_MINUTE = 150
"""Slow reading, with thought: what a reader of dense prose on a screen manages at ease."""

Literal = float | str | bool


@dataclass(frozen=True)
class Markdown:
    """Words to read; `attachments` are a cell's pasted images, by name and media type."""

    text: str
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ExerciseCall:
    """``exercise("nl6-icer")``."""

    id: str


@dataclass(frozen=True)
class ExplorerCall:
    """``explore("icer", cost_new=60_000)``."""

    name: str
    settings: Mapping[str, Literal] = field(default_factory=dict)


@dataclass(frozen=True)
class ProgressCall:
    """``progress("nl6")``."""

    samling: str


@dataclass(frozen=True)
class Other:
    """A code cell that is none of ours."""

    source: str


Piece = Markdown | ExerciseCall | ExplorerCall | ProgressCall | Other


@dataclass(frozen=True)
class Block:
    """What stands under one ``##`` heading; the first block may have none, and is then ""."""

    heading: str
    minutes: int
    pieces: tuple[Piece, ...]

    @property
    def exercises(self) -> tuple[str, ...]:
        return tuple(piece.id for piece in self.pieces if isinstance(piece, ExerciseCall))


@dataclass(frozen=True)
class Workbook:
    """A notebook as a participant meets it; title and headings are Markdown without the ``#``."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def minutes(self) -> int:
        return sum(block.minutes for block in self.blocks)

    @property
    def exercises(self) -> tuple[str, ...]:
        """The ids of its exercises, in the order met."""
        return tuple(name for block in self.blocks for name in block.exercises)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for block in self.blocks for piece in block.pieces)


def _no_minutes(_name: str) -> float:
    return 0


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook file and make sure it has cells.

    Raises
    ------
    ContentError
        If it cannot be read, or is damaged.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentError(
            f"Arbeidsboken «{path.stem}» lar seg ikke åpne. Se etter om filen er "
            "flyttet, eller om den er åpen i et annet program."
        ) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path.stem) from error
    if not _has_cells(notebook):
        raise _damaged(path.stem)
    return dict(notebook)


def _damaged(name: str) -> ContentError:
    return ContentError(
        f"Arbeidsboken «{name}» er skadet og kan ikke vises. Gi filen et nytt navn, og hent "
        "arbeidsboken på nytt. Svarene dine ligger i en egen fil og er ikke berørt."
    )


def _has_cells(notebook: object) -> bool:
    return (
        isinstance(notebook, dict)
        and isinstance(notebook.get("cells"), list)
        and all(
            isinstance(cell, dict)
            and isinstance(cell.get("cell_type"), str)
            and isinstance(cell.get("metadata", {}), dict)
            and _is_source(cell.get("source"))
            for cell in notebook["cells"]
        )
    )


def _is_source(source: object) -> bool:
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )


def source_of(cell: Mapping[str, Any]) -> str:
    """Give a cell's text; the file format lets it be one text or a list of lines."""
    return "".join(cell["source"])


def read_workbook(
    path: Path,
    *,
    exercise_minutes: Callable[[str], float] = _no_minutes,
    explorer_minutes: Callable[[str], float] = _no_minutes,
) -> Workbook:
    """Read the outline of a notebook file.

    Parameters
    ----------
    exercise_minutes, explorer_minutes : from a name to minutes. A `ValueError` for a name that
        nobody knows counts as no time: the piece itself says so where it stands.

    Raises
    ------
    ContentError
        If the file cannot be read, or is damaged.
    """
    return outline(
        read_notebook(path),
        name=path.stem,
        exercise_minutes=exercise_minutes,
        explorer_minutes=explorer_minutes,
    )


def outline(
    notebook: object,
    *,
    name: str = "uten navn",
    exercise_minutes: Callable[[str], float] = _no_minutes,
    explorer_minutes: Callable[[str], float] = _no_minutes,
) -> Workbook:
    """Give the outline of a notebook that is read already; see `read_workbook`.

    Raises
    ------
    ContentError
        If it is damaged.
    """
    if not isinstance(notebook, dict) or not _has_cells(notebook):
        raise _damaged(name)
    title = ""
    headings = [""]
    pieces: list[list[Piece]] = [[]]
    for cell in notebook["cells"]:
        for part in _parts(cell):
            if isinstance(part, _Heading):
                if part.level == 1 and not title:
                    title = part.text
                else:
                    headings.append(part.text)
                    pieces.append([])
            else:
                pieces[-1].append(part)
    blocks = tuple(
        Block(heading, _minutes(inside, exercise_minutes, explorer_minutes), tuple(inside))
        for heading, inside in zip(headings, pieces, strict=True)
        if heading or inside
    )
    return Workbook(title or name, blocks)


def _minutes(
    pieces: list[Piece],
    exercise_minutes: Callable[[str], float],
    explorer_minutes: Callable[[str], float],
) -> int:
    minutes = 0.0
    for piece in pieces:
        try:
            if isinstance(piece, Markdown):
                minutes += words_in(piece.text) / WORDS_A_MINUTE
            elif isinstance(piece, ExerciseCall):
                minutes += exercise_minutes(piece.id)
            elif isinstance(piece, ExplorerCall):
                minutes += explorer_minutes(piece.name)
        except ValueError:
            continue
    # 1e-9: sums of halves and words must not tip a whole minute over.
    return math.ceil(minutes - 1e-9)


_UNREAD = re.compile(r"<!--.*?-->|\]\([^)]*\)", re.DOTALL)
_WORD = re.compile(r"\w+(?:[-.,/’']\w+)*")


def words_in(markdown: str) -> int:
    """Count the words a person reads in Markdown: no addresses, no comments."""
    return len(_WORD.findall(_UNREAD.sub(" ", markdown)))


@dataclass(frozen=True)
class _Heading:
    text: str
    level: int


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,2})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")


def _parts(cell: Mapping[str, Any]) -> Iterator[Piece | _Heading]:
    if cell["cell_type"] == "code":
        piece = parse_call(source_of(cell))
        if piece is not None:
            yield piece
    elif cell["cell_type"] == "markdown":
        yield from _split(source_of(cell), cell.get("attachments") or {})


def _split(text: str, attachments: Mapping[str, Mapping[str, str]]) -> Iterator[Piece | _Heading]:
    """Cut Markdown at its headings of level one and two, which are not part of the pieces."""
    held: list[str] = []
    fence = ""
    for line in [*text.splitlines(), "# "]:  # the last one empties what is held
        opened = _FENCE.match(line)
        if opened and not fence:
            fence = opened[1]
        elif opened and opened[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        heading = None if fence else _HEADING.fullmatch(line)
        if heading is None:
            held.append(line)
            continue
        written = "\n".join(held).strip("\n")
        held = []
        if written.strip():
            yield Markdown(written, attachments)
        if heading[2]:
            yield _Heading(heading[2], len(heading[1]))
    written = "\n".join(held[:-1]).strip("\n")  # a fence never closed holds all that follows
    if written.strip():
        yield Markdown(written, attachments)


def parse_call(source: str) -> Piece | None:
    """Give what a code cell shows: None for the imports, `Other` for what is not ours.

    Ours is exactly one call of a known name, its arguments literal: nothing is executed, so
    nothing else can be understood.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in someone's cell is no concern of ours
            body = ast.parse(source).body
        if all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in body):
            return None
        if len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Call):
            return _call(body[0].value) or Other(source)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        pass  # the parser gives up in all these ways on what is not a call of ours
    return Other(source)


def _call(call: ast.Call) -> Piece | None:
    if not isinstance(call.func, ast.Name):
        return None
    arguments = [ast.literal_eval(argument) for argument in call.args]
    settings = {
        keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg
    }
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        return None
    if len(settings) < len(call.keywords):  # **settings is not literal
        return None
    name: str = arguments[0]
    if call.func.id == "explore":
        plain = all(isinstance(value, (int, float, str)) for value in settings.values())
        return ExplorerCall(name, settings) if plain else None
    if settings:
        return None
    if call.func.id == "exercise":
        return ExerciseCall(name)
    return ProgressCall(name) if call.func.id == "progress" else None
