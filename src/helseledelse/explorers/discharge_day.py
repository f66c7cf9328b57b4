"""A day earlier home: whose budget gains, and which payment across makes both gain."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.datasets import reference
from helseledelse.explorers.base import Explorer, Slider, Switch, Table, View
from helseledelse.models.financing import (
    CostShift,
    SidePayment,
    early_discharge,
    isf_refund,
    side_payment,
)
from helseledelse.norwegian import format_number

_REACH = 8_000


def shift_per_day(
    *,
    ready: bool,
    day_price: float,
    hospital_day: float,
    municipal_day: float,
    refilled: float,
    points: float,
) -> CostShift:
    """Give the shift of one day saved, with the activity-based funding of 2024."""
    return early_discharge(
        1,
        hospital_day_cost=hospital_day,
        municipal_day_cost=municipal_day,
        ready_days=1 if ready else 0,
        ready_day_price=day_price,
        refilled=refilled / 100,
        refund_per_day=isf_refund(
            points,
            unit_price=reference("isf_unit_price_2024").value,
            share=reference("isf_share_2024").value,
        ),
    )


def _kroner(value: float) -> str:
    return format_number(round(value), unit="kr")


def _bare(value: float) -> str:
    """Write whole kroner without the unit, which stands in the table's caption."""
    return format_number(round(value))


def _left(who: str, value: float) -> str:
    if round(value) == 0:
        return f"{who} går i null"
    return f"{who} {'tjener' if value > 0 else 'taper'} {_kroner(abs(value))}"


def _range(found: SidePayment) -> str:
    """Say who may pay whom, and between which amounts."""
    if found.low >= 0:
        return f"sykehuset betaler kommunen mellom {_kroner(found.low)} og {_kroner(found.high)}"
    return f"kommunen betaler sykehuset mellom {_kroner(-found.high)} og {_kroner(-found.low)}"


def _title(found: SidePayment, payment: float) -> str:
    hospital, municipality = found.after(payment)
    if not round(found.common) > 0:
        return "Ingen betaling kan gjøre at begge tjener"
    if hospital > 0 and municipality > 0:
        return "Begge tjener" if payment else "Begge tjener uten at noen betaler"
    if found.low < 0 < found.high:
        return "Begge tjener hvis ingen betaler den andre"
    return f"Begge tjener når {_range(found)}"


def view(*, days: float, payment: float, ready: bool, **prices: float) -> View:
    """Show what each is left with at every payment across, and where both gain."""
    shift = shift_per_day(ready=ready, **prices)
    entries = shift.entries
    found = side_payment(float(shift.hospital), float(shift.municipality))
    hospital, municipality = found.after(payment)
    state = float(shift.state)

    sentence = (
        f"Før noe er betalt på tvers er det slik for hvert døgn: {_left('Sykehuset', found.high)}, "
        f"og {_left('kommunen', -found.low)}. {_left('De to sammen', found.common)}. "
    )
    if not round(found.common) > 0:
        sentence += (
            "Da finnes det ikke noe å dele, og ingen betaling mellom dem gjør at begge tjener. "
        )
    elif found.low < 0 < found.high:
        sentence += "Begge tjener allerede, og ingen trenger å betale den andre. "
    else:
        payer, taker = ("sykehuset", "kommunen") if found.even > 0 else ("kommunen", "sykehuset")
        sentence += (
            f"Begge tjener når {_range(found)} per døgn. Deler de gevinsten likt, betaler {payer} "
            f"{taker} {_kroner(abs(found.even))}. "
        )
    if payment:
        way = "Sykehuset betaler" if payment > 0 else "Kommunen betaler"
        sentence += f"{way} nå {_kroner(abs(payment))}: "
        sentence += f"{_left('sykehuset', hospital)}, og {_left('kommunen', municipality)}. "
    sentence += (
        f"Med {format_number(days)} døgn i året blir det {_kroner(hospital * days)} for sykehuset "
        f"og {_kroner(municipality * days)} for kommunen."
    )

    def row(name: str, place: int) -> tuple[str, ...]:
        one = entries[place]
        return (name, *(_bare(kr) for kr in one), _bare(one.sum()))

    total = (hospital, municipality, state)
    table = Table(
        "Hva ett døgn tidligere hjem gir eller koster i kroner (pluss er mer å rutte med)",
        ("Post", "Sykehuset", "Kommunen", "Staten", "Samlet"),
        (
            row("Døgnet på sykehus og døgnet i kommunen", 0),
            row("Betaling for utskrivningsklare", 1),
            row("Ny pasient i sengen: ISF minus døgnkostnad", 2),
            ("Betaling på tvers", _bare(-payment), _bare(payment), _bare(0), _bare(0)),
            ("Sum per døgn", *(_bare(kr) for kr in total), _bare(sum(total))),
            ("Sum i året", *(_bare(kr * days) for kr in total), _bare(sum(total) * days)),
        ),
    )
    note = (
        "Betalingen for utskrivningsklare flytter penger mellom de to, men endrer ikke det de "
        "tjener sammen. "
    )
    if state < 0:
        note += (
            f"Staten betaler {_kroner(-state)} mer per døgn fordi en ny pasient behandles. Det de "
            "to tjener, er altså delvis statens utgift. "
        )
    note += (
        "Hva døgnet betyr for pasienten og de pårørende, og hva den nye pasienten vinner, står "
        "ikke i regnestykket. Det kan være det viktigste."
    )
    return View(
        _title(found, payment),
        _figure(found, payment, sentence),
        sentence,
        table,
        note,
    )


def _figure(found: SidePayment, payment: float, sentence: str) -> str:
    with Canvas(height=360, left=66, right=92, top=48, bottom=64, constructed=True) as canvas:
        axes = canvas.axes
        number_axis(
            axes.xaxis,
            "Betaling til kommunen (kr)" if canvas.narrow else "Sykehuset betaler kommunen (kr)",
            decimals=0,
            ticks=5,
        )
        number_axis(axes.yaxis, "", decimals=0, ticks=5)
        axes.text(0, 1.06, "Igjen per døgn (kr)", transform=axes.transAxes)
        bottom = min(found.high, -found.low) - _REACH
        top = max(found.high, -found.low) + _REACH
        axes.set_xlim(-_REACH, _REACH)
        axes.set_ylim(bottom, top)
        axes.set_xticks([-8_000, 0, 8_000] if canvas.narrow else range(-8_000, 8_001, 4_000))
        if found.exists:
            axes.axvspan(
                max(found.low, -_REACH), min(found.high, _REACH), color="#e2f1ec", linewidth=0
            )
            # The lines leave the middle of the lower edge free wherever they cross.
            room = 4_000 if canvas.narrow else 6_000
            axes.annotate(
                "begge tjener",
                (float(np.clip(found.even, -room, room)), bottom),
                (0, 6),
                textcoords="offset points",
                ha="center",
                va="bottom",
                color=BLACK,
                fontsize=12,
            )
        axes.axhline(0, color=GREY, linewidth=1)
        across = np.array([-_REACH, _REACH])
        ends = []
        for name, at, after, colour, line in (
            ("Sykehuset", found.after(payment)[0], found.high - across, COLOURS[0], "-"),
            ("Kommunen", found.after(payment)[1], across - found.low, COLOURS[1], (0, (5, 2))),
        ):
            axes.plot(across, after, color=colour, linestyle=line)
            axes.plot(payment, at, "o", markersize=10, color=colour, clip_on=False, zorder=4)
            ends.append((float(after[1]), name))
        ends.sort()
        gap = 0.09 * (top - bottom)
        heights = (ends[0][0], max(ends[1][0], ends[0][0] + gap))
        for (_, name), height in zip(ends, heights, strict=True):
            axes.annotate(
                name,
                (_REACH, height),
                (8, 0),
                textcoords="offset points",
                va="center",
                color=BLACK,
                fontweight="bold",
                fontsize=12,
                annotation_clip=False,
            )
        axes.plot([payment, payment], [bottom, top], color=BLACK, linewidth=1, linestyle=":")
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="discharge_day",
    title="Hvilken betaling gjør at begge tjener på et døgn tidligere hjem?",
    introduction=(
        "Ett døgn på sykehus blir ett døgn i kommunen. Se først hvem som tjener uten avtale. Finn "
        "så en betaling på tvers som begge kan si ja til, og prøv hva som skjer med den når sengen "
        "blir stående tom, eller når pasienten er meldt utskrivningsklar."
    ),
    controls=(
        Slider(
            "payment",
            "Sykehuset betaler kommunen per døgn (minus: kommunen betaler)",
            -_REACH,
            _REACH,
            100,
            0,
            "kr",
        ),
        Slider(
            "hospital_day", "Det sykehuset virkelig sparer per døgn", 0, 8_000, 100, 2_500, "kr"
        ),
        Slider("municipal_day", "Det kommunen bruker per døgn", 0, 8_000, 100, 3_500, "kr"),
        Slider("refilled", "Andel av døgnene en ny pasient får sengen", 0, 100, 5, 60, "%"),
        Slider("points", "Vekt per døgn for den nye pasienten", 0, 0.6, 0.05, 0.25, "", 2),
        Switch("ready", "Pasienten er meldt utskrivningsklar"),
        Slider(
            "day_price",
            "Døgnpris for utskrivningsklare",
            0,
            8_000,
            1,
            reference("ready_for_discharge_day_price_2024").value,
            "kr",
        ),
        Slider("days", "Døgn i året", 0, 3_000, 50, 400),
    ),
    view=view,
    formula=(
        (
            r"-G_{\text{kommune}} < p < G_{\text{sykehus}}",
            (
                "Betalingen (p) må være mer enn kommunen taper og mindre enn sykehuset tjener. Den "
                "finnes bare når de to gevinstene (G) til sammen er større enn null."
            ),
        ),
        (
            r"G_{\text{sykehus}} = k + f\,(v \cdot e \cdot a - k) - u",
            (
                "Sykehuset sparer kostnaden ved døgnet (k). Fylles sengen (f), får det vekten (v) "
                "ganger enhetsprisen (e) ganger statens andel (a), minus den nye kostnaden, og det "
                "mister betalingen for utskrivningsklare (u)."
            ),
        ),
    ),
    sources=(
        "Døgnpris: " + reference("ready_for_discharge_day_price_2024").source,
        "Enhetspris: " + reference("isf_unit_price_2024").source,
        "Andel: " + reference("isf_share_2024").source,
        "Kostnader per døgn, fylte senger og vekt per døgn er konstruert.",
    ),
    minutes=8,
    constructed=True,
)
