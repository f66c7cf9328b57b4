"""Is our municipality ill or only old: two real age structures, one constructed illness."""

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.datasets import (
    AGE_GROUPS,
    age_counts,
    dataset,
    municipality_names,
    standard_population,
)
from helseledelse.explorers.base import Choice, Explorer, SettingError, Slider, Table, View
from helseledelse.models.population import Rate, direct_rate
from helseledelse.norwegian import format_number

YEAR, PER = 2026, 1000
_MIDDLE = np.array(AGE_GROUPS) + 2.5


def illness(level: float, doubling: float) -> NDArray[np.float64]:
    """Give constructed events per person and year in each age group.

    Parameters
    ----------
    level : events per 1000 at 80 years
    doubling : years of age in which the rate doubles
    """
    return np.minimum(1.0, level / PER * 2 ** ((_MIDDLE - 80) / doubling))


def rates(people: NDArray[np.int64], risk: NDArray[np.float64]) -> tuple[Rate, Rate]:
    """Give the crude and the age-standardised rate per 1000."""
    standard = standard_population()["vekt"].to_numpy(dtype=float)
    events = people * risk
    crude = direct_rate([events.sum()], [people.sum()], [1], per=PER)
    return crude, direct_rate(events, people, standard, per=PER)


def _one(value: float) -> str:
    return format_number(value, 1)


def _against(here: float, there: float) -> str:
    percent = round(100 * (here / there - 1))
    if percent == 0:
        return "like høy"
    return f"{format_number(abs(percent))} % {'høyere' if percent > 0 else 'lavere'}"


def view(*, here: str, there: str, level: float, doubling: float, iller: float) -> View:
    """Show the crude and the standardised rate of two municipalities."""
    if here == there:
        raise SettingError("Velg to forskjellige kommuner, så det er noe å sammenligne.")
    names = municipality_names()
    own, other = names[here], names[there]
    people = [age_counts(number, YEAR) for number in (here, there)]
    risk = illness(level, doubling)
    found = [
        rates(people[0], np.minimum(1.0, risk * (1 + iller / 100))),
        rates(people[1], risk),
    ]
    if any(rate.suppressed for pair in found for rate in pair):
        raise SettingError(
            "Her blir det færre enn ti tilfeller i en av kommunene. Da sier raten mest om "
            "tilfeldigheter. Velg en større kommune eller en vanligere sykdom."
        )
    (crude_own, same_own), (crude_other, same_other) = found
    crude = _against(crude_own.value, crude_other.value)
    same = _against(same_own.value, same_other.value)
    title = f"{own}: {crude} rate enn {other}, men {same} når alderen er lik"
    if crude == same == "like høy":
        title = f"{own} og {other} har like høy rate, med og uten justering for alder"
    elif crude == "like høy":
        title = f"Raten er like høy, men {own} ligger {same} når alderen er lik"
    elif crude == same:
        title = f"{own}: {crude} rate enn {other}, også når alderen er lik"
    elif same == "like høy":
        title = f"{own} har {crude} rate enn {other}, men bare på grunn av alderen"
    old = [100 * group[AGE_GROUPS.index(80) :].sum() / group.sum() for group in people]
    sentence = (
        f"I {own} er {_one(old[0])} prosent 80 år eller mer, i {other} {_one(old[1])}. "
        + (
            "I hver alder er folk like syke begge steder. "
            if iller == 0
            else f"I hver alder er folk i {own} {format_number(abs(iller))} prosent "
            f"{'sykere' if iller > 0 else 'friskere'}. "
        )
        + f"Den rå raten er {_one(crude_own.value)} per 1 000 mot {_one(crude_other.value)}. "
        f"Med samme aldersfordeling er den {_one(same_own.value)} mot {_one(same_other.value)}. "
        + (
            "Den rå raten forteller altså hvor gamle folk er, ikke hvor syke."
            if iller == 0
            else "Det er den siste forskjellen som handler om sykdom."
        )
    )
    table = Table(
        f"Tilfeller i året per {format_number(PER)} innbyggere",
        (
            "Kommune",
            "Innbyggere",
            "80 år og mer",
            "Tilfeller",
            "Rå rate",
            "Justert rate",
            "Usikkerhet",
        ),
        tuple(
            (
                name,
                format_number(int(group.sum())),
                format_number(share, 1, unit="%"),
                format_number(pair[0].events),
                _one(pair[0].value),
                _one(pair[1].value),
                f"{_one(pair[1].low)}–{_one(pair[1].high)}",
            )
            for name, group, share, pair in zip((own, other), people, old, found, strict=True)
        ),
    )
    note = (
        "Den justerte raten er den dere ville hatt med Europas standardbefolkning. Den passer til "
        "å sammenligne, ikke til å planlegge: Dere skal hjelpe dem som faktisk bor hos dere. "
        "Strekene er 95 prosent konfidensintervall for ett år."
    )
    return View(title, _figure((own, other), found, sentence), sentence, table, note)


def _figure(names: tuple[str, str], found: list[tuple[Rate, Rate]], sentence: str) -> str:
    with Canvas(constructed=True, height=360, left=16, right=20, top=40, bottom=56) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Tilfeller per 1 000 innbyggere i året", ticks=4)
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        highest = max(rate.high for pair in found for rate in pair)
        axes.set_xlim(0, 1.2 * highest)
        axes.set_ylim(5.4, -0.7)
        rows = [(2.9 * block + 0.45 + 0.95 * row, row, block) for block in (0, 1) for row in (0, 1)]
        axes.barh(
            [place for place, _, _ in rows],
            [found[row][block].value for _, row, block in rows],
            height=0.8,
            color=[(COLOURS[0], GREY)[row] for _, row, _ in rows],
        )
        for block, words in enumerate(("Rå rate", "Samme alder begge steder")):
            axes.text(0, 2.9 * block - 0.15, words, va="bottom", weight="bold", fontsize=12)
        for place, row, block in rows:
            rate = found[row][block]
            axes.plot([rate.low, rate.high], [place, place], color=BLACK, linewidth=1.4)
            axes.text(0.01 * highest, place, names[row], va="center", color="white", fontsize=12)
            axes.text(
                rate.high + 0.015 * highest, place, _one(rate.value), va="center", weight="bold"
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="standardisation",
    title="Er kommunen vår syk, eller bare gammel?",
    introduction=(
        "To kommuner har sine virkelige aldersfordelinger og en konstruert sykdom som er like "
        "vanlig i hver alder begge steder. Sammenlign de rå ratene med de justerte. Gjør så din "
        "egen kommune 15 prosent sykere: Hvor ser du det?"
    ),
    controls=(
        Choice(
            "here", "Kommune", tuple(municipality_names().items()), "1860", profile="municipality"
        ),
        Choice("there", "Sammenlignes med", tuple(municipality_names().items()), "0301"),
        Slider("level", "Tilfeller per 1 000 ved 80 år", 10, 600, 10, 200),
        Slider("doubling", "Risikoen dobles for hvert", 5, 60, 1, 12, "år"),
        Slider("iller", "Kommunen er sykere i hver alder", -40, 40, 1, 0, "%"),
    ),
    view=view,
    formula=(
        (
            r"R = \frac{\sum_i w_i\, d_i / n_i}{\sum_i w_i}",
            (
                "Den justerte raten er raten i hver aldersgruppe, veid med hvor stor gruppen er i "
                "standardbefolkningen."
            ),
        ),
        (
            r"R_{\text{rå}} = \frac{\sum_i d_i}{\sum_i n_i}",
            "Den rå raten er alle tilfellene delt på alle innbyggerne.",
        ),
    ),
    sources=(
        dataset("befolkning_kommune_2018_2026").attribution + ", 1. januar 2026",
        dataset("standardbefolkning_esp2013").attribution,
        "Dobson mfl. (1991), Statistics in Medicine 10: konfidensintervallet",
        "Sykdommen er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
