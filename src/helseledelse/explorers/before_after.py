"""Before and after: how large the change is, and whether it was the trend all along."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import (
    Choice,
    Explorer,
    Rows,
    Series,
    SettingError,
    Slider,
    Table,
    View,
)
from helseledelse.explorers.run_chart import MONTHS, margin, mark_periods
from helseledelse.models.evaluation import Interruption, PairedChange, interrupted, paired_change
from helseledelse.norwegian import format_number

_BEFORE = (3.4, 4.1, 2.9, 4.6, 3.7, 5.0, 3.1, 4.3, 3.9, 4.7, 3.3, 4.4, 5.1, 3.6)
_AFTER = (4.0, 4.4, 3.9, 4.5, 4.6, 5.3, 3.0, 5.1, 4.4, 5.2, 4.1, 4.3, 5.6, 4.2)
_SLOWLY = (
    8.9, 9.2, 8.6, 8.8, 8.3, 8.7, 8.2, 8.0, 8.3, 7.7, 7.9, 7.5,
    7.6, 7.2, 7.5, 7.0, 7.1, 6.7, 6.9, 6.4, 6.6, 6.5, 6.0, 6.2,
)  # fmt: skip

_SURVEY = Series(
    "survey",
    "Samme personer målt to ganger",
    ("før", "etter"),
    "\n".join(
        f"person {number}\t{format_number(before, 1)}\t{format_number(after, 1)}"
        for number, (before, after) in enumerate(zip(_BEFORE, _AFTER, strict=True), start=1)
    ),
    fewest=3,
)
_TREND = Series(
    "monthly",
    "Serie, for eksempel sykefravær i prosent",
    ("verdi",),
    "\n".join(
        f"{MONTHS[place % 12]} {2024 + place // 12}\t{format_number(value, 1)}"
        for place, value in enumerate(_SLOWLY)
    ),
    fewest=6,
)
CONSTRUCTED = (_SURVEY.read(_SURVEY.default), _TREND.read(_TREND.default))


def view(*, question: str, survey: Rows, monthly: Rows, change: float) -> View:
    """Show the change in people measured twice, or a series with a change in the middle."""
    return _people(survey) if question == "survey" else _trend(monthly, int(change))


def _signed(value: float, decimals: int = 1) -> str:
    written = format_number(value, decimals)
    return f"+{written}" if value > 0 and written.strip("0,") else written


def _size(effect: float) -> str:
    """Give Cohen's words, a rule of thumb and no more."""
    apart = abs(effect)
    return (
        "svært liten"
        if apart < 0.2
        else "liten"
        if apart < 0.5
        else "middels"
        if apart < 0.8
        else "stor"
    )


def _people(rows: Rows) -> View:
    before, after = rows.column(0), rows.column(1)
    try:
        found = paired_change(before, after)
    except ValueError as error:
        raise SettingError(
            "Alle har like tall, enten før, etter eller i endringen. Da går det ikke an å si hvor "
            "stor endringen er mot det folk ellers varierer. Se om kolonnene er riktige."
        ) from error
    sure = found.low > 0 or found.high < 0
    up = found.mean > 0
    title = (
        f"{'Opp' if up else 'Ned'} {format_number(abs(found.mean), 1)} i snitt, og det er mer enn "
        "tilfeldig"
        if sure
        else "Endringen kan være tilfeldig"
    )
    better = sum(late > early for early, late in zip(before, after, strict=True))
    worse = sum(late < early for early, late in zip(before, after, strict=True))
    sentence = (
        f"Snittet for {found.people} personer gikk fra {format_number(float(np.mean(before)), 1)} "
        f"til {format_number(float(np.mean(after)), 1)}. Endringen er {_signed(found.mean, 2)}, og "
        f"med 95 prosent sikkerhet ligger den mellom {_signed(found.low, 2)} og "
        f"{_signed(found.high, 2)}. {better} gikk opp og {worse} ned. Målt mot hvor ulike folk er, "
        f"er endringen {_size(found.g_av)} (g {format_number(found.g_av, 2)}); målt mot hvor ulikt "
        f"de endret seg, er tallet {format_number(found.d_z, 2)} (d_z). Si hvilket du bruker."
    )
    note = (
        "Uten noen å sammenligne med vet vi ikke hva som ville skjedd uansett. De som svarte begge "
        "gangene, er heller ikke alltid som resten."
    )
    if found.people < 10:
        note = f"Med {found.people} personer er intervallet bredt. " + note
    table = Table(
        "Endringen, og tre mål på hvor stor den er",
        ("Mål", "Verdi", "Delt på"),
        (
            ("Snitt av endringene", _signed(found.mean, 2), "–"),
            (
                "95 prosent intervall",
                f"{_signed(found.low, 2)} til {_signed(found.high, 2)}",
                "–",
            ),
            ("d_z", format_number(found.d_z, 2), "spredningen i endringene"),
            ("d_av", format_number(found.d_av, 2), "snittet av spredningen før og etter"),
            ("g_av", format_number(found.g_av, 2), "som d_av, rettet for få personer"),
            ("Samvariasjon før og etter", format_number(found.correlation, 2), "–"),
        ),
    )
    return View(title, _pairs_figure(rows, found, sentence), sentence, table, note)


def _pairs_figure(rows: Rows, found: PairedChange, sentence: str) -> str:
    before, after = np.array(rows.column(0)), np.array(rows.column(1))
    with Canvas(
        height=360,
        left=margin(*before, *after),
        right=24,
        top=18,
        bottom=44,
        constructed=rows.constructed or rows in CONSTRUCTED,
    ) as canvas:
        axes = canvas.axes
        number_axis(axes.yaxis, "", ticks=5)
        axes.grid(visible=True, axis="y")
        for early, late in zip(before, after, strict=True):
            colour = COLOURS[0] if late > early else COLOURS[1] if late < early else GREY
            style = "-" if late >= early else (0, (4, 2))
            axes.plot((0, 1), (early, late), color=colour, linewidth=1.3, linestyle=style)
        means = (float(before.mean()), float(after.mean()))
        axes.plot((0, 1), means, "o-", color=BLACK, linewidth=3.2, markersize=10)
        half = (found.high - found.low) / 2
        axes.errorbar(1.14, means[1], half, color=BLACK, linewidth=2, capsize=5)
        for place, value, side in ((0, means[0], "right"), (1.2, means[1], "left")):
            axes.annotate(
                f"snitt\n{format_number(value, 1)}",
                (place, value),
                xytext=(-9 if side == "right" else 4, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                weight="bold",
                fontsize=12,
            )
        axes.set_xticks([0, 1], ["før", "etter"])
        axes.set_xlim(-0.34, 1.5)
        return canvas.svg(sentence)


def _trend(rows: Rows, change: int) -> View:
    values = rows.column(0)
    start = min(change, len(values) - 2) - 1  # three points after the change at the least
    found = interrupted(values, change=start)
    old, new = float(np.mean(values[:start])), float(np.mean(values[start:]))
    jumped = found.level_low > 0 or found.level_high < 0
    bent = found.slope_low > 0 or found.slope_high < 0
    plain = (
        f"Snittet gikk fra {format_number(old, 1)} før til {format_number(new, 1)} etter, en "
        f"endring på {_signed(new - old)}. "
    )
    going = (
        f"{'økte' if found.trend > 0 else 'falt'} serien med "
        f"{format_number(abs(found.trend), 2)} for hver måling"
        if abs(found.trend) >= 0.005
        else "lå serien i ro"
    )
    sentence = (
        f"{plain}Allerede før endringen {going}. Sett mot linjen videre er hoppet "
        f"{_signed(found.level, 1)} (95 prosent intervall {_signed(found.level_low, 1)} til "
        f"{_signed(found.level_high, 1)}), og stigningen endret seg med {_signed(found.slope, 2)} "
        f"({_signed(found.slope_low, 2)} til {_signed(found.slope_high, 2)}). "
    )
    if jumped or bent:
        what = " og ".join(
            words for words, yes in (("et hopp", jumped), ("en knekk i retningen", bent)) if yes
        )
        title = "Noe skjedde ut over trenden"
        sentence += f"Det er {what} som trenden alene ikke forklarer."
    else:
        title = "Det kan like gjerne være trenden som fortsatte"
        sentence += "Begge kan være null: serien kan ha fortsatt slik den alt var på vei."
    note = (
        "Intervallene tar hensyn til at naboer ligner. Sesong og andre tiltak på samme tid er ikke "
        "med. Har dere en enhet uten tiltaket, så mål den også."
    )
    if start < change - 1:
        note = f"Endringen er satt til måling {start + 1}, det seneste serien tåler. " + note
    if len(values) < 20:
        note = f"Med {len(values)} målinger er linjene usikre; tjue eller flere er bedre. " + note
    table = Table(
        "Serien, linjen gjennom den, og linjen slik den ville fortsatt",
        ("Måling", "Verdi", "Linjen", "Uten endringen"),
        tuple(
            (
                label,
                format_number(value, 1),
                format_number(found.fitted[place], 1),
                format_number(found.without[place], 1),
            )
            for place, (label, value) in enumerate(zip(rows.labels, values, strict=True))
        ),
    )
    return View(title, _trend_figure(rows, found, start, sentence), sentence, table, note)


def _trend_figure(rows: Rows, found: Interruption, start: int, sentence: str) -> str:
    values = np.array(rows.column(0))
    places = np.arange(len(values))
    with Canvas(
        height=360,
        left=margin(*values),
        right=92,
        top=22,
        bottom=44,
        constructed=rows.constructed or rows in CONSTRUCTED,
    ) as canvas:
        axes = canvas.axes
        number_axis(axes.yaxis, "", ticks=5)
        mark_periods(canvas, rows.labels)
        axes.grid(visible=True, axis="y")
        axes.plot(places, values, "o", color=GREY, markersize=6)
        for part in (slice(0, start), slice(start, None)):
            axes.plot(places[part], found.fitted[part], color=COLOURS[0], linewidth=2.6)
        axes.plot(
            places[start - 1 :],
            found.without[start - 1 :],
            color=COLOURS[1],
            linestyle=(0, (5, 3)),
            linewidth=2,
        )
        axes.axvline(start - 0.5, color=GREY, linestyle=(0, (2, 2)), linewidth=1.4)
        everything = np.concatenate([values, found.fitted, found.without])
        low, high = float(everything.min()), float(everything.max())
        room = 0.08 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)
        ends = [(float(found.fitted[-1]), "slik det gikk"), (float(found.without[-1]), "trenden")]
        (lower, *below), (upper, *above) = sorted(ends)
        apart = max(0.0, 18 / 294 * (high - low + 2 * room) - (upper - lower)) / 2
        for place, (words,) in ((lower - apart, below), (upper + apart, above)):
            axes.annotate(
                words,
                (len(values) - 1, place),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=12,
                annotation_clip=False,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="before_after",
    title="Virket det, eller var det trenden?",
    introduction=(
        "Velg hva dere har: de samme personene målt to ganger, eller en serie over tid. Tallene "
        "som står der, er konstruert; lim inn egne fra Excel. Gjett først hva serien ville vært "
        "uten endringen."
    ),
    controls=(
        Choice(
            "question",
            "Hva har dere?",
            (
                ("survey", "de samme personene før og etter"),
                ("trend", "en serie med en endring midt i"),
            ),
            "survey",
        ),
        _SURVEY,
        _TREND,
        Slider("change", "Endringen i serien kom ved måling nummer", 4, 120, 1, 13),
    ),
    view=view,
    formula=(
        (
            r"d_z = \frac{\bar{d}}{s_d} \qquad d_{av} = \frac{\bar{d}}{(s_1 + s_2)/2}",
            (
                "Snittet av endringene, delt på spredningen i endringene (d_z) eller på "
                "snittet av spredningen før og etter (d_av; g_av er rettet for få personer)."
            ),
        ),
        (
            r"y_t = b_0 + b_1 t + b_2 E_t + b_3 E_t (t - T) + e_t",
            (
                "En linje før og en etter: b₂ er hoppet ved endringen, b₃ er hvor mye stigningen "
                "endret seg."
            ),
        ),
    ),
    sources=(
        "Lakens 2013, Calculating and reporting effect sizes, Frontiers in Psychology 4:863",
        (
            "Wagner mfl. 2002, Segmented regression analysis of interrupted time series, "
            "J Clin Pharm Ther 27"
        ),
        "Cohen 1988: ordene liten (0,2), middels (0,5) og stor (0,8)",
        "Tallene som står der fra før, er konstruert.",
    ),
    minutes=8,
)
