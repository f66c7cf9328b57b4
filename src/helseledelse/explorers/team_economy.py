"""A self-managing team's month put before a person: what the 60 per cent rule buys."""

from dataclasses import replace

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.organisation import TeamEconomy, links
from helseledelse.norwegian import format_number

_MONTH = 162.5  # 37.5 hours a week · 52 weeks / 12, holiday pay counted in the hourly cost
_GOAL = 0.60
_SIZES = (4, 6, 8, 10, 12, 15, 20)


def team(settings: dict[str, float]) -> TeamEconomy:
    """Give the team these settings describe."""
    return TeamEconomy(
        employees=round(settings["employees"]),
        position=settings["position"] / 100,
        hours_per_position=_MONTH,
        absence=settings["absence"] / 100,
        direct_share=settings["direct"] / 100,
        tariff=settings["tariff"],
        wage=settings["wage"],
        overhead=settings["overhead"],
    )


def _kroner(value: float) -> str:
    return format_number(round(value, -3), unit="kr")


def _view(**settings: float) -> View:
    own = team(settings)
    even = own.break_even_share
    surplus = own.result >= 0
    amount = _kroner(abs(own.result))
    if abs(own.result) < 500:
        title = "Teamet går akkurat i null"
    else:
        title = f"Teamet går {amount} {'i pluss' if surplus else 'i minus'} i måneden"
    point = own.paid_hours * (1 - own.absence) * own.tariff / 100
    absence_point = own.paid_hours * own.direct_share * own.tariff / 100
    sentence = (
        f"{own.employees} ansatte i {format_number(100 * own.position)} prosent stilling har "
        f"{format_number(own.paid_hours)} betalte timer i måneden. Etter sykefravær og annet "
        "arbeid "
        f"blir {format_number(own.direct_hours)} av dem hos brukerne. Det gir "
        f"{_kroner(own.direct_hours * own.tariff)} inn og "
        f"{_kroner(own.paid_hours * own.wage + own.overhead)} ut. "
    )
    if even <= 1:
        sentence += (
            f"Teamet går i null når {format_number(100 * even, 1)} prosent av arbeidstiden er hos "
            f"brukerne; dere har {format_number(100 * own.direct_share)}. "
        )
    else:
        sentence += (
            "Teamet går ikke i null selv om hver time er hos en bruker: timeprisen dekker ikke "
            "lønn og fellesutgifter. "
        )
    sentence += (
        f"Ett prosentpoeng mer tid hos brukerne er verdt {_kroner(point)} i måneden, ett "
        f"prosentpoeng lavere sykefravær {_kroner(absence_point)}."
    )
    return View(
        title,
        _figure(own, sentence),
        sentence,
        _table(own),
        (
            "Tid hos brukerne er et mål på økonomi, ikke på kvalitet. Opplæring, drøfting og "
            "samtaler "
            "med pårørende regnes her som annet arbeid, og et team som kutter i dem, ser bedre ut "
            "enn "
            "det er."
        ),
    )


def _table(own: TeamEconomy) -> Table:
    rows = []
    for size in sorted({*_SIZES, own.employees}):
        one = replace(own, employees=size)
        even = one.break_even_share
        rows.append(
            (
                f"{size}{' (dere)' if size == own.employees else ''}",
                format_number(one.direct_hours),
                format_number(round(one.result), unit="kr"),
                format_number(100 * even, 1, unit="%") if even <= 1 else "aldri",
                format_number(links(size)),
            )
        )
    return Table(
        "Samme team i andre størrelser, med de samme fellesutgiftene",
        (
            "Ansatte",
            "Timer hos brukerne",
            "Resultat i måneden",
            "Går i null ved",
            "Par som må samarbeide",
        ),
        tuple(rows),
    )


def _figure(own: TeamEconomy, sentence: str) -> str:
    low, high = 0.3, 0.9
    shares = np.array([low, high])
    result = [replace(own, direct_share=float(share)).result / 1000 for share in shares]
    even = own.break_even_share
    spread = max(result) - min(result) or 1.0
    bottom = min(min(result), 0.0) - 0.10 * spread
    top = max(max(result), 0.0) + 0.10 * spread
    with Canvas(height=380, left=62, top=64, right=18, constructed=True) as canvas:
        axes = canvas.axes
        area = canvas.width - 80  # CSS pixels across the axes
        number_axis(axes.xaxis, "Del av arbeidstiden hos brukerne (%)", decimals=0, ticks=7)
        number_axis(axes.yaxis, "", decimals=0, ticks=5)
        axes.set_xlim(100 * low, 100 * high)
        axes.set_ylim(bottom, top)
        axes.text(
            0,
            1.14,
            f"Resultat i måneden, {format_number(1000)} kr",
            transform=axes.transAxes,
        )
        axes.axhline(0, color=GREY, linewidth=1.2)
        axes.plot([100 * _GOAL] * 2, [bottom, top], color=COLOURS[2], linestyle=(0, (5, 3)))
        axes.annotate(
            "mål 60 %",
            (100 * _GOAL, bottom),
            (-5, 5),
            textcoords="offset points",
            ha="right",
        )
        axes.plot(100 * shares, result, color=COLOURS[0])
        if low <= even <= high:
            axes.plot(
                100 * even,
                0,
                "D",
                markersize=11,
                markerfacecolor="white",
                markeredgecolor=COLOURS[0],
                markeredgewidth=2.2,
            )
        axes.plot(
            100 * own.direct_share,
            own.result / 1000,
            "o",
            markersize=12,
            color=COLOURS[1],
            clip_on=False,
            zorder=3,
        )
        # The two marks often lie close: their words stand above, each beside its mark.
        x, step = 6 / area, 136 / area
        axes.plot(
            [x],
            [1.06],
            "o",
            markersize=12,
            color=COLOURS[1],
            transform=axes.transAxes,
            clip_on=False,
        )
        axes.text(
            x + 12 / area,
            1.06,
            f"dere: {format_number(own.result / 1000)}",
            va="center",
            fontweight="bold",
            color=BLACK,
            transform=axes.transAxes,
        )
        if even != float("inf"):
            axes.plot(
                [x + step],
                [1.06],
                "D",
                markersize=11,
                markerfacecolor="white",
                markeredgecolor=COLOURS[0],
                markeredgewidth=2.2,
                transform=axes.transAxes,
                clip_on=False,
            )
            axes.text(
                x + step + 12 / area,
                1.06,
                f"null ved {format_number(100 * even)} %",
                va="center",
                transform=axes.transAxes,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="team_economy",
    title="Bærer et lite selvstyrt team seg økonomisk?",
    introduction=(
        "Buurtzorg lar teamene styre seg selv innenfor faste rammer: høyst 12 ansatte, 60 prosent "
        "av "
        "tiden hos brukerne, og åpne tall hver måned. Sett inn et team du kjenner. Hva slår mest "
        "ut: "
        "tiden hos brukerne, sykefraværet eller fellesutgiftene?"
    ),
    controls=(
        Slider("employees", "Ansatte i teamet", 3, 25, 1, 12, "ansatte"),
        Slider("position", "Stilling i snitt", 20, 100, 5, 65, "%"),
        Slider("absence", "Sykefravær", 0, 30, 0.5, 9, "%", 1),
        Slider("direct", "Del av arbeidstiden hos brukerne", 30, 90, 1, 58, "%"),
        Slider("tariff", "Betaling per time hos bruker", 400, 1_500, 10, 830, "kr"),
        Slider("wage", "Kostnad per betalt time", 250, 700, 5, 380, "kr"),
        Slider("overhead", "Fellesutgifter i måneden", 0, 300_000, 5_000, 60_000, "kr"),
    ),
    view=_view,
    formula=(
        (
            r"R = T(1-f)\,d\,p - T\,l - F",
            (
                "Resultatet er betalte timer (T) uten fravær (f), ganger delen hos brukerne (d) og "
                "timeprisen (p), minus lønn for alle timene (l) og fellesutgifter (F)."
            ),
        ),
        (
            r"d_0 = \frac{T\,l + F}{T(1-f)\,p}",
            "Delen av tiden hos brukerne som gir null i resultat.",
        ),
    ),
    sources=(
        (
            "VIVE om Buurtzorg: høyst 12 ansatte, mål om 60 prosent borgerrettet tid, månedlige "
            "tall "
            "for team og person, og team som ikke bærer seg, legges ned."
        ),
        "Timepris, lønn, fravær og fellesutgifter er konstruert.",
    ),
    minutes=7,
    constructed=True,
    way_of_thinking=True,
)
