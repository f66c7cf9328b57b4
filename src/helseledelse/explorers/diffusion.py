"""The spread of something new put before a person: push from outside, or word of mouth."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.innovation import Diffusion
from helseledelse.norwegian import format_number

MONTHS = 36


def _month(time: float) -> int:
    """Give the month in which a time lies, the first being 1."""
    return int(np.floor(time)) + 1


def view(*, push: float, imitation: float, group: float, champions: float) -> View:
    """Show how many use the new way, month by month, with and without champions."""
    spread = Diffusion(push / 100, imitation, group)
    start = spread.time_of(min(champions, group - 1))
    months = np.arange(MONTHS + 1)
    alone, adopted = spread.adopted(months), spread.adopted(months + start)
    most = max(0.0, spread.peak - start)
    half = max(0.0, spread.time_of(group / 2) - start)
    year = float(adopted[12])

    def whole(people: float) -> str:
        return format_number(people)

    title = f"Etter ett år bruker {whole(year)} av {whole(group)} det nye" + (
        f"; flest kommer til i måned {_month(most)}" if most > 0 else "; flest kommer til først"
    )
    sentence = (
        "Det tar mer enn tre år før halvparten bruker det nye, og etter tre år er det "
        if half > MONTHS
        else f"Halvparten bruker det nye i løpet av måned {_month(half)}, og etter tre år er det "
    ) + f"{whole(float(adopted[-1]))} av {whole(group)}. "
    if champions and start:
        late = spread.time_of(group / 2)
        sentence += (
            f"De {whole(champions)} som er med fra starten, flytter spredningen "
            f"{format_number(late - half, 1)} måneder fram: Uten dem ville "
            f"{whole(float(alone[12]))} brukt det etter ett år. "
        )
    else:
        later = float(spread.adopted(12 + spread.time_of(0.05 * group)))
        sentence += f"Var én av tjue med fra starten, ville {whole(later)} brukt det etter ett år. "
    sentence += (
        "Mest driver kollegene hverandre."
        if imitation > push / 100
        else "Mest driver det dere gjør utenfra; kollegene betyr lite."
    )
    table = Table(
        "Hvor mange som bruker det nye",
        ("Etter måned", "Med pådrivere", "Uten pådrivere", "Andel"),
        tuple(
            (
                f"{month}",
                whole(float(adopted[month])),
                whole(float(alone[month])),
                format_number(100 * float(adopted[month]) / group, unit="%"),
            )
            for month in (0, 3, 6, 9, 12, 18, 24, 36)
        ),
    )
    note = (
        "En måte å tenke på, ikke en prognose: Ingen har målt disse tallene for "
        "tjenesteinnovasjon i "
        "Norge. Modellen regner med at alle i gruppen begynner til slutt, og at ingen slutter."
    )
    with Canvas(constructed=True, left=60, right=20, top=54, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Måneder etter oppstart", ticks=6)
        number_axis(axes.yaxis, "", ticks=5)
        axes.set_xticks([0, 6, 12, 18, 24, 30, 36])
        axes.set_xlim(0, MONTHS)
        axes.set_ylim(0, 1.08 * group)
        axes.grid(visible=True, axis="y")
        axes.text(0, 1.1, "Ansatte som bruker det nye", transform=axes.transAxes, fontsize=12)
        if champions and start:
            axes.plot(months, alone, color=GREY, linewidth=1.8, linestyle=(0, (4, 3)))
            axes.text(0, 1.03, "stiplet: uten pådrivere", transform=axes.transAxes, fontsize=12)
        fine = np.linspace(0, MONTHS, 145)
        axes.plot(fine, spread.adopted(fine + start), color=COLOURS[0], linewidth=3)
        axes.plot(12, year, "o", color=COLOURS[0], markersize=11)
        axes.annotate(
            f"ett år: {whole(year)}",
            (12, year),
            xytext=(12, -4 if year > 0.12 * group else 8),
            textcoords="offset points",
            va="top" if year > 0.12 * group else "bottom",
            weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
        )
        if 0 < most < MONTHS:
            height = float(spread.adopted(most + start))
            axes.plot(most, height, "D", color=COLOURS[1], markersize=9)
            axes.annotate(
                "raskest her",
                (most, height),
                xytext=(-10, 6) if most > 11 else (10, -16),
                textcoords="offset points",
                ha="right" if most > 11 else "left",
                color=BLACK,
                fontsize=12,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
            )
        figure = canvas.svg(sentence)
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="diffusion",
    title="Skal vi drive på utenfra, eller hjelpe de første til å smitte de andre?",
    introduction=(
        "Sett pådriverne til null og driv på utenfra. Gjør så det motsatte. Hva gir flest brukere "
        "etter ett år, og hva koster det hos dere?"
    ),
    controls=(
        Slider("push", "Begynner av seg selv hver måned (kurs, påbud)", 0.1, 20, 0.1, 1, "%", 1),
        Slider("imitation", "Smitte fra kollega til kollega", 0, 1, 0.01, 0.3, "", 2),
        Slider("group", "Ansatte som til slutt vil bruke det", 20, 500, 10, 120),
        Slider("champions", "Pådrivere som er med fra start", 0, 50, 1, 6),
    ),
    view=view,
    formula=(
        (
            r"F(t) = \frac{1 - e^{-(p+q)t}}{1 + \frac{q}{p}\,e^{-(p+q)t}}",
            "Andelen som har begynt: p er draget utenfra, q er smitten fra dem som har begynt.",
        ),
        (
            r"t^{*} = \frac{\ln(q/p)}{p + q}",
            "Flest begynner på dette tidspunktet, hvis smitten er sterkere enn draget utenfra.",
        ),
    ),
    sources=(
        "Bass (1969), Management Science 15(5): modellen for spredning",
        "Rogers, Diffusion of Innovations: hvem som begynner først, og hvorfor de andre følger",
        "Alle tallene er konstruert.",
    ),
    minutes=6,
    constructed=True,
    way_of_thinking=True,
)
