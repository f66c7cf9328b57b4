"""Samling 4 quotes what its explorers and tables show; they must not drift apart."""

import pytest

from helseledelse.datasets import population_vestvagoy
from helseledelse.exercises.bank import bank
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting, View
from helseledelse.norwegian import NO_BREAK_SPACE

CALLS: dict[str, Setting] = {"arrivals": 7, "service_time": 15, "staff": 2}
"""Vestvågøy's answering service, as the workbook asks the participant to set the queue."""


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
        ("nl4-neste-time", "best_idea", {}, ["20 ideer", "0,50", "0,70", "1,5", "3,7"]),
        (
            "nl4-stor-eller-smaa",
            "affordable_loss",
            {},
            ["67", "50", "202 000", "250 000", "200 000", "1 000 000"],
        ),
        ("nl4-minst-ett", "affordable_loss", {"loss": 120_000, "chance": 30}, ["66", "120 000"]),
        (
            "nl4-minst-ett",
            "affordable_loss",
            {"loss": 120_000, "stake": 20_000, "chance": 30},
            ["88"],
        ),
        ("nl4-en-til", "queue", {}, ["92", "53 minutter"]),
        ("nl4-en-til", "queue", {"arrivals": 11.5}, ["96", "113 minutter"]),
        ("nl4-grep", "queue", {"pooled": True}, ["25 minutter", "53"]),
        ("nl4-linjen", "queue", CALLS, ["88", "49 minutter"]),
        ("nl4-fire-grep", "queue", CALLS, ["49", "4,0 minutter", "22"]),
        ("nl4-fire-grep", "queue", {**CALLS, "service_time": 12}, ["12 minutter"]),
        ("nl4-fire-grep", "queue", {**CALLS, "pooled": True}, ["22", "49"]),
        ("nl4-2030", "care_demand", {}, ["2030", "763", "629"]),
        ("nl4-ekstra-bruker", "diffusion", {"champions": 0}, ["68", "120"]),
        ("nl4-ekstra-bruker", "diffusion", {}, ["93", "68"]),
    ],
)
def test_a_quoted_figure_is_what_the_explorer_shows(
    exercise: str, name: str, settings: dict[str, Setting], quoted: list[str]
) -> None:
    text, view = said(exercise), shown(name, **settings)
    for figure in quoted:
        assert figure in text, f"{exercise} does not say {figure}"
        assert figure in view, f"{name} does not show {figure}"


def test_courses_for_all_are_twice_the_push_the_explorer_opens_with() -> None:
    assert explorer("diffusion").settings({})["push"] == 1
    assert "bruker 89 av 120" in shown("diffusion", champions=0, push=2)
    assert "blir det 89" in said("nl4-ekstra-bruker")


def test_the_best_selection_turns_with_the_weight() -> None:
    """nl4-vekter names what is in it both ways, and what changes places."""
    chosen = {weight: shown("portfolio", weight=weight).split("Det gir")[0] for weight in (70, 30)}
    assert shown("portfolio") == shown("portfolio", budget=5, weight=70)
    for kept in ("digital medisinliste", "tverrfaglige tavlemøter"):
        assert kept in chosen[70]
        assert kept in chosen[30]
    assert "hverdagsrehabilitering" in chosen[70]
    assert "hverdagsrehabilitering" not in chosen[30]
    assert "ny turnusordning" in chosen[30]
    assert "ny turnusordning" not in chosen[70]


def test_more_contacts_than_two_can_answer_grow_without_end() -> None:
    """nl4-2030: 763 persons give 8,5 an hour, and two persons manage 8."""
    assert round(763 * 0.4 / 36, 1) == 8.5
    assert "vokser uten stans" in shown("queue", **{**CALLS, "arrivals": 8.5}).split("hver,")[0]
    assert "8,5" in said("nl4-2030")


def test_vestvaagoey_has_the_people_it_is_said_to_have() -> None:
    # Statistics Norway, table 07459, 1 January
    people = population_vestvagoy()

    def between(year: int, low: int, high: int = 200) -> int:
        ages = people[people["aar"] == year]
        return int(ages[ages["alder"].between(low, high)]["antall"].sum())

    assert (between(2018, 80), between(2026, 80), between(2026, 0)) == (566, 629, 11_606)
    assert (between(2018, 70, 79), between(2026, 70, 79)) == (919, 1_165)
    for exercise, figures in {
        "nl4-vestvaagoey": ("629", "11 606"),
        "nl4-2030": ("566", "629", "919", "1 165"),
    }.items():
        for figure in figures:
            assert figure in said(exercise)
