"""Two wards with the same errors put before a person: the one that reports most becomes safest."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.culture import SpeakingUp, speaking_up
from helseledelse.norwegian import format_number

_MONTHS = 24


def wards(
    *, errors: float, notice: float, silent: float, safe: float, learning: float, forgetting: float
) -> tuple[SpeakingUp, SpeakingUp]:
    """Follow the silent and the open ward for two years."""
    quiet, frank = (
        speaking_up(
            errors=errors,
            notice=notice / 100,
            speak=speak / 100,
            learning=learning / 100,
            months=_MONTHS,
            forgetting=forgetting / 100,
        )
        for speak in (silent, safe)
    )
    return quiet, frank


def _times(more: float, less: float) -> str:
    ratio = more / less
    return format_number(ratio, 1 if ratio < 9.95 else 0)


def view(
    *, errors: float, notice: float, silent: float, safe: float, learning: float, forgetting: float
) -> View:
    """Show what happens and what is reported in two wards that start alike."""
    quiet, frank = wards(
        errors=errors,
        notice=notice,
        silent=silent,
        safe=safe,
        learning=learning,
        forgetting=forgetting,
    )
    told = sum(quiet.reported), sum(frank.reported)
    made = quiet.errors[-1], frank.errors[-1]
    most = "B" if told[1] > told[0] + 1e-9 else "A" if told[0] > told[1] + 1e-9 else ""
    safest = "B" if made[1] < made[0] - 1e-9 else "A" if made[0] < made[1] - 1e-9 else ""
    if not most and not safest:
        title = "De to avdelingene melder like mye og er like trygge"
    elif most == safest:
        title = f"Avdeling {most} melder mest og er tryggest"
    elif not safest:
        title = f"Avdeling {most} melder mest, men lærer ikke av det"
    else:
        title = f"Avdeling {safest} er tryggest og melder nå minst, for det er lite igjen å melde"
    sentence = (
        f"Begge avdelingene begynner med {format_number(errors)} feil i måneden. På A blir "
        f"{format_number(silent)} prosent av det noen ser, sagt høyt, på B "
        f"{format_number(safe)} prosent. På to år melder A {format_number(told[0])} feil og B "
        f"{format_number(told[1])}"
    )
    if most and min(told) > 0:
        sentence += f", {_times(max(told), min(told))} ganger så mange på {most}"
    sentence += (
        f". I siste måned skjer det {format_number(made[0], 1)} feil på A og "
        f"{format_number(made[1], 1)} på B. "
    )
    if most and most == safest:
        sentence += f"Den som bare teller meldinger, vil tro at {most} er farligst. Det er omvendt."
    elif not safest:
        sentence += "Uten læring eller uten forskjell i åpenhet blir de like trygge."
    else:
        sentence += "Meldingene faller når feilene gjør det; se på begge tall, og på trenden."
    return View(
        title,
        _figure(quiet, frank, sentence),
        sentence,
        _table(quiet, frank),
        (
            "I virkeligheten ser dere bare meldingene, ikke feilene. Derfor kan et fall i "
            "meldinger "
            "bety to motsatte ting: færre feil, eller færre som sier fra. Spør dem som arbeider "
            "der, "
            "hvilket det er."
        ),
    )


def _table(quiet: SpeakingUp, frank: SpeakingUp) -> Table:
    return Table(
        "Feil og meldinger i måneden",
        ("Måned", "Feil på A", "Meldt på A", "Feil på B", "Meldt på B"),
        tuple(
            (
                format_number(month + 1),
                *(
                    format_number(series[month], 1)
                    for series in (quiet.errors, quiet.reported, frank.errors, frank.reported)
                ),
            )
            for month in (0, 2, 5, 11, 17, _MONTHS - 1)
        ),
    )


def _figure(quiet: SpeakingUp, frank: SpeakingUp, sentence: str) -> str:
    months = np.arange(1, _MONTHS + 1)
    top = 1.14 * max(max(quiet.errors), max(frank.errors))
    narrow = Canvas().narrow
    with Canvas(
        columns=1 if narrow else 2,
        rows=2 if narrow else 1,
        height=560 if narrow else 350,
        left=44,
        right=34,
        top=40,
        bottom=56,
        gap=96 if narrow else 76,
        constructed=True,
    ) as canvas:
        for axes, name, pair in zip(
            canvas.panels,
            ("Feil som skjer", "Feil som meldes"),
            ((quiet.errors, frank.errors), (quiet.reported, frank.reported)),
            strict=True,
        ):
            number_axis(axes.xaxis, "Måned", decimals=0, ticks=5)
            number_axis(axes.yaxis, "", decimals=0, ticks=4)
            axes.set_xlim(1, _MONTHS)
            # The same height in both, so that what is reported is seen as a part of what happens.
            axes.set_ylim(0, top)
            axes.set_xticks([1, 6, 12, 18, 24])
            axes.text(0, 1.05, f"{name} i måneden", transform=axes.transAxes, fontweight="bold")
            for line, colour, style in zip(
                pair, (COLOURS[1], COLOURS[0]), ((0, (5, 2)), "-"), strict=True
            ):
                axes.plot(months, line, color=colour, linestyle=style, clip_on=False)
            ends = [float(line[-1]) for line in pair]
            apart = 0.08 * top
            shift = max(0.0, apart - abs(ends[0] - ends[1])) / 2
            lift = max(0.0, 0.02 * top - (min(ends) - shift))
            lower = 1 if ends[1] <= ends[0] else 0
            for place, letter in enumerate("AB"):
                at = ends[place] + (-shift if place == lower else shift) + lift
                axes.annotate(
                    letter,
                    (_MONTHS, ends[place]),
                    (_MONTHS + (0.9 if narrow else 1.1), at),
                    va="center",
                    color=BLACK,
                    fontweight="bold",
                    annotation_clip=False,
                )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="speaking_up",
    title="Er avdelingen som melder flest feil, den farligste?",
    introduction=(
        "To avdelinger gjør like mange feil. På A tier de fleste, på B sier de fra. Følg dem i to "
        "år. Hvilken avdeling ville du undersøkt hvis du bare så meldingene? Prøv så uten læring: "
        "hva er meldingene da verdt?"
    ),
    controls=(
        Slider("errors", "Feil i måneden fra start", 5, 200, 5, 40, "feil"),
        Slider("notice", "Feil som noen legger merke til", 5, 100, 5, 70, "%"),
        Slider("silent", "Sagt høyt på avdeling A", 0, 100, 5, 10, "%"),
        Slider("safe", "Sagt høyt på avdeling B", 0, 100, 5, 70, "%"),
        Slider("learning", "Læring: hva full melding tar bort i måneden", 0, 50, 1, 15, "%"),
        Slider("forgetting", "Lærdom som går tapt i måneden", 0, 30, 1, 4, "%"),
    ),
    view=view,
    formula=(
        (
            r"m_t = e_t \cdot p_{\mathrm{ser}} \cdot p_{\mathrm{sier}}",
            "Meldte feil er de som skjer, ganger andelen noen ser, ganger andelen som sies høyt.",
        ),
        (
            r"e_{t+1} = e_t\left(1 - l\,\frac{m_t}{e_0}\right) + g\,(e_0 - e_t)",
            (
                "Neste måned har færre feil jo mer som ble meldt (læring l), og noe av gevinsten "
                "går "
                "tapt når folk og utstyr skiftes ut (g)."
            ),
        ),
    ),
    sources=(
        (
            "Edmondson 1996, Journal of Applied Behavioral Science 32(1): avdelinger med bedre "
            "ledelse "
            "og samarbeid meldte flere feil"
        ),
        "Modellen er en måte å tenke på, uten publiserte tall. Alle andelene er konstruert.",
    ),
    minutes=6,
    constructed=True,
    way_of_thinking=True,
)
