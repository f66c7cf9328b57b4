"""Samling 4 for top leaders quotes what its explorers show; the two must not drift apart."""

from typing import TYPE_CHECKING

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.norwegian import NO_BREAK_SPACE

if TYPE_CHECKING:
    from helseledelse.explorers.base import View

BOOK = read_workbook(
    CONTENT.parents[2] / "workbooks" / "toppleder" / "4-kulturutvikling-og-grensearbeid.ipynb"
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
        # 12 of 36, and 6 + 70 of 100: worked out by hand in the exercise's solution
        ("tp4-enige", "agreement", ["33", "76"]),
        ("tp4-to-av-aatte", "safety_survey", ["5,1"]),
        # Worked out by hand beside the explorer's own test
        ("tp4-faerre-eller-spoerre", "handover", ["20", "30", "42", "56"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_mean_of_the_group_hides_a_great_spread() -> None:
    assert "svært ulikt" in shown("safety_survey")


def test_the_one_that_reports_most_is_safest() -> None:
    assert "Avdeling B melder mest og er tryggest" in shown("speaking_up")


def test_the_network_falls_apart_as_it_opens() -> None:
    assert "faller nettverket i 2 deler" in shown("network")
