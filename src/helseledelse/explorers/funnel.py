"""Twenty hospital areas in a funnel: who is really different, and who is only small."""

import numpy as np

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.datasets import dataset, helseatlas
from helseledelse.explorers.base import Choice, Explorer, Switch, Table, View
from helseledelse.models.funnel import Funnel, FunnelMethod, funnel, funnel_limits
from helseledelse.norwegian import format_number, join

# The atlas's own name for each indicator, what a person reads, and what the numerator counts.
INDICATORS = {
    "alle": ("Reinnleggelser", "Reinnleggelser, alle sykdommer", "reinnlagt"),
    "hjertesvikt": ("Hjertesvikt, reinnleggelser", "Reinnleggelser, hjertesvikt", "reinnlagt"),
    "lunge": ("Lungebetennelse, reinnleggelser", "Reinnleggelser, lungebetennelse", "reinnlagt"),
    "kols": ("Kols, reinnleggelser", "Reinnleggelser, kols", "reinnlagt"),
    "hofte": ("Hoftebrudd, reinnleggelser", "Reinnleggelser, hoftebrudd", "reinnlagt"),
    "hjerneslag": ("Hjerneslag, reinnleggelser", "Reinnleggelser, hjerneslag", "reinnlagt"),
    "slagenhet": (
        "Hjerneslag, pasienter behandlet i slagenhet (andel)",
        "Hjerneslag, behandlet i slagenhet",
        "behandlet i slagenhet",
    ),
    "fire_timer": (
        "Hjerneslag, pasienter innlagt innen 4 timer etter symptomdebut (andel)",
        "Hjerneslag, innlagt innen fire timer",
        "innlagt innen fire timer",
    ),
    "protese": (
        "Lårhalsbrudd, behandling med protese (andeler)",
        "Lårhalsbrudd, behandlet med protese",
        "behandlet med protese",
    ),
}
_COUNTRY = 8888  # the atlas's number for Norway as a whole
_METHODS: tuple[tuple[FunnelMethod, str], ...] = (
    ("exact_binomial", "eksakt binomisk (Spiegelhalter)"),
    ("inverted_wilson", "omvendt Wilson (engelsk folkehelse)"),
)


def areas(indicator: str) -> tuple[list[str], list[int], list[int]]:
    """Give names, numerators and denominators of the twenty areas."""
    table = helseatlas("eldre")
    rows = table[
        (table["indikator"] == INDICATORS[indicator][0]) & (table["omrade_nr"] != _COUNTRY)
    ]
    return rows["omrade"].tolist(), rows["teller"].tolist(), rows["nevner"].tolist()


def view(*, indicator: str, overdispersion: bool, method: FunnelMethod) -> View:
    """Show the areas inside the funnel of chance, and name those beyond it."""
    names, events, cases = areas(indicator)
    found = funnel(events, cases, method=method, overdispersion=overdispersion)
    _, heading, counted = INDICATORS[indicator]
    outer, inner = found.outside_998, found.outside_95
    different = [name for name, out in zip(names, outer, strict=True) if out]
    order = np.argsort(-found.value)
    first, last = int(order[0]), int(order[-1])

    number = len(different)
    title = (
        "Ingen av områdene skiller seg sikkert ut fra resten av landet"
        if not number
        else f"Bare {different[0]} skiller seg sikkert ut"
        if number == 1
        else f"{number} av {len(names)} områder skiller seg sikkert ut"
    )

    def percent(share: float) -> str:
        return format_number(100 * share, 1, unit="%")

    sentence = (
        f"{heading}: i landet blir {percent(found.target)} {counted}. På en rangliste går det fra "
        f"{percent(found.value[first])} ({names[first]}) til {percent(found.value[last])} "
        f"({names[last]}). "
    )
    if number:
        where = [
            f"{name} ({'over' if found.value[names.index(name)] > found.target else 'under'})"
            for name in different
        ]
        sentence += f"Utenfor de ytre grensene ligger {join(where)}. "
    else:
        sentence += "Ingen ligger utenfor de ytre grensene. "
    rest = len(names) - number
    sentence += (
        f"Forskjellene mellom de {rest} andre kan være tilfeldige, så plassen på listen sier lite."
        if number
        else "Forskjellene kan være tilfeldige, så plassen på listen sier lite."
    )
    inside = [place for place in (first, last) if not outer[place]]
    if inside:
        sentence += (
            f" {join([names[place] for place in inside])} ligger ytterst på listen, men er ikke "
            "sikkert annerledes."
        )
    figure = _figure(names, np.array(cases), found, method, sentence)
    table = Table(
        f"{heading}, ordnet fra høyest til lavest. Grenser: {dict(_METHODS)[method]}"
        f"{', utvidet' if found.dispersion > 1 else ''}.",
        ("Område", "Antall", "Av", "Andel", "Ytre grenser", "Stilling"),
        tuple(
            (
                names[place],
                format_number(events[place]),
                format_number(cases[place]),
                percent(found.value[place]),
                (
                    f"{format_number(100 * found.limits.lower_998[place], 1)}–"
                    f"{percent(found.limits.upper_998[place])}"
                ),
                "utenfor de ytre"
                if outer[place]
                else "utenfor de indre"
                if inner[place]
                else "innenfor",
            )
            for place in order
        ),
    )
    return View(title, figure, sentence, table, _note(found, overdispersion=overdispersion))


def _note(found: Funnel, *, overdispersion: bool) -> str:
    if overdispersion and found.dispersion > 1:
        spread = (
            f"Områdene sprer seg {format_number(found.dispersion, 1)} ganger så mye som tilfeldig "
            "variasjon skulle gi (varians). Grensene er utvidet for det, for noe av spredningen "
            "skyldes forhold ingen kan lastes for. "
        )
    elif overdispersion:
        spread = "Områdene sprer seg ikke mer enn tilfeldig, så utvidelsen endrer ingenting. "
    else:
        spread = ""
    return (
        f"{spread}Utenfor de indre grensene havner ett av tjue områder av ren tilfeldighet, "
        "utenfor de ytre to av tusen. Tallene er årsgjennomsnitt for 2013–2015 og ikke justert for "
        "alder og kjønn. Trakten er tegnet for ett års pasienter; et snitt av tre år svinger "
        "mindre, så noen flere kan være annerledes enn trakten viser. Et avvik er et spørsmål, "
        "ikke en dom."
    )


def _figure(
    names: list[str],
    cases: np.ndarray,
    found: Funnel,
    method: FunnelMethod,
    sentence: str,
) -> str:
    largest = int(1.08 * cases.max())
    sizes = np.unique(np.geomspace(max(5, 0.3 * cases.min()), largest, 120).round())
    limits = funnel_limits(sizes, target=found.target, method=method, dispersion=found.dispersion)
    shares = 100 * found.value
    with Canvas(height=400, left=62, right=62, top=20, bottom=58) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Pasienter i nevneren", ticks=4)
        number_axis(axes.yaxis, "", unit="%", ticks=5)
        for under, over, style in (
            (limits.lower_998, limits.upper_998, "-"),
            (limits.lower_95, limits.upper_95, (0, (5, 3))),
        ):
            for line in (under, over):
                axes.plot(sizes, 100 * line, color=GREY, linewidth=1.3, linestyle=style)
        axes.axhline(100 * found.target, color=BLACK, linewidth=1.4)
        out = found.outside_998
        axes.plot(cases[~out], shares[~out], "o", color=COLOURS[0], markersize=8)
        axes.plot(cases[out], shares[out], "s", color=COLOURS[1], markersize=9)
        smallest = cases.min()
        at = np.searchsorted(sizes, smallest)
        low = min(100 * float(limits.lower_998[at]), float(shares.min()))
        high = max(100 * float(limits.upper_998[at]), float(shares.max()))
        room = 0.08 * (high - low)
        low, high = max(-1.0, low - room), min(101.0, high + room)
        axes.set_ylim(low, high)
        axes.set_xlim(0, largest)
        _name_areas(canvas, names, cases, found, largest=largest, high=high - low)
        axes.annotate(
            f"landet\n{format_number(100 * found.target, 1)} %",
            (largest, 100 * found.target),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=12,
            annotation_clip=False,
        )
        return canvas.svg(sentence)


def _name_areas(
    canvas: Canvas,
    names: list[str],
    cases: np.ndarray,
    found: Funnel,
    *,
    largest: float,
    high: float,
) -> None:
    """Write names beyond the marks farthest out; the rest stand in the sentence and the table.

    Parameters
    ----------
    largest, high : cases and per cent that the figure spans
    """
    across, line = largest / (canvas.width - 124), high / (canvas.height - 78) * 15
    apart = np.abs(found.value - found.target) * np.sqrt(cases)
    outer = sorted(np.flatnonzero(found.outside_998), key=lambda one: -apart[one])
    taken: list[tuple[float, float]] = []
    for place in outer[: 3 if canvas.narrow else 6]:
        half = 4 * len(names[place]) * across
        x = min(max(float(cases[place]), half), largest - half)
        away = 1 if found.value[place] > found.target else -1
        y = 100 * float(found.value[place]) + away * line
        if 100 * float(found.value[place]) + line > 100:  # no room above a share of nearly all
            y = 100 * float(found.value[place]) - line
        if any(abs(x - other) < 2.2 * half and abs(y - up) < line for other, up in taken):
            continue
        taken.append((x, y))
        canvas.axes.text(x, y, names[place], ha="center", va="center", fontsize=12)


EXPLORER = Explorer(
    name="funnel",
    title="Hvilke områder er virkelig annerledes, og hvilke er bare små?",
    introduction=(
        "Tallene er ekte: tjue opptaksområder i Helseatlas for eldre. Hvem ville du bedt om en "
        "forklaring ut fra en rangliste? Se så hvem som ligger utenfor trakten. Heltrukne grenser "
        "er de ytre, stiplede de indre."
    ),
    controls=(
        Choice(
            "indicator",
            "Måltall",
            tuple((key, words[1]) for key, words in INDICATORS.items()),
            "alle",
        ),
        Switch("overdispersion", "Ta hensyn til at områdene er ulike fra før (utvid grensene)"),
        Choice("method", "Slik er grensene regnet", _METHODS, "exact_binomial"),
    ),
    view=view,
    formula=(
        (
            r"P(X \le x) = 0{,}001 \text{ og } 0{,}999,\ X \sim \mathrm{Bin}(n, \theta)",
            (
                "Eksakt: et område med n pasienter som er likt landet (θ), havner utenfor de ytre "
                "grensene to av tusen ganger."
            ),
        ),
        (
            r"\theta \pm z \sqrt{\varphi\,\theta(1-\theta)/n}",
            (
                "Omvendt Wilson, og utvidet: φ er hvor mye mer områdene varierer enn tilfeldig, "
                "når de ti prosentene ytterst i hver ende er trukket inn."
            ),
        ),
    ),
    sources=(
        dataset("helseatlas_eldre_2013_2015").attribution + ": eldre, 2013–2015, 20 områder",
        (
            "Spiegelhalter 2005, Funnel plots for comparing institutional performance, "
            "Statistics in Medicine 24"
        ),
        (
            "Spiegelhalter 2005, Handling over-dispersion of performance indicators, Quality and "
            "Safety in Health Care 14"
        ),
    ),
    minutes=7,
)
