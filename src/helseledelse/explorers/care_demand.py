"""The years ahead in one's own municipality: how many will need care, and how many hands."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import COLOURS, GREY, Canvas, number_axis
from helseledelse.datasets import (
    AGE_GROUPS,
    age_counts,
    dataset,
    municipality_names,
    population_norway,
)
from helseledelse.datasets import life_table as shipped_life_table
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.models.population import CareDemand, care_demand, life_table, project
from helseledelse.norwegian import format_number

FIRST = 2026
_OLDEST = 105
_OLD = 67  # users below are left out: need there does not follow age


@cache
def national_ages() -> NDArray[np.float64]:
    """Give persons in Norway at each age 0-105, 1 January 2026."""
    people = population_norway(FIRST).groupby("alder")["antall"].sum()
    return people.to_numpy(dtype=float)


@cache
def survival() -> NDArray[np.float64]:
    """Give the share of each age 0-105 alive a year later, both sexes, at the mortality of 2023."""
    return life_table(shipped_life_table(2023)["mx"].to_numpy(), first_year=0.1).survival


@cache
def single_ages(municipality: str) -> NDArray[np.float64]:
    """Give persons at each age 0-105, 1 January 2026.

    The municipality's figures are by five years. Each group is spread over its ages as the whole
    country's is.
    """
    groups = np.minimum(np.arange(_OLDEST + 1) // 5, len(AGE_GROUPS) - 1)
    national = national_ages()
    within = national / np.bincount(groups, weights=national)[groups]
    return age_counts(municipality, FIRST)[groups] * within


def use_by_age(from_67: float, from_80: float, from_90: float) -> NDArray[np.float64]:
    """Give the share with care at each age 0-105, three levels from 67 years."""
    ages = np.arange(_OLDEST + 1)
    return np.select([ages >= 90, ages >= 80, ages >= _OLD], [from_90, from_80, from_67], 0.0)


def demand(
    municipality: str,
    *,
    years: int,
    use: NDArray[np.float64],
    improvement: float,
    positions_per_user: float,
    healthier: float = 0.0,
    productivity: float = 0.0,
) -> tuple[NDArray[np.float64], CareDemand]:
    """Give the population, shape (years + 1, 106), and the care it asks for."""
    people = project(single_ages(municipality), survival(), years=years, improvement=improvement)
    return people, care_demand(
        people,
        use,
        positions_per_user=positions_per_user,
        healthier=healthier,
        productivity=productivity,
    )


def view(
    *,
    municipality: str,
    until: str,
    from_67: float,
    from_80: float,
    from_90: float,
    hands: float,
    improvement: float,
    healthier: float,
    productivity: float,
) -> View:
    """Show how many positions care asks for, year by year."""
    place, last = municipality_names()[municipality], int(until)
    years = last - FIRST
    use = use_by_age(from_67 / 100, from_80 / 100, from_90 / 100)
    people, asked = demand(
        municipality,
        years=years,
        use=use,
        improvement=improvement / 100,
        positions_per_user=hands,
        healthier=healthier,
        productivity=productivity / 100,
    )
    same = demand(
        municipality,
        years=years,
        use=use,
        improvement=improvement / 100,
        positions_per_user=hands,
    )[1]
    over_80 = people[:, 80:].sum(axis=1)
    now, then = float(asked.positions[0]), float(asked.positions[-1])
    more = round(then) - round(now)

    def whole(value: float) -> str:
        return format_number(value)

    title = f"{place} trenger {whole(then)} årsverk i {last}, " + (
        "like mange som nå"
        if more == 0
        else f"{whole(abs(more))} {'flere' if more > 0 else 'færre'} enn i {FIRST}"
    )
    sentence = (
        f"{place} har {whole(over_80[0])} innbyggere på 80 år eller mer, og får "
        f"{whole(over_80[-1])} i {last}. Bruker hver aldersgruppe like mye omsorg som nå, går "
        f"tallet på brukere på {_OLD} år og mer fra {whole(same.users[0])} til "
        f"{whole(same.users[-1])}, og det trengs {whole(same.positions[-1])} årsverk mot "
        f"{whole(now)} nå. "
    )
    if healthier or productivity:
        sentence += (
            f"Med de endringene du har lagt inn, trengs {whole(then)}: "
            f"{whole(abs(float(same.positions[-1]) - then))} færre."
        )
    else:
        sentence += "Prøv hva ett friskere år eller én prosent mindre arbeid per bruker i året gir."
    marks = sorted({FIRST, *(year for year in (2030, 2036) if year < last), last})
    table = Table(
        f"Eldre, brukere og årsverk i {place}",
        ("År", "80 år og mer", f"Brukere fra {_OLD} år", "Årsverk", "Årsverk uten endringer"),
        tuple(
            (
                f"{year}",
                *(
                    whole(float(column[year - FIRST]))
                    for column in (over_80, asked.users, asked.positions, same.positions)
                ),
            )
            for year in marks
        ),
    )
    note = (
        "Folketallet er virkelig, men framskrivingen er enkel: Ingen flytter, og dødeligheten er "
        "landets. Kommunens tall er i femårsgrupper og er delt på ettårige aldre slik landets er. "
        "Andelene med omsorg og årsverkene per bruker er konstruert; sett inn deres egne. Små "
        "kommuner kan få helt andre tall, for få personer gjør mye."
    )
    with Canvas(constructed=True, left=64, right=24, top=36, bottom=62) as canvas:
        axes = canvas.axes
        calendar = np.arange(FIRST, last + 1)
        number_axis(axes.xaxis, "", decimals=0)
        number_axis(axes.yaxis, "", ticks=5)
        axes.set_xticks([FIRST, 2030, 2036, *([last] if last > 2036 else [])])
        axes.xaxis.set_major_formatter("{x:.0f}")  # a year has no space in it
        axes.set_xlim(FIRST, last + 0.15)
        top = 1.22 * max(float(asked.positions.max()), float(same.positions.max()), 1.0)
        axes.set_ylim(0, top)
        axes.grid(visible=True, axis="y")
        axes.text(0, 1.04, "Årsverk i omsorgen", transform=axes.transAxes, fontsize=12)
        axes.fill_between(calendar, asked.positions, color=COLOURS[0], alpha=0.12, linewidth=0)
        if healthier or productivity:
            axes.plot(calendar, same.positions, color=COLOURS[1], linestyle=(0, (5, 3)))
            axes.text(
                FIRST + 0.3,
                0.06 * top,
                "stiplet: uten endringene",
                fontsize=12,
                color=GREY,
            )
        axes.plot(calendar, asked.positions, color=COLOURS[0], linewidth=3)
        for year, value, side in ((FIRST, now, "left"), (last, then, "right")):
            axes.plot(year, value, "o", color=COLOURS[0], markersize=9, clip_on=False)
            below = side == "right" and float(same.positions[-1]) > then
            axes.annotate(
                whole(value),
                (year, value),
                xytext=(6 if side == "left" else -4, -10 if below else 10),
                textcoords="offset points",
                ha=side,
                va="top" if below else "bottom",
                weight="bold",
            )
        figure = canvas.svg(sentence)
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="care_demand",
    title="Hvor mange flere hender trenger kommunen vår?",
    introduction=(
        "Velg egen kommune og sett inn deres egne andeler. Finn så ut hva som skal til for at dere "
        "klarer dere med årsverkene dere har: friskere eldre, mindre arbeid per bruker, eller litt "
        "av hvert?"
    ),
    controls=(
        Choice(
            "municipality",
            "Kommune",
            tuple(municipality_names().items()),
            "1860",
            profile="municipality",
        ),
        Choice("until", "Fram til", (("2036", "2036"), ("2040", "2040")), "2040"),
        Slider("from_67", "Andel 67–79 år som får omsorg", 0, 40, 1, 7, "%"),
        Slider("from_80", "Andel 80–89 år som får omsorg", 0, 80, 1, 30, "%"),
        Slider("from_90", "Andel 90 år og mer som får omsorg", 0, 100, 1, 75, "%"),
        Slider("hands", "Årsverk per bruker", 0.1, 1.5, 0.05, 0.5, "", 2),
        Slider("improvement", "Dødeligheten synker hvert år med", 0, 3, 0.1, 1.4, "%", 1),
        Slider(
            "healthier", "Behovet kommer senere: år friskere ved slutten", 0, 6, 0.5, 0, "år", 1
        ),
        Slider("productivity", "Mindre arbeid per bruker hvert år", 0, 3, 0.1, 0, "%", 1),
    ),
    view=view,
    formula=(
        (
            r"N_{x+1,\,t+1} = N_{x,\,t}\,\frac{L_{x+1}}{L_x}",
            "De som er x år nå, er ett år eldre neste år; noen dør, slik livstabellen sier.",
        ),
        (
            r"A_t = k\,(1 - g)^t \sum_x N_{x,t}\,b_{x - s_t}",
            (
                "Årsverk er brukere ganger arbeid per bruker. Brukerne er folketallet ganger "
                "andelen med omsorg i hver alder, forskjøvet når folk holder seg friskere."
            ),
        ),
    ),
    sources=(
        dataset("befolkning_kommune_2018_2026").attribution + ", 1. januar 2026",
        dataset("befolkning_norge_1986_2026").attribution + " (ettårig alder, hele landet)",
        dataset("livstabell_norge_2013_2023").attribution + " (2023)",
        dataset("dodelighet_norge_2000_2023").attribution
        + " (dødeligheten ved 75–95 år sank 1,4 prosent i året fra 2000 til 2023)",
        "Andeler med omsorg og årsverk per bruker er konstruert.",
    ),
    minutes=8,
    constructed=True,
)
