"""Cost shifting put before a person: who gains when the patient goes home a day earlier."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.datasets import reference
from helseledelse.explorers.base import Explorer, Slider, Switch, Table, View
from helseledelse.models.financing import CostShift, early_discharge, isf_refund
from helseledelse.norwegian import format_number

# Made up to teach, and said so: what fills the bed, and what a readmission is.
_NEW_STAY_POINTS, _NEW_STAY_DAYS, _READMISSION_POINTS = 1.0, 4.0, 1.0
_POSTS = (
    "Færre døgn",
    "Betaling for utskrivningsklare",
    "Nye pasienter i sengen",
    "Reinnleggelser",
)
_PAYERS = ("Sykehuset", "Kommunen", "Staten")


def shift_per_patient(
    *,
    days: float,
    ready: bool,
    hospital_day: float,
    municipal_day: float,
    refilled: float,
    readmissions: float,
) -> CostShift:
    """Give the shift of one patient, with the official prices of 2024."""
    price = reference("isf_unit_price_2024").value
    share = reference("isf_share_2024").value
    new_stay = float(isf_refund(_NEW_STAY_POINTS, unit_price=price, share=share))
    return early_discharge(
        days,
        hospital_day_cost=hospital_day,
        municipal_day_cost=municipal_day,
        ready_days=days if ready else 0.0,
        ready_day_price=reference("ready_for_discharge_day_price_2024").value,
        refilled=refilled / 100,
        refund_per_day=new_stay / _NEW_STAY_DAYS,
        readmissions=readmissions / 100,
        # The unit price is what a point costs on average; the state refunds a part of it.
        readmission_cost=_READMISSION_POINTS * price,
        readmission_refund=isf_refund(_READMISSION_POINTS, unit_price=price, share=share),
    )


def _kroner(value: float) -> str:
    return format_number(round(value, -3), unit="kr")


def _exact(value: float) -> str:
    """Write whole kroner: a table whose rounded rows do not add up invites distrust."""
    return format_number(round(value), unit="kr")


def _fares(payer: str, value: float) -> str:
    if round(value, -3) == 0:
        return f"{payer} merker det knapt"
    return f"{payer} får {_kroner(abs(value))} {'mer' if value > 0 else 'mindre'} å rutte med"


def view(*, patients: float, days: float, ready: bool, **costs: float) -> View:
    """Show what each payer gains or loses in a year, and what is left when all are added."""
    shift = shift_per_patient(days=days, ready=ready, **costs)
    entries = shift.entries * patients
    payers = entries.sum(axis=0)
    total = float(payers.sum())

    verbs = [
        "merker det knapt" if round(kr, -3) == 0 else "tjener" if kr > 0 else "taper"
        for kr in payers[:2]
    ]
    together = (
        "går det i null"
        if round(total, -3) == 0
        else f"{'spares' if total > 0 else 'koster det'} {_kroner(abs(total))}"
    )
    title = f"Sykehuset {verbs[0]}, kommunen {verbs[1]}; samlet {together}"
    several = "ett" if days == 1 else format_number(days, 0 if days == int(days) else 1)
    sentence = (
        f"Når {format_number(patients)} pasienter i året reiser hjem {several} døgn tidligere, er "
        f"det slik: {_fares('Sykehuset', payers[0])}, {_fares('kommunen', payers[1])}, og "
        f"{_fares('staten', payers[2])}. Penger som bare skifter hender, forsvinner i summen: "
        f"Til sammen {together} i året."
    )
    day_price = format_number(reference("ready_for_discharge_day_price_2024").value, unit="kr")
    note = (
        f"Kommunen slipper {day_price} per døgn fordi pasienten er utskrivningsklar. "
        if ready
        else "Pasienten er ikke meldt utskrivningsklar, så kommunen betaler ikke for døgnene. "
    ) + (
        "Regnestykket sier ikke hva dagene betyr for pasienten og de pårørende, eller hva den som "
        "får sengen, vinner. Det kan være det viktigste. Et nytt opphold er satt til "
        "vekt 1 og fire døgn, en reinnleggelse til vekt 1."
    )

    amounts = np.append(payers, total)
    reach = max(float(np.abs(amounts).max()), 1.0)
    with Canvas(height=300, left=92, right=118, top=24, bottom=36, constructed=True) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        places = np.array([0.0, 1.0, 2.0, 3.25])
        axes.barh(
            places,
            amounts,
            height=0.62,
            color=[COLOURS[0] if kr >= 0 else COLOURS[1] for kr in amounts],
        )
        axes.set_xlim(-reach, reach)
        axes.set_ylim(3.8, -0.6)
        axes.plot([0, 0], [-0.5, 3.7], color=GREY, linewidth=1)
        pixel = 2 * reach / (canvas.width - 92 - 118)
        for place, name, kr in zip(places, [*_PAYERS, "Samlet"], amounts, strict=True):
            strong = "bold" if name == "Samlet" else "normal"
            axes.text(-reach - 84 * pixel, place, name, va="center", weight=strong)
            axes.text(
                reach + 110 * pixel, place, _kroner(kr), va="center", ha="right", weight=strong
            )
        axes.plot(
            [-reach - 84 * pixel, reach + 110 * pixel],
            [2.62, 2.62],
            color=BLACK,
            linewidth=1,
            clip_on=False,
        )
        axes.text(-4 * pixel, -0.66, "taper", ha="right", va="bottom", fontsize=12)
        axes.text(4 * pixel, -0.66, "tjener", ha="left", va="bottom", fontsize=12)
        figure = canvas.svg(sentence)

    rows = [
        (post, *(_exact(kr) for kr in entries[place]), _exact(entries[place].sum()))
        for place, post in enumerate(_POSTS)
    ]
    rows.append(("Sum", *(_exact(kr) for kr in payers), _exact(total)))
    table = Table(
        "Hva hver post gir eller koster i året (pluss er mer å rutte med)",
        ("Post", *_PAYERS, "Samlet"),
        tuple(rows),
    )
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="financing",
    title="Hvem tjener på at pasienten reiser hjem en dag tidligere?",
    introduction=(
        "Sett inn tallene for din egen avdeling eller kommune. Slå bryteren for utskrivningsklar "
        "av og på: Hvem blir ivrig, og hvem blir lunken? Finnes det innstillinger der begge tjener?"
    ),
    controls=(
        Slider("patients", "Pasienter i året", 0, 2_000, 10, 200),
        Slider("days", "Døgn tidligere hjem", 0, 7, 0.5, 1, "døgn", 1),
        Switch("ready", "Pasienten er meldt utskrivningsklar disse døgnene", default=True),
        Slider(
            "hospital_day", "Det sykehuset virkelig sparer per døgn", 0, 12_000, 100, 2_500, "kr"
        ),
        Slider("municipal_day", "Det kommunen bruker per døgn", 0, 12_000, 100, 3_500, "kr"),
        Slider("refilled", "Andel av døgnene sengen fylles av nye pasienter", 0, 100, 5, 0, "%"),
        Slider("readmissions", "Flere reinnleggelser per 100 pasienter", 0, 20, 1, 2),
    ),
    view=view,
    formula=(
        (
            r"\mathrm{ISF} = \sum \text{vekt} \cdot \text{enhetspris} \cdot \text{andel}",
            "Staten betaler en andel av enhetsprisen ganget med vekten. Vekten følger oppholdet.",
        ),
        (
            r"\Delta = \Delta_{\text{sykehus}} + \Delta_{\text{kommune}} + \Delta_{\text{stat}}",
            "Summen viser hva alle bruker til sammen; betalinger mellom dem går ut mot hverandre.",
        ),
    ),
    sources=(
        "Døgnpris: " + reference("ready_for_discharge_day_price_2024").source,
        "Enhetspris: " + reference("isf_unit_price_2024").source,
        "Andel: " + reference("isf_share_2024").source,
        "Kostnader per døgn, fylte senger og reinnleggelser er konstruert.",
    ),
    minutes=8,
    constructed=True,
)
