"""A portfolio put before a person: eight projects, one budget, and weights that decide."""

from dataclasses import dataclass

import numpy as np

from helseledelse.charts import BLACK, COLOURS, Canvas
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.innovation import Portfolio, best_portfolio, greedy_portfolio
from helseledelse.norwegian import format_number, join

_LEFT_OUT = "#d5dbdf"
_TINY = 1e-9


@dataclass(frozen=True)
class Project:
    """One constructed project.

    Attributes
    ----------
    cost : million kroner
    patients, staff : points for what it gives, 0 to 100
    """

    name: str
    cost: float
    patients: float
    staff: float


PROJECTS = (
    Project("Hverdagsrehabilitering", 2.6, 88, 52),
    Project("Digital medisinliste", 1.4, 52, 44),
    Project("Mestringskurs for pårørende", 0.6, 28, 14),
    Project("Felles akutteam", 3.2, 96, 30),
    Project("Ny turnusordning", 1.8, 30, 84),
    Project("Velferdsteknologi hjemme", 2.2, 66, 48),
    Project("Simulering og ferdighetstrening", 0.9, 34, 42),
    Project("Tverrfaglige tavlemøter", 0.4, 16, 24),
)


def _million(value: float) -> str:
    return format_number(value, 1, unit="mill. kr")


def choose(budget: float, weight: float) -> tuple[tuple[float, ...], Portfolio, Portfolio]:
    """Give the projects' points, the best choice and the rule of thumb's.

    Parameters
    ----------
    budget : million kroner
    weight : of the patients' points, 0 to 1; the staff's get the rest
    """
    points = tuple(weight * project.patients + (1 - weight) * project.staff for project in PROJECTS)
    cost = [project.cost for project in PROJECTS]
    return (
        points,
        best_portfolio(cost, points, budget=budget),
        greedy_portfolio(cost, points, budget=budget),
    )


def steady(budget: float, weight: float, chosen: tuple[int, ...]) -> tuple[float, float]:
    """Give the lowest and highest weight, in steps of five, with the same best choice.

    All choices are tried: eight projects have only 256, and the scan must not slow the slider.

    Parameters
    ----------
    budget : million kroner
    weight : of the patients' points in per cent
    chosen : the best choice at that weight; where another is as good, it has ended
    """
    taken = (np.arange(2 ** len(PROJECTS))[:, np.newaxis] >> np.arange(len(PROJECTS))) & 1
    affordable = taken[taken @ [project.cost for project in PROJECTS] <= budget + _TINY]
    patients = affordable @ [project.patients for project in PROJECTS]
    staff = affordable @ [project.staff for project in PROJECTS]
    here = int(np.flatnonzero((affordable == np.isin(range(len(PROJECTS)), chosen)).all(axis=1))[0])

    def best_at(other: float) -> bool:
        value = other * patients + (100 - other) * staff
        return np.flatnonzero(value >= value.max() - _TINY).tolist() == [here]

    low = high = weight
    for other in range(100, -1, -5):
        if other < low:
            if not best_at(other):
                break
            low = other
    for other in range(0, 101, 5):
        if other > high:
            if not best_at(other):
                break
            high = other
    return low, high


def view(*, budget: float, weight: float) -> View:
    """Show which projects together give most within the budget."""
    points, best, thumb = choose(budget, weight / 100)
    more = best.value - thumb.value
    same = abs(more) < 1e-9
    names = [PROJECTS[place].name for place in best.chosen]
    count = len(names)
    if not count:
        title = "Budsjettet rekker ikke til noe av dette"
    elif same:
        title = f"{count} prosjekter: Her er tommelfingerregelen like god som det beste utvalget"
    else:
        title = (
            f"Det beste utvalget gir {format_number(100 * more / thumb.value)} % mer enn "
            "tommelfingerregelen"
        )
    if count == 1:
        title = title.replace("1 prosjekter", "1 prosjekt")
    if count:
        sentence = (
            f"Med {_million(budget)} er det beste utvalget "
            f"{join([_small(name) for name in names])}. "
            f"Det gir {format_number(best.value)} poeng og koster {_million(best.cost)}. "
        )
        sentence += (
            "Å ta prosjektene etter poeng per krone til pengene er brukt opp, gir det samme."
            if same
            else "Å ta prosjektene etter poeng per krone til pengene er brukt opp, gir "
            f"{format_number(thumb.value)} poeng og lar {_million(budget - thumb.cost)} stå ubrukt."
        )
        low, high = steady(budget, weight, best.chosen)
        sentence += (
            " Det beste utvalget er det samme for alle vekter."
            if (low, high) == (0, 100)
            else f" Det beste utvalget er det samme for vekter fra {format_number(low)} "
            f"til {format_number(high)} %."
            if low < high
            else " Flyttes vekten fem prosentpoeng, er et annet utvalg best."
        )
    else:
        sentence = f"Med {_million(budget)} er det ingen av prosjektene dere har råd til."
    other = choose(budget, 1 - weight / 100)[1]
    swapped = [PROJECTS[place].name for place in other.chosen if place not in best.chosen]
    if swapped:
        sentence += (
            " Bytter vektene plass, kommer "
            f"{join([_small(name) for name in swapped])} inn i stedet for noe annet."
        )
    table = Table(
        "Prosjektene, ordnet etter poeng per million",
        ("Prosjekt", "Pris", "Pasienter", "Ansatte", "Poeng samlet", "Beste utvalg", "Regelen"),
        tuple(
            (
                PROJECTS[place].name,
                _million(PROJECTS[place].cost),
                format_number(PROJECTS[place].patients),
                format_number(PROJECTS[place].staff),
                format_number(points[place]),
                "med" if place in best.chosen else "–",
                "med" if place in thumb.chosen else "–",
            )
            for place in _order(points)
        ),
    )
    note = (
        "Poengene er satt av noen. Endrer valget seg når vektene endres litt, er det vektene dere "
        "bør snakke om, ikke prosjektene. Modellen regner med at ingen prosjekter trenger "
        "hverandre."
    )
    return View(title, _figure(points, best, thumb, sentence), sentence, table, note)


def _small(name: str) -> str:
    return name[0].lower() + name[1:]


def _order(points: tuple[float, ...]) -> list[int]:
    worth = [-value / project.cost for value, project in zip(points, PROJECTS, strict=True)]
    return [int(place) for place in np.argsort(worth, kind="stable")]


def _figure(points: tuple[float, ...], best: Portfolio, thumb: Portfolio, sentence: str) -> str:
    with Canvas(constructed=True, height=480, left=16, right=16, top=52, bottom=24) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        axes.set_xlim(0, 122)
        axes.set_ylim(len(PROJECTS) - 0.45, -0.6)
        order = _order(points)
        axes.barh(
            np.arange(len(order)) + 0.18,
            [points[place] for place in order],
            height=0.36,
            color=[COLOURS[0] if place in best.chosen else _LEFT_OUT for place in order],
        )
        ruled = [row + 0.18 for row, place in enumerate(order) if place in thumb.chosen]
        axes.plot([117] * len(ruled), ruled, "o", color=COLOURS[1], markersize=11)
        for row, place in enumerate(order):
            project, inside = PROJECTS[place], place in best.chosen
            axes.text(
                0,
                row - 0.05,
                f"{project.name}, {format_number(project.cost, 1)} mill.",
                va="bottom",
                fontsize=12,
                weight="bold" if inside else "normal",
            )
            axes.text(points[place] + 1, row + 0.18, format_number(points[place]), va="center")
        axes.text(0, 1.045, "blå: beste utvalg", transform=axes.transAxes, fontsize=12)
        axes.text(
            1,
            1.045,
            "oransje: tommelfingerregelen",
            transform=axes.transAxes,
            ha="right",
            fontsize=12,
            color=BLACK,
        )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="portfolio",
    title="Hvilke prosjekter skal vi bruke pengene på?",
    introduction=(
        "Åtte prosjekter deler ett budsjett. Blå striper er det beste utvalget, oransje prikker er "
        "det en god tommelfingerregel tar: mest poeng per krone først. Skru på budsjettet, og se "
        "når de skiller lag. Skru så på vekten mellom pasienter og ansatte."
    ),
    controls=(
        Slider("budget", "Budsjett", 0.2, 14, 0.1, 5, "mill. kr", 1),
        Slider(
            "weight", "Vekt på pasientenes nytte, resten på ansattes hverdag", 0, 100, 5, 70, "%"
        ),
    ),
    view=view,
    formula=(
        (
            r"\max \sum_i v_i x_i \quad \text{når}\quad \sum_i k_i x_i \le B",
            "Finn prosjektene som til sammen gir flest poeng, uten å koste mer enn budsjettet.",
        ),
        (
            r"v_i = w\,p_i + (1 - w)\,a_i",
            "Poengene er vekten ganger pasientenes nytte pluss resten ganger de ansattes.",
        ),
    ),
    sources=(
        (
            "Ryggsekkproblemet, løst nøyaktig med HiGHS (Huangfu og Hall 2018, Mathematical "
            "Programming Computation 10)"
        ),
        "Prosjekter, priser og poeng er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
