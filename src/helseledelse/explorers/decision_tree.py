"""A dressing that averts blood infections: which assumption flips the choice."""

import math
from collections.abc import Mapping

from helseledelse.charts import COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.decision_tree import (
    Bar,
    Branch,
    Chance,
    Leaf,
    expected_value,
    switch_points,
    tornado,
)
from helseledelse.norwegian import format_number, join

OLD_PRICE = 20.0  # kr for a usual dressing, constructed
# name: what it is called, unit, decimals, lowest, highest. Rates and effect: Jenks 2016, table 4
# (the low rate is its scenario of 0.30); kroner are constructed with the same relative spread.
ASSUMPTIONS = {
    "rate": (f"Infeksjoner per {format_number(1000)} døgn", "", 2, 0.30, 1.75),
    "reduction": ("Virkning av ny bandasje", "%", 0, 13.0, 81.0),
    "infection": ("Kostnad per infeksjon", "kr", 0, 65_000.0, 220_000.0),
    "days": ("Døgn med kateter", "", 0, 3.0, 22.0),
    "dressings": ("Bandasjer per pasient", "", 0, 1.0, 8.0),
    "price": ("Pris per ny bandasje", "kr", 0, 60.0, 240.0),
}


def saving(given: Mapping[str, float]) -> float:
    """Give what a patient costs less with the new dressing, in kr."""
    risk = given["rate"] * given["days"] / 1000

    def arm(price: float, chance: float) -> float:
        infected = Branch(chance, Leaf("infection"), cost=given["infection"])
        tree = Chance("catheter", (infected, Branch(1 - chance, Leaf("none"))))
        return float(expected_value(tree).cost) + price * given["dressings"]

    spared = 1 - given["reduction"] / 100
    return arm(OLD_PRICE, risk) - arm(given["price"], risk * spared)


def _view(**given: float) -> View:
    base = saving(given)
    ranges = {
        name: (min(low, given[name]), max(high, given[name]))
        for name, (_, _, _, low, high) in ASSUMPTIONS.items()
    }
    bars = tornado(saving, given, ranges)
    flips = {bar.name: _flip(given, bar) for bar in bars}
    averted = given["rate"] * given["days"] / 1000 * given["reduction"] / 100
    amount = format_number(abs(base), unit="kr")
    if round(base) > 0:
        title, first = f"Bytt: ny bandasje sparer {amount} per pasient", f"sparer {amount}"
    elif round(base) < 0:
        title = f"Bli ved den vanlige: ny bandasje koster {amount} mer per pasient"
        first = f"koster {amount} mer"
    else:
        title, first = (
            "Valget står likt: bandasjene koster like mye",
            "koster like mye som den vanlige",
        )
    sentence = (
        f"Ny bandasje {first} per pasient. {_spared(averted)} {_widest(bars[0])} {_turn(bars)}"
    )
    table = Table(
        "Én antakelse endres om gangen. Spart beløp per pasient.",
        ("Antakelse", "Anslag", "Fra", "Til", "Spart ved laveste", "Spart ved høyeste", "Snur ved"),
        tuple(
            (
                ASSUMPTIONS[bar.name][0],
                _number(bar.name, given[bar.name]),
                _number(bar.name, bar.low),
                _number(bar.name, bar.high),
                format_number(bar.at_low, unit="kr"),
                format_number(bar.at_high, unit="kr"),
                flips[bar.name],
            )
            for bar in bars
        ),
    )
    return View(title, _figure(bars, base, sentence), sentence, table)


def _spared(averted: float) -> str:
    if not averted:
        return "Ingen infeksjoner spares."
    needed = math.ceil(1 / averted - 1e-9)
    return f"{format_number(needed)} pasienter må få den for at én infeksjon skal spares."


def _widest(bar: Bar) -> str:
    low, high = sorted((bar.at_low, bar.at_high))
    ends = f"fra {format_number(low, unit='kr')} til {format_number(high, unit='kr')} spart"
    return f"Størst utslag gir {_small(bar.name)}, {ends}."


def _turn(bars: tuple[Bar, ...]) -> str:
    words = [_small(bar.name) for bar in bars if bar.flips]
    if not words:
        return "Ingen av antakelsene kan snu valget alene."
    if len(words) == 1:
        return f"Bare {words[0]} kan snu valget alene."
    return f"Disse kan snu valget hver for seg: {join(words)}."


def _flip(given: Mapping[str, float], bar: Bar) -> str:
    if not bar.flips:
        return "snur ikke"
    name = bar.name
    found = switch_points(lambda value: saving({**given, name: value}), bar.low, bar.high, steps=2)
    return _number(name, found[0], extra=1) if found else "snur ikke"


def _number(name: str, value: float, extra: int = 0) -> str:
    _, unit, decimals, _, _ = ASSUMPTIONS[name]
    return format_number(value, decimals + (extra if unit != "kr" else 0), unit=unit)


def _small(name: str) -> str:
    word = ASSUMPTIONS[name][0]
    return word[0].lower() + word[1:]


def _figure(bars: tuple[Bar, ...], base: float, sentence: str) -> str:
    with Canvas(constructed=True, height=430, left=24, right=24, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Spart per pasient med ny bandasje (kr)", decimals=0, ticks=4)
        axes.locator_params(axis="x", steps=[1, 2, 5, 10])
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        ends = [end for bar in bars for end in (bar.at_low, bar.at_high)]
        low, high = min(0.0, *ends), max(0.0, *ends)
        room = 0.12 * (high - low or 1)
        axes.set_xlim(low - room, high + room)
        axes.set_ylim(len(bars) - 0.35, -0.75)
        for place, bar in enumerate(bars):
            left, right = sorted((bar.at_low, bar.at_high))
            axes.barh(
                place + 0.12,
                right - left,
                left=left,
                height=0.36,
                color=COLOURS[1] if bar.flips else COLOURS[0],
            )
            first, second = (
                (bar.low, bar.high) if bar.at_low <= bar.at_high else (bar.high, bar.low)
            )
            word = ASSUMPTIONS[bar.name][0]
            span = f"{_number(bar.name, first)} → {_number(bar.name, second)}"
            axes.text(
                0.0,
                place - 0.17,
                f"{word}: {span}",
                transform=axes.get_yaxis_transform(),
                va="bottom",
                fontsize=12,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
        axes.axvline(0, color=GREY, linewidth=1.6)
        axes.axvline(base, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
        return canvas.svg(sentence)


def _slider(name: str, minimum: float, maximum: float, step: float, default: float) -> Slider:
    label, unit, decimals, _, _ = ASSUMPTIONS[name]
    return Slider(name, label, minimum, maximum, step, default, unit, decimals)


EXPLORER = Explorer(
    name="decision_tree",
    title="Skal vi bytte til en dyrere bandasje, og hvilken antakelse kan snu valget?",
    introduction=(
        "En bandasje med klorheksidin skal hindre blodforgiftning fra sentrale katetre. Hver "
        "stripe viser hva som skjer når én antakelse går fra laveste til høyeste verdi. Oransje "
        "striper passerer null: Da snur valget. Den stiplede linjen er anslaget. Hva må dere "
        "vite bedre før dere bestemmer dere?"
    ),
    controls=(
        _slider("price", 20, 500, 5, 120),
        _slider("rate", 0, 5, 0.01, 1.48),
        _slider("reduction", 0, 90, 1, 60),
        _slider("infection", 0, 400_000, 5_000, 130_000),
        _slider("days", 1, 30, 1, 10),
        _slider("dressings", 1, 12, 1, 3),
    ),
    view=_view,
    formula=(
        (
            r"E[K] = \sum_i p_i K_i",
            (
                "Ventet kostnad er kostnaden i hver gren ganget med sannsynligheten for grenen, "
                "lagt sammen."
            ),
        ),
        (
            r"\mathrm{NNT} = \frac{1}{p_0 - p_1}",
            "Så mange må få tiltaket for at én skal spares, er én delt på forskjellen i risiko.",
        ),
    ),
    sources=(
        (
            "Risiko, virkning, døgn og antall bandasjer: Jenks mfl., Appl Health Econ Health "
            "Policy 2016;14:135, tabell 4."
        ),
        "Beløp i kroner er konstruert.",
    ),
    constructed=True,
)
