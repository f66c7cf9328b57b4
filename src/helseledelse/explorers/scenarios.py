"""Four futures for one's own municipality, and the choice one can regret least."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.datasets import dataset, municipality_names
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.explorers.care_demand import FIRST, demand, use_by_age
from helseledelse.models.strategy import Regret, Staffing, minimax_regret, staffing
from helseledelse.norwegian import format_number

# The constructed use of care that the explorer care_demand opens with.
_USE = (0.07, 0.30, 0.75)
_POSITIONS_PER_USER = 0.5
# The fall in mortality at 75-95 years a year, 2000-2023: dodelighet_norge_2000_2023.
_IMPROVEMENT = 0.014
# Constructed: cost of one full position a year, million kroner.
_WAGE = 0.8
# Constructed: what is left of an effect in the futures that do not favour it.
_LEFT = 1 / 3

FUTURES = (
    "Behov som nå, få folk",
    "Behov som nå, nok folk",
    "Friskere, få folk",
    "Friskere, nok folk",
)
STRATEGIES = ("Vente", "Hjemmetjenesten", "Teknologi", "Rekruttering", "En tredel av hvert")
_SUBJECTS = ("Å vente", *STRATEGIES[1:])
_PHRASES = (
    "Venter dere",
    "Satser dere på hjemmetjenesten",
    "Satser dere på teknologi",
    "Satser dere på rekruttering",
    "Deler dere pengene i tre",
)


@dataclass(frozen=True, eq=False)
class Outlook:
    """The four futures and what each strategy does in them.

    Attributes
    ----------
    now : full positions needed in the first year
    needed, filled : full positions in each future when nothing is done, in the order of `FUTURES`
    staffing : positions short and cost in million kroner, in the order of `STRATEGIES`
    regret : of the cost, in million kroner
    """

    now: float
    needed: NDArray[np.float64]
    filled: NDArray[np.float64]
    staffing: Staffing
    regret: Regret


def outlook(
    *,
    municipality: str,
    years: int,
    healthier: float,
    tight: float,
    loose: float,
    home: float,
    technology: float,
    recruitment: float,
    spending: float,
    price_of_gap: float,
) -> Outlook:
    """Give the four futures of a municipality.

    Parameters
    ----------
    years : from the first year
    healthier : years later that need comes in the two healthier futures
    tight, loose : shares fewer and more positions filled than needed now
    home, technology : shares of the demand taken away where the strategy works best
    recruitment : share of today's positions filled besides where it works best
    spending : share of today's wages that a strategy costs a year
    price_of_gap : million kroner for each position short
    """
    same, later = (
        demand(
            municipality,
            years=years,
            use=use_by_age(*_USE),
            improvement=_IMPROVEMENT,
            positions_per_user=_POSITIONS_PER_USER,
            healthier=put_off,
        )[1].positions
        for put_off in (0.0, healthier)
    )
    now = float(same[0])
    needed = np.array([same[-1], same[-1], later[-1], later[-1]])
    filled = now * np.array([1 - tight, 1 + loose, 1 - tight, 1 + loose])
    nothing = np.zeros(4)
    at_home = home * np.array([1, 1, _LEFT, _LEFT])
    machines = np.full(4, technology)
    people = now * recruitment * np.array([_LEFT, 1, _LEFT, 1])
    found = staffing(
        needed,
        filled,
        relief=[nothing, at_home, machines, nothing, (at_home + machines) / 3],
        recruits=[nothing, nothing, nothing, people, people / 3],
        price=now * _WAGE * spending * np.array([0, 1, 1, 1, 1]),
        price_of_gap=price_of_gap,
    )
    return Outlook(now, needed, filled, found, minimax_regret(found.cost))


def _million(value: float) -> str:
    return format_number(value, 1, unit="mill. kr")


def _years(value: float) -> str:
    return format_number(value, 0 if value.is_integer() else 1)


def view(
    *,
    municipality: str,
    until: str,
    healthier: float,
    tight: float,
    loose: float,
    home: float,
    technology: float,
    recruitment: float,
    spending: float,
    price_of_gap: float,
) -> View:
    """Show four futures, and what each strategy would be regretted by in them."""
    place = municipality_names()[municipality]
    found = outlook(
        municipality=municipality,
        years=int(until) - FIRST,
        healthier=healthier,
        tight=tight / 100,
        loose=loose / 100,
        home=home / 100,
        technology=technology / 100,
        recruitment=recruitment / 100,
        spending=spending / 100,
        price_of_gap=price_of_gap,
    )
    regret = found.regret
    least, most = regret.least, int(np.argmax(regret.largest))
    best_in = ("ingen", "én", "to", "tre", "fire")[int((regret.table[least] < 1e-9).sum())]
    gaps = found.staffing.gap[0]
    if regret.largest[least] < 1e-9:
        title = f"{_PHRASES[least]}, har dere ingenting å angre på i noen av de fire framtidene"
    else:
        title = f"{_PHRASES[least]}, kan dere angre på høyst {_million(regret.largest[least])}"
    sentence = (
        f"I {until} trenger {place} {format_number(found.needed[0])} årsverk om behovet følger "
        f"alderen som nå, og {format_number(found.needed[2])} om det kommer "
        f"{_years(healthier)} år senere; i {FIRST} er det "
        f"{format_number(found.now)}. Gjør dere ikke noe, mangler dere fra "
        f"{format_number(gaps.min())} til {format_number(gaps.max())} årsverk. "
        f"{_SUBJECTS[least]} er best i {best_in} av fire framtider og har den minste største "
        f"angeren, {_million(regret.largest[least])}. "
    )
    if regret.largest[most] - regret.largest[least] > 1e-9:
        sentence += (
            f"{_SUBJECTS[most]} har den største: {_million(regret.largest[most])} i framtiden "
            f"«{FUTURES[int(np.argmax(regret.table[most]))]}»."
        )
    else:
        sentence += "Alle valgene er like gode, så andre grunner må avgjøre."
    if regret.safest != least:
        subject = _SUBJECTS[regret.safest]
        sentence += (
            " Ser dere bare på den dyreste framtiden, er svaret et annet: "
            f"{subject[0].lower()}{subject[1:]}."
        )
    whole = [
        ("Trengs, årsverk", found.needed),
        ("Kan bemannes, årsverk", found.filled),
        *(
            (f"Mangler: {name}", gap)
            for name, gap in zip(STRATEGIES, found.staffing.gap, strict=True)
        ),
    ]
    rows = [
        (name, *(format_number(value) for value in values), format_number(max(values)))
        for name, values in whole
    ]
    rows += [
        (
            f"Anger, mill. kr: {name}",
            *(format_number(value, 1) for value in values),
            format_number(largest, 1),
        )
        for name, values, largest in zip(STRATEGIES, regret.table, regret.largest, strict=True)
    ]
    table = Table(f"Fire framtider for {place} i {until}", ("", *FUTURES, "Størst"), tuple(rows))
    note = (
        "Folketallet er virkelig, framskrivingen er enkel: Ingen flytter. Bruken av omsorg, "
        "prisene og det hver satsing gir, er konstruert. Regelen bruker ingen sannsynligheter. Den "
        "passer når dere ikke vil vedde på én framtid, og ikke når dere vet at én av dem er nesten "
        "utelukket. Et nytt alternativ på listen kan endre rekkefølgen mellom dem som sto der."
    )
    return View(title, _figure(found, until, sentence), sentence, table, note)


def _figure(found: Outlook, until: str, sentence: str) -> str:
    regret = found.regret
    top = max(float(regret.largest.max()), 1e-9)
    with Canvas(constructed=True, height=560, left=12, right=12, top=12, bottom=28) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        axes.set_xlim(0, 100)
        axes.set_ylim(13.2, 0)
        axes.text(0, 0.35, f"Årsverk som mangler i {until}", va="center", fontsize=12)
        worst = max(float(found.staffing.gap[0].max()), 1e-9)
        for place, (name, gap) in enumerate(zip(FUTURES, found.staffing.gap[0], strict=True)):
            x, y = 50.5 * (place % 2), 0.8 + 2.15 * (place // 2)
            axes.fill_between(
                [x, x + 49.5],
                y,
                y + 2.0,
                color=COLOURS[1],
                alpha=0.08 + 0.32 * float(gap) / worst,
                linewidth=0,
            )
            axes.text(x + 2, y + 0.6, name, va="center", fontsize=12)
            axes.text(x + 2, y + 1.4, format_number(gap), va="center", fontsize=17, weight="bold")
        axes.text(0, 5.85, "Anger i hver framtid (prikker), mill. kr", va="center", fontsize=12)
        scale = 82 / top
        for row, (name, values) in enumerate(zip(STRATEGIES, regret.table, strict=True)):
            y, largest = 7.2 + 1.28 * row, float(regret.largest[row])
            colour = COLOURS[0] if row == regret.least else GREY
            axes.text(
                0,
                y - 0.42,
                name,
                va="center",
                fontsize=12,
                weight="bold" if row == regret.least else "normal",
            )
            axes.plot([2.5, 2.5 + scale * largest], [y, y], color=colour, linewidth=4, alpha=0.35)
            axes.plot(2.5 + scale * values, np.full(4, y), "o", color=colour, markersize=9)
            axes.text(
                6 + scale * largest,
                y,
                format_number(largest, 1),
                va="center",
                color=BLACK,
                weight="bold" if row == regret.least else "normal",
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="scenarios",
    title="Hvilket valg holder både i gode og dårlige framtider?",
    introduction=(
        "Velg egen kommune. To ting vet ingen: om eldre holder seg friskere, og om det blir folk å "
        "ansette. Sammen gir de fire framtider. Anger er hvor mye dyrere valget ble enn det beste "
        "valget i den framtiden som kom. Finn først satsingen med minst å angre på. Finn så det "
        "tallet som skal til for at en annen tar over."
    ),
    controls=(
        Choice(
            "municipality",
            "Kommune",
            tuple(municipality_names().items()),
            "1860",
            profile="municipality",
        ),
        Choice("until", "Framtidsår", (("2036", "2036"), ("2040", "2040")), "2036"),
        Slider("healthier", "Friskere framtid: behovet kommer senere", 0, 6, 0.5, 2, "år", 1),
        Slider("tight", "Få folk: færre årsverk enn det trengs nå", 0, 40, 1, 10, "%"),
        Slider("loose", "Nok folk: flere årsverk enn det trengs nå", 0, 40, 1, 10, "%"),
        Slider(
            "home", "Hjemmetjenesten: mindre behov der eldre ikke er friskere", 0, 20, 1, 8, "%"
        ),
        Slider("technology", "Teknologi: mindre arbeid i alle framtider", 0, 20, 1, 6, "%"),
        Slider("recruitment", "Rekruttering: flere årsverk der det er nok folk", 0, 20, 1, 9, "%"),
        Slider("spending", "Satsingens pris i året, andel av lønnen nå", 0, 10, 0.5, 3, "%", 1),
        Slider("price_of_gap", "Pris per årsverk som mangler", 0, 3, 0.1, 1.2, "mill. kr", 1),
    ),
    view=view,
    formula=(
        (
            r"K_{sf} = p_s + q\,\max\left(0,\; A_f(1 - r_{sf}) - B_f - n_{sf}\right)",
            (
                "Kostnaden er satsingens pris pluss prisen på årsverkene som mangler når satsingen "
                "har virket."
            ),
        ),
        (
            r"R_{sf} = K_{sf} - \min_t K_{tf}, \qquad s^* = \arg\min_s \max_f R_{sf}",
            (
                "Angeren er hvor mye dyrere valget er enn det beste i samme framtid. Velg det som "
                "har den minste største angeren."
            ),
        ),
    ),
    sources=(
        (
            "Savage (1951) The theory of statistical decision, Journal of the American Statistical "
            "Association 46"
        ),
        (
            "Schoemaker (1995) Scenario planning: a tool for strategic thinking, Sloan Management "
            "Review 36(2)"
        ),
        dataset("befolkning_kommune_2018_2026").attribution + ", 1. januar 2026",
        dataset("befolkning_norge_1986_2026").attribution + " (ettårig alder, hele landet)",
        dataset("livstabell_norge_2013_2023").attribution + " (2023)",
        (
            "Bruk av omsorg, priser, bemanning og virkninger er konstruert. Et årsverk er regnet "
            "til 0,8 mill. kr, og hjemmetjeneste og rekruttering virker "
            "en tredel så mye der de passer dårlig."
        ),
    ),
    minutes=10,
    constructed=True,
)
