"""Handovers put before a leader: what is left at the end, and what asking back is worth."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.handover import Handover, asks_like_one_fewer, handover
from helseledelse.norwegian import format_number

_COUNT = ("", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti")

_APART = 8  # patients; the height of a line of words in the figure


def _percent(share: float) -> str:
    return format_number(100 * share, unit="%")


def _patients(share: float) -> str:
    return format_number(100 * share)


def view(
    *, handovers: float, items: float, kept: float, asks: float, caught: float, better: float
) -> View:
    """Show how many patients arrive with everything, today and when more receivers ask."""
    borders, pieces = round(handovers), round(items)

    def found(asking: float) -> Handover:
        return handover(
            handovers=borders,
            items=pieces,
            kept=kept / 100,
            asks=asking / 100,
            caught=caught / 100,
        )

    today, after = found(asks), found(better)
    needed = asks_like_one_fewer(
        handovers=borders,
        items=pieces,
        kept=kept / 100,
        asks=asks / 100,
        caught=caught / 100,
    )
    end, fewer, asking = today.complete[-1], today.complete[-2], after.complete[-1]
    title = f"{_patients(end)} av 100 pasienter kommer fram med alt"
    known = (
        "den opplysningen som måtte følge med"
        if pieces == 1
        else f"alle de {_COUNT[pieces]} opplysningene som måtte følge med"
    )
    sentence = (
        f"Etter {_COUNT[borders]} {'overlevering' if borders == 1 else 'overleveringer'} er "
        f"{format_number(100 * today.share[-1])} prosent av opplysningene igjen, "
        f"og {_patients(end)} av 100 pasienter "
        f"kommer fram med {known}. Én overlevering færre gir {_patients(fewer)}. Spør mottakeren "
        f"tilbake i {format_number(better)} prosent av overleveringene i stedet for i "
        f"{format_number(asks)}, blir det {_patients(asking)}. "
    )
    if kept >= 100:
        sentence += "Her går ingenting tapt, så det er ikke noe å hente på noen av delene."
    elif needed != needed:
        sentence += "Å spørre tilbake fanger ingenting her, så bare færre overleveringer hjelper."
    elif needed > 1 + 1e-9:
        sentence += (
            "Selv om alle mottakere spurte, ville det ikke gitt like mye som én overlevering færre."
        )
    else:
        sentence += (
            f"For å få like mye som én overlevering færre gir, må de spørre i "
            f"{format_number(100 * needed)} prosent av overleveringene."
        )
    return View(
        title,
        _figure(today, after, sentence),
        sentence,
        _table(today, after),
        (
            "Modellen lar hver opplysning gå tapt uavhengig av de andre, og ingenting blir funnet "
            "igjen senere. I virkeligheten kan en pårørende eller en journal redde noe, og det som "
            "er vanskelig å si, går oftere tapt. Bruk den til å spørre hvor dere mister noe, ikke "
            "til å anslå hvor mye."
        ),
    )


def _table(today: Handover, after: Handover) -> Table:
    return Table(
        "Det som er igjen etter hver overlevering",
        (
            "Overleveringer",
            "Opplysninger i dag",
            "Pasienter av 100 med alt, i dag",
            "Pasienter av 100 med alt, etter tiltaket",
        ),
        tuple(
            (
                format_number(stage),
                _percent(today.share[stage]),
                _patients(today.complete[stage]),
                _patients(after.complete[stage]),
            )
            for stage in range(len(today.share))
        ),
    )


def _figure(today: Handover, after: Handover, sentence: str) -> str:
    last = len(today.share) - 1
    stages = np.arange(last + 1)
    with Canvas(height=380, left=48, right=106, top=44, bottom=58, constructed=True) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Overleveringer", decimals=0)
        number_axis(axes.yaxis, "", decimals=0, ticks=5)
        axes.set_xlim(0, last)
        axes.set_ylim(0, 103)
        axes.set_xticks(stages)
        axes.text(
            -0.2 if canvas.narrow else 0,
            1.05,
            "Av 100 pasienter kommer så mange fram med alt",
            transform=axes.transAxes,
            fontweight="bold",
            fontsize=12,
        )
        for line, colour, style in (
            (after, COLOURS[0], "-"),
            (today, COLOURS[1], (0, (5, 2))),
        ):
            axes.plot(
                stages,
                [100 * share for share in line.complete],
                color=colour,
                linestyle=style,
                marker="o",
                markersize=6,
                clip_on=False,
            )
        fewer = 100 * today.complete[-2]
        axes.plot([last - 1, last], [fewer, fewer], color=GREY, linewidth=1.4, clip_on=False)
        ends = sorted(
            (
                (100 * after.complete[-1], "etter"),
                (fewer, "én færre"),
                (100 * today.complete[-1], "i dag"),
            )
        )
        # Words keep apart where the numbers do not, and stay inside the figure.
        place = -float(_APART)
        for left, (end, words) in zip((2, 1, 0), ends, strict=True):
            place = max(place + _APART, min(end, 103 - left * _APART), 3)
            axes.annotate(
                f"{_patients(end / 100)} {words}",
                (last, place),
                (10, 0),
                textcoords="offset points",
                va="center",
                color=BLACK,
                fontweight="bold",
                annotation_clip=False,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="handover",
    title="Hva er mest verdt: én overlevering færre, eller flere som spør tilbake?",
    introduction=(
        "En pasient krysser flere grenser mellom enheter og tjenester. Hver gang må noen få "
        "opplysninger følge med. Gjett hvor mange av 100 som kommer fram med alt, før du ser "
        "etter. Fjern så en overlevering, og la i stedet flere mottakere spørre og gjenta."
    ),
    controls=(
        Slider("handovers", "Overleveringer i forløpet", 1, 8, 1, 4),
        Slider("items", "Opplysninger som må følge med", 1, 10, 1, 5),
        Slider("kept", "Sagt videre første gang", 50, 100, 1, 90, "%"),
        Slider("asks", "Overleveringer der mottakeren spør, i dag", 0, 100, 5, 30, "%"),
        Slider("caught", "Fanget av det tapte når noen spør", 0, 100, 5, 70, "%"),
        Slider("better", "Overleveringer der mottakeren spør, etter tiltaket", 0, 100, 5, 80, "%"),
    ),
    view=view,
    formula=(
        (
            r"r = s + (1 - s)\,a\,c, \qquad \text{igjen} = r^{k}",
            (
                "En opplysning blir sagt videre (s). Går den tapt, kan mottakeren spørre (a) og "
                "fange den (c). Etter k overleveringer er r igjen k ganger på rad."
            ),
        ),
        (
            r"q = a\,\bigl(s + (1 - s)c\bigr)^{m} + (1 - a)\,s^{m}, \qquad \text{alt} = q^{k}",
            (
                "For at alt skal følge med, må alle de m opplysningene gjøre det samtidig, ved "
                "hver overlevering. Derfor faller tallet så fort."
            ),
        ),
    ),
    sources=(
        (
            "Starmer mfl. 2014, New England Journal of Medicine 371: overleveringer der mottakeren "
            "oppsummerer, inngår i I-PASS"
        ),
        (
            "Edmondson 1999, Administrative Science Quarterly 44(2): å spørre er tryggere i noen "
            "team enn i andre"
        ),
        "Modellen er en måte å tenke på, uten publiserte tall. Alle andelene er konstruert.",
    ),
    minutes=7,
    constructed=True,
    way_of_thinking=True,
)
