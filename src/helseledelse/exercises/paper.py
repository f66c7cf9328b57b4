"""Exercises on paper, and answers in words: what the same data look like without a screen."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from helseledelse.exercises.base import Exercise, ResponseError
from helseledelse.exercises.placement import STEPS as PLACES
from helseledelse.exercises.text import plain

PLAN = (("when", "Når …"), ("then", "så gjør jeg …"), ("with", "sammen med …"), ("by", "innen …"))


@dataclass(frozen=True)
class Marks:
    """Boxes to tick: pairs of label (HTML) and whether it is ticked."""

    sort: ClassVar[str] = "marks"
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Lines:
    """Lines to write on: label and help (HTML), what is written, how many lines."""

    sort: ClassVar[str] = "lines"
    label: str
    text: str
    rows: int
    help: str = ""


@dataclass(frozen=True)
class Grid:
    """Items (HTML) down and columns (HTML) across, one tick for each item.

    `tell` says a tick in words, with ``{}`` where the column's name goes.
    """

    sort: ClassVar[str] = "grid"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[bool, ...]], ...]
    tell: str = "{}"


@dataclass(frozen=True)
class Numbered:
    """Items (HTML) with a box for their number."""

    sort: ClassVar[str] = "numbered"
    items: tuple[tuple[str, str], ...]


Sheet = Marks | Lines | Grid | Numbered
Face = Mapping[str, Any]
Said = tuple[str, str]
"""What something is, or "", and what was said of it; both plain text."""


def _marks(face: Face, chosen: Sequence[str]) -> list[Sheet]:
    return [Marks(tuple((option["label"], option["id"] in chosen) for option in face["options"]))]


def _grid(
    items: Sequence[Face],
    given: Face,
    caption: str,
    columns: Mapping[Any, str],
    tell: str = "{}",
) -> Grid:
    return Grid(
        caption,
        tuple(columns.values()),
        tuple(
            (item["label"], tuple(given.get(item["id"]) == value for value in columns))
            for item in items
        ),
        tell,
    )


def _classify(face: Face, given: Face) -> list[Sheet]:
    boxes = {box["id"]: box["label"] for box in face["boxes"]}
    return [_grid(face["items"], given, "Sett ett kryss på hver linje.", boxes)]


def _scale(face: Face, given: Face) -> list[Sheet]:
    steps = {step: str(step) for step in range(1, face["steps"] + 1)}
    caption = f"Sett ett kryss på hver linje. 1: {face['low']}. {face['steps']}: {face['high']}."
    return [_grid(face["items"], given, caption, steps, f"{{}} av {face['steps']}")]


def _dots(face: Face, given: Face) -> list[Sheet]:
    steps = {count: str(count) for count in range(1, face["dots"] + 1)}
    caption = f"Du har {face['dots']} prikker. Kryss av hvor mange hver linje får, eller ingen."
    return [_grid(face["items"], given, caption, steps, f"{{}} av {face['dots']} prikker")]


def _placement(face: Face, given: Face) -> list[Sheet]:
    steps = {step: str(step) for step in range(1, PLACES + 1)}
    return [
        _grid(
            face["items"],
            {item: place[number] for item, place in given.items()},
            f"{axis['label']}. Sett ett kryss på hver linje. "
            f"1: {axis['low']}. {PLACES}: {axis['high']}.",
            steps,
            f"{plain(axis['label'])}: {{}} av {PLACES}",
        )
        for number, axis in enumerate((face["x"], face["y"]))
    ]


def _order(face: Face, given: Sequence[str]) -> list[Sheet]:
    places = {item: str(number) for number, item in enumerate(given, start=1)}
    return [Numbered(tuple((item["label"], places.get(item["id"], "")) for item in face["items"]))]


def _texts(parts: Sequence[Face], given: Face, rows: int) -> list[Sheet]:
    return [
        Lines(
            part["label"],
            given.get(part["id"], ""),
            max(rows, part.get("rows", 0)),
            part.get("help", ""),
        )
        for part in parts
    ]


def _plan(_face: Face, given: Face) -> list[Sheet]:
    return [
        Lines(label, _day(given.get(name, "")) if name == "by" else given.get(name, ""), 1)
        for name, label in PLAN
    ]


_SHEETS: dict[str, Callable[[Face, Any], list[Sheet]]] = {
    "single": lambda face, given: _marks(face, [given]),
    "multiple": lambda face, given: _marks(face, given or []),
    "number": lambda face, given: [
        Lines(f"Svar i {face['unit']}" if face["unit"] else "Svar", given or "", 1)
    ],
    "classify": lambda face, given: _classify(face, given or {}),
    "order": lambda face, given: _order(face, given or []),
    "scale": lambda face, given: _scale(face, given or {}),
    "short_text": lambda _face, given: [Lines("", given or "", 3)],
    "reflection": lambda face, given: _texts(face["prompts"], given or {}, 5),
    "form": lambda face, given: _texts(face["boxes"], given or {}, 3),
    "placement": lambda face, given: _placement(face, given or {}),
    "dots": lambda face, given: _dots(face, given or {}),
    "plan": lambda face, given: _plan(face, given or {}),
}


def sheets(exercise: Exercise, response: Any = None) -> list[Sheet]:
    """Give the paper form of an exercise, empty or with a response written in.

    A response that no longer fits the exercise is written out below the empty form.
    """
    face, form = exercise.public(), _SHEETS[exercise.kind]
    if response is None:
        return form(face, None)
    try:
        return form(face, exercise.accept(response))
    except ResponseError:
        return [*form(face, None), Lines("Svaret ditt", _plainly(response), 1)]


def _day(written: str) -> str:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return written
    return f"{day.day}.{day.month}.{day.year}"


def _plainly(response: Any) -> str:
    if isinstance(response, str):
        return response
    if isinstance(response, dict):
        return "; ".join(f"{key}: {_plainly(value)}" for key, value in response.items())
    if isinstance(response, list):
        return ", ".join(_plainly(value) for value in response)
    return json.dumps(response, ensure_ascii=False)


def in_words(exercise: Exercise | None, response: Any) -> list[Said]:
    """Give an answer in words, part by part; empty where nothing is said.

    Without its exercise, or where it no longer fits, the answer is given as it was stored.
    """
    if exercise is None:
        return [("", _plainly(response))] if _plainly(response) else []
    try:
        given = exercise.accept(response)
    except ResponseError:
        return [("", _plainly(response))]
    if exercise.is_blank(given):
        return []
    said = []
    for sheet in sheets(exercise, response):
        match sheet:
            case Marks():
                said += [("", plain(label)) for label, marked in sheet.options if marked]
            case Lines():
                said += [(plain(sheet.label), sheet.text)] if sheet.text else []
            case Grid():
                for label, marks in sheet.rows:
                    said += [
                        (plain(label), sheet.tell.format(plain(column)))
                        for column, mark in zip(sheet.columns, marks, strict=True)
                        if mark
                    ]
            case Numbered():
                ranked = sorted((int(place), label) for label, place in sheet.items if place)
                said += [(f"Nummer {place}", plain(label)) for place, label in ranked]
    return said
