"""Samling 3 quotes its explorers, its models and shipped tables; they must not drift apart."""

import pytest

from helseledelse.datasets import (
    age_counts,
    municipality_names,
    nursing_home_beds,
    nursing_home_beds_by_municipality,
    population_norway,
)
from helseledelse.exercises.bank import bank
from helseledelse.exercises.single import Single
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.models.organisation import links
from helseledelse.norwegian import NO_BREAK_SPACE, format_number


def seen(name: str, **settings: Setting) -> View:
    found = explorer(name)
    view: View = found.view(**found.settings(settings))
    return view


def shown(name: str, **settings: Setting) -> str:
    view = seen(name, **settings)
    cells = [cell for row in view.table.rows for cell in row]
    return " ".join([view.title, view.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    return " ".join(f"{exercise.question} {exercise.solution}".split())


def network_with(line: str, *, leaves: bool) -> View:
    """Show the network the explorer opens with and one tie more."""
    first = explorer("network").settings({})["ties"]
    assert isinstance(first, tuple)
    one, other = line.split(" – ")
    pasted = "\n".join(f"{a} – {b}" for a, b in (*first, (one, other)))
    return seen("network", ties=pasted, leaves=leaves)


@pytest.mark.parametrize(
    ("exercise", "name", "settings", "quoted"),
    [
        # 50 / 17 is three leaders, and one above them: worked out by hand in the solution
        ("nl3-lag", "span", {"staff": 50, "span": 50}, ["1 leder i 1 lag", "1 lag mer"]),
        ("nl3-lag", "span", {"staff": 50, "span": 50}, ["3 ledere mer"]),
        ("nl3-lite-team", "team_economy", {}, ["13 609", "10 927", "28", "66"]),
        ("nl3-gjett-ansikter", "continuity", {}, ["17", "56 besøk"]),
        ("nl3-tre-grep", "continuity", {}, ["16,9", "16,8", "11,8", "11,6", "0,15", "0,20"]),
        ("nl3-tre-grep", "continuity", {}, ["0,16", "0,24"]),
        ("nl3-ny-forbindelse", "network", {}, ["52"]),
        ("nl3-ny-forbindelse", "network", {"leaves": True}, ["2 deler"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text, view = written(exercise).replace("56 besøkene", "56 besøk"), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_the_span_the_exercise_gives_is_the_one_the_explorer_finds() -> None:
    view = shown("span", staff=50, span=50)
    assert "spennet ned til 17" in view
    assert "høyst 17" in written("nl3-lag")


def test_the_three_levers_are_told_as_the_table_has_them() -> None:
    """Row by row: faces, and the share of the one who comes most often."""
    rows = [(row[0], row[1], row[2]) for row in seen("continuity").table.rows]
    assert rows == [
        ("Slik det er stilt inn", "16,9", "0,15"),
        ("Kontakten tar alle besøk på sin vakt", "16,8", "0,20"),
        ("Ingen besøk ved vikar", "11,8", "0,16"),
        ("Halvt så mange ansatte i dobbelt så store stillinger", "11,6", "0,24"),
    ]
    told = ("Som nå", "Kontakten tar", "Ingen vikarer", "Større stillinger")
    for label, (_, faces, share) in zip(told, rows, strict=True):
        assert f"| {label} | {faces} | {share} |" in written("nl3-tre-grep")


def test_no_lever_gives_one_person_half_of_the_visits() -> None:
    """nl3-tre-grep says so of each, and asks the participant to try all three at once."""
    together = shown("continuity", staff=6, position=100, primary=100, absence=0)
    share = float(together.split("UPC ")[1].split(")")[0].replace(",", "."))
    assert share < 0.5


def test_the_range_of_faces_is_the_one_the_reason_gives() -> None:
    assert "mellom 14 og 20" in shown("continuity")


def test_the_ten_visits_give_the_three_figures_of_the_solution() -> None:
    view = shown("continuity", use_own=True, own="1\n2\n1\n1\n3\n1\n2\n1\n4\n1")
    for figure in ("UPC 0,60", "COC 0,36", "SECON 0,11"):
        assert figure in view
        assert figure in written("nl3-to-besoek")


def test_only_the_right_tie_saves_the_network() -> None:
    exercise = bank()["nl3-ny-forbindelse"]
    assert isinstance(exercise, Single)
    for option in exercise.options:
        line = option.label.nb.split(",")[0]
        lonely = network_with(line, leaves=False).sentence.split("Nettverket deles om")[1]
        assert ("Koordinator" not in lonely) is option.right, line
    sentence = network_with("Fastlege – Overlege", leaves=False).sentence
    assert "Koordinator med 27 prosent" in sentence
    assert "27 prosent" in written("nl3-ny-forbindelse")


def test_the_eight_need_close_to_sixty_per_cent() -> None:
    """The reason of an option in nl3-lite-team; 28 and 66 are pairs."""
    (row,) = [row for row in seen("team_economy").table.rows if row[0] == "8"]
    assert row[3].replace(NO_BREAK_SPACE, " ") == "59,7 %"
    assert (links(8), links(12)) == (28, 66)


def _number(name: str) -> str:
    return {found: number for number, found in municipality_names().items()}[name]


@pytest.mark.parametrize(
    ("name", "beds", "people", "rate"),
    [
        # Statistics Norway, tables 11875 (31 December 2018) and 07459 (1 January 2018)
        ("Vestvågøy", 114, 566, "20,1"),
        ("Bodø", 338, 1825, "18,5"),
        ("Gjøvik", 152, 1433, "10,6"),
        ("Hammerfest", 122, 400, "30,5"),
    ],
)
def test_beds_and_people_are_those_of_the_tables(
    name: str, beds: int, people: int, rate: str
) -> None:
    number = _number(name)
    assert nursing_home_beds_by_municipality(2018)[number] == beds
    assert age_counts(number, 2018)[16:].sum() == people
    assert format_number(100 * beds / people, 1) == rate
    said = written("nl3-plasser").replace(NO_BREAK_SPACE, " ")
    shown_people = format_number(people).replace(NO_BREAK_SPACE, " ")
    assert f"| {name} | {beds} | {shown_people} |" in said
    assert rate in said
    assert f"{name} {rate}" in written("nl3-plasser-betyr")


def test_hammerfest_is_the_two_old_municipalities_together() -> None:
    table = nursing_home_beds(2018)
    parts = table[table["knr_2024"] == _number("Hammerfest")]
    assert dict(zip(parts["kommune"], parts["plasser"], strict=True)) == {
        "Hammerfest": 106,
        "Kvalsund": 16,
    }
    assert set(parts["vekt_2024"]) == {1}


def test_the_country_and_the_empty_values_are_those_of_the_tables() -> None:
    table = nursing_home_beds(2018)
    beds = nursing_home_beds_by_municipality(2018).sum()
    old = population_norway(2018).query("alder >= 80")["antall"].sum()
    assert table["plasser"].isna().sum() == 59
    assert round(beds) == 41_791
    assert format_number(100 * beds / old, 1) == "18,8"
    assert "41 791" in written("nl3-plasser")
    assert "18,8" in written("nl3-plasser")


def test_the_same_coverage_in_2026_asks_for_thirteen_more() -> None:
    old, new = (age_counts(_number("Vestvågøy"), year)[16:].sum() for year in (2018, 2026))
    assert (old, new, new - old) == (566, 629, 63)
    assert format_number(new * 114 / old) == "127"
    assert age_counts(_number("Vestvågøy"), 2018).sum() == 11_397
