"""Samling 6 for top leaders quotes what its explorers show; the two must not drift apart."""

from typing import TYPE_CHECKING

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.norwegian import NO_BREAK_SPACE

if TYPE_CHECKING:
    from helseledelse.explorers.base import View

BOOK = read_workbook(
    CONTENT.parents[2]
    / "workbooks"
    / "toppleder"
    / "6-lederkommunikasjon-og-helhetlig-styring.ipynb"
)


def shown(name: str) -> str:
    """Give what the explorer says as the workbook opens it."""
    found = explorer(name)
    (call,) = (
        piece
        for block in BOOK.blocks
        for piece in block.pieces
        if isinstance(piece, ExplorerCall) and piece.name == name
    )
    view: View = found.view(**found.settings(found.start(call.settings)))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    return " ".join(f"{exercise.question} {exercise.solution}".split())


@pytest.mark.parametrize(
    ("exercise", "name", "quoted"),
    [
        ("tp6-oftest-best", "uncertainty", ["300 000", "37", "33", "3 300", "19,8", "3,0"]),
        ("tp6-trakten", "funnel", ["16,0", "17 andre", "Akershus", "Indre Oslo", "Sørlandet"]),
        ("tp6-nei", "severity", ["400 000", "2,7", "275 000"]),
        ("tp6-gaar-i-null", "financing", ["2 839 000", "2 257 000", "2 218 000"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_what_is_oftenest_best_is_not_best_on_average() -> None:
    assert "Oftest best er vanlig oppfølging, men telefonoppfølging gir mer i snitt" in shown(
        "uncertainty"
    )


def test_only_one_of_two_areas_with_the_same_share_is_beyond_the_outer_limits() -> None:
    # 16,0 % in both: UNN has 6 256 admissions a year in the atlas, Sørlandet 8 349
    view = shown("funnel")
    assert "Sørlandet (under)" in view
    assert "UNN (under)" not in view
