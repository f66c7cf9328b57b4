"""Samling 5 for top leaders quotes what its explorers show; the two must not drift apart."""

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
    / "5-ledelse-for-implementering-og-kvalitet.ipynb"
)


def shown(name: str, **changed: object) -> str:
    """Give what the explorer says as the workbook opens it, but for what is changed."""
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
    return " ".join(f"{exercise.question} {exercise.solution}".split())


@pytest.mark.parametrize(
    ("exercise", "name", "quoted"),
    [
        # The means of the two halves of the series, and the jump against the line before
        ("tp5-sjekklisten", "before_after", ["11,2", "9,4", "0,0"]),
        ("tp5-uten", "before_after", ["0,15", "1,7"]),
        # The atlas's own shares and counts, and the limits for 133 patients
        ("tp5-slagenhet", "funnel", ["91,0", "66,2", "86,9", "88", "133"]),
        # The median of the twelve months with a project leader, counted by hand
        ("tp5-rekken", "run_chart", ["72,5", "24"]),
        ("tp5-hjulet", "improvement_wheel", ["50", "94", "76", "12", "10"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_frozen_median_sees_what_the_whole_series_hides() -> None:
    assert "Noe har endret seg, til det verre" in shown("run_chart")
    assert "ikke noe signal" in shown("run_chart", line="whole")


def test_half_the_areas_differ_in_stroke_units_and_one_in_arrival() -> None:
    assert "10 av 20 områder skiller seg sikkert ut" in shown("funnel")
    assert "Bare Stavanger skiller seg sikkert ut" in shown("funnel", indicator="fire_timer")


def test_the_checklist_cannot_be_told_from_the_trend() -> None:
    assert "trenden som fortsatte" in shown("before_after")


def test_longer_rounds_without_following_up_leave_less() -> None:
    assert "uten på 38 %" in shown("improvement_wheel", length=12)
