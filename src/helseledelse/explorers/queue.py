"""A queue put before a person: why 95 per cent in use means a long wait."""

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Switch, Table, View
from helseledelse.models.flow import Queue, erlang_c, waits_by_chance
from helseledelse.norwegian import format_number

CASES = 100  # patients in a row whose mean wait chance is shown for


def _people(count: int) -> str:
    return "én ansatt" if count == 1 else f"{count} ansatte"


def _minutes(hours: float) -> str:
    minutes = 60 * hours
    if not np.isfinite(minutes):
        return "vokser uten stans"
    if minutes < 0.95:
        return "under ett minutt"
    return f"{format_number(minutes, 1 if minutes < 9.95 else 0)} minutter"


def _percent(share: float) -> str:
    return format_number(100 * share)


def view(
    *, arrivals: float, service_time: float, staff: float, target: float, pooled: bool
) -> View:
    """Show the mean wait against utilisation, and where these settings lie."""
    alone = Queue(arrivals, service_time / 60, round(staff))
    queue = alone.pooled(2) if pooled else alone
    within = queue.share_within(target / 60)
    used = format_number(100 * queue.utilisation, unit="%")
    overloaded = queue.utilisation >= 1
    load = (
        f"{format_number(queue.arrivals, 1 if queue.arrivals % 1 else 0)} pasienter i timen som "
        f"tar {format_number(service_time)} minutter hver, gir {_people(queue.servers)} arbeid "
        f"{_percent(queue.utilisation)} prosent av tiden. "
    )
    if overloaded:
        title = f"Køen vokser uten stans: {used} i bruk"
        enough = int(np.floor(queue.load)) + 1
        sentence = load + (
            "Det kommer flere enn dere rekker, så køen blir lengre for hver time. "
            f"Med {_people(enough)} kan alle få hjelp: ventetiden blir da "
            f"{_minutes(Queue(queue.arrivals, queue.service_time, enough).wait)} i snitt."
        )
        band = None
    else:
        title = f"Med {used} i bruk er ventetiden {_minutes(queue.wait)} i snitt"
        more = Queue(queue.arrivals, queue.service_time, queue.servers + 1)
        low, high = np.percentile(waits_by_chance(queue, cases=CASES), [10, 90])
        band = (float(low), float(high))
        soon = f"innen {format_number(target)} minutter" if target else "med en gang"
        sentence = load + (
            f"{_percent(queue.share_waiting)} prosent må vente. Snittet for alle er "
            f"{_minutes(queue.wait)}, og {_percent(within)} prosent slipper til "
            f"{soon}. Med én ansatt til blir ventetiden {_minutes(more.wait)}. "
        )
        sentence += (
            f"To slike enheter hver for seg ville hatt {_minutes(alone.wait)}."
            if pooled
            else f"Deler to slike enheter kø og folk, blir den {_minutes(alone.pooled(2).wait)}."
        )
    note = (
        (
            f"Tilfeldigheter betyr mye. I 8 av 10 simulerte perioder med {CASES} pasienter på rad "
            f"lå snittet mellom {format_number(60 * band[0])} og {format_number(60 * band[1])} "
            "minutter; det er den loddrette streken. "
        )
        if band and band[1] >= 1 / 60
        else ""
    ) + (
        "Modellen antar at pasientene kommer uavhengig av hverandre, og at noen tar mye lengre tid "
        "enn andre. Med timebøker og like lange timer blir køen kortere, men formen er den samme."
    )
    table = Table(
        f"Hva flere eller færre ansatte gjør med køen ({used} i bruk nå)",
        ("Ansatte", "I bruk", "Må vente", "Ventetid i snitt", "Slipper til innen målet"),
        tuple(
            (
                f"{one.servers}{' (nå)' if one.servers == queue.servers else ''}",
                format_number(100 * one.utilisation, unit="%"),
                format_number(100 * one.share_waiting, unit="%"),
                _minutes(one.wait),
                format_number(100 * one.share_within(target / 60), unit="%"),
            )
            for one in (
                Queue(queue.arrivals, queue.service_time, servers)
                for servers in range(max(1, queue.servers - 1), queue.servers + 3)
            )
        ),
    )
    return View(title, _figure(alone, queue, band, sentence), sentence, table, note)


def _curve(queue: Queue, used: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the mean wait in minutes when the same people meet more and more patients."""
    waiting = erlang_c(queue.servers, queue.servers * used)
    return np.asarray(60 * waiting * queue.service_time / (queue.servers * (1 - used)))


def _figure(alone: Queue, queue: Queue, band: tuple[float, float] | None, sentence: str) -> str:
    left = 0.3 if queue.utilisation > 0.36 else 0.0
    used = 1 - np.geomspace(1 - left, 0.004, 80)  # closest where the curve is steepest
    waits = _curve(queue, used)
    here = 60 * queue.wait
    if band is None:
        top = 2.5 * float(np.interp(0.95, used, waits))
    else:
        top = 1.25 * max(here, 60 * band[1], float(np.interp(0.92, used, waits)))
    with Canvas(constructed=True, left=64, right=22, top=36, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Andel av arbeidstiden som er i bruk", unit="%", ticks=5)
        number_axis(axes.yaxis, "", ticks=5)
        axes.set_xlim(100 * left, 108)
        axes.set_ylim(0, top)
        axes.set_xticks([40, 60, 80, 100] if left else [0, 50, 100])
        axes.grid(visible=True, axis="y")
        axes.text(0, 1.04, "Ventetid i snitt, minutter", transform=axes.transAxes, fontsize=12)
        axes.axvline(100, color=GREY, linewidth=1.4, linestyle=(0, (4, 3)))
        if queue is not alone:
            axes.plot(100 * used, _curve(alone, used), color=COLOURS[1], linewidth=1.6)
            axes.plot(100 * queue.utilisation, 60 * alone.wait, "o", color=COLOURS[1], markersize=8)
        axes.plot(100 * used, waits, color=COLOURS[0])
        if band is None:
            axes.annotate(
                "her: køen vokser uten stans",
                (107, 0.93 * top),
                xytext=(97, 0.93 * top),
                ha="right",
                va="center",
                weight="bold",
                arrowprops={"arrowstyle": "->", "color": BLACK},
            )
            return canvas.svg(sentence)
        place = 100 * queue.utilisation
        axes.plot(
            [place, place],
            [60 * band[0], 60 * band[1]],
            color=COLOURS[0],
            linewidth=5,
            alpha=0.35,
            zorder=1,
        )
        axes.plot(place, here, "o", color=COLOURS[0], markersize=12, clip_on=False)
        axes.annotate(
            f"her: {_minutes(queue.wait)}",
            (place, here),
            xytext=(-14 if place > 60 else 10, 10),
            textcoords="offset points",
            ha="right" if place > 60 else "left",
            weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
        )
        if queue is not alone:
            axes.text(
                32,
                0.93 * top,
                "oransje: hver sin kø\nblå: felles kø",
                va="top",
                fontsize=12,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="queue",
    title="Hvor fullt kan vi ha det før ventetiden løper løpsk?",
    introduction=(
        "Legg til én pasient i timen om gangen og se hva som skjer når det nærmer seg fullt. Hva "
        "hjelper mest: én ansatt til, kortere konsultasjoner, eller å dele kø med naboenheten?"
    ),
    controls=(
        Slider("arrivals", "Pasienter i timen", 0.5, 60, 0.5, 11, "", 1),
        Slider("service_time", "Minutter per pasient", 2, 60, 1, 10, "min"),
        Slider("staff", "Ansatte som tar imot samtidig", 1, 20, 1, 2),
        Slider("target", "Mål: ingen venter lenger enn", 0, 120, 5, 10, "min"),
        Switch("pooled", "To slike enheter deler kø og folk"),
    ),
    view=view,
    formula=(
        (
            r"W_q = \frac{C(c, a)}{c\mu - \lambda}",
            "Ventetiden er sjansen for å måtte vente, delt på kapasiteten som er til overs.",
        ),
        (
            r"L = \lambda W",
            (
                "Littles lov: antallet som er hos dere, er hvor mange som kommer i timen ganger "
                "hvor lenge de blir."
            ),
        ),
    ),
    sources=(
        "Erlang (1917): formelen for sjansen for å måtte vente (M/M/c)",
        "Hillier og Lieberman, Introduction to Operations Research, kapittelet om køteori",
        "Kiefer og Wolfowitz (1955), Trans. Am. Math. Soc. 78: hvordan simuleringen følger køen",
        "Pasienter, tid og bemanning er konstruert.",
    ),
    minutes=7,
    constructed=True,
)
