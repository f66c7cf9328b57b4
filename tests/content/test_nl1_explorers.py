"""Samling 1 quotes what its explorers show; the two must not drift apart."""

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
        # half of 20 errors are seen; 20 and 80 per cent of those are said
        (
            "nl1-flest-meldinger",
            "speaking_up",
            {"errors": 20, "notice": 50, "silent": 20, "safe": 80},
            ["20", "80 prosent"],
        ),
        (
            "nl1-foerst-snakke",
            "cooperation_game",
            {},
            ["35 prosent", "46 prosent sikker", "110 000 kr i året"],
        ),
        # Statistics Norway, table 07459
        ("nl1-om-ti-aar", "care_demand", {"until": "2036"}, ["Vestvågøy", "629", "2036"]),
        ("nl1-friske-aar", "care_demand", {"until": "2036"}, ["239", "175", "64"]),
        ("nl1-friske-aar", "care_demand", {"until": "2036", "healthier": 2}, ["188", "13", "51"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text, view = written(exercise), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_one_healthier_year_is_the_named_mistake() -> None:
    """nl1-friske-aar meets 27 with "from 239 to 212"."""
    assert "trenger 212 årsverk" in shown("care_demand", until="2036", healthier=1)


def test_the_most_ties_do_not_hold_the_network_together() -> None:
    """The workbook says so of the network the explorer opens with."""
    view = shown("network")
    assert "Flest forbindelser har Hjemmesykepleie" in view
    assert "Koordinator knytter mest sammen" in view


def test_the_population_figures_are_statistics_norways() -> None:
    from helseledelse.datasets import AGE_GROUPS, age_counts

    seventies = [AGE_GROUPS.index(70), AGE_GROUPS.index(75)]
    eighty = AGE_GROUPS.index(80)
    before, now = age_counts("1860", 2018), age_counts("1860", 2026)
    assert (before[seventies].sum(), now[seventies].sum()) == (919, 1165)
    assert (before[eighty:].sum(), now[eighty:].sum()) == (566, 629)
    assert (before.sum(), now.sum()) == (11_397, 11_606)


def test_the_workbook_opens_the_wards_as_the_exercise_has_them() -> None:
    """nl1-flest-meldinger: two reports against eight in the first month, B the safer in the end."""
    found = explorer("speaking_up")
    view = found.view(**found.settings({"errors": 20, "notice": 50, "silent": 20, "safe": 80}))
    assert view.table.rows[0] == ("1", "20,0", "2,0", "20,0", "8,0")
    assert view.title == "Avdeling B melder mest og er tryggest"


def test_the_group_the_survey_opens_with_is_the_one_the_workbook_speaks_of() -> None:
    view = shown("safety_survey")
    assert "snittet 4,8" in view
    assert "lavest på påstand 4" in view
