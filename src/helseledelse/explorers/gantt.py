"""A plan put before a person: which delay moves the end, and which has slack to use."""

from collections.abc import Sequence
from typing import NamedTuple

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import (
    Activities,
    Explorer,
    Plan,
    SettingError,
    Slider,
    Table,
    View,
)
from helseledelse.explorers.driver_diagram import wrap
from helseledelse.models.project import RingError, Schedule, delayed, schedule
from helseledelse.norwegian import format_number, join

_EXAMPLE = """1; Forankre prosessdesignet; 3;
2; Finne folk og ressurser som kan brukes; 2; 1
3; Spørreundersøkelse og fokusgrupper; 6; 1
4; Samle mål og verdigrunnlag; 2; 1
5; Samle forskning om ledelse og støtte; 5; 1
6; Samling 1; 1; 3, 4, 5
7; Møter i enhetene om trygghet og tillit; 4; 6
8; Status fra alle ansatte; 3; 6
9; Samling 2; 1; 7, 8
10; Mandat til arbeidsgruppene; 1; 2, 9
11; Utredning i arbeidsgrupper; 8; 10
12; Samling 3; 1; 11
13; Forankre modellene som skal prøves; 3; 12
14; Utprøvingen kan starte; 0; 13"""

_PLAN = Activities(
    "plan",
    "Aktiviteter",
    _EXAMPLE,
    (
        "Skriv én linje for hver aktivitet: nummer; aktivitet; uker; numrene på det den venter på. "
        "Nummeret først kan utelates. Skriv 0 uker for en milepæl. Du kan lime inn kolonner fra et "
        "regneark."
    ),
)

_LATE = COLOURS[1]
_FONT, _LINE, _BAR, _EDGE = 12, 16, 12, 8
_STEPS = (1, 2, 4, 8, 13, 26, 52, 104, 260, 520, 1_040, 2_080, 5_200)


def _number(weeks: float) -> str:
    return format_number(weeks, 0 if abs(weeks - round(weeks)) < 0.05 else 1)


def _weeks(weeks: float) -> str:
    written = _number(weeks)
    return f"{written} {'uke' if written == '1' else 'uker'}"


def view(*, plan: Plan, late: float, weeks: float) -> View:
    """Show when each activity can and must run, and what one delay moves."""
    activities = plan.activities
    place = min(int(late), len(activities)) - 1
    try:
        planned, moved = schedule(activities), delayed(activities, place, weeks)
    except RingError as error:
        ring = " → ".join(str(at + 1) for at in error.places[:12])
        raise SettingError(
            f"Aktiviteter: Nummer {ring} venter på hverandre i ring, så ingen av dem kan begynne. "
            "Ta bort det ene stedet der en aktivitet venter på en som kommer etter den."
        ) from error
    pushed = tuple(
        at
        for at, (before, after) in enumerate(zip(planned.activities, moved.activities, strict=True))
        if after.early_finish > before.early_finish + 1e-9
    )
    sentence = _sentence(planned, moved, place, weeks, pushed)
    note = (
        "Varighetene er gjetninger, og planen regner som om det alltid er nok folk og ingen ferie. "
        "Aktiviteter etter hverandre deler ofte den samme slakken: Bruker den ene den opp, er den "
        "borte for den neste."
    )
    if late > len(activities):
        note = (
            f"Det er {len(activities)} {'aktivitet' if len(activities) == 1 else 'aktiviteter'} i "
            f"planen, så forsinkelsen er lagt på den siste. {note}"
        )
    table = Table(
        "Uker fra prosjektets start",
        ("Aktivitet", "Uker", "Venter på", "Tidligst", "Senest", "Slakk", "Med forsinkelsen"),
        tuple(
            (
                f"{at + 1} {each.activity.name}",
                _number(each.activity.duration),
                join([str(before + 1) for before in each.activity.after]) or "ingen",
                f"{_number(each.early_start)}–{_number(each.early_finish)}",
                f"{_number(each.late_start)}–{_number(each.late_finish)}",
                "ingen, kritisk" if each.critical else _weeks(each.slack),
                f"{_number(after.early_start)}–{_number(after.early_finish)}"
                if at in pushed
                else "som før",
            )
            for at, (each, after) in enumerate(
                zip(planned.activities, moved.activities, strict=True)
            )
        ),
    )
    constructed = plan.constructed or plan == _PLAN.read(_EXAMPLE)
    figure = _figure(planned, moved, pushed, sentence, constructed=constructed)
    return View(_title(planned, moved, place, weeks), figure, sentence, table, note)


def _title(planned: Schedule, moved: Schedule, place: int, weeks: float) -> str:
    if not weeks:
        critical = sum(each.critical for each in planned.activities)
        return (
            f"Planen tar {_weeks(planned.length)}, og {_number(critical)} av "
            f"{_number(len(planned.activities))} aktiviteter er uten slakk"
        )
    delay = f"{_weeks(weeks)} ekstra på nummer {place + 1}"
    if moved.length > planned.length + 1e-9:
        return f"{delay} flytter slutten {_weeks(moved.length - planned.length)}"
    return f"{delay} flytter ikke slutten"


def _named(planned: Schedule, place: int) -> str:
    return f"«{place + 1} {planned.activities[place].activity.name}»"


def _sentence(
    planned: Schedule, moved: Schedule, place: int, weeks: float, pushed: Sequence[int]
) -> str:
    critical = [str(at + 1) for at, each in enumerate(planned.activities) if each.critical]
    loose = [at for at, each in enumerate(planned.activities) if not each.critical]
    said = f"Planen tar {_weeks(planned.length)}. "
    if loose:
        least = min(loose, key=lambda at: planned.activities[at].slack)
        slack = _weeks(planned.activities[least].slack)
        said += f"Uten slakk er nummer {join(critical)}. "
        said += (
            f"Av de andre har {_named(planned, least)} minst slakk, {slack}. "
            if len(loose) > 1
            else f"Bare {_named(planned, least)} har slakk, {slack}. "
        )
    else:
        said += "Ingen aktivitet har slakk. "
    if not weeks:
        return said.strip()
    late = planned.activities[place]
    has = "ingen slakk" if late.critical else f"{_weeks(late.slack)} slakk"
    said += f"Nummer {place + 1} har {has} og tar {_weeks(weeks)} ekstra. "
    if moved.length > planned.length + 1e-9:
        longer = _weeks(moved.length - planned.length)
        said += f"Slutten flytter seg {longer}, til {_weeks(moved.length)} fra start, "
    else:
        said += "Slutten står, "
    others = len(pushed) - 1
    what = "annen aktivitet" if others < 2 else "andre aktiviteter"
    return f"{said}og {_number(others) if others else 'ingen'} {what} blir senere ferdig."


# ------------------------------------------------------------------ the figure


class _Row(NamedTuple):
    """An activity's wrapped name, and where its row begins."""

    words: list[str]
    top: float
    bar: float


class _Scale(NamedTuple):
    """From weeks to CSS pixels."""

    left: float
    right: float
    longest: float

    def x(self, weeks: float) -> float:
        return self.left + (self.right - self.left) * weeks / self.longest


def _figure(
    planned: Schedule,
    moved: Schedule,
    pushed: Sequence[int],
    sentence: str,
    *,
    constructed: bool,
) -> str:
    # The height must be known before there is a canvas, and the breadth is the canvas'.
    with Canvas(height=100, left=0, right=0, top=0, bottom=0) as probe:
        narrow, width = probe.narrow, float(probe.width)
    left = 14.0 if narrow else 270.0
    scale = _Scale(left, width - 18, max(planned.length, moved.length, 1e-9))
    room = width - 2 * _EDGE if narrow else left - 3 * _EDGE
    rows, top = [], 86.0 if narrow else 66.0
    for at, each in enumerate(planned.activities):
        words = wrap(f"{at + 1} {each.activity.name}", room / (1.15 if each.critical else 1))
        high = len(words) * _LINE
        rows.append(_Row(words, top, top + high + 8 if narrow else top + max(high, 20) / 2))
        top += high + 30 if narrow else max(high, 20) + 12
    height = round(top + 48)
    with Canvas(height=height, left=0, right=0, top=0, bottom=0, constructed=constructed) as canvas:
        canvas.axes.set_axis_off()
        canvas.axes.set_xlim(0, width)
        canvas.axes.set_ylim(height, 0)
        _key(canvas)
        _weeks_below(canvas, scale, rows[0].top - 6, top)
        _ends(canvas, scale, planned.length, moved.length, rows[0].top - 6, top)
        for at, row in enumerate(rows):
            for line, part in enumerate(row.words):
                canvas.axes.text(
                    _EDGE,
                    row.top + (line + 0.5) * _LINE + (0 if narrow else 2),
                    part,
                    va="center",
                    fontsize=_FONT,
                    fontweight="bold" if planned.activities[at].critical else "normal",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                    zorder=2,
                )
            _bar(canvas, scale, planned, at, row.bar)
            if at in pushed:
                after = moved.activities[at]
                _late(canvas, scale.x(after.early_start), scale.x(after.early_finish), row.bar + 10)
        return canvas.svg(sentence)


def _bar(canvas: Canvas, scale: _Scale, planned: Schedule, at: int, y: float) -> None:
    each = planned.activities[at]
    start, finish = scale.x(each.early_start), scale.x(each.early_finish)
    if each.activity.duration:
        _box(canvas, start, max(finish, start + 2), y, filled=each.critical)
    else:
        canvas.axes.plot(
            start,
            y,
            "D",
            color=COLOURS[0],
            markerfacecolor=COLOURS[0] if each.critical else "white",
            markersize=8,
            zorder=4,
        )
    if not each.critical:
        _slack(canvas, finish, scale.x(each.late_finish), y)


def _box(canvas: Canvas, start: float, finish: float, y: float, *, filled: bool) -> None:
    canvas.axes.fill(
        [start, finish, finish, start],
        [y - _BAR / 2, y - _BAR / 2, y + _BAR / 2, y + _BAR / 2],
        facecolor=COLOURS[0] if filled else "white",
        edgecolor=COLOURS[0],
        linewidth=1.8,
        zorder=3,
    )


def _slack(canvas: Canvas, start: float, finish: float, y: float) -> None:
    canvas.axes.plot([start, finish], [y, y], ":", color=BLACK, linewidth=2, zorder=2)
    canvas.axes.plot([finish, finish], [y - 5, y + 5], color=BLACK, linewidth=1.6, zorder=2)


def _late(canvas: Canvas, start: float, finish: float, y: float) -> None:
    canvas.axes.plot([start, finish], [y, y], color=_LATE, linewidth=3, zorder=3)
    canvas.axes.plot(finish, y, ">", color=_LATE, markersize=5, zorder=3)


def _key(canvas: Canvas) -> None:
    places = (
        ((8, 11), (150, 11), (8, 31), (150, 31))
        if canvas.narrow
        else ((8, 11), (160, 11), (290, 11), (380, 11))
    )
    names = ("kritisk, fet skrift", "har slakk", "slakk", "etter forsinkelsen")
    for draw, ((x, y), name) in enumerate(zip(places, names, strict=True)):
        match draw:
            case 0 | 1:
                _box(canvas, x, x + 22, y, filled=draw == 0)
            case 2:
                _slack(canvas, x, x + 22, y)
            case _:
                _late(canvas, x, x + 22, y)
        canvas.axes.text(x + 30, y, name, va="center", fontsize=_FONT)


def _weeks_below(canvas: Canvas, scale: _Scale, top: float, bottom: float) -> None:
    most = 6 if canvas.narrow else 9
    step = next(step for step in (*_STEPS, 10**5) if scale.longest / step <= most)
    for week in range(0, int(scale.longest) + 1, step):
        x = scale.x(week)
        canvas.axes.plot([x, x], [top, bottom], color="#dde3e6", linewidth=1, zorder=0)
        canvas.axes.text(
            x, bottom + 10, _number(week), ha="center", va="center", fontsize=_FONT, color=BLACK
        )
    canvas.axes.text(
        scale.left, bottom + 30, "uker fra start", va="center", fontsize=_FONT, color=BLACK
    )


def _ends(
    canvas: Canvas, scale: _Scale, planned: float, moved: float, top: float, bottom: float
) -> None:
    shown = [(planned, GREY, "--", f"slutt: {_weeks(planned)}")]
    if moved > planned + 1e-9:
        shown.append((moved, _LATE, "-", f"ny slutt: {_weeks(moved)}"))
    for line, (weeks, colour, style, words) in enumerate(shown):
        x = scale.x(weeks)
        y = top - 24 + 16 * line
        canvas.axes.plot([x, x], [y + 8, bottom], style, color=colour, linewidth=1.6, zorder=1)
        canvas.axes.text(
            x,
            y,
            words,
            ha="right" if x > canvas.width / 2 else "left",
            va="center",
            fontsize=_FONT,
            color=BLACK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            zorder=2,
        )


EXPLORER = Explorer(
    name="gantt",
    title="Hvilken forsinkelse flytter slutten?",
    introduction=(
        "Gjett hvilke aktiviteter som ikke tåler en eneste uke, før du ser etter i figuren. "
        "Forsink så én om gangen. Hvor mye kan den vare lenger før noe annet flytter seg, og når "
        "flytter slutten seg? Bytt til slutt ut planen med deres egen."
    ),
    controls=(
        _PLAN,
        Slider("late", "Nummeret på aktiviteten som tar lengre tid", 1, 60, 1, 5),
        Slider("weeks", "Så mange uker ekstra tar den", 0, 26, 1, 3, "uker"),
    ),
    view=view,
    formula=(
        (
            r"T_j = \max_{i \in F_j} \left(T_i + d_i\right)",
            "En aktivitet kan tidligst starte når den siste av dem den venter på, er ferdig.",
        ),
        (
            r"S_j = \min_{k \in E_j} S_k - d_j",
            (
                "Den må senest starte så tidlig at den blir ferdig før den første av dem som "
                "venter på den, må i gang."
            ),
        ),
        (
            r"\text{slakk}_j = S_j - T_j",
            "Slakken er forskjellen. Er den null, ligger aktiviteten på en kritisk vei.",
        ),
    ),
    sources=(
        "Kelley og Walker (1959) Critical-path planning and scheduling: den kritiske veien",
        "Vestvågøy kommune: Gantt-skjema for gjennomgang av ledelse og støtte, forbildet her",
        "Varighetene og hva som venter på hva, er konstruert.",
    ),
    minutes=9,
    constructed=True,
)
