"""Twelve small series to train the eye on: which have changed, and which only look so."""

import numpy as np
from numpy.typing import NDArray

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import Choice, Explorer, Slider, Switch, Table, View
from helseledelse.models.spc import RunChart, run_chart
from helseledelse.norwegian import format_number, join

SERIES = 12


def draw(number: int, points: int, size: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give twelve series in standard deviations, and which of them shift by `size` halfway.

    Parameters
    ----------
    number : which set; the same set has the same noise whatever the size of the change
    points : measurements in each series
    """
    generator = np.random.default_rng(number)
    changed = generator.permutation(SERIES) < generator.integers(4, 9)
    direction = generator.choice([-1.0, 1.0], SERIES)
    noise = generator.normal(size=(SERIES, 40))[:, :points]
    late = np.arange(points) >= points // 2
    return noise + size * (changed * direction)[:, np.newaxis] * late, changed


def view(*, number: str, points: float, size: float, answer: bool) -> View:
    """Show the twelve, and the answer when it is asked for."""
    values, changed = draw(int(number), int(points), size)
    charts = [run_chart(row) for row in values]
    signals = np.array([chart.signal for chart in charts])
    rule = charts[0]
    limits = (
        f"Reglene godtar inntil {rule.longest_run_limit} på rad på samme side av medianen, og "
        f"krever minst {rule.crossings_limit} krysninger."
    )
    if not answer:
        title = "Hvilke av de tolv har endret seg? Skriv ned numrene"
        sentence = (
            f"Tolv serier med {len(values[0])} målinger hver, tegnet rundt sin egen median. Noen "
            "av dem skiftet nivå halvveis. I de andre er det bare tilfeldigheter. Gjett før du "
            "viser fasiten."
        )
    else:
        found, missed, false = (
            _numbers(which) for which in (changed & signals, changed & ~signals, ~changed & signals)
        )
        hits, total = len(found), int(changed.sum())
        title = f"{_count(total)} hadde endret seg, og reglene fant {_few(hits)}"
        sentence = f"Disse hadde endret seg: {join(_numbers(changed))}. "
        sentence += f"Reglene fant {join(found)}" if found else "Reglene fant ingen av dem"
        sentence += f" og overså {join(missed)}. " if missed and found else ". "
        sentence += (
            f"I {join(false)} ga de falsk alarm. " if false else "Ingen falske alarmer. "
        ) + limits
    rows = []
    for place, chart in enumerate(charts):
        row = [str(place + 1), str(chart.longest_run), str(chart.crossings)]
        if answer:
            row += [
                "signal" if chart.signal else "tilfeldig",
                "endret seg" if changed[place] else "bare støy",
            ]
        rows.append(tuple(row))
    columns = ("Serie", "Lengste rekke på samme side", "Krysninger av medianen")
    table = Table(
        f"De tolv seriene. {limits}",
        (*columns, "Reglene sier", "Fasit") if answer else columns,
        tuple(rows),
    )
    note = (
        "Øyet finner mønster i støy. Tell hvor mange av de rolige seriene du ville brukt et møte "
        "på. Gjør så endringen mindre, og se når heller ikke reglene finner den."
    )
    figure = _figure(values, charts, changed if answer else None, sentence)
    return View(title, figure, sentence, table, note)


def _numbers(which: NDArray[np.bool_]) -> list[str]:
    return [str(place + 1) for place in np.flatnonzero(which)]


def _count(number: int) -> str:
    words = ("Ingen", "Én", "To", "Tre", "Fire", "Fem", "Seks", "Sju", "Åtte", "Ni", "Ti")
    return words[number] if number < len(words) else format_number(number)


def _few(number: int) -> str:
    return "ingen av dem" if number == 0 else f"{_count(number).lower()} av dem"


def _figure(
    values: NDArray[np.float64],
    charts: list[RunChart],
    changed: NDArray[np.bool_] | None,
    sentence: str,
) -> str:
    with Canvas(height=440, left=6, right=6, top=6, bottom=22, constructed=True) as canvas:
        # One pair of axes for all: twelve would take far longer to set up.
        axes = canvas.axes
        axes.set_axis_off()
        across = 3 if canvas.narrow else 4
        down = SERIES // across
        points = values.shape[1]
        axes.set_xlim(0, across)
        axes.set_ylim(down, 0)
        scale = 0.62 / max(6.0, float(np.ptp(values, axis=1).max()))
        left, top = np.arange(SERIES) % across, np.arange(SERIES) // across
        medians = np.array([chart.median for chart in charts])
        heights = top[:, np.newaxis] + 0.58 - scale * (values - medians[:, np.newaxis])
        lefts = left[:, np.newaxis] + 0.06 + 0.86 * np.arange(points) / (points - 1)
        axes.hlines(top + 0.58, left + 0.04, left + 0.94, color=GREY, linewidth=1)
        known = np.zeros(SERIES, dtype=bool) if changed is None else changed
        for which, colour, mark in ((~known, COLOURS[0], "o"), (known, COLOURS[1], "s")):
            # One stroke for many series, lifted between them, is drawn several times faster.
            lifted = [
                np.pad(part[which], ((0, 0), (0, 1)), constant_values=np.nan).ravel()
                for part in (lefts, heights)
            ]
            axes.plot(*lifted, color=colour, linewidth=1.2, marker=mark, markersize=3.4)
        for place, chart in enumerate(charts):
            yes = bool(known[place])
            words = f"{place + 1}"
            if changed is not None:
                words += "  endret" if yes else "  støy"
                if chart.signal != yes:
                    words += ", oversett" if yes else ", falsk alarm"
            axes.text(
                left[place] + 0.04,
                top[place] + 0.06,
                words,
                va="top",
                fontsize=12 if not canvas.narrow or changed is None else 10.5,
                weight="bold" if changed is None or yes else "normal",
                color=BLACK,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="signal_or_noise",
    title="Hvilke av disse seriene ville du brukt et ledermøte på?",
    introduction=(
        "Tolv små serier. Bruk ett minutt, og skriv ned hvilke du tror har endret seg. Vis så "
        "fasiten, og sammenlign deg med reglene. Ta et nytt sett når du vil prøve igjen."
    ),
    controls=(
        Choice(
            "number",
            "Sett",
            tuple((str(number), f"sett {number}") for number in range(1, 7)),
            "1",
        ),
        Slider("size", "Hvor stor endringen er (standardavvik)", 0.5, 4, 0.5, 2, decimals=1),
        Slider("points", "Målinger i hver serie", 12, 40, 2, 24),
        Switch("answer", "Vis fasiten"),
    ),
    view=view,
    formula=(
        (
            r"L > \operatorname{round}(\log_2 n) + 3",
            "En rekke på samme side av medianen er for lang når den er lengre enn dette.",
        ),
        (
            r"P(X < k) \le 0{,}05,\ X \sim \mathrm{Bin}(n-1, \tfrac{1}{2})",
            "Krysningene er for få når så få ville vært sjeldent om hver måling var et myntkast.",
        ),
    ),
    sources=(
        "Anhøj og Olesen 2014, Run charts revisited, PLoS ONE 9(11): reglene",
        (
            "Anhøj og Wentzel-Larsen 2018, Sense and sensibility, BMC Med Res Methodol 18: hvor "
            "ofte reglene tar feil"
        ),
        "Alle seriene er konstruert med tilfeldige tall.",
    ),
    minutes=5,
    constructed=True,
)
