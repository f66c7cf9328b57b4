"""Three ways of following people up when effects are uncertain: decide now, or know more first."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.uncertainty import Gamma, Lognormal, Simulation, population_evpi
from helseledelse.norwegian import format_number

NAMES = ("Vanlig oppfølging", "Telefonoppfølging", "Hjemmeoppfølging")
# Constructed to teach: mean extra cost (kr) and QALY a person against usual care.
MEANS = ((15_000.0, 0.06), (60_000.0, 0.20))
DRAWS, SEED, YEARS, DISCOUNT = 1_000, 20_260_101, 5, 0.04
_GRID = np.linspace(0, 1_000_000, 41)


def simulate(effect: float, cost: float) -> Simulation:
    """Draw costs and effects of the three ways; the same every time.

    Parameters
    ----------
    effect, cost : standard deviation as a share of the mean
    """
    generator = np.random.default_rng(SEED)
    costs, effects = np.zeros((DRAWS, 3)), np.zeros((DRAWS, 3))
    for option, (kroner, years) in enumerate(MEANS, start=1):
        costs[:, option] = Gamma.by_moments(kroner, cost * kroner).draw(generator, DRAWS)
        effects[:, option] = Lognormal.by_moments(years, effect * years).draw(generator, DRAWS)
    return Simulation(NAMES, costs, effects)


def _view(*, threshold: float, effect: float, cost: float, people: float, study: float) -> View:
    drawn = simulate(effect / 100, cost / 100)
    here = np.array([threshold])
    chosen = int(drawn.best(here)[0])
    share = drawn.acceptability(here)[0]
    loss = drawn.expected_loss(here)[0]
    means = drawn.mean_benefit(here)[0]
    each = float(drawn.evpi(here)[0])
    everyone = float(population_evpi(each, people, YEARS, discount=DISCOUNT))
    price = study * 1e6
    name = NAMES[chosen][0].lower() + NAMES[chosen][1:]
    worth = _money(everyone)
    likely = format_number(100 * share[chosen], unit="%")
    if each < 1:
        title = f"Bestem dere nå: {name} er best uansett"
    elif everyone > price:
        title = f"Å vite mer kan lønne seg: det er verdt inntil {worth}"
    else:
        title = f"Bestem dere nå: å vite mer er verdt høyst {worth}"
    often = int(share.argmax())
    twist = ""
    if often != chosen:
        other = NAMES[often][0].lower() + NAMES[often][1:]
        twist = (
            f" Oftest best er {other}, men {name} gir mer i snitt, og det er snittet som teller."
        )
    sentence = (
        f"Med {format_number(threshold, unit='kr')} per godt leveår er {name} best i snitt, og "
        f"sannsynligheten for at den er best, er {likely}.{twist} Full kunnskap er verdt "
        f"{format_number(each, unit='kr')} per person, {worth} for "
        f"{format_number(people)} personer i året i {YEARS} år. Undersøkelsen koster "
        f"{_money(price)}."
    )
    table = Table(
        "Hvert alternativ ved grensen dere har valgt.",
        (
            "Alternativ",
            "Nettonytte i snitt",
            "Best i så mange av trekningene",
            "Ventet tap ved valget",
        ),
        tuple(
            (
                NAMES[i],
                format_number(float(means[i]), unit="kr"),
                format_number(100 * float(share[i]), unit="%"),
                format_number(float(loss[i]), unit="kr"),
            )
            for i in range(3)
        ),
    )
    note = (
        f"Tallene bygger på {format_number(DRAWS)} tilfeldige trekninger, de samme hver gang. Full "
        "kunnskap får vi aldri; derfor er verdien en øvre grense for hva en undersøkelse kan gi."
    )
    return View(title, _figure(drawn, threshold, chosen, share, sentence), sentence, table, note)


def _money(kroner: float) -> str:
    if kroner < 1e6:
        return format_number(round(kroner, -3), unit="kr")
    return f"{format_number(kroner / 1e6, 1)} millioner kr"


def _figure(
    drawn: Simulation,
    threshold: float,
    chosen: int,
    share: np.ndarray[tuple[int], np.dtype[np.float64]],
    sentence: str,
) -> str:
    curves = 100 * drawn.acceptability(_GRID)
    best = drawn.best(_GRID)
    with Canvas(constructed=True, left=78, top=66, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Grense per godt leveår (1 000 kr)", decimals=0, ticks=4)
        number_axis(axes.yaxis, "Sannsynlighet for å være best", unit="%", decimals=0, ticks=4)
        axes.grid(visible=True, axis="y")
        for option in range(3):
            axes.plot(_GRID / 1000, curves[:, option], color=COLOURS[option], linewidth=1.8)
            frontier = np.where(best == option, curves[:, option], np.nan)
            axes.plot(_GRID / 1000, frontier, color=COLOURS[option], linewidth=6, alpha=0.45)
        axes.axvline(threshold / 1000, color=GREY, linewidth=1.2, linestyle=(0, (5, 4)))
        axes.plot(threshold / 1000, 100 * share[chosen], "o", color=COLOURS[chosen], markersize=10)
        axes.set_xlim(0, 1000)
        axes.set_ylim(0, 102)
        axes.set_yticks([0, 25, 50, 75, 100])
        short = ("Vanlig", "Telefon", "Hjemme") if canvas.narrow else NAMES
        for option, (word, start) in enumerate(zip(short, (0.0, 0.36, 0.68), strict=True)):
            axes.text(
                start,
                1.13,
                word,
                transform=axes.transAxes,
                color=COLOURS[option],
                fontweight="bold" if option == chosen else "normal",
            )
        axes.text(
            0, 1.04, "Tykk strek: best i snitt", transform=axes.transAxes, color=BLACK, fontsize=11
        )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="uncertainty",
    title="Skal vi bestemme oss nå, eller lønner det seg å vite mer først?",
    introduction=(
        "Tre måter å følge opp på, med usikker kostnad og virkning. Kurvene viser hvor ofte hver "
        "av dem er best. Øk usikkerheten og se hva det er verdt å vite mer, og finn en "
        "grense der den som oftest er best, ikke er den dere bør velge."
    ),
    controls=(
        Slider("threshold", "Grense per godt leveår", 0, 1_000_000, 25_000, 275_000, "kr"),
        Slider("effect", "Usikkerhet i virkningen (standardavvik)", 5, 120, 5, 60, "%"),
        Slider("cost", "Usikkerhet i kostnaden (standardavvik)", 5, 60, 5, 20, "%"),
        Slider("people", "Personer det gjelder, per år", 50, 5_000, 50, 500),
        Slider("study", "Pris på en undersøkelse", 0.5, 50, 0.5, 8, "mill. kr", 1),
    ),
    view=_view,
    formula=(
        (
            r"\mathrm{EVPI} = E[\max_i N_i] - \max_i E[N_i]",
            (
                "Verdien av full kunnskap er nettonytten vi får når vi kan velge riktig hver gang, "
                "minus nettonytten av å velge det som er best i snitt."
            ),
        ),
        (
            r"P_i = P(N_i = \max_j N_j)",
            "Kurven til et alternativ viser hvor stor andel av trekningene det er best i.",
        ),
    ),
    sources=(
        (
            "Briggs, Claxton og Sculpher: Decision Modelling for Health Economic Evaluation. 2006, "
            "kapittel 4–6."
        ),
        "Claxton: The irrelevance of inference. J Health Econ 1999;18:341.",
        "Kostnader og leveår er konstruert.",
    ),
    minutes=10,
    constructed=True,
)
