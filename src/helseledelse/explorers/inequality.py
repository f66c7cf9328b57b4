"""A gradient put before a person: the average may rise while the gap widens."""

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.models.population import concentration_index, slope_index
from helseledelse.norwegian import format_number

GROUPS = ("lavest", "nest lavest", "midten", "nest høyest", "høyest")
_EQUAL = np.ones(len(GROUPS))
_ORDER = np.linspace(0, 1, len(GROUPS))
_REACH = {"best": 2 * _ORDER, "alike": _EQUAL, "worst": 2 * (1 - _ORDER)}


def shares(
    poorest: float, richest: float, effect: float, reach: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the share with good health in each group before and after, 0 to 100.

    Parameters
    ----------
    poorest, richest : before, in the outer groups
    effect : percentage points on average
    reach : who takes the measure up, a key of ``_REACH``
    """
    before = poorest + (richest - poorest) * _ORDER
    return before, np.clip(before + effect * _REACH[reach], 0, 100)


def _one(value: float) -> str:
    return format_number(value, 1)


def view(*, poorest: float, richest: float, effect: float, reach: str) -> View:
    """Show good health in five income groups before and after a measure."""
    before, after = shares(poorest, richest, effect, reach)
    slopes = [slope_index(group, _EQUAL) for group in (before, after)]
    indices = [concentration_index(group / 100, bounds=(0, 1)) for group in (before, after)]
    rise = slopes[1].mean - slopes[0].mean
    gaps = [abs(slope.difference) for slope in slopes]
    change = round(gaps[1] - gaps[0], 1)
    average = (
        f"Snittet går opp {_one(rise)} prosentpoeng" if round(rise, 1) else "Snittet står stille"
    )
    gap = (
        "og gapet er like stort"
        if change == 0
        else f"men gapet øker til {_one(gaps[1])}"
        if change > 0
        else f"og gapet minker til {_one(gaps[1])}"
    )
    title = f"{average}, {gap}"
    sentence = (
        f"Før tiltaket hadde {format_number(before[0])} prosent god helse i gruppen med lavest "
        f"inntekt og {format_number(before[-1])} prosent i gruppen med høyest. Etter er det "
        f"{format_number(after[0])} og {format_number(after[-1])}. Snittet går fra "
        f"{_one(slopes[0].mean)} til {_one(slopes[1].mean)} prosent, og gapet fra aller lavest til "
        f"aller høyest inntekt fra {_one(gaps[0])} til {_one(gaps[1])} prosentpoeng. "
    )
    if not effect:
        sentence += "Uten virkning gjør det ingen forskjell hvem tiltaket når."
    elif (after == 100).any():
        sentence += (
            "Noen grupper er allerede så friske som de kan bli, og får ikke mer ut av tiltaket."
        )
    else:
        sentence += {
            "best": "Tiltaket når mest dem som tjener mest.",
            "alike": "Alle får like mye, så ingenting skjer med ulikheten.",
            "worst": "Tiltaket når mest dem som tjener minst.",
        }[reach]
    table = Table(
        "God helse etter inntekt, i prosent",
        ("", "Før", "Etter"),
        (
            *(
                (f"Inntekt: {name}", _one(old), _one(new))
                for name, old, new in zip(GROUPS, before, after, strict=True)
            ),
            ("Snitt", _one(slopes[0].mean), _one(slopes[1].mean)),
            ("Gap (SII)", _one(slopes[0].difference), _one(slopes[1].difference)),
            (
                "Konsentrasjonsindeks (Erreygers)",
                format_number(indices[0], 3),
                format_number(indices[1], 3),
            ),
        ),
    )
    note = (
        "Gapet er regnet på hele befolkningen, ikke bare de to ytterste gruppene. Målt på uhelse "
        "eller i forhold til snittet kan samme endring se annerledes ut. Bestem hvilket mål dere "
        "bruker, før dere ser tallene."
    )
    with Canvas(constructed=True, height=360, left=16, right=16, top=36, bottom=74) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        places = np.arange(len(GROUPS))
        axes.set_xlim(-0.6, len(GROUPS) - 0.4)
        top = 1.14 * float(after.max())
        axes.set_ylim(0, top)
        axes.bar(places - 0.2, before, width=0.38, color=GREY)
        axes.bar(places + 0.2, after, width=0.38, color=COLOURS[0])
        for place, (old, new, name) in enumerate(zip(before, after, GROUPS, strict=True)):
            size = 11 if canvas.narrow else 13
            axes.text(place - 0.2, old, format_number(old), ha="center", va="bottom", fontsize=size)
            axes.text(
                place + 0.2,
                new,
                format_number(new),
                ha="center",
                va="bottom",
                fontsize=size,
                weight="bold",
            )
            axes.text(
                place, -0.02 * top, name.replace(" ", "\n"), ha="center", va="top", fontsize=12
            )
        axes.text(2, -0.165 * top, "inntekt", ha="center", va="top", fontsize=12, color=BLACK)
        axes.text(
            0,
            1.05,
            "God helse, prosent (grå: før, blå: etter)",
            transform=axes.transAxes,
            fontsize=12,
        )
        figure = canvas.svg(sentence)
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="inequality",
    title="Gjør tiltaket folk friskere og forskjellene større?",
    introduction=(
        "Et helsetilbud hever snittet like mye uansett hvem som bruker det. Bytt mellom hvem det "
        "når, og se på gapet. Hvem når deres siste tiltak?"
    ),
    controls=(
        Slider("poorest", "God helse, lavest inntekt", 30, 95, 1, 58, "%"),
        Slider("richest", "God helse, høyest inntekt", 30, 95, 1, 84, "%"),
        Slider("effect", "Tiltaket hever snittet med", 0, 20, 0.5, 5, "prosentpoeng", 1),
        Choice(
            "reach",
            "Hvem som bruker tiltaket",
            (
                ("best", "Mest de med høy inntekt"),
                ("alike", "Alle like mye"),
                ("worst", "Mest de med lav inntekt"),
            ),
            "best",
        ),
    ),
    view=view,
    formula=(
        (
            r"y_i = \alpha + \beta\,r_i",
            (
                "Gapet (SII) er stigningen β når helsen i hver gruppe legges langs rangen r, fra 0 "
                "for aller lavest til 1 for aller høyest inntekt."
            ),
        ),
        (
            r"E = \frac{4\mu}{b - a} \cdot \frac{2\,\mathrm{cov}(h, r)}{\mu}",
            "Konsentrasjonsindeksen med Erreygers' justering er 0 når inntekten ikke betyr noe.",
        ),
    ),
    sources=(
        "Public Health England: teknisk veileder for slope index of inequality",
        "Erreygers (2009), Journal of Health Economics 28",
        "Gruppene og tiltaket er konstruert.",
    ),
    minutes=5,
    constructed=True,
)
