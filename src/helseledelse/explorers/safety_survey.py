"""A group's psychological safety put before its leader: level, spread, and where it is weakest."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import Explorer, Rows, Series, SettingError, Table, View
from helseledelse.models.culture import FEWEST, REVERSED, STEPS, SafetyScore, safety_score
from helseledelse.norwegian import format_number, join

# Edmondson's seven items in our own short words, said so that a high number is safety.
ITEMS = (
    "Feil blir ikke brukt mot en",
    "Vanskelige saker kan tas opp",
    "De som er annerledes, slipper til",
    "Det er trygt å ta en sjanse",
    "Det er lett å be om hjelp",
    "Ingen undergraver andres arbeid",
    "Det jeg kan, blir verdsatt og brukt",
)
_ALIKE = 0.05  # a smaller difference is written with the same digits
_ANSWERS = """2 5 2 3 1 7 5
3 5 3 5 3 5 4
2 6 1 5 2 6 7
4 4 3 2 3 7 3
5 4 2 4 2 6 5
5 3 3 1 5 4 5
4 4 3 5 3 7 3
3 5 4 4 2 5 5"""


def view(*, answers: Rows) -> View:
    """Show each statement's mean after turning, and what can be said about the group."""
    for number, row in enumerate(answers.values, start=1):
        for item, given in enumerate(row, start=1):
            if not (1 <= given <= STEPS and float(given).is_integer()):
                raise SettingError(
                    f"Svarene, rad {number}, påstand {item}: "
                    f"{format_number(given, 0 if float(given).is_integer() else 1)} er ikke et "
                    "svar. "
                    f"Bruk hele tall fra 1 (stemmer ikke) til {STEPS} (stemmer helt)."
                )
    score = safety_score(answers.values)
    if score.suppressed:
        raise SettingError(
            f"Svarene: Bare {score.people} har svart. Resultatet vises ikke for færre enn "
            f"{FEWEST}, "
            "fordi et svar da kan føres tilbake til en person. Vent på flere, eller slå grupper "
            "sammen."
        )
    sentence = _sentence(score)
    lowest = int(np.argmin(score.item_means))
    level = format_number(score.mean, 1)
    title = (
        f"Tryggheten er {level} av {STEPS} på alle påstandene"
        if max(score.item_means) - min(score.item_means) < _ALIKE
        else f"Tryggheten er {level} av {STEPS}, lavest på påstand {lowest + 1}"
    )
    own = Series("answers", "", ("",) * len(ITEMS), _ANSWERS).read(_ANSWERS)
    constructed = answers.constructed or answers == own
    return View(
        title,
        _figure(score, sentence, constructed=constructed),
        sentence,
        _table(score),
        (
            "Ingen enkeltsvar vises, og navn foran svarene tas ikke med. De som har minst "
            "trygghet, "
            "svarer sjeldnest ærlig, så tallet er heller for høyt enn for lavt. Bruk det til å "
            "åpne "
            "en samtale, ikke til å rangere grupper."
        ),
    )


def _agreement(alpha: float) -> str:
    if alpha != alpha:
        return "Alle har svart likt i sum, så det kan ikke sies hvor godt påstandene henger sammen."
    written = format_number(alpha, 2)
    if alpha >= 0.7:
        return f"Svarene på de sju påstandene henger godt sammen (α {written})."
    return (
        f"Svarene på de sju påstandene henger lite sammen (α {written}): se på hver påstand for "
        "seg, "
        "og vær varsom med snittet."
    )


def _sentence(score: SafetyScore) -> str:
    means = np.array(score.item_means)
    lowest, highest = int(means.argmin()), int(means.argmax())
    spread = (
        "De er ganske enige"
        if score.spread < 0.7
        else "De opplever det ulikt"
        if score.spread < 1.3
        else "De opplever det svært ulikt, og snittet dekker over det"
    )
    words = (
        f"{score.people} har svart. Når påstandene {join([str(item + 1) for item in REVERSED])} er "
        f"snudd, er snittet {format_number(score.mean, 1)} på en skala fra 1 til {STEPS}. "
        f"{spread}: "
        f"standardavviket mellom personene er {format_number(score.spread, 1)}. "
    )
    if highest != lowest and means[highest] - means[lowest] >= _ALIKE:
        words += (
            f"Lavest er «{ITEMS[lowest]}» ({format_number(means[lowest], 1)}), høyest "
            f"«{ITEMS[highest]}» ({format_number(means[highest], 1)}). "
        )
    return words + _agreement(score.alpha)


def _table(score: SafetyScore) -> Table:
    rows = [
        (
            f"{place + 1} {words}",
            "snudd" if place in REVERSED else "som den står",
            format_number(score.item_means[place], 1),
        )
        for place, words in enumerate(ITEMS)
    ]
    rows.append(("Alle sju", "", format_number(score.mean, 1)))
    rows.append(
        (
            "Usikkerhet (95 prosent) i snittet",
            "",
            f"{format_number(score.low, 1)}–{format_number(score.high, 1)}",
        )
    )
    rows.append(("Standardavvik mellom personene", "", format_number(score.spread, 1)))
    alpha = "–" if score.alpha != score.alpha else format_number(score.alpha, 2)
    rows.append(("Cronbachs α", "", alpha))
    return Table(
        f"Snitt av {score.people} svar, 1 til {STEPS}", ("Påstand", "Regnet", "Snitt"), tuple(rows)
    )


def _figure(score: SafetyScore, sentence: str, *, constructed: bool) -> str:
    step = 50
    with Canvas(
        height=step * len(ITEMS) + 74,
        left=22,
        right=44,
        top=30,
        bottom=44,
        constructed=constructed,
    ) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        axes.set_xlim(1, STEPS)
        axes.set_ylim(step * len(ITEMS), 0)
        bottom = step * len(ITEMS)
        for place in range(1, STEPS + 1):
            axes.plot([place, place], [0, bottom], color="#e3e8eb", linewidth=1, zorder=0)
            axes.text(place, bottom + 4, str(place), ha="center", va="top", color=BLACK)
        axes.plot([score.mean] * 2, [0, bottom], color=GREY, linewidth=1.8, linestyle=(0, (4, 3)))
        axes.annotate(
            f"snitt {format_number(score.mean, 1)}",
            (score.mean, 0),
            (0, 6),
            textcoords="offset points",
            ha="left" if score.mean < 2 else "center",
            va="bottom",
            fontweight="bold",
        )
        alike = max(score.item_means) - min(score.item_means) < _ALIKE
        lowest = -1 if alike else int(np.argmin(score.item_means))
        for place, (words, mean) in enumerate(zip(ITEMS, score.item_means, strict=True)):
            line = place * step + 33
            weak = place == lowest
            axes.text(
                1,
                line - 13,
                f"{place + 1} {words}" + (" (snudd)" if place in REVERSED else ""),
                va="bottom",
                fontsize=12.5,
                fontweight="bold" if weak else "normal",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
            axes.plot(
                [1, mean],
                [line, line],
                color=COLOURS[1] if weak else COLOURS[0],
                linewidth=7,
                solid_capstyle="butt",
            )
            axes.annotate(
                format_number(mean, 1),
                (mean, line),
                (6, 0),
                textcoords="offset points",
                va="center",
                fontsize=12,
                fontweight="bold",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="safety_survey",
    title="Hvor trygt er det å si fra hos oss, og hvor bør vi begynne?",
    introduction=(
        "Lim inn svarene fra en anonym undersøkelse: én rad for hver person, sju tall fra 1 "
        "(stemmer ikke) til 7 (stemmer helt), slik de ble gitt. Påstandene 1, 3 og 5 snus her. "
        "Minst fem må ha svart. Se på spredningen før snittet."
    ),
    controls=(
        Series(
            "answers",
            "Svarene",
            tuple(f"påstand {number}" for number in range(1, len(ITEMS) + 1)),
            _ANSWERS,
            fewest=1,
        ),
    ),
    view=view,
    formula=(
        (
            r"y = 8 - x",
            (
                "Påstandene 1, 3 og 5 sier det motsatte av trygghet. De snus, så et høyt tall "
                "alltid "
                "betyr trygghet."
            ),
        ),
        (
            r"\alpha = \frac{k}{k-1}\left(1 - \frac{\sum_i s_i^2}{s_{\mathrm{sum}}^2}\right)",
            (
                "Cronbachs alfa: hvor godt påstandene (k) måler det samme. Den er høy når de som "
                "svarer "
                "høyt på én, svarer høyt på de andre."
            ),
        ),
    ),
    sources=(
        (
            "Edmondson 1999, Administrative Science Quarterly 44(2), vedlegget: sju påstander. Her "
            "er "
            "de gjengitt med egne, korte ord"
        ),
        "Cronbach 1951, Psychometrika 16",
        "Svarene som står der først, er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
