"""A driver diagram put before a person: which driver lacks a change or a measure."""

from typing import NamedTuple

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import Explorer, Outline, SettingError, Table, Tree, View
from helseledelse.models.drivers import Driver, DriverDiagram, RoleError, driver_diagram
from helseledelse.norwegian import format_number, join

_EXAMPLE = """Mål: Nye innleggelser innen 30 dager skal fra 18 til 14 prosent før 1. juni
Hjemreisen er avtalt i god tid; Møte med hjemmetjenesten dagen før; Andel med avtalt plan
Hjemreisen er avtalt i god tid; Pårørende får planen skriftlig; Andel med avtalt plan
Noen ser til pasienten de første dagene; Hjemmebesøk innen to døgn; Andel besøkt innen to døgn
Legemiddellisten stemmer; Farmasøyt går gjennom listen; Andel med samstemt liste
Legemiddellisten stemmer; ; Andel med avtalt plan
Fastlegen vet hva som er endret; Melding samme dag;
Pasienten vet hvem som skal ringes"""

_OUTLINE = Outline(
    "outline",
    "Driverdiagram",
    _EXAMPLE,
    (
        "Skriv målet på første linje. Skriv så én linje for hvert tiltak: driver; tiltak; måltall. "
        "Mangler noe, la plassen stå tom. Du kan lime inn tre kolonner fra et regneark."
    ),
)

_FONT, _LINE = 12, 16
_NARROW_LETTERS, _BROAD_LETTERS = frozenset("iljtfrI.,;:'|()[] "), frozenset("mwMWæÆ%@—")
_ROLES = {"goal": "mål", "driver": "driver", "change": "tiltak"}
_COUNTS = ("ingen", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti")
_MISSING = COLOURS[1]


def _count(number: int, one: str, many: str, *, neuter: bool = False) -> str:
    words = _COUNTS[number] if number < len(_COUNTS) else format_number(number)
    return f"{'ett' if neuter and number == 1 else words} {one if number == 1 else many}"


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _listed(names: tuple[str, ...]) -> str:
    """Name up to three; the figure shows the rest."""
    quoted = [f"«{name}»" for name in names[:3]]
    if len(names) > 3:
        quoted.append(f"{_COUNTS[1] if len(names) == 4 else format_number(len(names) - 3)} til")
    return join(quoted)


def view(*, outline: Tree) -> View:
    """Show the goal, what must change, and what is done and counted; say what is lacking."""
    try:
        diagram = driver_diagram(outline.goal, outline.rows)
    except RoleError as error:
        first, then = (_ROLES[role] for role in error.roles)
        raise SettingError(
            f"Driverdiagram: «{error.words}» står både som {first} og som {then}, så diagrammet "
            "går i ring. Målet er det dere vil nå, driveren det som må bli annerledes, tiltaket "
            "det dere gjør. Gi det ene et annet navn."
        ) from error
    sentence = _sentence(diagram)
    rows = tuple(
        (
            driver.name,
            change or ("–" if driver.changes else "mangler"),
            measure or ("–" if driver.measures else "mangler"),
        )
        for driver in diagram.drivers
        for change, measure in _pairs(driver)
    )
    table = Table(f"Mål: {diagram.goal}", ("Driver", "Tiltak", "Måltall"), rows)
    note = (
        "Diagrammet er en gjetning om hva som virker, tegnet slik at den kan motsies. At alle "
        "ruter er fylt, betyr at gjetningen kan prøves, ikke at den er riktig."
    )
    constructed = outline.constructed or outline == _OUTLINE.read(_EXAMPLE)
    return View(
        _title(diagram), _figure(diagram, sentence, constructed=constructed), sentence, table, note
    )


def _title(diagram: DriverDiagram) -> str:
    number = len(diagram.drivers)
    lacking = sum(not driver.whole for driver in diagram.drivers)
    drivers = _count(number, "driver", "drivere")
    if not lacking:
        return (
            "Driveren har både tiltak og måltall"
            if number == 1
            else f"Alle {drivers} har både tiltak og måltall"
        )
    if number == 1:
        return "Driveren mangler tiltak eller måltall"
    return f"{_upper(_count(lacking, '', '').strip())} av {drivers} mangler tiltak eller måltall"


def _sentence(diagram: DriverDiagram) -> str:
    changes = {change for driver in diagram.drivers for change in driver.changes}
    serves = diagram.serves
    said = (
        f"Målet har {_count(len(diagram.drivers), 'driver', 'drivere')}, "
        f"{_count(len(changes), 'tiltak', 'tiltak', neuter=True)} og "
        f"{_count(len(serves), 'måltall', 'måltall', neuter=True)}. "
    )
    if diagram.without_measure:
        said += f"Uten måltall står {_listed(diagram.without_measure)}. "
    if diagram.without_change:
        said += f"Uten tiltak står {_listed(diagram.without_change)}. "
    if serves:
        most = max(serves.values())
        top = tuple(name for name, count in serves.items() if count == most)
        if most == 1:
            said += "Hvert måltall følger bare én driver. "
        else:
            follows = "følger" if len(top) == 1 else "følger hver"
            said += (
                f"{_listed(top)} {follows} {_count(most, 'driver', 'drivere')}, flest av "
                f"{'måltallene' if len(top) < len(serves) else 'alle'}. "
            )
    if not any(sign.isdigit() for sign in diagram.goal):
        said += "I målet står det ikke noe tall: Skriv hvor mye, og innen når. "
    return said.strip()


def _pairs(driver: Driver) -> list[tuple[str, str]]:
    """Give changes and measures side by side, an empty text where one of them is lacking."""
    number = max(1, len(driver.changes), len(driver.measures))
    changes = [*driver.changes, *[""] * number][:number]
    measures = [*driver.measures, *[""] * number][:number]
    return list(zip(changes, measures, strict=True))


# ------------------------------------------------------------------ the figure


class _Block(NamedTuple):
    """Wrapped words and how they look."""

    lines: list[str]
    colour: str
    mark: str

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 6


def _wide(text: str) -> float:
    """Give the breadth of a text in CSS pixels, rather too much than too little."""
    return sum(
        4.6 if sign in _NARROW_LETTERS else 11.6 if sign in _BROAD_LETTERS else
        8.8 if sign.isupper() else 7.7
        for sign in text
    )  # fmt: skip


def wrap(text: str, room: float) -> list[str]:
    """Part a text in lines that fit, a word too long for one line with a hyphen."""
    lines, line = [], ""
    for word in text.split():
        rest = word
        if line and _wide(f"{line} {rest}") <= room:
            line = f"{line} {rest}"
            continue
        if line:
            lines.append(line)
        while _wide(rest) > room:
            cut = len(rest) - 1
            while cut > 1 and _wide(rest[:cut] + "-") > room:
                cut -= 1
            lines.append(rest[:cut] + "-")
            rest = rest[cut:]
        line = rest
    return [*lines, line] if line else lines


def _leaves(driver: Driver, room: float) -> list[_Block]:
    """Give what stands to the right of a driver: its changes, then its measures."""
    blocks = [_Block(wrap(change, room), COLOURS[0], "s") for change in driver.changes]
    if not driver.changes:
        blocks.append(_Block(["mangler tiltak"], _MISSING, "x"))
    blocks += [_Block(wrap(measure, room), COLOURS[2], "D") for measure in driver.measures]
    if not driver.measures:
        blocks.append(_Block(["mangler måltall"], _MISSING, "x"))
    return blocks


_EDGE, _PAD, _GAP, _KEY = 8, 8, 14, 26


class _Band(NamedTuple):
    """A driver and what belongs to it, with room for them."""

    words: list[str]
    whole: bool
    leaves: list[_Block]

    @property
    def box(self) -> float:
        return len(self.words) * _LINE + 2 * _PAD

    @property
    def under(self) -> float:
        return sum(leaf.height for leaf in self.leaves)


def _figure(diagram: DriverDiagram, sentence: str, *, constructed: bool) -> str:
    # The height must be known before there is a canvas, and the breadth is the canvas'.
    with Canvas(height=100, left=0, right=0, top=0, bottom=0) as probe:
        narrow, width = probe.narrow, float(probe.width)
    if narrow:
        goal_room, driver_left, leaf_left = width - 2 * (_EDGE + _PAD), 26.0, 44.0
        driver_right = width - _EDGE
    else:
        goal_room, driver_left, leaf_left = 132.0, 190.0, 420.0
        driver_right = 392.0
    leaf_text = leaf_left + 18
    goal = wrap(diagram.goal, goal_room / 1.15)  # bold letters are broader
    bands = [
        _Band(
            wrap(driver.name, driver_right - driver_left - 2 * _PAD),
            driver.whole,
            _leaves(driver, width - _EDGE - leaf_text),
        )
        for driver in diagram.drivers
    ]
    goal_high = len(goal) * _LINE + 2 * _PAD
    if narrow:
        height = _KEY + goal_high + sum(_GAP + band.box + 6 + band.under for band in bands) + 24
    else:
        tall = sum(max(band.box, band.under) + _GAP for band in bands)
        height = _KEY + max(goal_high + _GAP, tall) + 18
    with Canvas(
        height=round(height), left=0, right=0, top=0, bottom=0, constructed=constructed
    ) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(round(height), 0)
        _key(canvas)
        goal_top: float = _KEY
        if not narrow:
            goal_top += max(0.0, (height - 18 - _KEY - _GAP - goal_high) / 2)
        goal_right = width - _EDGE if narrow else _EDGE + 2 * _PAD + goal_room
        _box(canvas, (_EDGE, goal_top, goal_right, goal_top + goal_high), BLACK)
        _words(canvas, goal, _EDGE + _PAD, goal_top + _PAD, weight="bold")
        trunk = 16.0 if narrow else (goal_right + driver_left) / 2
        start = (trunk, goal_top + goal_high) if narrow else (goal_right, goal_top + goal_high / 2)
        ends = [start[1]]
        top = _KEY + (goal_high + _GAP if narrow else 0.0)
        for band in bands:
            band_high = band.box if narrow else max(band.box, band.under)
            box_top = top + (band_high - band.box) / 2
            box = (driver_left, box_top, driver_right, box_top + band.box)
            middle = box_top + band.box / 2
            ends.append(middle)
            _line(canvas, (trunk, middle), (driver_left, middle))
            _box(canvas, box, COLOURS[0] if band.whole else _MISSING)
            _words(canvas, band.words, driver_left + _PAD, box_top + _PAD)
            if narrow:
                fork, below = (driver_left + 8, box[3]), box[3] + 6
            else:
                fork = ((driver_right + leaf_left) / 2, middle)
                below = top + (band_high - band.under) / 2
                _line(canvas, (driver_right, middle), fork)
            _draw_leaves(canvas, band.leaves, fork, leaf_left, below)
            top += (band.box + 6 + band.under if narrow else band_high) + _GAP
        _line(canvas, start, (trunk, start[1]))
        _line(canvas, (trunk, min(ends)), (trunk, max(ends)))
        return canvas.svg(sentence)


def _key(canvas: Canvas) -> None:
    for at, mark, colour, name in (
        (_EDGE + 6, "s", COLOURS[0], "tiltak"),
        (_EDGE + 76, "D", COLOURS[2], "måltall"),
        (_EDGE + 156, "x", _MISSING, "mangler"),
    ):
        canvas.axes.plot(at, 11, mark, color=colour, markersize=7, markeredgewidth=2)
        canvas.axes.text(at + 10, 11, name, va="center", fontsize=_FONT)


def _words(
    canvas: Canvas, lines: list[str], x: float, top: float, *, weight: str = "normal"
) -> None:
    for place, line in enumerate(lines):
        canvas.axes.text(
            x, top + (place + 0.5) * _LINE, line, va="center", fontsize=_FONT, fontweight=weight
        )


def _box(canvas: Canvas, sides: tuple[float, float, float, float], colour: str) -> None:
    left, top, right, bottom = sides
    canvas.axes.fill(
        [left, right, right, left],
        [top, top, bottom, bottom],
        facecolor="white",
        edgecolor=colour,
        linewidth=1.8,
        zorder=2,
    )


def _line(canvas: Canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    canvas.axes.plot([start[0], end[0]], [start[1], end[1]], color=GREY, linewidth=1.2, zorder=1)


def _draw_leaves(
    canvas: Canvas, leaves: list[_Block], fork: tuple[float, float], left: float, top: float
) -> None:
    ends = [fork[1]]
    for leaf in leaves:
        height = top + 3 + _LINE / 2
        ends.append(height)
        _line(canvas, (fork[0], height), (left, height))
        canvas.axes.plot(
            left + 6, height, leaf.mark, color=leaf.colour, markersize=7, markeredgewidth=2
        )
        _words(canvas, leaf.lines, left + 18, top + 3)
        top += leaf.height
    _line(canvas, (fork[0], min(ends)), (fork[0], max(ends)))


EXPLORER = Explorer(
    name="driver_diagram",
    title="Har vi et tiltak og et måltall for alt som må bli annerledes?",
    introduction=(
        "Les eksemplet og gjett hva som mangler, før du ser etter i figuren. Bytt det så ut med "
        "deres eget mål. Hvilken driver gjør dere mest med, og hvilken gjør dere ingenting med?"
    ),
    controls=(_OUTLINE,),
    view=view,
    formula=(
        (
            r"H = \frac{\left|\{\, d : T_d \neq \emptyset,\ M_d \neq \emptyset \,\}\right|}{|D|}",
            (
                "Andelen drivere som har minst ett tiltak og minst ett måltall. Er den under én, "
                "er det noe dere enten ikke gjør noe med eller ikke kan se om dere får til."
            ),
        ),
    ),
    sources=(
        "Provost og Bennett (2015), Quality Progress 48(7): en teori som kan prøves",
        "Langley mfl. (2009) The Improvement Guide, 2. utgave: mål, måltall og tiltak",
        "Målet, driverne, tiltakene og måltallene som står der først, er konstruert.",
    ),
    minutes=9,
    constructed=True,
)
