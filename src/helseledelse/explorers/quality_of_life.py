"""EQ-5D-5L put before a person: what five answers take, and what a year then counts."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.datasets import dataset, eq5d_value_set, reference
from helseledelse.explorers.base import Choice, Explorer, Slider, Switch, Table, View
from helseledelse.models.quality_of_life import eq5d_index, eq5d_losses, qalys
from helseledelse.norwegian import format_number

# Our own plain words for the five levels; the questionnaire's wording belongs to EuroQol.
_ANSWERS = {
    "walking": (
        "Gange",
        "Å gå",
        ("går som vanlig", "går litt tungt", "går nokså tungt", "går svært tungt", "kan ikke gå"),
    ),
    "care": (
        "Stell",
        "Å vaske og kle seg",
        ("som vanlig", "litt strev", "en del strev", "svært mye strev", "klarer det ikke selv"),
    ),
    "activities": (
        "Gjøremål",
        "Det en ellers gjør til daglig",
        ("som vanlig", "litt hindret", "en del hindret", "svært hindret", "får det ikke til"),
    ),
    "pain": (
        "Smerte",
        "Smerter og ubehag",
        ("ingen", "litt", "en del", "sterke", "uutholdelige"),
    ),
    "anxiety": (
        "Angst",
        "Angst og nedstemthet",
        ("ingen", "litt", "en del", "mye", "så mye som det kan bli"),
    ),
}
_DEFAULTS = {"walking": "3", "care": "2", "activities": "2", "pain": "3", "anxiety": "2"}
_RELIEF = {
    "walking": "å bedre gangen",
    "care": "å lette stellet",
    "activities": "å lette gjøremålene",
    "pain": "å lindre smertene",
    "anxiety": "å lindre angsten",
}

_BANDS = ("#f0b84a", "#d9c9a3", "#b7c9b0", COLOURS[1], COLOURS[3])
_LINE_HEIGHT = 18  # CSS pixels from one text to the next beside the figure
_HEIGHT, _TOP, _BOTTOM, _RIGHT = 400, 20, 40, 146


def _apart(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move heights in pixels, falling from the top, so that no two texts touch."""
    placed = wanted.copy()
    for place in range(1, placed.size):
        placed[place] = min(placed[place], placed[place - 1] - _LINE_HEIGHT)
    return placed


@cache
def _values(country: str) -> NDArray[np.float64]:
    return eq5d_value_set(country)


def view(*, years: float, discounted: bool, **answers: str) -> View:
    """Show what the answers take from full health, and the years weighed by what is left."""
    names = list(_ANSWERS)
    levels = np.array([int(answers[name]) for name in names])
    norway, denmark = _values("NO"), _values("DK")
    losses, danish_losses = eq5d_losses(levels, norway), eq5d_losses(levels, denmark)
    index, danish = float(eq5d_index(levels, norway)), float(eq5d_index(levels, denmark))
    gains = losses - eq5d_losses(np.maximum(levels - 1, 1), norway)
    best = int(np.argmax(gains))
    rate = reference("discount_rate").value if discounted else 0.0
    lived, full = qalys([index], [years], rate=rate), qalys([1.0], [years], rate=rate)
    gained = qalys([float(gains[best])], [years], rate=rate)

    decimals = 0 if years == int(years) else 1
    several = "ett år" if years == 1 else f"{format_number(years, decimals)} år"
    counted = ", regnet om til dagens verdi," if discounted else ""
    sentence = (
        f"Med disse svarene er livskvaliteten {format_number(index, 3)} etter norske verdier og "
        f"{format_number(danish, 3)} etter danske, der 1 er full helse og 0 er død. "
        f"{several.capitalize()} slik teller{counted} som {format_number(lived, 2)} gode leveår; "
        f"i full helse ville det vært {format_number(full, 2)}."
    )
    if levels.max() == 1:
        title = "Full helse: ett år teller som ett godt leveår"
    else:
        relief, gain = _RELIEF[names[best]], format_number(gains[best], 3)
        title = f"Mest gir det {relief} ett trinn: {gain} per år"
        sentence += (
            f" Mest gir det {relief} ett trinn: {gain} per år, til sammen "
            f"{format_number(gained, 2)} gode leveår."
        )
    note = (
        "Verdiene er gjennomsnitt av hva voksne i befolkningen har svart om tenkte tilstander. De "
        "sier ikke hva tilstanden er verdt for den ene pasienten."
    )
    if index < 0:
        note = (
            "Under 0 betyr at befolkningen i snitt verdsetter tilstanden som verre enn å være død. "
            + note
        )

    with Canvas(height=_HEIGHT, left=54, right=_RIGHT, top=_TOP, bottom=_BOTTOM) as canvas:
        axes = canvas.axes
        time = np.linspace(0, years, 24 if discounted else 2)
        fading = (1 + rate) ** -time
        lowest = min(0.0, index, danish) * 1.04
        edges = np.concatenate([[1], 1 - np.cumsum(losses)])
        bands = [
            (edges[place], edges[place + 1], _BANDS[place]) for place in np.flatnonzero(losses)
        ]
        if index > 0:
            bands.append((index, 0.0, COLOURS[0]))
        there_and_back = np.concatenate([time, time[::-1]])
        for upper, lower, colour in bands:
            outline = np.concatenate([upper * fading, (lower * fading)[::-1]])
            axes.fill(there_and_back, outline, color=colour, edgecolor="white", linewidth=0.8)
        axes.plot(time, danish * fading, color=BLACK, ls=(0, (4, 3)), lw=1.3)
        axes.axhline(0, color=GREY, linewidth=1)
        axes.set_xlim(0, years)
        axes.set_ylim(lowest, 1.0)
        shown = index * (1 + rate) ** (-years / 2)
        if shown > 0.14 * (1 - lowest):
            axes.text(
                years / 2,
                shown / 2,
                f"{format_number(lived, 2)}\ngode leveår",
                ha="center",
                va="center",
                color="white",
                weight="bold",
            )

        # The bands' names stand beside them, tied by thin lines where thin bands push them apart.
        tall = _HEIGHT - _TOP - _BOTTOM
        beside = [
            (
                float((edges[place] + edges[place + 1]) / 2),
                f"{_ANSWERS[names[place]][0]} {format_number(losses[place], 3)}",
                place == best,
            )
            for place in np.flatnonzero(losses)
        ]
        beside.append((danish, f"Dansk verdi {format_number(danish, 3)}", False))
        beside.sort(reverse=True)
        ends = (np.array([at for at, _, _ in beside]) * fading[-1] - lowest) / (1 - lowest) * tall
        heights = _apart(ends)
        pixel = years / (canvas.width - 54 - _RIGHT)
        scale = (1 - lowest) / tall
        ties = np.full((len(beside), 3, 2), np.nan)
        ties[:, 0] = np.column_stack([np.full(len(beside), years), ends * scale + lowest])
        ties[:, 1] = np.column_stack(
            [np.full(len(beside), years + 14 * pixel), heights * scale + lowest]
        )
        axes.plot(*ties.reshape(-1, 2).T, color=GREY, linewidth=0.8, clip_on=False)
        for (_, words, strong), height in zip(beside, heights, strict=True):
            axes.text(
                years + 18 * pixel,
                height * scale + lowest,
                words,
                va="center",
                fontsize=12,
                weight="bold" if strong else "normal",
            )
        # Two words tell more than a scale here, and cost less than ticks.
        axes.set_axis_off()
        for height, words in ((1.0, "full\nhelse"), (0.0, "død")):
            axes.text(-8 * pixel, height, words, ha="right", va="center", fontsize=12)
        below = lowest - 8 * scale
        axes.text(0, below, "i dag", va="top")
        axes.text(years, below, f"{format_number(years, decimals)} år", ha="right", va="top")
        figure = canvas.svg(sentence)

    rows = [
        (
            _ANSWERS[name][1],
            _ANSWERS[name][2][levels[place] - 1],
            format_number(losses[place], 3),
            format_number(danish_losses[place], 3),
            format_number(gains[place], 3) if levels[place] > 1 else "–",
        )
        for place, name in enumerate(names)
    ]
    rows.append(
        ("Livskvalitet", "alle fem", format_number(index, 3), format_number(danish, 3), "–")
    )
    table = Table(
        "Hva hvert svar trekker fra full helse, som er 1",
        ("Område", "Svar", "Norge", "Danmark", "Ett trinn bedre (Norge)"),
        tuple(rows),
    )
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="quality_of_life",
    title="Hvilken plage gir mest helse å lindre?",
    introduction=(
        "Velg fem svar som passer på en pasient du kjenner til. Se hva hvert svar trekker fra, og "
        "hva det er verdt å komme ett trinn opp. Hvor går grensen der du ville valgt annerledes?"
    ),
    controls=(
        *(
            Choice(
                name,
                label,
                tuple((str(level), words) for level, words in enumerate(levels, start=1)),
                _DEFAULTS[name],
            )
            for name, (_, label, levels) in _ANSWERS.items()
        ),
        Slider("years", "Hvor lenge det varer", 1, 30, 1, 5, "år"),
        Switch("discounted", "Regn om til dagens verdi (4 prosent per år)"),
    ),
    view=view,
    formula=(
        (
            r"u = 1 - \sum_{d=1}^{5} f_{d}(n_d)",
            "Livskvaliteten er 1 minus det svaret trekker fra på hvert av de fem områdene.",
        ),
        (
            r"\mathrm{QALY} = \int_0^T u(t)\,(1+r)^{-t}\,dt",
            "Gode leveår er arealet under livskvaliteten. Diskontert teller år langt fram mindre.",
        ),
    ),
    sources=(
        dataset("eq5d5l_verdisett_norge_danmark").attribution,
        reference("discount_rate").source,
        "Ordene for svarene er våre egne; spørreskjemaet EQ-5D-5L tilhører EuroQol.",
    ),
    minutes=8,
)
