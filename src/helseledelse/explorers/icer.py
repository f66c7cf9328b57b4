"""Three ways of following people up, against usual care: which of them deserve a discussion."""

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.cost_effectiveness import (
    Option,
    Quadrant,
    Row,
    Status,
    best_spans,
    icer,
    icer_table,
    net_monetary_benefit,
)
from helseledelse.norwegian import format_number, join

USUAL = "Vanlig oppfølging"
NAMES = {"A": "Telefonoppfølging", "B": "Hjemmebesøk", "C": "Gruppeopplæring"}


def options(settings: dict[str, float]) -> tuple[Option, ...]:
    """Give usual care and the three alternatives, as extra cost and gain against usual care."""
    return (
        Option(USUAL, 0, 0),
        *(
            Option(name, settings[f"cost_{letter.lower()}"], settings[f"effect_{letter.lower()}"])
            for letter, name in NAMES.items()
        ),
    )


def _view(**settings: float) -> View:
    threshold = settings["threshold"]
    choices = options(settings)
    rows = icer_table(choices)
    best = _best(choices, threshold)
    sentence = _sentence(rows, best, threshold)
    limit = format_number(threshold, unit="kr")
    title = (
        f"Med {limit} per godt leveår er {_named(best)} best"
        if threshold
        else f"Med 0 kr per godt leveår er {_named(best)} best"
    )
    figure = _figure(choices, rows, threshold, sentence)
    return View(title, figure, sentence, _table(rows, threshold))


def _best(choices: tuple[Option, ...], threshold: float) -> list[Option]:
    """Give the option to choose, and those alike; at a switch the dearer, worth its price there."""
    best = [span.option for span in best_spans(choices) if span.low <= threshold][-1]
    return [one for one in choices if (one.cost, one.effect) == (best.cost, best.effect)]


def _inside(name: str) -> str:
    return name[0].lower() + name[1:]


def _named(some: list[Option]) -> str:
    return join([_inside(option.name) for option in some])


def _sentence(rows: tuple[Row, ...], best: list[Option], threshold: float) -> str:
    frontier = [row.option for row in rows if row.status is Status.FRONTIER]
    gain = float(net_monetary_benefit(best[0].cost, best[0].effect, threshold))
    first = (
        f"Disse ligger på fronten og er verdt å drøfte: {_named(frontier)}."
        if len(frontier) > 1
        else f"Bare {_named(frontier)} ligger på fronten."
    )
    limit = format_number(threshold, unit="kr")
    if best[0].name == USUAL:
        second = f"Med en grense på {limit} per godt leveår er ingen av tiltakene verdt prisen."
    else:
        second = (
            f"Med en grense på {limit} per godt leveår gir {_named(best)} størst nettonytte: "
            f"{format_number(gain, unit='kr')} per person mer enn vanlig oppfølging."
        )
    return " ".join(filter(None, (first, second, _trap(rows, threshold))))


def _trap(rows: tuple[Row, ...], threshold: float) -> str:
    """Name a dominated option that looks fine as long as it is only held against usual care."""
    for row in rows:
        alone = icer(cost=(0, row.option.cost), effect=(0, row.option.effect))
        if (
            row.status is Status.FRONTIER
            or alone.quadrant is not Quadrant.DEARER_AND_BETTER
            or alone.ratio is None
            or alone.ratio > threshold
        ):
            continue
        price = format_number(alone.ratio, unit="kr")
        if row.status is Status.STRONGLY_DOMINATED:
            why = f"{_inside(row.dominated_by[0])} gir minst like mye for mindre eller samme pris"
        else:
            pair = [_inside(name) for name in row.dominated_by]
            why = f"en blanding av {join(pair)} gir like mye for mindre"
        return (
            f"{row.option.name} ser bra ut alene, {price} per godt leveår mot vanlig oppfølging, "
            f"men er dominert: {why}."
        )
    return ""


def _status(row: Row) -> str:
    by = join([_inside(name) for name in row.dominated_by])
    if row.status is Status.STRONGLY_DOMINATED:
        return f"dominert av {by}"
    if row.status is Status.EXTENDEDLY_DOMINATED:
        return f"utvidet dominert av {by}"
    return "på fronten"


def _alone(option: Option) -> str:
    found = icer(cost=(0, option.cost), effect=(0, option.effect))
    if found.ratio is not None:
        price = format_number(found.ratio, unit="kr")
        return price if found.quadrant is Quadrant.DEARER_AND_BETTER else f"sparer {price}"
    words = {Quadrant.DOMINATES: "bedre og ikke dyrere", Quadrant.DOMINATED: "ikke bedre, dyrere"}
    return words.get(found.quadrant, "–")


def _table(rows: tuple[Row, ...], threshold: float) -> Table:
    lines = []
    for row in rows:
        option = row.option
        benefit = float(net_monetary_benefit(option.cost, option.effect, threshold))
        step = "–" if row.ratio is None else format_number(row.ratio, unit="kr")
        lines.append(
            (
                option.name,
                format_number(option.cost, unit="kr"),
                format_number(option.effect, 2),
                _alone(option),
                step,
                _status(row),
                format_number(benefit, unit="kr"),
            )
        )
    return Table(
        "Alle alternativene, ordnet etter kostnad. Tallene gjelder én person.",
        (
            "Alternativ",
            "Merkostnad",
            "Vunne gode leveår",
            "Kr per leveår mot vanlig oppfølging",
            "Kr per leveår mot forrige på fronten",
            "Status",
            "Nettonytte",
        ),
        tuple(lines),
    )


def _figure(
    choices: tuple[Option, ...], rows: tuple[Row, ...], threshold: float, sentence: str
) -> str:
    dominated = {row.option.name for row in rows if row.status is not Status.FRONTIER}
    with Canvas(constructed=True, left=64, top=44, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Vunne gode leveår per person", decimals=2, ticks=4)
        number_axis(axes.yaxis, "Merkostnad (1 000 kr)", decimals=0, ticks=5)
        axes.locator_params(steps=[1, 2, 5, 10])  # no ticks like 0,025
        x = [option.effect for option in choices]
        y = [option.cost / 1000 for option in choices]
        wide, high = max(x) - min(x) or 0.1, max(y) - min(y) or 10
        left, right = min(x) - 0.12 * wide, max(x) + 0.16 * wide
        low, top = min(y) - 0.12 * high, max(y) + 0.16 * high
        axes.set_xlim(left, right)
        axes.set_ylim(low, top)
        axes.grid(visible=True)
        slope = threshold / 1000
        axes.plot((left, right), (left * slope, right * slope), "--", color=GREY, linewidth=1.4)
        if slope * right > top:
            end, shift, across, along = (top / slope, top), (-24, -2), "right", "top"
        else:
            end, shift, across, along = (right, slope * right), (-2, 13), "right", "bottom"
        axes.annotate(
            "grensen", end, shift, textcoords="offset points", ha=across, va=along, color=GREY
        )
        edge = [row.option for row in rows if row.status is Status.FRONTIER]
        axes.plot([one.effect for one in edge], [one.cost / 1000 for one in edge], color=COLOURS[0])
        for (effect, cost), letters in _marks(choices).items():
            hollow = (
                next(o.name for o in choices if (o.effect, o.cost) == (effect, cost)) in dominated
            )
            colour = COLOURS[1] if hollow else COLOURS[0]
            axes.plot(
                effect,
                cost / 1000,
                marker="o",
                markersize=21 if len(letters) == 1 else 34,
                markerfacecolor="white" if hollow else colour,
                markeredgecolor=colour,
                markeredgewidth=2,
            )
            axes.annotate(
                letters,
                (effect, cost / 1000),
                ha="center",
                va="center",
                color=BLACK if hollow else "white",
                fontsize=13 if len(letters) < 3 else 10,
                fontweight="bold",
            )
        words = ("V vanlig", "A telefon", "B besøk", "C gruppe")
        axes.text(0, 1.05, " · ".join(words), transform=axes.transAxes, color=BLACK, fontsize=12)
        return canvas.svg(sentence)


def _marks(choices: tuple[Option, ...]) -> dict[tuple[float, float], str]:
    """Give the letters at each place; options alike share one mark."""
    marks: dict[tuple[float, float], str] = {}
    for letter, option in zip(("V", *NAMES), choices, strict=True):
        place = (option.effect, option.cost)
        marks[place] = marks.get(place, "") + letter
    return marks


EXPLORER = Explorer(
    name="icer",
    title="Hvilke alternativer er verdt å drøfte, og hvilket gir mest helse for pengene?",
    introduction=(
        "Tre tiltak sammenlignes med vanlig oppfølging (V). Fylte sirkler ligger på fronten, åpne "
        "er dominert, og den stiplede linjen er grensen dere vil betale per godt leveår. Gjør B "
        "billigere til den når fronten, og flytt så grensen."
    ),
    controls=(
        Slider("cost_a", "A Telefonoppfølging: merkostnad", -20_000, 150_000, 1_000, 15_000, "kr"),
        Slider("effect_a", "A: vunne gode leveår", -0.1, 0.6, 0.01, 0.1, decimals=2),
        Slider("cost_b", "B Hjemmebesøk: merkostnad", -20_000, 150_000, 1_000, 60_000, "kr"),
        Slider("effect_b", "B: vunne gode leveår", -0.1, 0.6, 0.01, 0.22, decimals=2),
        Slider(
            "cost_c",
            "C Gruppeopplæring: merkostnad",
            -20_000,
            150_000,
            1_000,
            75_000,
            "kr",
        ),
        Slider("effect_c", "C: vunne gode leveår", -0.1, 0.6, 0.01, 0.4, decimals=2),
        Slider("threshold", "Grense per godt leveår", 0, 1_000_000, 25_000, 275_000, "kr"),
    ),
    view=_view,
    formula=(
        (
            r"\mathrm{ICER} = \frac{K_2 - K_1}{E_2 - E_1}",
            (
                "Merkostnad per vunnet godt leveår (ICER) er det ekstra vi betaler, delt på "
                "de ekstra "
                "gode leveårene vi får, regnet mot det forrige alternativet på fronten."
            ),
        ),
        (
            r"N = \lambda E - K",
            (
                "Nettonytten er de gode leveårene verdsatt med grensen vår, minus kostnaden. "
                "Alternativet med størst nettonytte er det beste."
            ),
        ),
    ),
    sources=(
        "Drummond mfl.: Methods for the Economic Evaluation of Health Care Programmes. 2015.",
        (
            "Grensen 275 000 kr er den laveste i Meld. St. 34 (2015–2016) Verdier i pasientens "
            "helsetjeneste."
        ),
        "Kostnader og leveår er konstruert.",
    ),
    constructed=True,
)
