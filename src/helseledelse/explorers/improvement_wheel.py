"""Small tests in a wheel of five phases, with and without following up."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.improvement import Improvement, improvement_wheel
from helseledelse.norwegian import format_number


def expected(
    weeks: int, *, length: int, gain: float, success: float, fade: float, follow_up: bool
) -> Improvement:
    """Give the mean course of many units.

    What is won is a share of what is left, so the mean of many units that succeed now and then is
    the course of one that always succeeds and wins the mean.
    """
    return improvement_wheel(
        weeks,
        cycle_length=length,
        gain=gain * success,
        success=1,
        follow_up=follow_up,
        fade=fade,
        generator=np.random.default_rng(0),  # a chance of 1 asks for no chance
    )


def view(*, length: float, success: float, gain: float, fade: float, weeks: float) -> View:
    """Show how far a unit has come, followed up and not."""
    horizon = int(weeks)
    with_it, without = (
        expected(
            horizon,
            length=int(length),
            gain=gain / 100,
            success=success / 100,
            fade=fade / 100,
            follow_up=follow_up,
        )
        for follow_up in (True, False)
    )
    kept, lost = with_it.performance[-1], without.performance[-1]
    apart = round(100 * kept) - round(100 * lost)
    if not with_it.cycles and not without.cycles:
        title = "Ingen runde blir ferdig på denne tiden: gjør rundene kortere"
    elif apart > 0:
        title = f"Med oppfølging er dere på {_percent(kept)}, uten på {_percent(lost)}"
    elif apart < 0:
        title = (
            f"Her koster oppfølgingen mer enn den bevarer: {_percent(kept)} mot {_percent(lost)}"
        )
    else:
        title = f"Oppfølgingen gjør ingen forskjell her: begge er på {_percent(kept)}"
    sentence = _sentence(with_it, without, fade / 100)
    note = (
        "Linjene er gjennomsnittet av mange enheter; én enhet går opp og ned. Modellen har ingen "
        "målte tall bak seg. Bruk den til å spørre: Hvor lang er runden vår, og hvem følger opp?"
    )
    figure = _figure(with_it, without, sentence)
    places = sorted({*range(0, horizon + 1, max(1, horizon // 8)), horizon})
    table = Table(
        "Andel av det som kan vinnes, uke for uke",
        ("Uke", "Med oppfølging", "Uten oppfølging"),
        tuple(
            (
                format_number(week),
                _percent(with_it.performance[week]),
                _percent(without.performance[week]),
            )
            for week in places
        ),
    )
    return View(title, figure, sentence, table, note)


def _percent(share: float) -> str:
    return format_number(100 * share, unit="%")


def _sentence(with_it: Improvement, without: Improvement, fade: float) -> str:
    weeks = len(without.performance) - 1
    if not without.cycles:
        return f"På {weeks} uker blir ingen runde ferdig, så ingenting er vunnet eller tapt."
    slower = ", fordi oppfølgingen tar én uke i hver runde"
    sentence = (
        f"På {weeks} uker rekker dere {_rounds(with_it.cycles)} med «følge opp» og "
        f"{_rounds(without.cycles)} uten{slower if with_it.cycles < without.cycles else ''}. Med "
        f"oppfølging er {_percent(with_it.performance[-1])} av det som kan vinnes, på plass til "
        f"slutt. Uten er det {_percent(without.performance[-1])}"
    )
    highest = max(without.performance)
    if round(100 * highest) > round(100 * without.performance[-1]):
        sentence += f", og på det meste {_percent(highest)}"
    if not fade:
        return sentence + ". Når ingenting glir tilbake, koster oppfølgingen bare tid."
    half = float(np.log(0.5) / np.log(1 - fade))
    return sentence + f". Det som ikke følges opp, er halvert etter {format_number(half)} uker."


def _rounds(number: int) -> str:
    return "ingen runder" if number == 0 else "én runde" if number == 1 else f"{number} runder"


def _figure(with_it: Improvement, without: Improvement, sentence: str) -> str:
    weeks = np.arange(len(with_it.performance))
    with Canvas(height=340, left=56, right=96, top=18, bottom=58, constructed=True) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Uker", decimals=0, ticks=4)
        number_axis(axes.yaxis, "", unit="%", decimals=0, ticks=5)
        axes.grid(visible=True, axis="y")
        ends = []
        for course, colour, style, words in (
            (without, COLOURS[1], (0, (5, 2)), "uten «følge\nopp»"),
            (with_it, COLOURS[0], "-", "med «følge\nopp»"),
        ):
            shares = 100 * np.array(course.performance)
            axes.plot(weeks, shares, color=colour, linestyle=style, drawstyle="steps-post")
            ends.append((float(shares[-1]), words, colour))
        axes.set_xlim(0, weeks[-1])
        axes.set_ylim(0, 104)
        axes.axhline(100, color=GREY, linewidth=1)
        (low, *below), (high, *over) = sorted(ends)
        missing = max(0.0, 14 - (high - low))  # two lines of words are 14 per cent high
        low, high = low - missing / 2, high + missing / 2
        shift = max(0.0, 3 - low)
        for place, (words, colour) in ((low + shift, below), (high + shift, over)):
            axes.annotate(
                words,
                (weeks[-1], place),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                fontsize=12,
                color=colour if colour != COLOURS[1] else BLACK,
                annotation_clip=False,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="improvement_wheel",
    title="Hva skjer når vi hopper over «følge opp»?",
    introduction=(
        "Forberede, planlegge, utføre, evaluere, følge opp: hver runde i modellen prøver én liten "
        "endring. Gjør rundene kortere og lengre, og se hvor mye av gevinsten som er igjen når "
        "ingen følger opp."
    ),
    controls=(
        Slider("length", "Uker i hver runde uten «følge opp»", 1, 26, 1, 4, "uker"),
        Slider("success", "Hvor ofte en endring virker", 0, 100, 5, 50, "%"),
        Slider("gain", "Det en endring som virker, vinner av det som gjenstår", 0, 60, 5, 30, "%"),
        Slider("fade", "Det som glir tilbake hver uke uten oppfølging", 0, 30, 1, 5, "%"),
        Slider("weeks", "Hvor lenge dere holder på", 12, 156, 4, 52, "uker"),
    ),
    view=view,
    formula=(
        (
            r"y_{t+1} = y_t + s\,g\,(1 - y_t)",
            (
                "Ved slutten av en runde vinnes i snitt andelen g av det som gjenstår, så ofte som "
                "en endring virker (s)."
            ),
        ),
        (r"y_{t+1} = (1 - f)\,y_t", "Hver uke uten oppfølging går andelen f tapt."),
    ),
    sources=(
        "Langley mfl. 2009, The Improvement Guide: små prøver, runde etter runde",
        "Modellen for kvalitetsforbedring med fem faser, slik kommunene bruker den",
        "Alle tallene er konstruert; modellen er en måte å tenke på.",
    ),
    minutes=6,
    constructed=True,
    way_of_thinking=True,
)
