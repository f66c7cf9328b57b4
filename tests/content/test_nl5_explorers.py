"""Samling 5 quotes what its explorers and the atlas show; the two must not drift apart."""

from fractions import Fraction
from pathlib import Path

import pytest

from helseledelse.datasets import helseatlas
from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.workbook import ExplorerCall, read_workbook
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.norwegian import NO_BREAK_SPACE, format_number

TAB = "\t"
BOOK = (
    CONTENT.parents[2]
    / "workbooks"
    / "primaer"
    / "5-forvaltning-pasientsikkerhet-og-kvalitet.ipynb"
)


def view(name: str, **settings: Setting) -> View:
    found = explorer(name)
    return found.view(**found.settings(settings))


def shown(name: str, **settings: Setting) -> str:
    seen = view(name, **settings)
    cells = [cell for row in seen.table.rows for cell in row]
    return " ".join([seen.title, seen.sentence, *cells]).replace(NO_BREAK_SPACE, " ")


def written(name: str) -> str:
    exercise = bank()[name]
    options = [str(option.label) for option in getattr(exercise, "options", ())]
    items = [f"{item.label} {item.why}" for item in getattr(exercise, "items", ())]
    return " ".join(
        " ".join([str(exercise.question), *options, *items, str(exercise.solution)]).split()
    )


def opened(path: Path, name: str) -> dict[str, Setting]:
    """Give the settings with which the workbook opens an explorer."""
    pieces = [piece for block in read_workbook(path).blocks for piece in block.pieces]
    (call,) = (piece for piece in pieces if isinstance(piece, ExplorerCall) and piece.name == name)
    return dict(call.settings)


@pytest.mark.parametrize(
    ("exercise", "name", "settings", "quoted"),
    [
        ("nl5-ventet", "control_chart", {}, ["15,5"]),
        ("nl5-oktober", "control_chart", {}, ["okt", "23,9", "22,9", "16,3", "14,5"]),
        ("nl5-laas", "control_chart", {"baseline": 9}, ["15,1"]),
        ("nl5-laas", "control_chart", {"baseline": 12}, ["16,0"]),
        ("nl5-trakt", "funnel", {}, ["18,9", "19,1", "18,7", "18,5", "16,2", "15,2", "19,7"]),
        ("nl5-rangliste", "funnel", {}, ["17,5", "20,3", "18,9", "18,7", "16,0"]),
        ("nl5-91-prosent", "agreement", {}, ["91", "84", "87"]),
        ("nl5-enige-om-skade", "agreement", {}, ["47", "95"]),
        ("nl5-felle", "agreement", {"both": 44, "neither": 47}, ["91", "0,82"]),
        ("nl5-felle", "agreement", {}, ["0,42"]),
        ("nl5-hvor-mange", "decision_tree", {}, ["113", "1,48", "60"]),
        ("nl5-vite-mer", "decision_tree", {}, ["0,385"]),
        ("nl5-egne-tall", "decision_tree", {"rate": 0.35}, ["27", "477", "0,385"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text, seen = written(exercise), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in seen, f"{name} does not show {figure}"


def test_the_run_chart_opens_with_the_series_of_the_table() -> None:
    settings = opened(BOOK, "run_chart")
    heading, *rows = str(settings["series"]).splitlines()
    assert heading == "Konstruert serie"
    asked = written("nl5-sju")
    assert len(rows) == 24
    for early, late in zip(rows[:12], rows[12:], strict=True):
        month = early.split(" ")[0]
        assert f"| {month} | {early.split(TAB)[1]} | {late.split(TAB)[1]} |" in asked
    seen = shown("run_chart", **settings)
    assert "medianen er 11." in seen
    assert "Den lengste rekken på samme side er 7, og inntil 7 kan være tilfeldig" in seen
    assert "krysses 10 ganger, og minst 7 er ventet. Det er ikke noe signal." in seen


def test_the_rule_of_seven_marks_seven_months_of_the_same_series() -> None:
    assert "får 7 av 24 målinger et merke" in shown("run_chart", **opened(BOOK, "run_chart"))


def chance_of_run(tosses: int, length: int) -> Fraction:
    """Give the chance of `length` or more alike in a row, exactly, toss by toss."""
    state = {1: Fraction(1)}  # the run now: its chance, as long as none has been long enough
    found = Fraction(0)
    for _ in range(tosses - 1):
        later = {1: sum(state.values(), Fraction(0)) / 2}
        for run, chance in state.items():
            later[run + 1] = chance / 2
        found += later.pop(length, Fraction(0))
        state = later
    return found


def test_chance_makes_seven_in_a_row_as_often_as_is_said() -> None:
    # by hand: three tosses are alike in 2 of 8, and hold two alike in a row in 6 of 8
    assert chance_of_run(3, 3) == Fraction(1, 4)
    assert chance_of_run(3, 2) == Fraction(3, 4)
    seven, nine = chance_of_run(24, 7), chance_of_run(24, 9)
    assert round(100 * seven) == 14
    assert round(20 * seven) == 3
    assert round(100 * nine) == 3
    text = written("nl5-tjue-avdelinger")
    assert "14 av 100" in text
    assert "3 av 100" in text


@pytest.mark.parametrize(
    ("exercise", "area"),
    [
        ("nl5-trakt", "Indre Oslo"),
        ("nl5-trakt", "Nord-Trøndelag"),
        ("nl5-trakt", "Akershus"),
        ("nl5-trakt", "Finnmark"),
        ("nl5-trakt", "UNN"),
        ("nl5-trakt", "Sørlandet"),
        ("nl5-indre-oslo", "Indre Oslo"),
        ("nl5-indre-oslo", "Norge"),
    ],
)
def test_the_counts_are_those_of_the_atlas(exercise: str, area: str) -> None:
    table = helseatlas("eldre")
    row = table[(table["indikator"] == "Reinnleggelser") & (table["omrade"] == area)].iloc[0]
    text = written(exercise)
    for count in (int(row["teller"]), int(row["nevner"])):
        assert format_number(count).replace(NO_BREAK_SPACE, " ") in text


def test_the_standardised_shares_are_those_of_the_atlas() -> None:
    table = helseatlas("eldre")
    areas = table[table["indikator"] == "Reinnleggelser"].set_index("omrade")
    assert areas["verdi"].idxmin() == "Sørlandet"
    assert areas["verdi"].idxmax() == "Indre Oslo"
    text = written("nl5-kommunestyret")
    raw = 100 * areas["teller"] / areas["nevner"]
    for share in (areas["verdi"], raw):
        assert format_number(float(share.to_dict()["Indre Oslo"]), 2) in text


def test_the_places_on_the_list_are_as_told() -> None:
    order = [row[0] for row in view("funnel").table.rows]
    assert order[:3] == ["Indre Oslo", "Nord-Trøndelag", "Akershus"]
    assert order.index("Finnmark") == 16
    assert order[-2:] == ["UNN", "Sørlandet"]


def test_allowing_for_differences_leaves_one_area_outside() -> None:
    seen = view("funnel", overdispersion=True)
    assert seen.title == "Bare Indre Oslo skiller seg sikkert ut"
    assert "3,1 ganger" in seen.note
    assert "3,1 ganger" in written("nl5-utvidet")


def test_two_assumptions_can_turn_the_choice_of_dressing() -> None:
    rows = {row[0]: row[-1] for row in view("decision_tree").table.rows}
    turning = {name for name, turn in rows.items() if turn != "snur ikke"}
    assert turning == {f"Infeksjoner per {format_number(1000)} døgn", "Virkning av ny bandasje"}


def test_going_further_down_the_list_finds_more_and_hits_less() -> None:
    """The workbook says that the two figures go each their way."""
    rows = view("risk").table.rows
    found = [int(row[1]) for row in rows]
    hit = [int(row[3].replace(NO_BREAK_SPACE, " ").split()[0]) for row in rows]
    assert found == sorted(set(found))
    assert hit == sorted(set(hit), reverse=True)
