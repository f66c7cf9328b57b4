"""A control chart of one's own measurements: which of them are worth asking about."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import (
    Choice,
    Explorer,
    Rows,
    Series,
    SettingError,
    Slider,
    Switch,
    Table,
    View,
)
from helseledelse.explorers.run_chart import MONTHS, margin, mark_periods
from helseledelse.models.spc import ChartKind, ControlChart, control_chart
from helseledelse.norwegian import format_number, join

_READMITTED = (31, 28, 35, 27, 30, 33, 29, 26, 34, 52, 30, 32, 28, 31, 29, 34, 27, 30, 33, 28)
_DISCHARGED = (210, 198, 221, 190, 205, 214, 180, 176, 209, 218)
_DISCHARGED_LATER = (207, 195, 203, 199, 212, 208, 187, 201, 215, 196)
_WAITED = (23, 27, 21, 25, 30, 24, 22, 28, 26, 20, 25, 29, 24, 41, 23, 27, 22, 26, 24, 28)


def _months(lines: list[str]) -> str:
    return "\n".join(
        f"{MONTHS[place % 12]} {2024 + place // 12}\t{line}" for place, line in enumerate(lines)
    )


_COUNTS = Series(
    "counts",
    "Antall av noe, for eksempel reinnleggelser av utskrivninger",
    ("antall", "av"),
    _months(
        [f"{a}\t{b}" for a, b in zip(_READMITTED, (*_DISCHARGED, *_DISCHARGED_LATER), strict=True)]
    ),
    fewest=6,
    minimum=0,
)
_SINGLE = Series(
    "single",
    "Ett tall for hver periode, for eksempel ventedager",
    ("tall",),
    _months([str(days) for days in _WAITED]),
    fewest=6,
)
CONSTRUCTED = {"counts": _COUNTS.read(_COUNTS.default), "single": _SINGLE.read(_SINGLE.default)}

KINDS = (
    ("p", "andel: hvor mange av hvor mange (p)"),
    ("u", "rate: hendelser per 100, for eksempel liggedøgn (u)"),
    ("c", "antall hendelser hver periode (c)"),
    ("i", "ett målt tall hver periode (I)"),
)
_FEW = 12  # points: with fewer the limits themselves are loose


def chart_of(rows: Rows, kind: ChartKind, baseline: int) -> ControlChart:
    """Find limits for pasted rows.

    Raises
    ------
    SettingError
        If the rows cannot be that kind of chart.
    """
    values = rows.column(0)
    sizes = rows.column(1) if kind[0] in "pu" else None
    locked = baseline if 1 < baseline < len(values) else None
    if sizes is not None:
        for label, size in zip(rows.labels, sizes, strict=True):
            if size <= 0:
                raise SettingError(f"«{label}» har 0 i kolonnen «av». Ta bort raden.")
    if kind[0] == "p":
        for label, *row in zip(rows.labels, values, rows.column(1), strict=True):
            if row[0] > row[1]:
                raise SettingError(
                    f"«{label}» har flere ({format_number(row[0])}) enn det er å ta av "
                    f"({format_number(row[1])}). En andel kan ikke bli over 100 prosent. Se om "
                    "kolonnene har byttet plass, eller velg rate."
                )
    if kind == "c" and min(values) < 0:
        raise SettingError("Et antall kan ikke være mindre enn 0. Velg «ett målt tall».")
    return control_chart(kind, values, sizes, baseline=locked)


def view(*, kind: ChartKind, counts: Rows, single: Rows, baseline: float, laney: bool) -> View:
    """Show the limits of common variation and name what lies beyond."""
    pair = kind in ("p", "u")
    rows = counts if pair else single
    wide: dict[str, ChartKind] = {"p": "p'", "u": "u'"}
    chart = chart_of(rows, wide[kind] if laney and pair else kind, int(baseline))
    scale, unit = (100, "%") if kind == "p" else (100, "") if kind == "u" else (1, "")

    def written(value: float) -> str:
        return format_number(scale * value, 0 if abs(value) >= 1000 else 1, unit=unit)

    def measured(value: float) -> str:
        """Write a count or a whole number as it was pasted."""
        return format_number(value) if not pair and value == round(value) else written(value)

    side = np.where(chart.outside, np.sign(chart.points - chart.centre), 0)
    above, below = (
        [_named(rows.labels[place]) for place in np.flatnonzero(side == way)] for way in (1, -1)
    )
    locked = 1 < baseline < len(rows.labels)
    what = {"p": "andelen", "u": "raten per 100", "c": "antallet", "i": "tallet"}[kind]
    lower, upper = chart.lower, chart.upper
    if np.allclose(upper, upper[0]) and np.allclose(lower, lower[0]):
        between = f"mellom {written(lower[0])} og {written(upper[0])}"
    else:
        between = (
            f"omtrent mellom {written(float(np.median(lower)))} og "
            f"{written(float(np.median(upper)))}, trangere når det er mange å telle av"
        )
    sentence = (
        f"I snitt er {what} {written(chart.centre[0])}. Vanlig variasjon er {between}"
        f"{f', regnet av de første {int(baseline)} målingene' if locked else ''}. "
    )
    if not above and not below:
        sentence += (
            f"Ingen av de {len(rows.labels)} målingene ligger utenfor. Å reagere på den høyeste "
            "eller laveste av dem ville være å jage støy."
        )
        title = "Ingen måling skiller seg ut: dette er vanlig variasjon"
    else:
        said = [
            f"{where} grensene ligger {join(_first(names))}"
            for names, where in ((above, "over"), (below, "under"))
            if names
        ]
        told = join(said)
        sentence += f"{told[0].upper()}{told[1:]}. Spør hva som skjedde da, og la resten være."
        outside = above + below
        title = (
            f"Én måling skiller seg ut: {outside[0].removeprefix('måling ')}"
            if len(outside) == 1
            else f"{len(outside)} målinger skiller seg ut"
        )
    note = (
        "Grensene ligger tre standardavvik fra snittet. Er prosessen stabil, kommer omtrent tre av "
        "tusen målinger utenfor av seg selv."
    )
    if len(rows.labels) < _FEW:
        note = f"Med bare {len(rows.labels)} målinger er grensene selv usikre. " + note
    if baseline >= len(rows.labels):
        note = "Grensene er regnet av alle målingene, for serien er ikke lengre. " + note
    if laney and not pair:
        note = "Laneys utvidelse gjelder bare andeler og rater. " + note
    figure = _figure(rows, chart, scale, unit, int(baseline) if locked else 0, sentence, kind)
    table = Table(
        f"Målingene og grensene. Metode: {chart.method}.",
        ("Måling", "Verdi", "Nedre grense", "Snitt", "Øvre grense", "Utenfor"),
        tuple(
            (
                label,
                measured(float(chart.points[place])),
                *(written(float(line[place])) for line in (lower, chart.centre, upper)),
                ("–", "over", "under")[int(side[place])],
            )
            for place, label in enumerate(rows.labels)
        ),
    )
    return View(title, figure, sentence, table, note)


def _named(label: str) -> str:
    """Give a row's label as part of a sentence; a number alone says nothing."""
    return f"måling {label}" if label.isdigit() else label


def _first(names: list[str]) -> list[str]:
    """Name a few; a sentence with thirty months says less."""
    return names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} til"]


def _figure(
    rows: Rows,
    chart: ControlChart,
    scale: float,
    unit: str,
    locked: int,
    sentence: str,
    kind: ChartKind,
) -> str:
    made_up = rows.constructed or rows in CONSTRUCTED.values()
    left = 14 + margin(*(scale * chart.points))
    with Canvas(height=360, left=left, right=66, top=24, bottom=46, constructed=made_up) as canvas:
        axes = canvas.axes
        number_axis(axes.yaxis, "per 100" if kind == "u" else "", unit=unit, ticks=5)
        mark_periods(canvas, rows.labels)
        places = np.arange(len(chart.points))
        points, centre, lower, upper = (
            scale * line for line in (chart.points, chart.centre, chart.lower, chart.upper)
        )
        axes.fill_between(places, lower, upper, step="mid", color="#e8eef1", linewidth=0)
        axes.step(places, lower, where="mid", color=GREY, linewidth=1.2)
        axes.step(places, upper, where="mid", color=GREY, linewidth=1.2)
        axes.step(places, centre, where="mid", color=BLACK, linewidth=1.4)
        axes.plot(places, points, color=COLOURS[0], linewidth=1.4)
        axes.plot(places, points, "o", color=COLOURS[0], markersize=6)
        out = chart.outside
        axes.plot(places[out], points[out], "s", color=COLOURS[1], markersize=10)
        shown = np.flatnonzero(out)
        if len(shown) <= 3:
            for place in shown:
                over = points[place] > centre[place]
                side = "right" if place > 0.7 * len(places) else "left"
                axes.annotate(
                    rows.labels[place][:16],
                    (place, points[place]),
                    xytext=(-10 if side == "right" else 10, 2 if over else -2),
                    textcoords="offset points",
                    ha=side,
                    va="bottom" if over else "top",
                    fontsize=12,
                )
        if locked:
            axes.axvline(locked - 0.5, color=GREY, linestyle=(0, (4, 3)), linewidth=1.4)
            axes.text(
                locked - 0.4, 1.0, "låst", transform=axes.get_xaxis_transform(), va="bottom",
                fontsize=11, color=GREY,
            )  # fmt: skip
        low = float(min(points.min(), lower.min()))
        high = float(max(points.max(), upper.max()))
        room = 0.1 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)
        apart = (high - low + 2 * room) * 17 / 290
        ends = [float(line[-1]) for line in (lower, centre, upper)]
        ends = [min(ends[0], ends[1] - apart), ends[1], max(ends[2], ends[1] + apart)]
        for word, height in zip(("nedre", "snitt", "øvre"), ends, strict=True):
            axes.annotate(
                word,
                (len(points) - 0.6, height),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=12,
                color=BLACK if word == "snitt" else GREY,
                annotation_clip=False,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="control_chart",
    title="Hvilke målinger er verd et spørsmål, og hvilke er støy?",
    introduction=(
        "Velg hva slags tall du har, og lim inn dine egne fra Excel. Det som står der fra før, er "
        "konstruert. Gjett først hvilke målinger som ligger utenfor. Lås så grensene etter de "
        "første tolv, slik du ville gjort før et tiltak."
    ),
    controls=(
        Choice("kind", "Hva slags tall", KINDS, "p"),
        _COUNTS,
        _SINGLE,
        Slider("baseline", "Lås grensene etter måling nummer (0: bruk alle)", 0, 60, 1, 0),
        Switch("laney", "Utvid grensene når nevnerne er svært store (Laney)"),
    ),
    view=view,
    formula=(
        (
            r"\bar{p} \pm 3 \sqrt{\bar{p}(1-\bar{p})/n_i}",
            (
                "Andeler: snittet, og tre standardavvik til hver side. Jo flere å telle av, desto "
                "smalere."
            ),
        ),
        (
            r"\bar{u} \pm 3 \sqrt{\bar{u}/n_i} \qquad \bar{c} \pm 3 \sqrt{\bar{c}}",
            "Rater og antall: spredningen følger av snittet selv.",
        ),
        (
            r"\bar{x} \pm 3\,\overline{mR}/1{,}128",
            "Målte tall: spredningen er snittet av forskjellene mellom naboer, delt på 1,128.",
        ),
    ),
    sources=(
        "Montgomery: Introduction to Statistical Quality Control. 6. utg. 2009, kapittel 6 og 7",
        "Laney 2002, Improved control charts for attributes, Quality Engineering 14(4)",
        "Seriene som står der fra før, er konstruert.",
    ),
    minutes=8,
)
