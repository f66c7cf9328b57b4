"""A risk list put before a person: whom to visit first, and who falls outside."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, SettingError, Slider, Table, View
from helseledelse.models.population import Screening, cut_off
from helseledelse.norwegian import format_number

_DRAWN = (0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)


def visited(
    people: float, visits: float, *, prevalence: float, discrimination: float, effect: float
) -> Screening:
    """Give what is found when those with the highest risk are visited."""
    sensitivity, specificity = cut_off(
        visits / people, prevalence=prevalence, discrimination=discrimination
    )
    return Screening(people, prevalence, sensitivity, specificity, effect)


def view(
    *, people: float, prevalence: float, discrimination: float, visits: float, effect: float
) -> View:
    """Show how many of the admissions strike those who are visited."""
    if visits > people:
        raise SettingError(
            f"Dere har lagt inn {format_number(visits)} besøk til {format_number(people)} "
            "personer. Velg høyst ett besøk til hver."
        )
    given = {
        "prevalence": prevalence / 100,
        "discrimination": discrimination,
        "effect": effect / 100,
    }
    group = visited(people, visits, **given)
    blind = visited(people, visits, **{**given, "discrimination": 0.5})

    def whole(value: float) -> str:
        return format_number(value)

    def few(value: float) -> str:
        return format_number(value, 1 if value < 9.95 and round(value, 1) != round(value) else 0)

    found = 100 * group.sensitivity
    everyone = visits == people
    title = (
        "Når alle får besøk, har listen ingenting å si"
        if everyone
        else f"De {whole(visits)} med høyest risiko får {whole(found)} % av innleggelsene; "
        f"{whole(100 - found)} % rammer de andre"
    )
    needed = (
        "Besøkene forebygger ingen innleggelser. "
        if not group.prevented
        else f"Forebygger besøkene {whole(effect)} prosent, spares "
        f"{few(group.prevented)} innleggelser, én for hvert "
        f"{whole(group.visits_per_event)}. besøk. "
        + ("" if everyone else f"Trakk dere lodd, ville det blitt {few(blind.prevented)}. ")
    )
    sentence = (
        f"Av {whole(people)} personer blir {few(people * prevalence / 100)} innlagt i året. "
        f"Besøker dere de {whole(visits)} med høyest risiko, treffer dere "
        f"{few(group.true_positive)} av dem, og {few(group.false_negative)} innleggelser "
        f"rammer folk uten besøk. {needed}"
        f"Av dem dere besøker, ville {whole(100 * group.positive_value)} prosent blitt innlagt."
    )
    counts = sorted(
        {float(visits), *(float(round(share * people)) for share in (0.05, 0.1, 0.2, 0.5))}
    )
    table = Table(
        "Hvor langt ned på listen dere går",
        ("Besøk", "Treffer", "Andel av alle", "Av de besøkte", "Sparte innleggelser"),
        tuple(
            (
                f"{whole(count)}{' (nå)' if count == visits else ''}",
                whole(one.true_positive),
                format_number(100 * one.sensitivity, unit="%"),
                format_number(100 * one.positive_value, unit="%"),
                format_number(one.prevented, 1),
            )
            for count, one in ((count, visited(people, count, **given)) for count in counts)
        ),
    )
    note = (
        "Sammenlign ikke de besøkte med seg selv i fjor: De som ble innlagt mest i fjor, blir "
        "uansett innlagt mindre i år, fordi noe var uflaks. Sammenlign med lignende personer uten "
        "besøk. Treffsikkerhet 0,5 er loddtrekning, 1 er å vite alt på forhånd."
    )
    with Canvas(constructed=True, left=64, right=24, top=36, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Andel som får besøk, høyest risiko først", unit="%", ticks=5)
        number_axis(axes.yaxis, "", unit="%", ticks=5)
        axes.set_xlim(0, 101)
        axes.set_ylim(0, 103)
        axes.grid(visible=True, axis="y")
        axes.text(
            0, 1.04, "Andel av innleggelsene som treffes", transform=axes.transAxes, fontsize=12
        )
        shares = 100 * np.array(_DRAWN)
        caught = [
            100 * cut_off(share, prevalence=given["prevalence"], discrimination=discrimination)[0]
            for share in _DRAWN
        ]
        axes.plot([0, 100], [0, 100], color=GREY, linewidth=1.4, linestyle=(0, (4, 3)))
        axes.text(62, 55, "loddtrekning", color=GREY, fontsize=12, va="top")
        axes.plot(shares, caught, color=COLOURS[0], linewidth=3)
        place = 100 * visits / people
        axes.plot([place, place], [0, found], color=GREY, linewidth=1.4)
        axes.plot(place, found, "o", color=COLOURS[0], markersize=12, clip_on=False)
        axes.annotate(
            f"her: {whole(found)} %",
            (place, found),
            xytext=(-12, -14) if place >= 60 else (12, -4) if found > 12 else (14, 18),
            textcoords="offset points",
            ha="left" if place < 60 else "right",
            va="top",
            color=BLACK,
            weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
        )
        figure = canvas.svg(sentence)
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="risk",
    title="Hvem skal vi besøke først?",
    introduction=(
        "Dere har en liste over eldre etter risiko for innleggelse, og bare tid til noen. Hvor "
        "langt ned skal dere gå? Gjør listen bedre, og se hvor mange som likevel faller utenfor."
    ),
    controls=(
        Slider("people", "Personer på 80 år og mer", 50, 5_000, 10, 600),
        Slider("prevalence", "Andel som blir innlagt i året", 1, 60, 1, 25, "%"),
        Slider(
            "discrimination", "Listens treffsikkerhet (0,5 er lodd)", 0.5, 0.95, 0.01, 0.7, "", 2
        ),
        Slider("visits", "Besøk dere har tid til", 10, 5_000, 10, 100),
        Slider("effect", "Andel av innleggelsene et besøk forebygger", 0, 50, 1, 15, "%"),
    ),
    view=view,
    formula=(
        (
            r"\mathrm{PPV} = \frac{s\,p}{s\,p + (1 - z)(1 - p)}",
            (
                "Av dem dere besøker, blir denne andelen innlagt: s er andelen av de syke som "
                "listen fanger, z andelen av de andre som den lar være, p hvor vanlig det er."
            ),
        ),
        (
            r"\mathrm{NNV} = \frac{1}{\mathrm{PPV} \cdot e}",
            "Så mange besøk trengs for å spare én innleggelse, når et besøk forebygger andelen e.",
        ),
    ),
    sources=(
        "Altman og Bland (1994), BMJ 309: 102: prediktive verdier",
        "Swets og Pickett (1982), Evaluation of Diagnostic Systems: treffsikkerhet (AUC)",
        "Personer, innleggelser og virkning er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
