"""The deepening on self-managing teams quotes its explorers; the two must not drift apart."""

from typing import TYPE_CHECKING, Any

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.norwegian import NO_BREAK_SPACE

if TYPE_CHECKING:
    from helseledelse.explorers.base import View

BOOK = read_workbook(
    CONTENT.parents[2] / "workbooks" / "fordypning" / "selvstyrende-team.ipynb",
)


def shown(name: str, **changed: Any) -> str:
    """Give what the explorer says as the workbook opens it, with these settings changed."""
    found = explorer(name)
    (call,) = (
        piece
        for block in BOOK.blocks
        for piece in block.pieces
        if isinstance(piece, ExplorerCall) and piece.name == name
    )
    view: View = found.view(**found.settings(found.start({**call.settings, **changed})))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    return " ".join(f"{exercise.question} {exercise.solution}".split()).replace(NO_BREAK_SPACE, " ")


@pytest.mark.parametrize(
    ("exercise", "name", "changed", "quoted"),
    [
        # 12 × 0.65 × 162.5 = 1 267.5 paid hours; 1 267.5 × 0.91 × 0.58 × 830 − 1 267.5 × 380
        # − 60 000 = 13 609, and 541 650 / (1 267.5 × 0.91 × 830) = 56.6 %
        ("st-fravaer", "team_economy", {}, ["13 609", "56,6"]),
        # The same with 0.88 in place of 0.91
        ("st-fravaer", "team_economy", {"absence": 12}, ["4 696", "58,5"]),
        ("nl3-lite-team", "team_economy", {}, ["13 609", "10 927"]),
        # 37.5 hours × 60 × 0.25 = 562.5 minutes, on 60 people
        ("st-minutter", "span", {}, ["9,4"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, changed: dict[str, Any], quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name, **changed)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_user_meets_more_faces_than_the_team_has() -> None:
    assert "En bruker møter 17 ansikter" in shown("continuity")


def test_keeping_people_pays_as_the_workbook_opens() -> None:
    assert "Å beholde flere er 1,3 millioner kr billigere" in shown("workforce")
