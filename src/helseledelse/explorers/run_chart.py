"""A run chart of one's own measurements: a change, or only chance."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Choice, Explorer, Rows, Series, Slider, Switch, Table, View
from helseledelse.models.spc import PlotTheDots, RunChart, control_chart, plot_the_dots, run_chart
from helseledelse.norwegian import format_number, join

# Constructed: a service's falls month by month, with a change after the first year.
_BEFORE = (31, 26, 29, 33, 36, 32, 28, 24, 34, 27, 35, 30)
FALLS = (*_BEFORE, 24, 26, 20, 19, 23, 25, 18, 21, 22, 17, 16, 23)
MONTHS = ("jan", "feb", "mars", "april", "mai", "juni", "juli", "aug", "sept", "okt", "nov", "des")
_DEFAULT = "\n".join(
    f"{MONTHS[place % 12]} {2024 + place // 12}\t{falls}" for place, falls in enumerate(FALLS)
)
_SERIES = Series(
    "series", "Serie, for eksempel antall fall hver måned", ("antall",), _DEFAULT, fewest=6
)
CONSTRUCTED = _SERIES.read(_DEFAULT)
_LONG = 10  # letters: longer labels would run into one another below the axis
_FEW = 10  # useful points: with fewer the rules hardly ever see anything


@dataclass(frozen=True)
class Part:
    """A stretch of the series and what it was judged by."""

    first: int
    last: int
    chart: RunChart


def parts(values: tuple[float, ...], start: int, line: str) -> tuple[Part, ...]:
    """Judge the series as a whole, against a frozen median or phase by phase.

    Parameters
    ----------
    start : position of the first point of the new phase, 0 when there is none
    line : ``whole``, ``frozen`` or ``phases``
    """
    if not start or line == "whole":
        return (Part(0, len(values), run_chart(values)),)
    if line == "frozen":
        before = float(np.median(values[:start]))
        return (Part(0, len(values), run_chart(values, median=before)),)
    return (
        Part(0, start, run_chart(values[:start])),
        Part(start, len(values), run_chart(values[start:])),
    )


def flagged(values: tuple[float, ...], start: int, line: str) -> PlotTheDots:
    """Flag the same series the NHS's way, with its limits broken or frozen at the same place."""
    phases = (start,) if start > 1 and line == "phases" and len(values) - start > 1 else ()
    baseline = start if start > 1 and line == "frozen" else None
    return plot_the_dots(control_chart("i", values, phases=phases, baseline=baseline))


def mark_periods(canvas: Canvas, labels: tuple[str, ...]) -> None:
    """Write a few of the rows' labels below the axis; their numbers where labels are long."""
    wanted = 3 if canvas.narrow else 6
    step = max(1, -(-len(labels) // wanted))
    places = list(range(0, len(labels), step))
    long = max(len(labels[place]) for place in places) > _LONG
    axes = canvas.axes
    axes.set_xlim(-0.7, len(labels) - 0.3)
    axes.set_xticks([])  # a tick costs several times what a text does
    for place in places:
        axes.annotate(
            str(place + 1) if long else labels[place],
            (place, 0),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, -8),
            textcoords="offset points",
            ha="center",
            va="top",
            annotation_clip=False,
        )


def margin(*values: float) -> int:
    """Give the CSS pixels that the numbers of an axis need beside it."""
    longest = max(len(format_number(value, 0 if abs(value) >= 10 else 1)) for value in values)
    return max(52, 26 + 8 * longest)


def view(*, series: Rows, phase: float, line: str, better: str, nhs: bool) -> View:
    """Show the series around its median, and say what the runs mean."""
    values = series.column(0)
    late = phase > len(values)
    start = 0 if late or phase < 2 else int(phase) - 1
    judged = parts(values, start, line)
    dots = flagged(values, start, line) if nhs else None
    title = _title(judged, values, start, better)
    sentence = _sentence(judged, values, start, better)
    if dots is not None:
        number = int(dots.special.sum())
        sentence += (
            f" Etter reglene i det britiske helsevesenet får {_count(number)} av "
            f"{len(values)} målinger et merke."
        )
    figure = _figure(series, judged, start, dots, sentence)
    return View(
        title,
        figure,
        sentence,
        _table(series, judged, dots),
        _note(judged, phase if late else None),
    )


def _number(value: float) -> str:
    return format_number(value, 0 if value == round(value) else 1)


def _count(number: int) -> str:
    return "ingen" if number == 0 else format_number(number)


def _title(judged: tuple[Part, ...], values: tuple[float, ...], start: int, better: str) -> str:
    if min(part.chart.useful for part in judged) < _FEW:
        return "For få målinger til å skille et signal fra støy"
    signals = [part.chart.signal for part in judged]
    if len(judged) == 2:
        old, new = (part.chart.median for part in judged)
        if not any(signals):
            if old == new:
                return f"Begge fasene er stabile, på samme nivå: {_number(old)}"
            return f"Stabilt i begge fasene: medianen gikk fra {_number(old)} til {_number(new)}"
        which = "begge fasene" if all(signals) else "fasen før" if signals[0] else "fasen etter"
        return f"Det er mer enn tilfeldigheter i {which}"
    if not signals[0]:
        return "Tilfeldig variasjon: enkeltmålingene er ikke noe å reagere på"
    if start:
        return f"Noe har endret seg{_direction(values, start, better)}"
    return "Noe har endret seg i perioden: finn ut hva"


def _direction(values: tuple[float, ...], start: int, better: str) -> str:
    old, new = float(np.median(values[:start])), float(np.median(values[start:]))
    if old == new:
        return ""
    return ", til det bedre" if (new < old) == (better == "low") else ", til det verre"


def _sentence(judged: tuple[Part, ...], values: tuple[float, ...], start: int, better: str) -> str:
    said = []
    for place, part in enumerate(judged):
        chart = part.chart
        who = ("Serien", "Fasen før", "Fasen etter")[place + (len(judged) > 1)]
        frozen = len(judged) == 1 and start and chart.median != float(np.median(values))
        crossed = "én gang" if chart.crossings == 1 else f"{chart.crossings} ganger"
        said.append(
            f"{who} har {part.last - part.first} målinger, og "
            f"{'medianen fra før endringen' if frozen else 'medianen'} er {_number(chart.median)}. "
            f"Den lengste rekken på samme side er {chart.longest_run}, og inntil "
            f"{chart.longest_run_limit} kan være tilfeldig. Linjen krysses {crossed}, og minst "
            f"{chart.crossings_limit} er ventet."
        )
        if chart.useful >= _FEW:
            broken = [
                word
                for word, yes in (
                    ("rekken er for lang", chart.longest_run > chart.longest_run_limit),
                    ("krysningene er for få", chart.crossings < chart.crossings_limit),
                )
                if yes
            ]
            said.append(
                f"Det er et signal, fordi {join(broken)}." if broken else "Det er ikke noe signal."
            )
    if start:
        old, new = float(np.median(values[:start])), float(np.median(values[start:]))
        said.append(
            f"Medianen var {_number(old)} før og {_number(new)} etter"
            f"{_direction(values, start, better)}."
        )
    return " ".join(said)


def _note(judged: tuple[Part, ...], beyond: float | None) -> str:
    said = []
    if beyond is not None:
        said.append(f"Serien slutter før måling {int(beyond)}, så den har ingen ny fase.")
    if min(part.chart.useful for part in judged) < _FEW:
        said.append(
            f"Reglene trenger minst {_FEW} målinger utenfor medianen i hver fase. Mål videre før "
            "du konkluderer."
        )
    said.append(
        "Et signal sier at noe har skjedd, ikke hva. Reglene ser etter varige skift; én svært høy "
        "måling kan være verd et spørsmål uten å være et signal her."
    )
    return " ".join(said)


def _figure(
    series: Rows,
    judged: tuple[Part, ...],
    start: int,
    dots: PlotTheDots | None,
    sentence: str,
) -> str:
    values = np.array(series.column(0))
    with Canvas(
        height=360,
        left=margin(*values),
        right=margin(*values) + 8,
        top=34,
        bottom=46,
        constructed=series.constructed or series == CONSTRUCTED,
    ) as canvas:
        axes = canvas.axes
        number_axis(axes.yaxis, "", ticks=5)
        mark_periods(canvas, series.labels)
        axes.grid(visible=True, axis="y")
        places = np.arange(len(values))
        ends = [0, *([start] if start else []), len(values)]
        for early, late in pairwise(ends):
            axes.plot(places[early:late], values[early:late], color=COLOURS[0], linewidth=1.6)
        axes.plot(
            places,
            values,
            "o",
            color=COLOURS[0],
            markersize=5 if len(values) > 40 or canvas.narrow else 7,
        )
        for part in judged:
            axes.hlines(
                part.chart.median, part.first - 0.4, part.last - 0.6, color=BLACK, linewidth=1.6
            )
        axes.annotate(
            f"median\n{_number(judged[-1].chart.median)}",
            (len(values) - 0.6, judged[-1].chart.median),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=11,
            annotation_clip=False,
        )
        words = []
        for part in judged:
            run = _longest(values[part.first : part.last], part.chart)
            if part.chart.longest_run > part.chart.longest_run_limit:
                inside = [part.first + place for place in run]
                axes.plot(inside, values[inside], "s", color=COLOURS[1], markersize=8)
                words.append(("■ for lang rekke", COLOURS[1]))
        if start:
            axes.axvline(start - 0.5, color=GREY, linestyle=(0, (4, 3)), linewidth=1.4)
        if dots is not None:
            marked = np.flatnonzero(dots.special)
            axes.plot(marked, values[marked], "o", color=BLACK, fillstyle="none", markersize=13)
            if len(marked):
                words.append(("○ merket etter NHS", BLACK))
        low, high = float(values.min()), float(values.max())
        room = 0.1 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)
        for at, (word, colour) in enumerate(dict.fromkeys(words)):
            axes.annotate(
                word,
                (0, 1),
                xycoords="axes fraction",
                xytext=(125 * at, 8),
                textcoords="offset points",
                fontsize=12,
                color=colour,
            )
        return canvas.svg(sentence)


def _longest(values: np.ndarray, chart: RunChart) -> list[int]:
    """Give the places of the longest run, without points on the median."""
    best: list[int] = []
    now: list[int] = []
    side = 0.0
    for place, sign in enumerate(np.sign(values - chart.median)):
        if sign == 0:
            continue
        now = [*now, place] if sign == side else [place]
        side = float(sign)
        if len(now) > len(best):
            best = now
    return best


_RULES = (
    ("outside", "utenfor grensene"),
    ("shift", "sju på samme side"),
    ("trend", "sju på rad opp eller ned"),
    ("near_limit", "to av tre nær grensen"),
)


def _table(series: Rows, judged: tuple[Part, ...], dots: PlotTheDots | None) -> Table:
    rows = []
    for part in judged:
        for place in range(part.first, part.last):
            value = series.column(0)[place]
            apart = value - part.chart.median
            row = [
                series.labels[place],
                _number(value),
                _number(part.chart.median),
                "på medianen" if apart == 0 else "over" if apart > 0 else "under",
            ]
            if dots is not None:
                hit = [word for name, word in _RULES if getattr(dots, name)[place]]
                row.append(join(hit) or "–")
            rows.append(tuple(row))
    columns = ("Måling", "Verdi", "Median", "Side av medianen")
    return Table(
        "Alle målingene og hvilken side av medianen de ligger på",
        columns if dots is None else (*columns, "Merket etter NHS-reglene"),
        tuple(rows),
    )


EXPLORER = Explorer(
    name="run_chart",
    title="Har noe endret seg, eller er det tilfeldig variasjon?",
    introduction=(
        "Her står antall fall i 24 måneder, konstruert. Lim inn din egen serie fra Excel. Si "
        "fra når tiltaket kom, og se hva som skjer når medianen fra før fryses, og når hver fase "
        "får sin egen."
    ),
    controls=(
        _SERIES,
        Slider("phase", "Endringen kom ved måling nummer (0 er ingen)", 0, 120, 1, 13),
        Choice(
            "line",
            "Målingene holdes mot",
            (
                ("whole", "medianen i hele serien"),
                ("frozen", "medianen før endringen, frosset"),
                ("phases", "hver fase sin median"),
            ),
            "frozen",
        ),
        Choice("better", "Hva er bra her?", (("low", "lave tall"), ("high", "høye tall")), "low"),
        Switch("nhs", "Vis også reglene i det britiske helsevesenet (NHS)"),
    ),
    view=view,
    formula=(
        (
            r"L > \operatorname{round}(\log_2 n) + 3",
            (
                "En rekke på samme side av medianen er for lang når den er lengre enn dette. n er "
                "antall målinger som ikke ligger på medianen."
            ),
        ),
        (
            r"P(X < k) \le 0{,}05,\ X \sim \mathrm{Bin}(n-1, \tfrac{1}{2})",
            "Krysningene er for få når så få ville vært sjeldent om hver måling var et myntkast.",
        ),
    ),
    sources=(
        (
            "Anhøj og Olesen 2014, Run charts revisited, PLoS ONE 9(11): reglene for rekker og "
            "krysninger"
        ),
        "NHS England, Making Data Count: merkene som kan vises ved siden av",
        "Serien som står der fra før, er konstruert.",
    ),
    minutes=8,
)
