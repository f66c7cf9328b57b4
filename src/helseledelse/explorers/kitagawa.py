"""Cost growth parted in two: more old people, or dearer care."""

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.datasets import AGE_GROUPS, age_counts, dataset, municipality_names
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.models.population import kitagawa
from helseledelse.norwegian import format_number

BEFORE, AFTER = 2018, 2026
_STARTS = (0, 65, 80, 90)
NAMES = ("under 65 år", "65–79 år", "80–89 år", "90 år og mer")


def people(municipality: str, year: int) -> NDArray[np.int64]:
    """Give persons in the four age groups."""
    counts = age_counts(municipality, year)
    return np.add.reduceat(counts, [AGE_GROUPS.index(start) for start in _STARTS])


def _kroner(value: float) -> str:
    return format_number(round(value, -1), unit="kr")


def view(
    *,
    municipality: str,
    under_65: float,
    from_65: float,
    from_80: float,
    from_90: float,
    growth: float,
    extra: float,
) -> View:
    """Show why the cost of care for each inhabitant changed from 2018 to 2026."""
    place = municipality_names()[municipality]
    old, new = people(municipality, BEFORE), people(municipality, AFTER)
    cost = np.array([under_65, from_65, from_80, from_90])
    dearer = cost * (1 + growth / 100)
    dearer[2:] *= 1 + extra / 100
    parts = kitagawa(old, cost, new, dearer)
    first = float(old @ cost / old.sum())
    age, price = float(parts.composition.sum()), float(parts.rates.sum())

    def turn(value: float) -> str:
        if round(value, -1) == 0:
            return "gjør ingen forskjell"
        return f"{'øker' if value >= 0 else 'minsker'} den med {_kroner(abs(value))}"

    total = round(parts.total, -1)
    if total == 0:
        title = "Omsorgen koster like mye per innbygger som før"
    elif age * price < 0:
        title = (
            f"{_kroner(abs(parts.total))} {'mer' if total > 0 else 'mindre'} per innbygger: alder "
            "og pris drar hver sin vei"
        )
    else:
        word = "mer" if total > 0 else "mindre"
        share = format_number(100 * age / parts.total)
        title = (
            f"Av {_kroner(abs(parts.total))} {word} per innbygger skyldes {share} % "
            "aldersfordelingen"
        )
    over_80 = [int(group[2:].sum()) for group in (old, new)]
    sentence = (
        f"{place} hadde {format_number(over_80[0])} innbyggere på 80 år og mer i {BEFORE} og "
        f"{format_number(over_80[1])} i {AFTER}. Omsorgen går fra {_kroner(first)} til "
        f"{_kroner(first + parts.total)} per innbygger. Endret aldersfordeling {turn(age)}, og "
        f"endret kostnad i hver alder {turn(price)}. "
        + (
            "Mest skyldes at flere er gamle."
            if age > price > 0
            else "Mest skyldes at omsorgen koster mer i hver alder."
            if price > age > 0
            else "Det er aldersfordelingen alene som trekker opp."
            if age > 0
            else "Aldersfordelingen trekker ikke opp."
        )
    )
    table = Table(
        f"Bidrag til endringen per innbygger i {place}",
        ("Alder", f"Andel {BEFORE}", f"Andel {AFTER}", "Alder bidrar", "Pris bidrar"),
        (
            *(
                (
                    name,
                    format_number(100 * old[row] / old.sum(), 1, unit="%"),
                    format_number(100 * new[row] / new.sum(), 1, unit="%"),
                    _kroner(float(parts.composition[row])),
                    _kroner(float(parts.rates[row])),
                )
                for row, name in enumerate(NAMES)
            ),
            ("Til sammen", "100 %", "100 %", _kroner(age), _kroner(price)),
        ),
    )
    note = (
        "Delingen er regnskap, ikke årsak: Den sier hvor kronene ligger, ikke hvorfor. Prisen i "
        "hver alder omfatter både lønn, hvor mange som får hjelp, og hvor mye hver får. "
        "Folketallet er virkelig; kostnadene er konstruert."
    )
    return View(title, _figure(first, age, price, sentence), sentence, table, note)


def _figure(first: float, age: float, price: float, sentence: str) -> str:
    steps = (
        (f"{BEFORE}", 0.0, first, GREY),
        ("alder", first, first + age, COLOURS[1]),
        ("pris", first + age, first + age + price, COLOURS[4]),
        (f"{AFTER}", 0.0, first + age + price, COLOURS[0]),
    )
    with Canvas(constructed=True, height=370, left=16, right=16, top=36, bottom=52) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        high = 1.1 * max(1.0, *(max(start, end) for _, start, end, _ in steps))
        axes.set_xlim(-0.55, 3.55)
        axes.set_ylim(0, high)
        axes.bar(
            np.arange(len(steps)),
            [end - start for _, start, end, _ in steps],
            bottom=[start for _, start, _, _ in steps],
            width=0.7,
            color=[colour for *_, colour in steps],
        )
        for place, (word, start, end, _) in enumerate(steps):
            top = max(start, end)
            whole = place in (0, 3)
            written = format_number(round(end if whole else end - start, -1))
            if not whole and end > start:
                written = f"+{written}"
            axes.text(
                place, top, written, ha="center", va="bottom", weight="bold" if whole else "normal"
            )
            axes.text(
                place,
                -0.02 * high,
                word,
                ha="center",
                va="top",
                weight="bold" if whole else "normal",
                color=BLACK,
            )
            if place < 3:
                axes.plot([place + 0.35, place + 0.65], [end, end], color=GREY, linewidth=1.2)
        axes.text(0, 1.05, "Kroner per innbygger", transform=axes.transAxes, fontsize=12)
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="kitagawa",
    title="Blir omsorgen dyrere fordi vi er eldre, eller fordi den koster mer?",
    introduction=(
        "Velg egen kommune, og sett inn deres egne kostnader i stedet for de konstruerte. "
        "Hvor stor prisvekst skal til før den betyr mer enn aldringen?"
    ),
    controls=(
        Choice(
            "municipality",
            "Kommune",
            tuple(municipality_names().items()),
            "1860",
            profile="municipality",
        ),
        Slider(
            "under_65", f"Kroner per innbygger under 65 år i {BEFORE}", 0, 50_000, 500, 8_000, "kr"
        ),
        Slider(
            "from_65", f"Kroner per innbygger 65–79 år i {BEFORE}", 0, 100_000, 1_000, 25_000, "kr"
        ),
        Slider(
            "from_80", f"Kroner per innbygger 80–89 år i {BEFORE}", 0, 400_000, 5_000, 120_000, "kr"
        ),
        Slider(
            "from_90",
            f"Kroner per innbygger 90 år og mer i {BEFORE}",
            0,
            800_000,
            5_000,
            330_000,
            "kr",
        ),
        Slider("growth", f"Vekst i kostnad i hver alder til {AFTER}", -20, 80, 1, 10, "%"),
        Slider("extra", "Ekstra vekst fra 80 år", -30, 60, 1, 0, "%"),
    ),
    view=view,
    formula=(
        (
            r"\Delta = \sum_i \Delta a_i\,\bar{k}_i + \sum_i \Delta k_i\,\bar{a}_i",
            (
                "Endringen er endret aldersfordeling ganger snittet av kostnaden før og etter, "
                "pluss endret kostnad ganger snittet av andelene. Ingenting blir til overs."
            ),
        ),
    ),
    sources=(
        dataset("befolkning_kommune_2018_2026").attribution + ", 1. januar 2018 og 2026",
        "Kitagawa (1955), Journal of the American Statistical Association 50",
        "Kostnadene er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
