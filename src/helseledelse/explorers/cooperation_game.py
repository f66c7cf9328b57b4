"""Hospital and municipality before a joint effort: what trust, time and money each buy."""

from math import ceil

import numpy as np

from helseledelse.charts import BLACK, COLOURS, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.network import Payoffs
from helseledelse.norwegian import format_number

_YEARS = np.arange(1, 11)


def parties(
    *,
    value: float,
    share: float,
    alone: float,
    cost_hospital: float,
    cost_municipality: float,
    payment: float,
) -> tuple[Payoffs, Payoffs]:
    """Give what hospital and municipality have from a year, in thousand kroner.

    The hospital pays `payment` across in a year when both do their part.
    """
    half = alone / 100 * value
    hospital, municipality = share / 100, 1 - share / 100
    return (
        Payoffs(
            both=hospital * value - cost_hospital - payment,
            only_other=hospital * half,
            only_self=hospital * half - cost_hospital,
            neither=0,
        ),
        Payoffs(
            both=municipality * value - cost_municipality + payment,
            only_other=municipality * half,
            only_self=municipality * half - cost_municipality,
            neither=0,
        ),
    )


def _kroner(thousands: float) -> str:
    return format_number(round(thousands, -1) * 1000, unit="kr")


def _least(thousands: float) -> str:
    """Write an amount that is to be enough: rounded up."""
    return format_number(ceil(thousands / 10 - 1e-9) * 10_000, unit="kr")


def view(
    *,
    value: float,
    share: float,
    alone: float,
    cost_hospital: float,
    cost_municipality: float,
    years: float,
    trust: float,
    payment: float,
) -> View:
    """Show how much trust each needs at each horizon, and whether what they have is enough."""
    hospital, municipality = parties(
        value=value,
        share=share,
        alone=alone,
        cost_hospital=cost_hospital,
        cost_municipality=cost_municipality,
        payment=payment,
    )
    future, believed = 1 - 1 / years, trust / 100
    needs = hospital.needed_trust(future), municipality.needed_trust(future)
    dares = believed >= needs[0] - 1e-9, believed >= needs[1] - 1e-9
    gain = value - cost_hospital - cost_municipality
    title = {
        (True, True): "Begge tør satse",
        (True, False): "Sykehuset tør satse, kommunen ikke",
        (False, True): "Kommunen tør satse, sykehuset ikke",
        (False, False): "Ingen av dem tør satse",
    }[dares]
    if gain <= 0:
        title += ", og sammen taper de på det"
    sentence = (
        f"Gjør begge sin del, sitter de sammen igjen med {_kroner(gain)} i året: sykehuset "
        f"{_kroner(hospital.both)} og kommunen {_kroner(municipality.both)}. "
    )
    if gain <= 0:
        sentence += "Da er det ikke noe å dele, og verken tillit eller penger på tvers hjelper."
    else:
        sentence += (
            f"Med et samarbeid som ventes å vare {format_number(years)} år, {_said(needs)} "
            f"Dere har {format_number(trust)} prosent. "
        )
        sentence += _money(hospital, municipality, future, believed, payment)
    return View(
        title,
        _figure((hospital, municipality), years, trust, sentence),
        sentence,
        _table(hospital, municipality, future, payment),
        (
            "Tillit er her hvor sikker en part er på at den andre gjør sin del. Modellen er en "
            "måte å tenke på, ikke et mål på noe. Den sier ikke hva som er rett, men hva som "
            "skal til for at ingen taper på å begynne."
        ),
    )


def _said(needs: tuple[float, float]) -> str:
    words = []
    for name, need in zip(("sykehuset", "kommunen"), needs, strict=True):
        if need == float("inf"):
            words.append(f"{name} har ikke nok igjen for å være med, uansett tillit")
        elif need <= 1e-9:
            words.append(f"{name} har ikke noe å tape på å begynne")
        else:
            words.append(
                f"{name} må være minst {format_number(100 * need)} prosent sikker på den andre"
            )
    return f"gjelder dette: {words[0]}, og {words[1]}."


def _money(
    hospital: Payoffs, municipality: Payoffs, future: float, believed: float, payment: float
) -> str:
    """Say which payment is enough at this trust, and how talking first changes it."""
    if believed == 0:
        return "Uten tillit er ingen sum stor nok. Da må dere begynne med noe lite og nært."
    low = payment + municipality.needed_payment(future, believed)
    high = payment - hospital.needed_payment(future, believed)
    more = min(1.0, believed + 0.2)
    low_more = payment + municipality.needed_payment(future, more)
    if low > high:
        later_high = payment - hospital.needed_payment(future, more)
        lead = "Ingen betaling mellom dem er stor nok for den ene og liten nok for den andre. "
        if low_more <= later_high and more > believed:
            return (
                f"{lead}Med {format_number(100 * more)} prosent tillit finnes det en: bygg "
                "tilliten "
                "først, og forhandle etterpå."
            )
        return f"{lead}Her må samarbeidet vare lenger, koste mindre eller gi mer."
    if low <= 0 <= high:
        return "Begge tør uten at noen betaler den andre."
    payer, taker = ("sykehuset", "kommunen") if low > 0 else ("kommunen", "sykehuset")
    least = low if low > 0 else -high
    least_more = low_more if low > 0 else -(payment - hospital.needed_payment(future, more))
    words = f"Det holder at {payer} betaler {taker} minst {_least(least)} i året. "
    if more > believed:
        words += f"Med {format_number(100 * more)} prosent tillit " + (
            f"holder {_least(least_more)}: å snakke sammen før forhandlingen er verdt penger."
            if least_more > 0
            else "trengs ingen betaling: å snakke sammen før forhandlingen er verdt penger."
        )
    return words.strip()


def _table(hospital: Payoffs, municipality: Payoffs, future: float, payment: float) -> Table:
    def cells(one: Payoffs) -> tuple[str, ...]:
        need = one.needed_trust(future)
        return (
            _kroner(one.both),
            _kroner(one.only_other),
            _kroner(one.only_self),
            "uansett ikke" if need == float("inf") else format_number(100 * need, unit="%"),
        )

    paid = f", betaling på {_kroner(payment)} regnet med" if payment else ""
    return Table(
        f"Hva hver part sitter igjen med i året{paid}",
        (
            "Part",
            "Begge gjør sin del",
            "Bare den andre gjør det",
            "Bare vi gjør det",
            "Tillit som trengs",
        ),
        (("Sykehuset", *cells(hospital)), ("Kommunen", *cells(municipality))),
    )


def _figure(both: tuple[Payoffs, Payoffs], years: float, trust: float, sentence: str) -> str:
    with Canvas(height=370, left=54, top=46, right=94, constructed=True) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "År samarbeidet ventes å vare", decimals=0, ticks=10)
        number_axis(axes.yaxis, "", decimals=0, ticks=5)
        axes.set_xlim(1, 10)
        axes.set_ylim(0, 100)
        axes.set_xticks([1, 3, 5, 7, 10] if canvas.narrow else list(range(1, 11)))
        axes.text(0, 1.06, "Tillit som trengs (%)", transform=axes.transAxes)
        fine = np.linspace(1, 10, 181)
        curves = []
        for one in both:
            needed = np.array([one.needed_trust(1 - 1 / year) for year in fine])
            curves.append(np.where(np.isfinite(needed), 100 * needed, np.nan))
        # Above both curves both dare; where a curve is missing, nobody does.
        floor = np.maximum(*curves)
        axes.fill_between(fine, floor, 100, color="#e2f1ec", linewidth=0)
        room = int(np.nanargmin(floor)) if np.isfinite(floor).any() else 0
        if np.isfinite(floor).any() and floor[room] < 78 and not (years > 6 and trust > 75):
            axes.text(9.9, 93, "begge tør", ha="right", va="center", color=BLACK)
        ends: list[tuple[float, str]] = []
        for curve, name, colour, line in zip(
            curves,
            ("Sykehuset", "Kommunen"),
            (COLOURS[0], COLOURS[1]),
            ("-", (0, (5, 2))),
            strict=True,
        ):
            axes.plot(fine, curve, color=colour, linestyle=line)
            if np.isfinite(curve[-1]):
                ends.append((float(curve[-1]), name))
            else:
                ends.append((100.0, f"{name}:\nuansett ikke"))
        ends.sort()
        low = min(max(ends[0][0], 3), 86)
        high = min(max(ends[1][0], low + (16 if "\n" in ends[0][1] else 9)), 100)
        for (_, name), at in zip(ends, (low, high), strict=True):
            axes.annotate(
                name,
                (10, at),
                (8, 0),
                textcoords="offset points",
                va="center",
                color=BLACK,
                fontweight="bold",
                fontsize=12,
                annotation_clip=False,
            )
        axes.plot(years, trust, "o", markersize=13, color=BLACK, clip_on=False, zorder=4)
        right = years < 7
        axes.annotate(
            "dere",
            (years, trust),
            (11 if right else -11, -9 if trust > 20 else 9),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontweight="bold",
            color=BLACK,
        )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="cooperation_game",
    title="Tør sykehuset og kommunen satse sammen, og hva hjelper mest?",
    introduction=(
        "To parter kan tjene på en felles innsats, men begge taper om bare den ene gjør jobben. "
        "Prøv tre ting hver for seg: et lengre samarbeid, mer tillit, og penger fra sykehuset til "
        "kommunen. Hva ville du snakket om først?"
    ),
    controls=(
        Slider("value", "Verdi i året når begge gjør sin del", 500, 10_000, 100, 4_000, "tusen kr"),
        Slider("share", "Del av verdien som sykehuset får", 0, 100, 5, 65, "%"),
        Slider("alone", "Del av verdien når bare én gjør sin del", 0, 50, 5, 35, "%"),
        Slider("cost_hospital", "Sykehusets innsats i året", 0, 5_000, 50, 1_200, "tusen kr"),
        Slider("cost_municipality", "Kommunens innsats i året", 0, 5_000, 50, 1_100, "tusen kr"),
        Slider("years", "Samarbeidet ventes å vare", 1, 10, 1, 4, "år"),
        Slider("trust", "Tillit: hvor sikre de er på den andre", 0, 100, 5, 35, "%"),
        Slider("payment", "Sykehuset betaler kommunen i året", 0, 3_000, 50, 0, "tusen kr"),
    ),
    view=view,
    formula=(
        (
            r"\tau \ge \frac{B}{A + B}",
            (
                "Tilliten (τ) må være så stor at det en kan vinne på at den andre svarer (A), "
                "veier "
                "opp for det en taper på å stå alene (B)."
            ),
        ),
        (
            r"A = \frac{R - P}{1 - \delta} - (T - P), \quad B = P - S",
            (
                "R er når begge gjør sin del, T når bare den andre gjør det, S når bare vi gjør "
                "det, "
                "og P når ingen gjør det. Varer samarbeidet lenge, vokser A og mindre tillit "
                "trengs."
            ),
        ),
    ),
    sources=(
        "Axelrod 1984: The Evolution of Cooperation, om framtidens skygge",
        (
            "Dal Bó og Fréchette 2011, American Economic Review 101(1): hvor sikker en må være på "
            "den andre før samarbeid lønner seg"
        ),
        "VIVE: snakk om økonomien, men utsett forhandlingen; insentiver som trekker hver sin vei",
        "Alle beløp er konstruert.",
    ),
    minutes=8,
    constructed=True,
    way_of_thinking=True,
)
