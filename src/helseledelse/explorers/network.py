"""A network of cooperation put before a person: who ties it together, and what if she leaves."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import Explorer, Pairs, SettingError, Switch, Table, View
from helseledelse.explorers.pasted import Ties
from helseledelse.models.network import Network, Place, layout, network, without
from helseledelse.norwegian import format_number, join

Edges = tuple[tuple[str, str], ...]

_ROLES = """Avdelingsleder sykehus – Overlege
Avdelingsleder sykehus – Sykepleier sengepost
Overlege – Sykepleier sengepost
Overlege – Poliklinikk
Sykepleier sengepost – Poliklinikk
Sykepleier sengepost – Fysioterapeut
Overlege – Fysioterapeut
Sykepleier sengepost – Koordinator
Koordinator – Tildelingskontor
Koordinator – Hjemmesykepleie
Koordinator – Korttidsplass
Tildelingskontor – Hjemmesykepleie
Tildelingskontor – Korttidsplass
Hjemmesykepleie – Fastlege
Hjemmesykepleie – Ergoterapeut
Hjemmesykepleie – Enhetsleder kommune
Korttidsplass – Enhetsleder kommune
Korttidsplass – Ergoterapeut
Hjemmesykepleie – Pårørende
Kommuneoverlege – Enhetsleder kommune
Kommuneoverlege – Fastlege"""

_TIES = Pairs("ties", "Samarbeid", _ROLES)

_FONT = 12
_LETTER = 7.3  # mean width of a letter of that size, in CSS pixels
_LINE = 15
# Behind words that a line passes under; slow to draw, so only there.
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8}


def view(*, ties: Ties, leaves: bool) -> View:
    """Show the network, who lies between the others, and what is left when that one leaves."""
    edges = _tidy(ties)
    whole = network(edges)
    if len(whole.places) < 3:
        raise SettingError(
            "Samarbeid: Her er bare to navn. Ta med minst tre, så det kan sees hvem som knytter "
            "andre sammen."
        )
    constructed = ties.constructed or edges == _tidy(_TIES.read(_ROLES))
    first = whole.places[0]
    gone = first.name if leaves else ""
    names = [place.name for place in whole.places]
    shown = (
        network(without(edges, gone), alone=[name for name in names if name != gone])
        if gone
        else whole
    )
    title, sentence = _left(whole, shown, first) if gone else _told(whole)
    return View(
        title,
        _figure(edges, names, shown, gone, sentence, constructed=constructed),
        sentence,
        _table(shown, names),
        (
            "Et nettverk på papir viser hvem som har kontakt, ikke hvor god den er. Tegn det "
            "sammen "
            "med dem det gjelder, og bruk roller, ikke navn på personer, om flere skal se det."
        ),
    )


def _tidy(ties: Edges) -> Edges:
    """Give every name one spelling, the first met, so that Fastlege and fastlege are one."""
    spelled: dict[str, str] = {}
    for pair in ties:
        for name in pair:
            spelled.setdefault(name.casefold(), name)
    return tuple((spelled[one.casefold()], spelled[other.casefold()]) for one, other in ties)


def _percent(share: float) -> str:
    return format_number(100 * share)


def _told(found: Network) -> tuple[str, str]:
    first = found.places[0]
    cuts = [place.name for place in found.places if place.cut]
    described = (
        f"{len(found.places)} roller har {found.ties} forbindelser, {_percent(found.density)} "
        "prosent av dem som er mulige. "
    )
    if len(found.parts) > 1:
        described += f"Nettverket henger ikke sammen: det er {len(found.parts)} deler. "
    if first.betweenness < 1e-9:
        title = "Ingen knytter sammen flere enn andre"
        described += "Alle når hverandre direkte eller like lett, og ingen ligger mellom andre."
        return title, described
    second = found.places[1]
    title = f"{first.name} knytter mest sammen"
    described += (
        f"{first.name} ligger på {_percent(first.betweenness)} prosent av de korteste veiene "
        "mellom "
        f"andre og har {first.degree} forbindelser"
    )
    described += (
        f"; deretter kommer {second.name} med {_percent(second.betweenness)} prosent. "
        if second.betweenness > 1e-9
        else ". "
    )
    most = max(found.places, key=lambda place: (place.degree, place.betweenness))
    if most.degree > first.degree:
        described += (
            f"Flest forbindelser har {most.name}, med {most.degree}: mange kontakter er ikke det "
            "samme som å knytte sammen. "
        )
    if cuts:
        described += (
            f"Nettverket deles om {cuts[0]} blir borte."
            if len(cuts) == 1
            else f"Nettverket deles om én av disse blir borte: {join(cuts)}."
        )
    else:
        described += "Ingen er alene om å binde noen til resten."
    return title, described


def _left(whole: Network, shown: Network, first: Place) -> tuple[str, str]:
    before, after = len(whole.parts), len(shown.parts)
    largest = shown.parts[0]
    alone = [part[0] for part in shown.parts if len(part) == 1]
    sentence = f"Uten {first.name} forsvinner {first.degree} av {whole.ties} forbindelser. "
    if after > before:
        title = f"Uten {first.name} faller nettverket i {after} deler"
        sentence += f"Den største delen har {len(largest)} av {len(shown.places)} roller igjen. "
        if alone:
            sentence += f"{join(alone)} står helt uten kontakt. "
    else:
        title = f"Nettverket holder sammen uten {first.name}"
        sentence += "Alle som hang sammen, gjør det fortsatt, men veiene kan bli lengre. "
    # Somebody else becomes the one between; that is who needs help first.
    rise, heir = max(
        (place.betweenness - whole.place(place.name).betweenness, place.name)
        for place in shown.places
    )
    if rise > 0.005:
        sentence += (
            f"Mest faller nå på {heir}, som går fra "
            f"{_percent(whole.place(heir).betweenness)} til "
            f"{_percent(shown.place(heir).betweenness)} prosent av veiene."
        )
    return title, sentence.strip()


def _table(shown: Network, names: Sequence[str]) -> Table:
    numbers = {name: place + 1 for place, name in enumerate(names)}
    return Table(
        "Rollene, den som knytter mest sammen først",
        (
            "Rolle",
            "Nr. i figuren",
            "Forbindelser",
            "Mellom andre (av veiene)",
            "Bundethet (Burt)",
            "Nettverket deles uten",
        ),
        tuple(
            (
                place.name,
                format_number(numbers[place.name]),
                format_number(place.degree),
                f"{_percent(place.betweenness)} %",
                format_number(place.constraint, 2) if place.degree else "–",
                "ja" if place.cut else "nei",
            )
            for place in shown.places
        ),
    )


_layout = lru_cache(maxsize=64)(layout)


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def over(self, other: "_Box") -> float:
        """Area shared with another box."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)


def _lines(name: str) -> list[str]:
    """Part a long name in two lines at the space nearest its middle."""
    if len(name) <= 14 or " " not in name:
        return [name if len(name) <= 22 else name[:21] + "…"]
    spaces = [place for place, sign in enumerate(name) if sign == " "]
    cut = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return [part if len(part) <= 22 else part[:21] + "…" for part in (name[:cut], name[cut + 1 :])]


def _label_places(
    points: dict[str, tuple[float, float]],
    radii: dict[str, float],
    ties: Sequence[tuple[str, str]],
    width: float,
    height: float,
) -> dict[str, tuple[float, float, bool]]:
    """Give a name the middle of its words, and whether a line passes there.

    The most important names come first; those there is no room for are left out.
    """
    taken = [
        _Box(x - radii[n], y - radii[n], x + radii[n], y + radii[n]) for n, (x, y) in points.items()
    ]
    # Points along each tie, so that words rather stand beside a line than on it.
    along = np.array(
        [
            (
                points[one][0] + share * (points[other][0] - points[one][0]),
                points[one][1] + share * (points[other][1] - points[one][1]),
            )
            for one, other in ties
            for share in np.linspace(0.1, 0.9, 9)
        ]
    ).reshape(-1, 2)
    chosen: dict[str, tuple[float, float, bool]] = {}
    for name, (x, y) in points.items():
        lines = _lines(name)
        wide = max(len(line) for line in lines) * _LETTER + 2
        high = _LINE * len(lines)
        reach = radii[name] + 2
        best, least = None, float("inf")
        for dx, dy in (
            (0, -1), (0, 1), (1, 0), (-1, 0), (0.8, -1), (-0.8, -1), (0.8, 1), (-0.8, 1),
        ):  # fmt: skip
            middle_x = x + dx * (wide / 2 + (reach if not dy else 0))
            middle_y = y + dy * (high / 2 + reach)
            # Words may be pushed inwards from the edge, not cut by it.
            middle_x = min(max(middle_x, wide / 2), width - wide / 2)
            box = _Box(
                middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2
            )
            if box.top < 0 or box.bottom > height:
                continue
            hidden = sum(box.over(other) for other in taken)
            crossed = (
                (along[:, 0] > box.left)
                & (along[:, 0] < box.right)
                & (along[:, 1] > box.top)
                & (along[:, 1] < box.bottom)
            ).sum()
            worth = hidden * 10 + float(crossed)
            if hidden <= 6 and worth < least:
                best, least = (box, (middle_x, middle_y, bool(crossed))), worth
        if best:
            taken.append(best[0])
            chosen[name] = best[1]
    return chosen


def _figure(
    edges: Edges,
    names: Sequence[str],
    shown: Network,
    gone: str,
    sentence: str,
    *,
    constructed: bool,
) -> str:
    crowd = len(names)
    height = 460 if crowd <= 16 else min(900, 460 + 14 * (crowd - 16))
    with Canvas(height=height, left=0, right=0, top=0, bottom=0, constructed=constructed) as canvas:
        axes, narrow, width = canvas.axes, canvas.narrow, canvas.width
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        placed = _layout(edges)
        # On a wide figure the longest way lies across.
        inside = (52, 34) if narrow else (80, 40)
        points = {}
        for name in names:
            across, down = placed[name] if narrow else placed[name][::-1]
            points[name] = (
                inside[0] + across * (width - 2 * inside[0]),
                inside[1] + down * (height - 2 * inside[1] - 14),
            )
        weight = {place.name: place for place in shown.places}
        size = 1.0 if crowd <= 20 else 0.7  # so that many do not cover each other
        radii = {
            name: size * (8 + 15 * (weight[name].betweenness if name in weight else 0) ** 0.5)
            for name in names
        }
        left = [pair for pair in edges if gone not in pair]
        for pairs, colour, line in (
            (left, "#9fadb6", "-"),
            ([pair for pair in edges if gone in pair], "#c9d2d8", (0, (2, 3))),
        ):
            gap = float("nan")  # parts one tie from the next, so that all are one line to draw
            ends = [(*points[one], *points[other]) for one, other in pairs]
            axes.plot(
                [x for x0, _, x1, _ in ends for x in (x0, x1, gap)],
                [y for _, y0, _, y1 in ends for y in (y0, y1, gap)],
                color=colour,
                linewidth=1.4,
                linestyle=line,
                zorder=1,
            )
        words = _label_places(points, radii, left, width, height - 16)
        numbers = {name: place + 1 for place, name in enumerate(names)}
        for name, (x, y) in points.items():
            cut = name in weight and weight[name].cut
            axes.plot(
                x,
                y,
                "X" if name == gone else "o",
                markersize=2 * radii[name] if name != gone else 13,
                markerfacecolor=GREY if name == gone else COLOURS[1] if cut else COLOURS[0],
                markeredgecolor=BLACK if cut else "white",
                markeredgewidth=2.2 if cut else 1,
                zorder=2,
            )
            if name in words:
                across, down, crossed = words[name]
                axes.text(
                    across,
                    down,
                    "\n".join(_lines(name)),
                    ha="center",
                    va="center",
                    fontsize=_FONT,
                    linespacing=1.05,
                    color=GREY if name == gone else BLACK,
                    fontweight="bold" if name == names[0] and not gone else "normal",
                    bbox=_WHITE if crossed else None,
                    zorder=3,
                )
            else:
                axes.text(
                    x, y, str(numbers[name]), ha="center", va="center", fontsize=11,
                    color="white", zorder=3,
                )  # fmt: skip
        missing = crowd - len(words)
        key = "oransje med ring: nettverket deles uten" if any(p.cut for p in shown.places) else ""
        if missing:
            key = "tall: se tabellen" + (f" · {key}" if key and not narrow else "")
        axes.text(4, height - 4, key, ha="left", va="bottom", fontsize=11, color=GREY)
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="network",
    title="Hvem holder samarbeidet sammen, og hva skjer om hun slutter?",
    introduction=(
        "Skriv hvem som samarbeider med hvem i et forløp du kjenner, ett par på hver linje. Gjett "
        "hvem som knytter mest sammen, før du ser etter. Fjern så den rollen, og se hvem som "
        "mister "
        "kontakten."
    ),
    controls=(
        _TIES,
        Switch("leaves", "Fjern den som knytter mest sammen"),
    ),
    view=view,
    formula=(
        (
            r"B(v) = \frac{2}{(n-1)(n-2)} \sum_{s<t} \frac{\sigma_{st}(v)}{\sigma_{st}}",
            (
                "Hvor ofte en rolle ligger på de korteste veiene mellom to andre. Slik finner vi "
                "den "
                "som knytter sammen, også når hun har få kontakter."
            ),
        ),
        (
            r"C_i = \sum_j \left( p_{ij} + \sum_q p_{iq}\,p_{qj} \right)^2",
            (
                "Burts mål på bundethet: høyt når alle kontaktene også kjenner hverandre, lavt når "
                "rollen bygger bro mellom grupper."
            ),
        ),
    ),
    sources=(
        "Freeman 1979, Social Networks 1: mål for hvem som er sentral",
        "Burt 1992: Structural Holes",
        "Krackhardt 1990, Administrative Science Quarterly 35(2): nettverk og innflytelse",
        "Rollene og forbindelsene som står der først, er konstruert.",
    ),
    minutes=8,
    constructed=True,
)
