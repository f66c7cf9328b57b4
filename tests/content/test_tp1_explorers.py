"""Samling 1 of Topplederprogrammet quotes what its explorers show; the two must not drift apart."""

from pathlib import Path

import pytest

from helseledelse.exercises.bank import bank
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.models.strategy import minimax_regret
from helseledelse.norwegian import NO_BREAK_SPACE

NOTEBOOK = next(Path("workbooks/toppleder").glob("1-*.ipynb"))


def shown(name: str, **settings: Setting) -> str:
    found = explorer(name)
    view: View = found.view(**found.settings(settings))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    return " ".join(f"{exercise.question} {exercise.solution}".split())


@pytest.mark.parametrize(
    ("exercise", "name", "quoted"),
    [
        ("tp1-regel", "scenarios", ["5,7", "62", "67"]),
        ("tp1-vekter", "portfolio", ["65 til 100"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


@pytest.mark.parametrize(
    ("name", "settings", "quoted"),
    [
        ("care_demand", {"until": "2036"}, ["175", "239"]),
        ("standardisation", {"here": "1804", "there": "1860", "iller": 10}, ["2 %", "10 %"]),
    ],
)
def test_the_workbook_says_what_the_explorer_opens_with(
    name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8").replace(" prosent", " %")
    view = shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"the workbook does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_regrets_of_the_solution_are_the_models() -> None:
    # The table of tp1-anger, by rows: wait, home care, technology, recruitment.
    found = minimax_regret([[0, 30, 40, 90], [12, 30, 28, 66], [12, 24, 34, 72], [12, 34, 20, 84]])
    assert found.largest.tolist() == [24, 12, 14, 18]
    text = written("tp1-anger")
    assert "høyst 24, rekruttering på 18 og hjemmetjenesten på 12" in text


def test_seventy_and_fifty_choose_differently() -> None:
    """The solution of tp1-vekter says so, and that 75 and 90 do not."""
    choices = [
        {
            row[0]
            for row in explorer("portfolio").show({"weight": weight})["table"]["rows"]
            if row[5] == "med"
        }
        for weight in (75, 90, 50)
    ]
    assert choices[0] == choices[1] != choices[2]
