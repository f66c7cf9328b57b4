"""Budget impact put before a person: worth its price, and still more than the budget holds."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.datasets import AGE_GROUPS, age_counts, dataset, municipality_names, reference
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.models.budget_impact import budget_impact, linear_uptake
from helseledelse.models.innovation import Diffusion
from helseledelse.norwegian import format_number

_YEARS, _FULL_IN, _COUNTED = 5, 3, 2026
# Averages over consumer goods, named so beside the choice: none is published for care in Norway.
_BASS = Diffusion(innovation=0.03, imitation=0.38)


def _kroner(value: float) -> str:
    return format_number(round(value, -3), unit="kr")


def _exact(value: float) -> str:
    return format_number(round(value), unit="kr")


def _of_whole(added: float, whole: float) -> str:
    """Hold a payer's yearly change, in kroner, against a whole budget in millions; 0 is none."""
    if not whole:
        return ""
    share = format_number(abs(added) / whole / 10_000, 1)
    return (
        f" Det siste året er {'regningen' if added >= 0 else 'innsparingen'} {share} prosent av et "
        f"årsbudsjett på {format_number(whole, 1, unit='mill. kr')}."
    )


def view(
    *,
    municipality: str,
    from_age: str,
    eligible: float,
    uptake: float,
    spread: str,
    cost: float,
    saved_municipality: float,
    saved_hospital: float,
    effect: float,
    room: float,
    whole: float,
) -> View:
    """Show what a measure adds to each payer's spending in five years, against what there is."""
    place = municipality_names()[municipality]
    people = int(age_counts(municipality, _COUNTED)[AGE_GROUPS.index(int(from_age)) :].sum())
    persons = people * eligible / 100
    share = (
        linear_uptake(_YEARS, final=uptake / 100, full_in=_FULL_IN)
        if spread == "linear"
        else _BASS.adopted(np.arange(1, _YEARS + 1)) * uptake / 100
    )
    impact = budget_impact(
        persons,
        share,
        yearly={"municipality": cost - saved_municipality, "hospital": -saved_hospital},
    )
    added, hospital, total = (
        impact.by_payer["municipality"],
        impact.by_payer["hospital"],
        impact.total,
    )
    budget = room * 1_000_000
    lacking = added - budget
    worst = int(np.argmax(lacking))
    affordable = bool((np.round(lacking, 6) <= 0).all())
    ratio = (cost - saved_municipality - saved_hospital) / effect
    limit = reference("severity_threshold_base").value
    worth = ratio <= limit

    missing = _kroner(lacking[worst])
    title = {
        (True, True): "Verdt prisen, og kommunen har råd",
        (True, False): f"Verdt prisen, men kommunen mangler {missing} i år {worst + 1}",
        (False, True): "Kommunen har råd, men tiltaket er ikke verdt prisen",
        (False, False): f"Ikke verdt prisen, og kommunen mangler {missing} i år {worst + 1}",
    }[worth, affordable]
    price = (
        "sparer penger for alle samlet"
        if ratio < 0
        else f"koster {_kroner(ratio)} per godt leveår for alle samlet"
    )
    users = round(impact.users[-1])
    sentence = (
        f"{place} har {format_number(people)} innbyggere på {from_age} år eller mer. "
        f"Med {format_number(eligible)} prosent i målgruppen bruker {format_number(users)} av dem "
        f"tiltaket i år {_YEARS}. Det året bruker kommunen {_kroner(abs(added[-1]))} "
        f"{'mer' if added[-1] >= 0 else 'mindre'}, og sykehuset sparer {_kroner(-hospital[-1])}. "
        f"Tiltaket {price}; grensen i laveste alvorlighetsgruppe er "
        f"{format_number(limit, unit='kr')}. Det er satt av {_kroner(budget)} i året"
        + (", og det holder." if affordable else f", og i år {worst + 1} mangler {missing}.")
        + _of_whole(added[-1], whole)
    )
    note = (
        "Folketallet er fra 1. januar 2026 og holdes fast; blir gruppen eldre eller større, blir "
        "regningen det også. Det kommunen betaler, kan sykehuset spare. Spørsmålet er om noen "
        "flytter pengene."
    )

    highest = max(float(added.max()), budget, 1.0)
    lowest = min(float(hospital.min()), float(added.min()), 0.0)
    room_for_text = 0.08 * (highest - lowest)
    bottom, top = lowest - room_for_text, highest + room_for_text
    with Canvas(height=380, left=14, right=14, top=56, bottom=50, constructed=True) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        years = np.arange(_YEARS)
        axes.bar(
            np.concatenate([years - 0.2, years + 0.2]),
            np.concatenate([added, hospital]),
            width=0.4,
            color=[COLOURS[0]] * _YEARS + [COLOURS[2]] * _YEARS,
        )
        axes.set_xlim(-0.6, _YEARS - 0.4)
        axes.set_ylim(bottom, top)
        axes.axhline(0, color=GREY, linewidth=1)
        axes.axhline(budget, color=COLOURS[1], linewidth=2.2, linestyle=(0, (5, 3)))
        pixel, line = _YEARS / (canvas.width - 28), (top - bottom) * 20 / (380 - 56 - 50)
        # The hospital's bars have one number, in the last year: two beside each other collide.
        labels = [(float(year), float(added[year])) for year in range(_YEARS)]
        labels.append((_YEARS - 0.6, float(hospital[-1])))
        for right, kr in labels:
            if not round(kr / 1e6, 1):
                continue
            written = format_number(kr / 1e6, 1)
            if kr > 0:
                # Where the budget's line would strike the number out, it stands inside the bar.
                inside = kr <= budget < kr + line < budget + kr
                axes.text(
                    right - 0.2,
                    kr + (-0.2 if inside else 0.1) * line,
                    written,
                    ha="center",
                    va="top" if inside else "bottom",
                    color="white" if inside else BLACK,
                    fontsize=12,
                )
            else:
                axes.text(right, kr - 0.1 * line, written, ha="right", va="top", fontsize=12)
        for year in range(_YEARS):
            axes.text(year, bottom, f"år {year + 1}", ha="center", va="top")
        axes.text(
            -0.6, top + 1.5 * line, "Endring i utgifter, mill. kr i året", va="center", fontsize=12
        )
        legend = (
            (0, "Kommunen", "s", COLOURS[0]),
            (110, "Sykehuset", "s", COLOURS[2]),
            (218, f"satt av: {format_number(room, 1)}", "_", COLOURS[1]),
        )
        for at, words, mark, colour in legend:
            left, height = at * pixel - 0.6, top + 0.5 * line
            axes.plot(
                [left + 6 * pixel],
                [height],
                marker=mark,
                color=colour,
                markersize=10,
                markeredgewidth=2.2,
                clip_on=False,
            )
            axes.text(left + 18 * pixel, height, words, va="center")
        figure = canvas.svg(sentence)

    table = Table(
        f"Endring i utgifter, {place} (minus er spart)",
        ("År", "Brukere", "Kommunen", "Sykehuset", "Samlet", "Mangler i kommunen"),
        tuple(
            (
                f"{year + 1}",
                format_number(impact.users[year]),
                _exact(added[year]),
                _exact(hospital[year]),
                _exact(total[year]),
                _exact(lacking[year]) if lacking[year] > 0 else "–",
            )
            for year in range(_YEARS)
        ),
    )
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="budget_impact",
    title="Har kommunen råd til et tiltak som er verdt prisen?",
    introduction=(
        "Velg din egen kommune. Finn en innstilling der tiltaket er verdt prisen, men sprenger "
        "budsjettet. Hva ville du gjort først: færre i målgruppen, langsommere innføring, eller en "
        "samtale med sykehuset?"
    ),
    controls=(
        Choice(
            "municipality",
            "Kommune",
            tuple(municipality_names().items()),
            "1860",
            profile="municipality",
        ),
        Choice(
            "from_age",
            "Målgruppens alder",
            tuple((str(age), f"{age} år og eldre") for age in AGE_GROUPS if age >= 60),
            "80",
        ),
        Slider("eligible", "Andel av dem tiltaket passer for", 1, 100, 1, 20, "%"),
        Slider("uptake", "Andel av målgruppen som bruker det til slutt", 0, 100, 5, 60, "%"),
        Choice(
            "spread",
            "Hvordan det tas i bruk",
            (
                ("linear", f"Jevnt, fullt innført i år {_FULL_IN}"),
                ("bass", "Sprer seg fra bruker til bruker (snitt for forbruksvarer)"),
            ),
            "linear",
        ),
        Slider("cost", "Kostnad per bruker og år", 0, 200_000, 1_000, 30_000, "kr"),
        Slider(
            "saved_municipality", "Kommunen sparer per bruker og år", 0, 200_000, 1_000, 5_000, "kr"
        ),
        Slider(
            "saved_hospital", "Sykehuset sparer per bruker og år", 0, 200_000, 1_000, 15_000, "kr"
        ),
        Slider("effect", "Gode leveår vunnet per bruker og år", 0.01, 0.5, 0.01, 0.08, "", 2),
        Slider("room", "Satt av i kommunens budsjett", 0, 50, 0.1, 1, "mill. kr", 1),
        Slider(
            "whole",
            "Tjenestens årsbudsjett (0: ikke oppgitt)",
            0,
            5_000,
            0.5,
            0,
            "mill. kr",
            1,
            profile="budget",
        ),
    ),
    view=view,
    formula=(
        (
            r"B_t = N \cdot a_t \cdot (c - s)",
            "I år t: antall i målgruppen, ganger andelen brukere, ganger kostnad minus innsparing.",
        ),
        (
            r"a_t = a \cdot \frac{1 - e^{-(p+q)t}}{1 + \frac{q}{p}\,e^{-(p+q)t}}",
            "Når bruken sprer seg etter Bass, vokser den sakte først, så fort, så sakte igjen.",
        ),
    ),
    sources=(
        dataset("befolkning_kommune_2018_2026").attribution + ", 1. januar 2026",
        "Sullivan mfl. 2014, Value in Health 17(1): god praksis for budsjettvirkning (ISPOR)",
        "Bass 1969, Management Science 15(5); p = 0,03 og q = 0,38 er snitt for forbruksvarer",
        reference("severity_threshold_base").source,
        "Målgruppe, bruk, kostnader, innsparing og virkning er konstruert.",
    ),
    minutes=9,
    constructed=True,
)
