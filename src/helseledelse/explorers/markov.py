"""A long-term condition followed at home: what the project costs, and what lasts after it."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.models.markov import cohort_trace, cycle_totals, fill_complement
from helseledelse.norwegian import format_number

FloatArray = NDArray[np.float64]

STATES = ("Stabil", "Forverret", "Pleietrengende", "Død")
# Constructed to teach: one year with usual care, rows from and columns to the states above.
USUAL = np.array(
    [
        [np.nan, 0.15, 0.0, 0.02],
        [0.10, np.nan, 0.15, 0.06],
        [0.0, 0.0, np.nan, 0.20],
        [0.0, 0.0, 0.0, 1.0],
    ]
)
COSTS = np.array([20_000.0, 90_000.0, 600_000.0, 0.0])  # kr a year
QUALITY = np.array([0.80, 0.60, 0.35, 0.0])  # weight of a year between 0 and 1
_FOLLOWED = np.array([1.0, 1.0, 0.0, 0.0])  # who is followed up at home


def gains(
    *, effect: float, price: float, project: int, horizon: int, discount: float, lasts: bool
) -> tuple[FloatArray, FloatArray]:
    """Give the extra cost (kr) and the extra QALY a person, summed up to each year.

    Parameters
    ----------
    effect : share of worsening that is averted, 0 to 1
    price : kr a year for each person followed
    project : years the project runs
    horizon : years looked ahead
    discount : a year
    lasts : whether the follow-up goes on after the project

    Returns
    -------
    Two arrays of shape (horizon,)
    """
    running = np.arange(horizon) < (horizon if lasts else project)
    followed = np.repeat(USUAL[np.newaxis], horizon, axis=0)
    followed[running, 0, 1] *= 1 - effect
    followed[running, 1, 2] *= 1 - effect
    both = fill_complement(np.stack([np.repeat(USUAL[np.newaxis], horizon, axis=0), followed]))
    trace = cohort_trace([1, 0, 0, 0], both, horizon)
    costs = np.zeros((2, horizon, 4)) + COSTS
    costs[1] += running[:, np.newaxis] * price * _FOLLOWED
    cost = cycle_totals(trace, costs, discount=discount)
    quality = cycle_totals(trace, QUALITY, discount=discount)
    return (cost[1] - cost[0]).cumsum(), (quality[1] - quality[0]).cumsum()


def _view(
    *,
    effect: float,
    price: float,
    project: float,
    after: str,
    horizon: float,
    discount: float,
    threshold: float,
) -> View:
    end, last = int(project), int(horizon)
    cost, quality = gains(
        effect=effect / 100,
        price=price,
        project=end,
        horizon=last,
        discount=discount / 100,
        lasts=after == "goes_on",
    )
    worth = threshold * quality
    net = worth - cost
    shown_end = min(end, last)
    title = _title(net, shown_end, last)
    sentence = _sentence(cost, quality, net, end)
    marks = sorted({1, shown_end, *range(5, last + 1, 5), last})
    table = Table(
        "Oppfølging hjemme mot vanlig oppfølging, summert fra start og neddiskontert. Per person.",
        ("Etter", "Merkostnad", "Vunne gode leveår", "Verdi av leveårene", "Netto"),
        tuple(
            (
                _years(year),
                format_number(cost[year - 1], unit="kr"),
                format_number(quality[year - 1], 3),
                format_number(worth[year - 1], unit="kr"),
                format_number(net[year - 1], unit="kr"),
            )
            for year in marks
        ),
    )
    note = (
        "Modellen antar at virkningen er like stor hvert år, og at sannsynlighetene ikke endrer "
        "seg med alderen."
    )
    figure = _figure(cost, worth, end, lasts=after == "goes_on", sentence=sentence)
    return View(title, figure, sentence, table, note)


def _title(net: FloatArray, end: int, last: int) -> str:
    soon, late = round(net[end - 1]), round(net[-1])
    if soon == late == 0:
        return "Oppfølgingen går i null"
    if soon <= 0 < late:
        turn = int(np.flatnonzero(net.round() <= 0)[-1]) + 2
        return f"Prosjektet går ikke i pluss på {_years(end)}, men gjør det fra år {turn}"
    if soon > 0 >= late:
        return f"Gevinsten ved prosjektslutt er borte etter {_years(last)}"
    if soon > 0:
        return f"Oppfølgingen lønner seg allerede i prosjektperioden på {_years(end)}"
    return f"Oppfølgingen går ikke i pluss i løpet av {_years(last)}"


def _sentence(cost: FloatArray, quality: FloatArray, net: FloatArray, end: int) -> str:
    def until(year: int) -> str:
        return (
            f"{_cost(cost[year - 1])} og gitt {format_number(quality[year - 1], 2)} gode leveår "
            f"per person: netto {format_number(net[year - 1], unit='kr')}."
        )

    last = len(net)
    late = f"Etter {_years(last)} har oppfølgingen {until(last)}"
    if end >= last:
        return f"Prosjektet varer minst så lenge som dere ser fram. {late}"
    return f"Ved prosjektslutt, etter {_years(end)}, har oppfølgingen {until(end)} {late}"


def _years(count: int) -> str:
    return f"{count} år"


def _cost(kroner: float) -> str:
    amount = format_number(abs(kroner), unit="kr")
    return f"kostet {amount} mer" if kroner >= 0 else f"spart {amount}"


def _figure(cost: FloatArray, worth: FloatArray, end: int, *, lasts: bool, sentence: str) -> str:
    last = len(cost)
    years = np.arange(last + 1)
    lines = (
        ("netto", worth - cost, COLOURS[0], 3.0),
        ("helse", worth, COLOURS[2], 1.8),
        ("kostnad", -cost, COLOURS[1], 1.8),
    )
    with Canvas(constructed=True, left=64, right=84, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "År fra start", decimals=0, ticks=4)
        number_axis(axes.yaxis, "Per person (1 000 kr)", ticks=6)
        axes.locator_params(axis="x", integer=True, steps=[1, 2, 5, 10])
        axes.locator_params(axis="y", steps=[1, 2, 5, 10])
        axes.axvspan(0, min(end, last), color="#e8eef1", linewidth=0)
        axes.axhline(0, color=GREY, linewidth=1.2)
        axes.grid(visible=True, axis="y")
        for _, values, colour, width in lines:
            axes.plot(years, np.concatenate([[0], values]) / 1000, color=colour, linewidth=width)
        axes.set_xlim(0, last)
        ends = [value / 1000 for _, values, _, _ in lines for value in (values.min(), values.max())]
        low, high = min(0.0, *ends), max(0.0, *ends)
        room = 0.1 * (high - low) or 10
        low, high = low - room, high + 1.5 * room  # the word above needs more
        axes.set_ylim(low, high)
        # Words at the line's end say more than a legend, and need at least a line's height each.
        apart = 17 / (canvas.height - 82) * (high - low)
        places = _spread([values[-1] / 1000 for _, values, _, _ in lines], apart)
        for (word, _, colour, width), place in zip(lines, places, strict=True):
            axes.annotate(
                word,
                (last, place),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                fontweight="bold" if width > 2 else "normal",
                annotation_clip=False,
            )
        word = "prosjekt" if not lasts else "prosjekt, så drift"
        axes.annotate(
            word, (0, high), xytext=(5, -4), textcoords="offset points", va="top", color=GREY
        )
        return canvas.svg(sentence)


def _spread(values: list[float], apart: float) -> list[float]:
    """Move places at least `apart` from one another, as little as can be, keeping their order."""
    order = sorted(range(len(values)), key=values.__getitem__)
    placed = list(values)
    for before, here in pairwise(order):
        placed[here] = max(placed[here], placed[before] + apart)
    shift = sum(placed) / len(placed) - sum(values) / len(values)
    return [place - shift for place in placed]


EXPLORER = Explorer(
    name="markov",
    title="Hva er igjen av oppfølging hjemme når prosjektperioden er over?",
    introduction=(
        "En gruppe med langvarig sykdom følges opp hjemme eller som vanlig. Hvert år kan de bli "
        "stabile, forverret, pleietrengende eller dø. Se først på prosjektperioden alene, og dra "
        "så horisonten utover. Hva skjer hvis oppfølgingen stopper?"
    ),
    controls=(
        Slider("effect", "Mindre forverring med oppfølging", 0, 60, 5, 25, "%"),
        Slider("price", "Kostnad per person og år", 0, 100_000, 5_000, 30_000, "kr"),
        Slider("project", "Prosjektperiode", 1, 5, 1, 2, "år"),
        Choice(
            "after",
            "Etter prosjektet",
            (("stops", "stopper oppfølgingen"), ("goes_on", "går den over i drift")),
            "stops",
        ),
        Slider("horizon", "Hvor langt vi ser fram", 2, 30, 1, 15, "år"),
        Slider("discount", "Diskonteringsrente", 0, 8, 0.5, 4, "%", 1),
        Slider("threshold", "Verdi av et godt leveår", 0, 1_000_000, 25_000, 275_000, "kr"),
    ),
    view=_view,
    formula=(
        (
            r"s_{t+1} = s_t P_t",
            (
                "Fordelingen neste år er fordelingen i år ganget med sannsynlighetene for å flytte "
                "seg mellom tilstandene."
            ),
        ),
        (
            r"\sum_{t=0}^{T} \frac{w_t \, s_t r}{(1+d)^t}",
            (
                "Kostnad og leveår legges sammen over årene, regnet om til dagens verdi med "
                "renten d. Vekten w er en halv i første og siste år, fordi folk flytter seg "
                "gjennom hele året."
            ),
        ),
    ),
    sources=(
        "Sonnenberg og Beck: Markov models in medical decision making. MDM 1993;13:322.",
        "Kalkulasjonsrenten 4 prosent: Finansdepartementet, rundskriv R-109/2021.",
        "Sannsynligheter, kostnader og livskvalitet er konstruert.",
    ),
    minutes=10,
    constructed=True,
)
