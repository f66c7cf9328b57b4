"""Samling 2 quotes what its explorers and tables show; they must not drift apart."""

import pytest

from helseledelse.datasets import population_vestvagoy
from helseledelse.exercises.bank import bank
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.norwegian import NO_BREAK_SPACE, format_number


def shown(name: str, **settings: Setting) -> str:
    found = explorer(name)
    view: View = found.view(**found.settings(settings))
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    options = " ".join(str(option.label) for option in getattr(exercise, "options", ()))
    return " ".join(f"{exercise.question} {options} {exercise.solution}".split())


def people(*, low: int, high: int) -> dict[int, int]:
    """Count residents of Vestvågøy from `low` to `high` years each 1 January."""
    table = population_vestvagoy()
    inside = table[(table.alder >= low) & (table.alder <= high)]
    counts = inside.groupby("aar", as_index=False).antall.sum()
    return {int(row.aar): int(row.antall) for row in counts.itertuples()}


@pytest.mark.parametrize(
    ("exercise", "name", "settings", "quoted", "seen"),
    [
        (
            "nl2-etter-tiltaket",
            "run_chart",
            {},
            ["30,5", "21,5", "Tretten", "inntil åtte"],
            ["30,5 før og 21,5 etter", "på samme side er 13", "inntil 8"],
        ),
        (
            "nl2-tretten-runder",
            "improvement_wheel",
            {},
            ["13 runder", "10 runder", "80 prosent", "48 prosent"],
            ["10 runder med", "13 runder uten", "80 %", "48 %"],
        ),
        (
            "nl2-gevinsten",
            "improvement_wheel",
            {},
            ["halvert etter 14 uker"],
            ["halvert etter 14 uker"],
        ),
        (
            "nl2-trenden",
            "before_after",
            {"question": "trend"},
            ["8,3", "6,8", "0,13", "1,5 prosentpoeng"],
            ["8,3", "6,8", "0,13", "−1,5"],
        ),
        (
            "nl2-ansette",
            "workforce",
            {},
            ["minst 3,5 prosentpoeng"],
            ["minst 3,5 prosentpoeng", "Å beholde flere er"],
        ),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str], seen: list[str]
) -> None:
    text, view = written(exercise), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
    for figure in seen:
        assert figure in view, f"{name} does not show {figure}"


def test_without_fading_the_follow_up_only_costs_time() -> None:
    """nl2-tretten-runder calls this the one honest limit of the model."""
    assert "koster oppfølgingen mer enn den bevarer" in shown("improvement_wheel", length=2, fade=0)


def test_long_rounds_get_nowhere() -> None:
    """nl2-tretten-runder sends those who want one big push to see for themselves."""
    assert "én runde med" in shown("improvement_wheel", length=26)


def test_at_three_points_the_two_ways_cost_nearly_the_same() -> None:
    """nl2-ansette says so, and that two points are millions dearer."""
    assert "Å ansette flere er 0,1 millioner" in shown("workforce", kept=3)
    assert "Å ansette flere er 7,4 millioner" in shown("workforce", kept=2)


def test_the_newborn_of_the_exercise_are_those_of_the_table() -> None:
    newborn = people(low=0, high=0)
    question = bank()["nl2-krysninger"].question.nb
    for year, count in newborn.items():
        assert f"| {year} | {count} |" in question
    earlier = [count for year, count in newborn.items() if year <= 2017]
    assert (min(earlier), max(earlier)) == (97, 139)  # nl2-nullaaringer
    assert [newborn[year] for year in range(2018, 2023)] == [125, 122, 104, 116, 135]
    assert sorted(newborn.values())[-2] == 135


def test_pasted_into_the_explorer_the_newborn_are_noise() -> None:
    """The workbook invites to paste them, with no change."""
    pasted = "\n".join(f"{year}\t{count}" for year, count in people(low=0, high=0).items())
    view = shown("run_chart", series=pasted, phase=0)
    assert "Tilfeldig variasjon" in view
    assert "medianen er 121,5" in view
    assert "krysses 13 ganger, og minst 7" in view


def test_the_old_of_the_exercise_are_those_of_the_table() -> None:
    old, younger = people(low=80, high=200), people(low=70, high=79)
    text = written("nl2-aatti").replace(NO_BREAK_SPACE, " ")
    assert all(old[year] < 582 for year in range(2014, 2022))
    assert sorted(old.values())[-2:] == [old[2025], old[2026]]
    for count in (old[2026], younger[2018], younger[2026]):
        assert format_number(count).replace(NO_BREAK_SPACE, " ") in text
    assert round(100 * (younger[2026] / younger[2018] - 1)) == 27
