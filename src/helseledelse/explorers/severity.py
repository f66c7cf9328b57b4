"""Absolute prognosis loss put before a person: the same price, and an answer that depends on it."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, Canvas
from helseledelse.datasets import (
    dataset,
    life_table,
    population_norway,
    quality_of_life_norms,
    reference,
)
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.cost_effectiveness import Comparison
from helseledelse.models.priority import (
    Priority,
    SeverityRule,
    both_sexes,
    prognosis_loss,
    remaining_qalys,
)
from helseledelse.norwegian import format_number

_YEAR = 2023  # of the newest life table
_TOO_HIGH = "#d5dbdf"
_HIGHEST_SHOWN = 1_100  # thousand kr: a dearer measure is named, not drawn to scale


def rule() -> SeverityRule:
    """Give the rule the reference values lay down."""
    return SeverityRule(
        base=reference("severity_threshold_base").value,
        step=reference("severity_threshold_step").value,
        width=reference("severity_class_width").value,
    )


@cache
def expected_qalys() -> NDArray[np.float64]:
    """Give remaining good life-years at each age 0-105 in Norway, both sexes as one."""
    people = population_norway(_YEAR + 1).pivot_table("antall", "alder", "kjonn")
    # The very oldest single ages may have nobody of one sex on the day of counting.
    quality = both_sexes(
        quality_of_life_norms("K"),
        quality_of_life_norms("M"),
        number_of_women=people["K"].clip(lower=1),
        number_of_men=people["M"].clip(lower=1),
    )
    table = life_table(_YEAR)
    return remaining_qalys(table["lx"], table["Lx"], quality)


def view(*, age: float, years: float, quality: float, cost: float, effect: float) -> View:
    """Show in which severity classes the price of a measure is accepted, and where this is."""
    healthy = float(expected_qalys()[round(age)])
    diseased = years * quality
    loss = float(prognosis_loss(healthy, diseased))
    law = rule()
    case = Priority(Comparison(cost, effect), loss, law)
    ratio = cost / effect
    thresholds = law.threshold(np.arange(1, law.classes + 1))
    accepted = thresholds >= ratio

    price, limit = (format_number(round(kr, -3), unit="kr") for kr in (ratio, case.threshold))
    title = (
        f"Ja: {price} per godt leveår er innenfor grensen på {limit}"
        if case.within
        else f"Nei: {price} per godt leveår er over grensen på {limit}"
    )
    gone = f"{format_number(loss, 1)} gode leveår" if loss > 0 else "0 gode leveår"
    sentence = (
        f"Uten sykdommen har folk på {round(age)} år i snitt {format_number(healthy, 1)} gode "
        f"leveår igjen. Med den har gruppen {format_number(diseased, 1)}. Prognosetapet er {gone}. "
        f"Det er alvorlighetsgruppe {case.severity} av {law.classes}, der inntil {limit} per godt "
        f"leveår er tenkt godtatt. Tiltaket koster {price} per godt leveår og er "
        f"{'innenfor' if case.within else 'for dyrt'}. "
    )
    if accepted.all():
        sentence += "Samme pris er innenfor i alle gruppene."
    elif not accepted.any():
        sentence += "Samme pris er for høy i alle gruppene."
    else:
        first = int(np.argmax(accepted)) + 1
        sentence += (
            f"Samme pris godtas bare i gruppe {first}."
            if first == law.classes
            else f"Samme pris godtas fra gruppe {first} og oppover, men ikke under."
        )
    note = (
        "Forventet levetid er norsk, men livskvaliteten etter alder er engelsk, for åpne norske "
        "tall etter alder mangler. Tapet kan derfor bli et annet i en metodevurdering. Grensene er "
        "en rettesnor for grupper; skjønn hører med, og ingen enkeltpasient vurderes slik."
    )
    if loss < 0:
        note = (
            "Med disse tallene klarer gruppen seg bedre enn befolkningen ellers. Da er det ikke "
            "noe prognosetap å legge vekt på. " + note
        )

    labels = [
        f"{format_number(law.width * place)}–{format_number(law.width * (place + 1))}"
        for place in range(law.classes - 1)
    ]
    labels.append(f"{format_number(law.width * (law.classes - 1))}+")
    heights = thresholds / 1000
    drawn = min(ratio / 1000, _HIGHEST_SHOWN)
    own = case.severity - 1
    with Canvas(height=360, left=12, right=12, top=32, bottom=56, constructed=True) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        axes.bar(
            np.arange(law.classes),
            heights,
            width=0.74,
            color=[COLOURS[0] if yes else _TOO_HIGH for yes in accepted],
            edgecolor=[BLACK if place == own else "none" for place in range(law.classes)],
            linewidth=2.4,
        )
        top = max(960.0, drawn * 1.14)
        axes.set_xlim(-0.55, law.classes - 0.45)
        axes.set_ylim(0, top)
        for place, (label, height, yes) in enumerate(zip(labels, heights, accepted, strict=True)):
            strong = "bold" if place == own else "normal"
            colour = "white" if yes else BLACK
            words = f"her\n{format_number(height)}" if place == own else format_number(height)
            axes.text(
                place, 0.03 * top, words, ha="center", va="bottom", color=colour, weight=strong
            )
            axes.text(place, -0.02 * top, label, ha="center", va="top", weight=strong)
        axes.text((law.classes - 1) / 2, -0.1 * top, "tapte gode leveår", ha="center", va="top")
        axes.axhline(drawn, color=COLOURS[1], linewidth=2.2)
        # Bars rise to the right, so what is said about the line has its room to the left, on top.
        axes.text(-0.5, top, "Godtatt pris per godt leveår, tusen kr", va="bottom", fontsize=12)
        beyond = " (høyere enn figuren)" if ratio / 1000 > _HIGHEST_SHOWN else ""
        axes.plot([-0.5, -0.3], [0.955 * top] * 2, color=COLOURS[1], linewidth=2.2)
        axes.text(
            -0.2,
            0.955 * top,
            f"tiltaket: {format_number(ratio / 1000)}{beyond}",
            va="center",
            weight="bold",
        )
        figure = canvas.svg(sentence)

    table = Table(
        "Hva som godtas per godt leveår i hver alvorlighetsgruppe",
        ("Gruppe", "Tapte gode leveår", "Godtatt pris", "Dette tiltaket"),
        tuple(
            (
                f"{place + 1}{' (denne gruppen)' if place == own else ''}",
                label,
                format_number(limit_kr, unit="kr"),
                "innenfor" if yes else "for dyrt",
            )
            for place, (label, limit_kr, yes) in enumerate(
                zip(labels, thresholds, accepted, strict=True)
            )
        ),
    )
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="severity",
    title="Skal vi betale mer når sykdommen er mer alvorlig?",
    introduction=(
        "Behold prisen, og flytt på alderen og på hvor syke pasientene er. Når skifter svaret fra "
        "nei til ja? Kjenner du igjen dine egne pasientgrupper i begge ender?"
    ),
    controls=(
        Slider("age", "Alder når behandlingen starter", 0, 95, 1, 70, "år"),
        Slider("years", "Leveår igjen med dagens behandling", 0, 60, 0.5, 4, "år", 1),
        Slider("quality", "Livskvalitet i disse årene (1 er full helse)", 0, 1, 0.05, 0.6, "", 2),
        Slider("cost", "Merkostnad per pasient", 0, 1_000_000, 5_000, 120_000, "kr"),
        Slider("effect", "Gode leveår vunnet per pasient", 0.05, 5, 0.05, 0.3, "", 2),
    ),
    view=view,
    formula=(
        (
            r"\mathrm{APT} = \sum_{x \ge a} \frac{L_x}{l_a}\,u_x - T\,u",
            "Prognosetapet er folk flests gode leveår herfra minus gruppens. Det diskonteres ikke.",
        ),
        (
            r"\lambda = 275\,000 \cdot \left(1 + 0{,}4\,(g - 1)\right)",
            "Grensen er 275 000 kr i gruppe 1 og øker med 0,4 av dette for hver gruppe.",
        ),
    ),
    sources=(
        reference("severity_threshold_base").source,
        reference("severity_class_width").source,
        "Statens legemiddelverk, retningslinjer for metodevurdering, vedlegg 4 om alvorlighet",
        dataset("livstabell_norge_2013_2023").attribution + " (2023, begge kjønn sett under ett)",
        dataset("livskvalitet_england_2017_2018").attribution,
        "Sykdom, merkostnad og virkning er konstruert.",
    ),
    minutes=8,
    constructed=True,
)
