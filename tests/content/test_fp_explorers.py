"""The deepening on a whole process quotes what its explorers show; they must not drift apart."""

from typing import TYPE_CHECKING

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.norwegian import NO_BREAK_SPACE

if TYPE_CHECKING:
    from helseledelse.explorers.base import View

BOOK = read_workbook(CONTENT.parents[2] / "workbooks" / "fordypning" / "forbedringsprosess.ipynb")


def shown(name: str, **settings: object) -> str:
    """Give what the explorer says as the workbook opens it, but for `settings`."""
    found = explorer(name)
    (call,) = (
        piece
        for block in BOOK.blocks
        for piece in block.pieces
        if isinstance(piece, ExplorerCall) and piece.name == name
    )
    view: View = found.view(**found.settings(found.start({**call.settings, **settings})))
    rows = "\n".join(" | ".join(row) for row in view.table.rows)
    return f"{view.title}\n{view.sentence}\n{rows}".replace(NO_BREAK_SPACE, " ")


def test_what_is_said_of_the_wheel_is_what_it_shows() -> None:
    question = " ".join(str(bank()["fp-foelge-opp"].question).split())
    assert "på 80 prosent" in question
    assert "den andre på 48" in question
    assert shown("improvement_wheel").startswith("Med oppfølging er dere på 80 %, uten på 48 %")
    assert "\n12 | 28 % | 33 %\n" in shown("improvement_wheel")


# Worked by hand in tests/explorers/test_gantt.py.
@pytest.mark.parametrize(
    ("number", "weeks", "moves"), [(5, 1, False), (5, 3, True), (2, 10, False), (4, 4, False)]
)
def test_the_slack_told_of_is_the_plan_s(number: int, weeks: int, moves: bool) -> None:
    title = shown("gantt", late=number, weeks=weeks).splitlines()[0]
    assert ("flytter ikke slutten" in title) is not moves


def test_only_the_inquiry_that_goes_alone_gains_every_week() -> None:
    # The survey is shortened from 6 weeks to 3, reading of 5 goes beside it: 28 - 1 weeks. The
    # inquiry is shortened from 8 weeks to 5 and goes alone: 28 - 3 weeks.
    plan = explorer("gantt").controls[0].default
    assert isinstance(plan, str)
    survey = plan.replace("fokusgrupper; 6;", "fokusgrupper; 3;")
    inquiry = plan.replace("arbeidsgrupper; 8;", "arbeidsgrupper; 5;")
    assert "Planen tar 27 uker" in shown("gantt", plan=survey)
    assert "Planen tar 25 uker" in shown("gantt", plan=inquiry)
