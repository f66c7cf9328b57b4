"""Samling 6 quotes what its explorers show; the two must not drift apart."""

import pytest

from helseledelse.exercises.bank import bank
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.norwegian import NO_BREAK_SPACE


def shown(name: str, **settings: Setting) -> str:
    found = explorer(name)
    view: View = found.view(**found.settings(settings))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    return " ".join(f"{exercise.question} {exercise.solution}".split())


@pytest.mark.parametrize(
    ("exercise", "name", "settings", "quoted"),
    [
        # 105 000 kr for 0,30 more: worked out by hand in the exercise's solution
        ("nl6-icer", "icer", {"cost_c": 120_000}, ["15 000", "0,22", "120 000", "350 000"]),
        ("nl6-alder", "severity", {"age": 45, "years": 5, "quality": 1}, ["30,7", "25,7"]),
        ("nl6-alder", "severity", {"age": 80, "years": 5, "quality": 1}, ["6,7", "1,7"]),
        (
            "nl6-prognosetap",
            "severity",
            {"age": 70, "years": 8, "quality": 0.5},
            ["12,5", "8,5", "495 000", "gruppe 3"],
        ),
        ("nl6-etter-prosjektet", "markov", {}, ["0,01", "år 6"]),
        ("nl6-vippepunkt", "decision_tree", {}, ["1,48"]),
        ("nl6-vippepunkt", "decision_tree", {"rate": 0.3}, ["66", "556"]),
        ("nl6-vestvaagoey", "budget_impact", {}, ["629", "80 år", "Vestvågøy"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_hip_patient_is_the_one_the_explorer_opens_with() -> None:
    after = {"walking": "2", "care": "1", "activities": "1", "pain": "2", "anxiety": "1"}
    assert "0,681" in shown("quality_of_life")
    assert "0,909" in shown("quality_of_life", **after)
    assert {"0,68.", "0,91."} <= set(written("nl6-qaly").split())  # rounded to two digits


def test_society_can_gain_while_the_municipality_loses() -> None:
    """The workbook promises such a setting."""
    view = shown("financing", ready=False, hospital_day=4_000, readmissions=0)
    assert "kommunen taper; samlet spares" in view


def test_without_enough_effect_the_project_never_pays() -> None:
    """nl6-etter-prosjektet says so of an effect of 10 per cent."""
    assert "ikke i pluss i løpet av 15 år" in shown("markov", effect=10)
