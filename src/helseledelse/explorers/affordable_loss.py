"""Affordable loss put before a person: many small tries against one big bet."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, SettingError, Slider, Table, View
from helseledelse.models.innovation import Bet
from helseledelse.norwegian import format_number

MOST_TRIES = 40
_TIMES = ("ingen", "ett", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti")


def _count(tries: int) -> str:
    return _TIMES[tries] if tries < len(_TIMES) else format_number(tries)


def _kroner(value: float) -> str:
    return format_number(round(value, -3), unit="kr")


def _gain(value: float) -> str:
    if round(value, -3) == 0:
        return "verken gevinst eller tap"
    return f"{'en gevinst' if value > 0 else 'et tap'} på {_kroner(abs(value))}"


def _percent(share: float) -> str:
    """Write a chance; what is not certain is never called so."""
    return "over 99" if 0.995 <= share < 1 else format_number(100 * share)


def view(
    *,
    loss: float,
    stake: float,
    chance: float,
    payoff: float,
    big_stake: float,
    big_chance: float,
    big_payoff: float,
) -> View:
    """Show the chance that at least one of the tries one can afford to lose works."""
    small, big = (
        Bet(stake, payoff, chance / 100),
        Bet(big_stake, big_payoff, big_chance / 100),
    )
    tries = small.tries(loss)
    if tries > MOST_TRIES:
        raise SettingError(
            f"Med disse tallene har dere råd til {tries} forsøk. Velg dyrere forsøk eller et "
            f"mindre tap, så det blir høyst {MOST_TRIES}."
        )
    least_one = small.at_least_one(tries)
    spent = small.expected_tries(tries) * stake
    expected = least_one * payoff - spent
    percent, other = _percent(least_one), _percent(big.chance)
    if tries == 0:
        title = "Dere har ikke råd til å tape et eneste forsøk: gjør det mindre"
    elif round(100 * least_one) == round(100 * big.chance):
        title = f"{_count(tries)} små forsøk og det ene store har samme sjanse: {percent} %"
    else:
        title = (
            f"{_count(tries)} {'lite' if tries == 1 else 'små'} forsøk gir {percent} % sjanse for "
            f"noe som virker; det ene store gir {other} %"
        )
    title = title[0].upper() + title[1:]
    few = (
        "Tapet dere tåler, dekker ikke ett forsøk. "
        if tries == 0
        else f"Tåler dere å tape {_kroner(loss)}, har dere råd til {_count(tries)} forsøk. "
        f"Sjansen for at minst ett virker, er {percent} prosent. Stopper dere når ett virker, "
        f"bruker dere {_kroner(spent)} i snitt, og aldri mer enn {_kroner(tries * stake)}. "
    )
    sentence = few + (
        f"Satsingen på {_kroner(big_stake)} lykkes i {other} av 100 tilfeller og er tapt i de "
        "andre. Regnet i snitt over svært mange ganger gir "
        + (f"de små {_gain(expected)} og " if tries else "")
        + f"den store {_gain(big.expected)}. Men dere satser bare én gang."
    )
    table = Table(
        "Små forsøk til noe virker, mot én stor satsing",
        ("", "Små forsøk", "Én stor satsing"),
        (
            ("Antall", format_number(tries), "1"),
            ("Sjanse for at noe virker", f"{percent} %", f"{other} %"),
            ("Brukt i snitt", _kroner(spent), _kroner(big_stake)),
            ("Verste utfall", f"taper {_kroner(tries * stake)}", f"taper {_kroner(big_stake)}"),
            ("Forventet resultat", _gain(expected), _gain(big.expected)),
        ),
    )
    note = (
        "En måte å tenke på, ikke en prognose. Forsøkene må være virkelig forskjellige: "
        "Feiler alle av "
        "samme grunn, hjelper det ikke å ha mange. Det dere lærer av et forsøk som feilet, er ikke "
        "regnet med."
    )
    with Canvas(constructed=True, left=60, right=20, top=54, bottom=62) as canvas:
        axes = canvas.axes
        shown = max(10, tries + 3)
        number = np.arange(1, shown + 1)
        height = 100 * np.array([small.at_least_one(int(one)) for one in number])
        inside = number <= tries
        number_axis(axes.xaxis, "Antall forsøk", decimals=0, ticks=6)
        number_axis(axes.yaxis, "", unit="%", decimals=0, ticks=5)
        axes.set_xlim(0.3, shown + 0.7)
        axes.set_ylim(0, 108)
        axes.text(0, 1.1, "Sjanse for at minst ett virker", transform=axes.transAxes, fontsize=12)
        axes.bar(number, height, color=[COLOURS[0] if yes else "#d5dbdf" for yes in inside])
        axes.axhline(100 * big.chance, color=COLOURS[1], linewidth=2.2, linestyle=(0, (5, 3)))
        axes.text(
            0,
            1.03,
            f"stiplet: den ene store, {other} %",
            transform=axes.transAxes,
            fontsize=12,
        )
        if tries:
            axes.axvline(tries + 0.5, color=GREY, linewidth=1.4)
            left = tries > shown / 2
            axes.annotate(
                "hit har dere råd",
                (tries + 0.5, 104),
                xytext=(-6 if left else 6, 0),
                textcoords="offset points",
                ha="right" if left else "left",
                va="center",
                color=BLACK,
                fontsize=12,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
            )
        figure = canvas.svg(sentence)
    return View(title, figure, sentence, table, note)


EXPLORER = Explorer(
    name="affordable_loss",
    title="Hva har vi råd til å tape, og hvor mange forsøk får vi for det?",
    introduction=(
        "Begynn med det dere tåler å tape, ikke med det dere håper å vinne. Gjør forsøkene halvt "
        "så dyre, og se hva som skjer. Når ville dere likevel valgt den ene store satsingen?"
    ),
    controls=(
        Slider("loss", "Tap dere tåler", 10_000, 1_000_000, 10_000, 200_000, "kr"),
        Slider("stake", "Pris for ett lite forsøk", 5_000, 300_000, 5_000, 40_000, "kr"),
        Slider("chance", "Sjanse for at ett forsøk virker", 1, 80, 1, 20, "%"),
        Slider("payoff", "Verdi når et forsøk virker", 0, 5_000_000, 50_000, 500_000, "kr"),
        Slider(
            "big_stake", "Den store satsingen: pris", 50_000, 5_000_000, 50_000, 1_000_000, "kr"
        ),
        Slider("big_chance", "Den store satsingen: sjanse", 1, 99, 1, 50, "%"),
        Slider("big_payoff", "Den store satsingen: verdi", 0, 20_000_000, 100_000, 2_500_000, "kr"),
    ),
    view=view,
    formula=(
        (
            r"P = 1 - (1 - p)^k",
            (
                "Sjansen for at minst ett av k uavhengige forsøk virker, er én minus sjansen for "
                "at alle feiler."
            ),
        ),
        (
            r"k = \left\lfloor \frac{T}{i} \right\rfloor",
            "Dere har råd til så mange forsøk som prisen for ett går opp i tapet dere tåler.",
        ),
    ),
    sources=(
        "Sarasvathy (2001), Academy of Management Review 26(2): om effectuation og tap man tåler",
        "Alle tallene er konstruert.",
    ),
    minutes=6,
    constructed=True,
    way_of_thinking=True,
)
