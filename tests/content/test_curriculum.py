"""Nothing that the programmes ask for is without an exercise, and the table names only what is."""

import pytest

from helseledelse.exercises.bank import CONTENT
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.lint import notebooks

ROOT = CONTENT.parents[2]
# The headings of the programmes' own papers, and the nine themes that run through all of them.
ITEMS = [
    *(f"A{number}" for number in range(1, 5)),
    *(f"B{number}" for number in range(1, 4)),
    *(f"C{number}" for number in range(1, 9)),
    *(f"D{number}" for number in range(1, 8)),
    *(f"E{number}" for number in range(1, 13)),
    *(["F"] * 9),
]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs" / "pensum.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Punkt")
]
BOOKS = [read_workbook(path) for path in notebooks(ROOT / "workbooks")]
EXERCISES = {name for book in BOOKS for name in book.exercises}
EXPLORERS = {
    piece.name for book in BOOKS for piece in book.pieces if isinstance(piece, ExplorerCall)
}


def named(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(",") if name.strip()]


def test_every_item_has_its_row() -> None:
    assert [row[0] for row in ROWS] == ITEMS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_an_item_is_taught_by_what_stands_in_a_workbook(row: list[str]) -> None:
    _, about, exercises, explorers = row
    assert about
    assert named(exercises)
    assert set(named(exercises)) <= EXERCISES
    assert set(named(explorers)) <= EXPLORERS


def test_every_samling_teaches_something_of_it() -> None:
    mentioned = {name.split("-")[0] for row in ROWS for name in named(row[2])}
    assert mentioned == {name.split("-")[0] for name in EXERCISES}
