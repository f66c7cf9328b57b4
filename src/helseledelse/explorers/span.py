"""Span of control put before a person: more time for each costs leaders, and often a layer."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.organisation import (
    Structure,
    fitting_span,
    links,
    relations,
    structure,
    talk_minutes,
)
from helseledelse.norwegian import format_number

_WEEK = 37.5
_WIDEST = 60
_SHOWN = (8, 12, 20, 30, 45)


def _counted(number: int, one: str, many: str) -> str:
    return f"{format_number(number)} {one if number == 1 else many}"


def _leaders(found: Structure) -> str:
    return (
        f"{_counted(found.leader_count, 'leder', 'ledere')} i "
        f"{_counted(found.layers, 'lag', 'lag')}"
    )


def _minutes(value: float) -> str:
    return f"{format_number(value, 0 if value >= 10 else 1)} minutter"


def view(
    *, staff: float, span: float, share: float, travel: float, need: float, cost: float
) -> View:
    """Show how many minutes each employee gets, and what a span that gives enough would cost."""
    people, below = round(staff), round(span)
    hours = _WEEK - travel
    part = share / 100
    now = talk_minutes(below, hours=hours, share=part)
    wanted = fitting_span(need, hours=hours, share=part)
    today = structure(people, below)
    enough = now >= need - 1e-9
    missing = format_number(need, unit="minutter")
    title = (
        f"Hver ansatt får {_minutes(now)} i uken, og det er nok"
        if enough
        else f"Hver ansatt får {_minutes(now)} i uken av de {format_number(need)} dere vil gi"
    )
    sentence = (
        f"Med et lederspenn på {below} og {format_number(part * hours, 1)} timer i uken sammen med "
        f"de ansatte blir det {_minutes(now)} på hver. {_counted(people, 'ansatt', 'ansatte')} "
        f"krever da {_leaders(today)}. "
    )
    if enough:
        sentence += (
            f"Målet på {missing} nås. Spennet kunne vært {min(wanted, people)} uten at det brytes."
            if min(wanted, people) > below
            else f"Målet på {missing} nås så vidt."
        )
    elif wanted < 2:
        sentence += (
            f"Ikke noe spenn gir {missing} til hver. Frigjør mer av lederens uke før dere endrer "
            "strukturen."
        )
    else:
        other = structure(people, wanted)
        more = other.leader_count - today.leader_count
        layers = other.layers - today.layers
        deeper = f" og {_counted(layers, 'lag', 'lag')} mer" if layers else ", men ikke flere lag"
        sentence += (
            f"For å gi {missing} må spennet ned til {wanted}. Det krever "
            f"{_counted(more, 'leder', 'ledere')} mer{deeper}, "
            f"{format_number(more * cost / 1e6, 1)} millioner kr i året. "
            f"Alternativet er at lederen bruker {format_number(_needed_share(below, need, hours))} "
            "prosent av uken sammen med de ansatte."
        )
    return View(
        title,
        _figure(people, below, hours, part, need, 0 if enough else wanted, sentence),
        sentence,
        _table(people, below, 0 if enough else wanted, hours, part, cost),
        (
            "Regnestykket deler tiden likt. I virkeligheten trenger noen mye og noen lite, og den "
            "som har arbeidet lenge sammen med gruppen, klarer seg med mindre. Det teller ansatte, "
            "ikke stillinger, for deltidsansatte trenger også en leder."
        ),
    )


def _needed_share(span: int, need: float, hours: float) -> float:
    """Per cent of the leader's week, travel taken out, that gives everybody `need` minutes."""
    return 100 * need * span / (hours * 60)


def _spans(span: int, wanted: int, staff: int) -> list[int]:
    listed = {one for one in (*_SHOWN, span, wanted) if one >= 2 and (one <= staff or one == span)}
    return sorted(listed)


def _table(staff: int, span: int, wanted: int, hours: float, share: float, cost: float) -> Table:
    rows = []
    for one in _spans(span, wanted, staff):
        found = structure(staff, one)
        mark = " (nå)" if one == span else " (gir nok tid)" if one == wanted else ""
        rows.append(
            (
                f"{one}{mark}",
                format_number(talk_minutes(one, hours=hours, share=share), 1),
                format_number(found.leader_count),
                format_number(found.layers),
                format_number(found.leader_count * cost / 1e6, 1),
                format_number(links(one)),
                format_number(relations(one)) if one <= 12 else "over 25 000",
            )
        )
    return Table(
        f"Hva ulike lederspenn gir og koster med {format_number(staff)} ansatte",
        (
            "Lederspenn",
            "Minutter per ansatt i uken",
            "Ledere",
            "Lag av ledere",
            "Lederlønn, mill. kr i året",
            "Par i gruppen",
            "Relasjoner etter Graicunas",
        ),
        tuple(rows),
    )


def _figure(
    staff: int, span: int, hours: float, share: float, need: float, wanted: int, sentence: str
) -> str:
    spans = np.arange(4, _WIDEST + 1)
    minutes = np.array([talk_minutes(int(one), hours=hours, share=share) for one in spans])
    now = talk_minutes(span, hours=hours, share=share)
    top = min(max(1.7 * max(need, now), 20.0), 260.0)
    with Canvas(height=370, left=54, top=52, right=16, constructed=True) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Ansatte per leder (lederspenn)", decimals=0, ticks=6)
        number_axis(axes.yaxis, "", decimals=0, ticks=5)
        axes.set_xlim(4, _WIDEST + 1)
        axes.set_ylim(0, top)
        axes.text(
            0, 1.12, "Minutter per ansatt i uken", transform=axes.transAxes, ha="left", va="bottom"
        )
        layers = np.array([structure(staff, int(one)).layers for one in spans])
        for count in sorted(set(layers.tolist()), reverse=True):
            held = spans[layers == count]
            left, right = float(held[0]) - 0.5, float(held[-1]) + 0.5
            if count % 2:
                axes.axvspan(left, right, color="#eef3f6", linewidth=0)
            # A narrow band has no room for its words; the table has the number.
            if right - left >= (5 if canvas.narrow else 3):
                axes.text(
                    (max(left, 4) + min(right, _WIDEST + 1)) / 2,
                    1.02 * top,
                    f"{count} lag",
                    ha="center",
                    va="bottom",
                    color=GREY,
                )
        axes.plot(spans, minutes, color=COLOURS[0])
        axes.axhline(need, color=COLOURS[1], linestyle=(0, (5, 3)))
        axes.text(
            _WIDEST + 0.5,
            need + 0.015 * top,
            f"ønsket: {format_number(need)}",
            ha="right",
            va="bottom",
        )
        for one, marker, filled in ((span, "o", True), (wanted, "D", False)):
            if not 4 <= one <= _WIDEST:
                continue
            at = talk_minutes(one, hours=hours, share=share)
            axes.plot(
                one,
                min(at, top),
                marker,
                markersize=12,
                markeredgecolor=COLOURS[0],
                markerfacecolor=COLOURS[0] if filled else "white",
                markeredgewidth=2.2,
                clip_on=False,
            )
            words = f"nå: {one}" if filled else f"nok tid: {one}"
            below = at < need - 1e-9
            axes.annotate(
                words,
                (one, min(at, top)),
                (10 if one > 54 else 0, -12) if below else (11, 5),
                textcoords="offset points",
                ha=("right" if one > 54 else "center") if below else "left",
                va="top" if below else "bottom",
                color=BLACK,
                fontweight="bold",
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="span",
    title="Hvor mange ansatte kan én leder ha, og hva koster det å få færre?",
    introduction=(
        "Sett inn tallene for egen enhet. Hvor mange minutter i uken får hver ansatt? Prøv "
        "to veier "
        "til mer tid: et mindre lederspenn, eller en leder som slipper andre oppgaver."
    ),
    controls=(
        Slider("staff", "Ansatte (hoder)", 10, 1_000, 5, 120, "ansatte", profile="headcount"),
        Slider("span", "Ansatte per leder i dag", 4, 60, 1, 30, "ansatte", profile="span"),
        Slider("share", "Del av uken sammen med de ansatte", 5, 80, 5, 25, "%"),
        Slider("travel", "Reise mellom steder", 0, 15, 0.5, 2, "timer i uken", 1),
        Slider("need", "Tid hver ansatt bør få", 5, 90, 5, 30, "minutter i uken"),
        Slider("cost", "Årlig kostnad for en leder", 600_000, 1_600_000, 50_000, 1_000_000, "kr"),
    ),
    view=view,
    formula=(
        (
            r"t = \frac{60\,(37{,}5 - r)\,a}{s}",
            (
                "Minutter til hver ansatt: timene i uken uten reise, ganger delen som brukes "
                "sammen "
                "med de ansatte, delt på lederspennet."
            ),
        ),
        (
            r"L = \left\lceil \log_s N \right\rceil",
            (
                "Antall lag er så mange ganger de ansatte må deles på lederspennet før det står én "
                "igjen på toppen."
            ),
        ),
        (
            r"\frac{n(n-1)}{2}, \quad n\left(2^{n-1} + n - 1\right)",
            (
                "Par av ansatte i en gruppe på n, og alle relasjoner en leder kan måtte ta hensyn "
                "til etter Graicunas. Det siste er en advarsel, ikke en arbeidsplan."
            ),
        ),
    ),
    sources=(
        "Lederspenn som antall ansatte direkte under en leder: Bell 1967, gjengitt hos VIVE.",
        "Graicunas: Relationship in organization. 1933.",
        "Hauge, Bjørnholt og Bech: Ledelseshjulet. VIVE 2022.",
        "Ansatte, tid og lederkostnad er konstruert. Bytt dem ut med egne tall.",
    ),
    minutes=7,
    constructed=True,
)
