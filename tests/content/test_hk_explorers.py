"""The deepening on clusters quotes what its explorers show; they must not drift apart."""

from typing import TYPE_CHECKING

import pytest

from helseledelse.datasets import AGE_GROUPS, age_counts
from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.norwegian import NO_BREAK_SPACE

if TYPE_CHECKING:
    from helseledelse.explorers.base import View

BOOK = read_workbook(
    CONTENT.parents[2] / "workbooks" / "fordypning" / "helseklynger-og-befolkningsansvar.ipynb"
)


def shown(name: str, **changed: float | str) -> str:
    """Give what the explorer says as the workbook opens it, or after `changed` is moved."""
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
        # the municipality: T = 90, S = 90 - 700 = -610, four years; with p paid, R = p - 100 and
        # (4R - 90) x trust = 610 x (1 - trust): p = 351 at 40 per cent and 224 at 60, rounded up
        ("hk-insentiv", "cooperation_game", ["360 000 kr", "230 000"]),
        ("hk-aldring", "kitagawa", ["60"]),
        # 20 per cent of 630; drawing lots finds 20 of 100, and 15 per cent of them is 3
        ("hk-risiko", "risk", ["126", "41", "85", "16", "3"]),
        ("hk-utenfor", "risk", ["126", "85"]),
        ("hk-forventet", "standardisation", ["11 606", "53 638"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_talking_alone_does_not_make_the_municipality_dare() -> None:
    # it has 600 and spends 700 even when both do their part, so no trust is enough
    assert "Sykehuset tør satse, kommunen ikke" in shown("cooperation_game", trust=100)
    assert "Begge tør satse" in shown("cooperation_game", payment=400)


def test_age_explains_less_in_the_municipality_that_was_already_old() -> None:
    assert "skyldes 60 % aldersfordelingen" in shown("kitagawa")
    assert "skyldes 38 % aldersfordelingen" in shown("kitagawa", municipality="1860")


def test_the_crude_rates_hide_that_one_municipality_is_healthier() -> None:
    assert "1 % lavere rate enn Bodø, men 8 % lavere når alderen er lik" in shown("standardisation")


def test_the_old_in_the_two_municipalities_are_those_the_exercise_counts() -> None:
    # Statistics Norway, table 07459, 1 January 2026, as kept in the data set
    eighty = AGE_GROUPS.index(80)
    counted = [int(age_counts(number, 2026)[eighty:].sum()) for number in ("1804", "1860")]
    assert counted == [2649, 629]
    for number in counted:
        assert str(number) in written("hk-forventet")
