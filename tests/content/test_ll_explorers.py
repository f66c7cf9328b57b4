"""The deepening on medical leadership quotes what its explorers show; they must not drift apart."""

from typing import TYPE_CHECKING

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.norwegian import NO_BREAK_SPACE

if TYPE_CHECKING:
    from helseledelse.explorers.base import View

BOOK = read_workbook(CONTENT.parents[2] / "workbooks" / "fordypning" / "legelig-ledelse.ipynb")


def shown(name: str, place: int = 0) -> str:
    """Give what the explorer says as the workbook opens it; `place` counts its appearances."""
    found = explorer(name)
    calls = [
        piece
        for block in BOOK.blocks
        for piece in block.pieces
        if isinstance(piece, ExplorerCall) and piece.name == name
    ]
    view: View = found.view(**found.settings(found.start(calls[place].settings)))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    return " ".join(f"{exercise.question} {exercise.solution}".split())


@pytest.mark.parametrize(
    ("exercise", "name", "place", "quoted"),
    [
        # 450 minutes on 60 doctors, by hand in the exercise's solution
        ("ll-minutter", "span", 0, ["7,5"]),
        # 225 minutes on 20; 225 / 20 is 11 doctors at most, six leaders and one above: three more
        # than four, 3 x 1.2 million; and 400 of 2250 minutes is 18 per cent
        ("ll-bivirkning", "span", 1, ["11", "18 prosent", "3,6 millioner kr"]),
        # 16 of 32, and 8 + 26 of 50: worked out by hand in the exercise's solution
        ("ll-enige", "agreement", 0, ["50", "68"]),
        ("ll-hvem-spoer", "network", 0, ["74"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, place: int, quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name, place)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_before_the_new_layer_more_time_takes_three_leaders_and_a_layer() -> None:
    # 450 / 20 is 22 doctors at most: three leaders and one above, against the one there is
    assert "3 ledere mer og 1 lag mer" in shown("span", 0)


def test_without_the_one_everybody_asks_the_network_is_in_three_parts() -> None:
    found = explorer("network")
    (call,) = (
        piece
        for block in BOOK.blocks
        for piece in block.pieces
        if isinstance(piece, ExplorerCall) and piece.name == "network"
    )
    settings = found.settings(found.start({**call.settings, "leaves": True}))
    assert found.view(**settings).title == "Uten Erfaren overlege faller nettverket i 3 deler"
