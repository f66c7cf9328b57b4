"""Topplederprogrammet's samling 3 quotes what its explorers show; they must not drift apart."""

import pytest

from helseledelse.exercises.bank import bank
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.models.innovation import best_portfolio
from helseledelse.norwegian import NO_BREAK_SPACE

# As the workbook starts them.
TRIES: dict[str, Setting] = {
    "loss": 900_000,
    "stake": 150_000,
    "payoff": 2_000_000,
    "big_stake": 3_000_000,
    "big_chance": 40,
    "big_payoff": 10_000_000,
}
BODOE: dict[str, Setting] = {
    "municipality": "1804",
    "cost": 28_000,
    "saved_hospital": 27_000,
    "room": 4,
}
PLAN: dict[str, Setting] = {"group": 400, "push": 0.5, "imitation": 0.25, "champions": 0}


def shown(name: str, **settings: Setting) -> str:
    found = explorer(name)
    view: View = found.view(**found.settings(settings))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def said(name: str) -> str:
    """Give all that a participant may read of an exercise, its reasons and solution too."""
    exercise = bank()[name]
    parts = [*getattr(exercise, "options", ()), *getattr(exercise, "items", ())]
    reasons = [f"{part.label} {part.why}" for part in parts]
    return " ".join(f"{exercise.question} {exercise.solution} {' '.join(reasons)}".split())


@pytest.mark.parametrize(
    ("exercise", "name", "settings", "quoted"),
    [
        ("tp3-minst-ett", "affordable_loss", TRIES, ["74", "900 000"]),
        ("tp3-minst-ett", "affordable_loss", {**TRIES, "stake": 100_000}, ["87"]),
        ("tp3-vekter", "portfolio", {"budget": 6, "weight": 60}, ["12"]),
        ("tp3-deling", "budget_impact", BODOE, ["318", "3 311 000", "1 271 520", "Bodø"]),
        ("tp3-spredning", "diffusion", PLAN, ["400", "114"]),
        ("tp3-spredning", "diffusion", {**PLAN, "push": 1}, ["182"]),
        ("tp3-spredning", "diffusion", {**PLAN, "champions": 15}, ["221"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text, view = said(exercise), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_big_bet_gives_most_on_average_and_fails_most_often() -> None:
    view = shown("affordable_loss", **TRIES)
    assert "de små en gevinst på 922 000 kr og den store en gevinst på 1 000 000 kr" in view


def test_five_projects_fit_the_budget_and_the_large_ones_the_time() -> None:
    from helseledelse.explorers.portfolio import PROJECTS, choose

    points, best, _ = choose(6, 0.6)
    assert len(best.chosen) == 5
    for_time = best_portfolio([1.0] * len(PROJECTS), points, budget=3)
    largest = sorted(PROJECTS, key=lambda project: -project.cost)[:3]
    assert {PROJECTS[place] for place in for_time.chosen} == set(largest)


def test_the_hand_worked_selections() -> None:
    # 90 + 40 with half a million left; 72 + 40 + 26 for exactly five
    cost, points = [3.0, 2.5, 1.5, 1.0], [90, 72, 40, 26]
    assert best_portfolio(cost, points, budget=5.0).value == 138
    assert best_portfolio(cost[2:], points[2:], budget=2.0).value == 40
    assert round(245 / 31, 1) == 7.9
    assert round(191.8 / 25, 1) == 7.7
