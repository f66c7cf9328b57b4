"""The best of many ideas put before a person: how many, how different, and who judges."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.innovation import best_chosen, best_of
from helseledelse.norwegian import format_number

MEAN = 50  # points that an ordinary idea is worth
MOST = 100
_DRAWN = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)


@cache
def _gains() -> NDArray[np.float64]:
    return np.array([best_of(ideas) for ideas in _DRAWN])


def _points(value: float) -> str:
    return format_number(value, 1)


def view(*, ideas: float, spread: float, reliability: float) -> View:
    """Show what the chosen idea is worth on average, and what the best one was."""
    number = round(ideas)

    def chosen(count: int, trust: float) -> float:
        return MEAN + spread * best_chosen(count, reliability=trust)

    ours, best = chosen(number, reliability), MEAN + spread * best_of(number)
    double = chosen(2 * number, reliability) - ours
    judge = min(1.0, reliability + 0.2)
    judged = chosen(number, judge) - ours
    many = "Én idé" if number == 1 else f"{number} ideer"
    title = (
        f"Én idé er verdt {MEAN} poeng i snitt: Det er ingenting å velge blant"
        if number == 1
        else f"Den dere velger, er verdt {_points(ours)} poeng; den beste var verdt {_points(best)}"
    )
    sentence = (
        f"{many} gir en beste idé på {_points(best)} poeng i snitt, når en vanlig idé er verdt "
        f"{MEAN}. Med treffsikkerhet {format_number(reliability, 2)} velger dere en på "
        f"{_points(ours)}. Dobbelt så mange ideer gir {_points(double)} poeng til. "
    )
    if reliability < 1:
        sentence += (
            f"Å heve treffsikkerheten til {format_number(judge, 2)} gir {_points(judged)}. "
            + (
                "Begge deler gir like mye."
                if abs(double - judged) < 0.05
                else "Hos dere er flere ideer det beste grepet."
                if double > judged
                else "Hos dere er det bedre å velge klokere enn å finne på mer."
            )
        )
    else:
        sentence += "Treffsikkerheten er allerede så god som den kan bli."
    counts = sorted({1, 5, 20, 100, number})
    table = Table(
        "Ventet verdi av den beste ideen og av den dere velger, i poeng",
        ("Ideer", "Den beste", "Den dere velger", "Tapt fordi dere velger feil"),
        tuple(
            (
                f"{count}{' (nå)' if count == number else ''}",
                _points(MEAN + spread * best_of(count)),
                _points(chosen(count, reliability)),
                _points(spread * best_of(count) - (chosen(count, reliability) - MEAN)),
            )
            for count in counts
        ),
    )
    note = (
        "En måte å tenke på, ikke en prognose. Den regner med at ideene er uavhengige. "
        "Snakker alle "
        "sammen før de har tenkt hver for seg, ligner ideene, og da er 20 ideer ikke 20. "
        "Treffsikkerhet 1 er å kjenne igjen den beste hver gang, 0 er å trekke lodd."
    )
    with Canvas(constructed=True, left=60, right=20, top=36, bottom=62) as canvas:
        axes = canvas.axes
        gains = spread * _gains()
        number_axis(axes.xaxis, "Antall ideer", ticks=5)
        number_axis(axes.yaxis, "", ticks=5)
        axes.set_xlim(0, MOST * 1.02)
        low, top = MEAN - 0.4 * spread, MEAN + 2.85 * spread
        axes.set_ylim(low, top)
        axes.grid(visible=True, axis="y")
        axes.text(0, 1.04, "Ventet verdi, poeng", transform=axes.transAxes, fontsize=12)
        axes.axhline(MEAN, color=GREY, linewidth=1.4)
        axes.plot(_DRAWN, MEAN + gains, color=COLOURS[1], linewidth=1.8, linestyle=(0, (5, 3)))
        axes.plot(_DRAWN, MEAN + reliability * gains, color=COLOURS[0], linewidth=3)
        axes.text(MOST, MEAN + gains[-1] + 0.06 * spread, "den beste", ha="right", va="bottom")
        if reliability < 0.9:
            axes.text(
                MOST,
                MEAN + reliability * gains[-1] + 0.06 * spread,
                "den dere velger",
                ha="right",
                va="bottom",
                weight="bold",
            )
        axes.plot([number, number], [ours, best], color=GREY, linewidth=1.4)
        axes.plot(number, best, "o", color="white", markeredgecolor=COLOURS[1], markersize=10)
        axes.plot(number, ours, "o", color=COLOURS[0], markersize=11)
        axes.annotate(
            f"her: {_points(ours)}",
            (number, ours),
            xytext=(8 if number < 70 else -8, -12),
            textcoords="offset points",
            ha="left" if number < 70 else "right",
            va="top",
            color=BLACK,
            weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
        )
        figure = canvas.svg(sentence)
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="best_idea",
    title="Trenger vi flere ideer, eller må vi bli flinkere til å velge?",
    introduction=(
        "Gå fra 1 til 5 til 20 ideer og se hva som skjer med den beste. Sett så treffsikkerheten "
        "ned til det dere tror den er i et vanlig ledermøte."
    ),
    controls=(
        Slider("ideas", "Ideer å velge blant", 1, MOST, 1, 20),
        Slider("spread", "Hvor forskjellige ideene er (standardavvik)", 1, 30, 1, 10, "poeng"),
        Slider("reliability", "Treffsikkerhet når dere velger (0 til 1)", 0, 1, 0.05, 0.5, "", 2),
    ),
    view=view,
    formula=(
        (
            r"E[\max_n] = \mu + \sigma\,e_n,\quad e_1 = 0,\ e_5 = 1{,}16,\ e_{20} = 1{,}87",
            (
                "Den beste av n ideer ligger så mange standardavvik over snittet: 0 for én idé, "
                "1,16 for fem, 1,87 for tjue."
            ),
        ),
        (
            r"E[\text{valgt}] = \mu + r\,\sigma\,e_n",
            "Av dette får dere bare den delen som treffsikkerheten r gir.",
        ),
    ),
    sources=(
        "Teichroew (1956), Annals of Mathematical Statistics 27(2): den største av n",
        "Girotra, Terwiesch og Ulrich (2010), Management Science 56(4): de beste ideene",
        "Poengene er konstruert.",
    ),
    minutes=5,
    constructed=True,
    way_of_thinking=True,
)
