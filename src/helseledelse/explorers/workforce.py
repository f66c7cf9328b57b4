"""Turnover put before a person: the same money spent on keeping people, or on hiring more."""

from dataclasses import dataclass
from typing import Any

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Choice, Explorer, Slider, Table, View
from helseledelse.models.organisation import Workforce, absence_cost, workforce
from helseledelse.norwegian import format_number

_YEARS = 5
_STRAIN = {"none": 0.0, "some": 1.0, "much": 3.0}
# Made up, and said so: kroner a day, share refunded, share of lost days a substitute works.
_DAILY_WAGE, _REFUNDED, _REPLACED = 3_200.0, 0.55, 0.70


@dataclass(frozen=True)
class Path:
    """One way to spend the money, followed for five years.

    Attributes
    ----------
    name : what the participant reads
    followed : positions and cost of hiring and agency staff
    measure : kroner a year spent on the measure itself, its hiring cost not counted
    """

    name: str
    followed: Workforce
    measure: float

    @property
    def cost(self) -> float:
        """Kroner in all the years."""
        return sum(self.followed.cost) + _YEARS * self.measure

    @property
    def vacant(self) -> float:
        """Vacant positions at the end."""
        return self.followed.vacant[-1]


def paths(
    *,
    positions: float,
    vacant: float,
    turnover: float,
    hires: float,
    hiring_cost: float,
    agency: float,
    strain: str,
    kept: float,
    price: float,
) -> tuple[Path, Path, Path]:
    """Follow the staff as now, with more kept, and with the same money spent on hiring more."""
    budget = positions * price
    more = budget / hiring_cost

    def follow(leaving: float, hired: float) -> Workforce:
        return workforce(
            positions,
            years=_YEARS,
            turnover=leaving / 100,
            hires=hired,
            hiring_cost=hiring_cost,
            agency_premium=agency,
            strain=_STRAIN[strain],
            vacant=positions * vacant / 100,
        )

    return (
        Path("Som nå", follow(turnover, hires), 0),
        Path("Beholde flere", follow(max(0, turnover - kept), hires), budget),
        # What the extra hires cost stands in the hiring already.
        Path("Ansette flere", follow(turnover, hires + more), 0),
    )


def break_even(given: dict[str, Any]) -> float | None:
    """Give the fewest percentage points that make keeping as cheap as hiring; None if none do."""
    cost = paths(**given)[2].cost
    for halves in range(2 * round(given["turnover"]) + 1):
        if paths(**{**given, "kept": halves / 2})[1].cost <= cost:
            return halves / 2
    return None


def _million(value: float) -> str:
    return f"{format_number(value / 1e6, 1)} millioner kr"


def view(
    *,
    positions: float,
    vacant: float,
    turnover: float,
    hires: float,
    absence: float,
    hiring_cost: float,
    agency: float,
    strain: str,
    kept: float,
    price: float,
) -> View:
    """Show vacant positions in five years three ways, and what each costs."""
    given: dict[str, Any] = {
        "positions": positions,
        "vacant": vacant,
        "turnover": turnover,
        "hires": hires,
        "hiring_cost": hiring_cost,
        "agency": agency,
        "strain": strain,
        "kept": kept,
        "price": price,
    }
    now, keep, hire = followed = paths(**given)
    enough = break_even(given)
    saved = {path.name: now.cost - path.cost for path in (keep, hire)}
    budget = positions * price
    difference = hire.cost - keep.cost
    if abs(difference) < 50_000:
        title = "Å beholde og å ansette flere koster det samme på fem år"
    elif difference > 0:
        title = f"Å beholde flere er {_million(difference)} billigere enn å ansette flere"
    else:
        title = f"Å ansette flere er {_million(-difference)} billigere enn å beholde flere"
    ill = absence_cost(
        positions,
        absence=absence / 100,
        daily_wage=_DAILY_WAGE,
        refunded=_REFUNDED,
        replaced=_REPLACED,
    )

    def told(path: Path) -> str:
        gain = saved[path.name]
        return (
            f"{format_number(path.vacant, 1)} ledige, og "
            f"{_million(abs(gain))} {'spart' if gain >= 0 else 'dyrere'}"
        )

    sentence = (
        f"Fortsetter dere som nå, står {format_number(now.vacant, 1)} av "
        f"{format_number(positions)} stillinger ledige om fem år, og ansettelser og innleie har "
        f"kostet {_million(now.cost)}. {_million(budget)} i året til å beholde folk gir "
        f"{told(keep)}. Inntil like mye til å ansette flere gir {told(hire)}. "
    )
    if enough is None:
        sentence += "Å beholde folk kan ikke bli billigere enn å ansette, uansett virkning. "
    elif enough == 0:
        sentence += "Å beholde folk er billigst selv uten virkning, for ansettelser er så dyre. "
    else:
        sentence += (
            "Å beholde folk er billigst når færre slutter, minst "
            f"{format_number(enough, 1)} prosentpoeng. "
        )
    sentence += (
        f"Sykefraværet kommer i tillegg: {_million(ill)} i året, og ett prosentpoeng mindre er "
        "verdt "
        f"{_million(ill / absence)}."
        if absence
        else "Uten sykefravær kommer det ikke noe i tillegg."
    )
    return View(
        title,
        _figure(followed, sentence),
        sentence,
        _table(followed, ill),
        (
            "At tiltaket virker, er en antakelse dere selv setter. Prøv hvor mange prosentpoeng "
            "det må "
            "ta før det lønner seg. Det modellen ikke regner med, trekker i samme retning: "
            "erfaring, "
            "trygge kolleger og kjente ansikter for brukerne."
        ),
    )


def _table(followed: tuple[Path, ...], ill: float) -> Table:
    rows = [
        (
            path.name,
            *(format_number(one, 1) for one in path.followed.vacant),
            format_number(sum(path.followed.cost) / 1e6, 1),
            format_number(_YEARS * path.measure / 1e6, 1),
            format_number(path.cost / 1e6, 1),
            format_number(_YEARS * ill / 1e6, 1),
        )
        for path in followed
    ]
    return Table(
        "Ledige stillinger ved inngangen til hvert år og ved slutten, og mill. kr på fem år",
        (
            "Vei",
            *(f"År {year + 1}" for year in range(_YEARS)),
            "Slutt",
            "Ansettelse og innleie",
            "Tiltak for å beholde",
            "Sum",
            "Sykefravær i tillegg",
        ),
        tuple(rows),
    )


def _figure(followed: tuple[Path, ...], sentence: str) -> str:
    highest = max(max(path.followed.vacant) for path in followed)
    top = max(1.12 * highest, 4.0)
    height, room = 370, 96
    with Canvas(height=height, left=46, top=42, right=128, constructed=True) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "År fra nå", decimals=0, ticks=5)
        number_axis(axes.yaxis, "", decimals=0, ticks=5)
        axes.set_xlim(0, _YEARS)
        axes.set_ylim(0, top)
        axes.text(-0.02, 1.05, "Ledige stillinger", transform=axes.transAxes)
        styles = ((GREY, (0, (5, 3))), (COLOURS[0], "-"), (COLOURS[1], (0, (1.5, 1.5))))
        ends = []
        for path, (colour, line) in zip(followed, styles, strict=True):
            axes.plot(
                range(_YEARS + 1), path.followed.vacant, color=colour, linestyle=line, clip_on=False
            )
            ends.append((path.vacant, path))
        # Names stand at the lines' ends, moved apart where the lines meet.
        least = 36 * top / (height - room)
        above = -0.5 * least
        ends.sort(key=lambda end: end[0])
        places = []
        for value, _ in ends:
            above = max(value, above + least)
            places.append(above)
        over = max(0.0, places[-1] - (top - least / 2))
        pixel = _YEARS / (canvas.width - 174)
        for place, (value, path) in zip(places, ends, strict=True):
            colour, line = styles[followed.index(path)]
            axes.plot(
                [_YEARS + 6 * pixel, _YEARS + 20 * pixel],
                [place - over] * 2,
                color=colour,
                linestyle=line,
                clip_on=False,
            )
            axes.annotate(
                f"{path.name}\n{format_number(path.cost / 1e6, 1)} mill. kr",
                (_YEARS, value),
                (_YEARS + 25 * pixel, place - over),
                va="center",
                color=BLACK,
                fontsize=12,
                annotation_clip=False,
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="workforce",
    title="Skal pengene gå til å beholde folk eller til å ansette flere?",
    introduction=(
        "Samme sum brukes på to måter: på å beholde de dere har, eller på å ansette flere. Endre "
        "hvor "
        "mye tiltaket virker og hvor hardt ledige stillinger sliter på dem som er igjen. Når snur "
        "svaret?"
    ),
    controls=(
        Slider("positions", "Stillinger", 10, 500, 5, 100, "stillinger"),
        Slider("vacant", "Ledig i dag", 0, 40, 1, 6, "%"),
        Slider("turnover", "Slutter i året", 0, 40, 1, 15, "%"),
        Slider("hires", "Nye dere klarer å ansette i året", 0, 100, 1, 12, "personer"),
        Slider("absence", "Sykefravær", 0, 25, 0.5, 10, "%", 1),
        Slider(
            "hiring_cost",
            "Rekruttering og opplæring for hver ny",
            50_000,
            600_000,
            10_000,
            200_000,
            "kr",
        ),
        Slider(
            "agency",
            "Ekstra for innleie i en ledig stilling, i året",
            0,
            1_500_000,
            50_000,
            600_000,
            "kr",
        ),
        Choice(
            "strain",
            "Slutter flere når stillinger står ledige?",
            (
                ("none", "Nei, de som er igjen, blir"),
                ("some", "Noe"),
                ("much", "Mye, den som slutter, drar flere med seg"),
            ),
            "some",
        ),
        Slider("kept", "Tiltaket senker andelen som slutter med", 0, 15, 0.5, 4, "prosentpoeng", 1),
        Slider(
            "price", "Tiltaket koster i året for hver stilling", 1_000, 50_000, 1_000, 6_000, "kr"
        ),
    ),
    view=view,
    formula=(
        (
            r"N_{t+1} = N_t - N_t\,s\left(1 + k\,\frac{M - N_t}{M}\right) + a_t",
            (
                "De som er igjen neste år: de som er her, minus de som slutter, pluss de nye. "
                "Andelen "
                "som slutter (s), vokser med andelen ledige stillinger når belastningen (k) er "
                "over 0."
            ),
        ),
        (
            r"K = \sum_t \left(a_t\,c + \bar{v}_t\,p\right) + 5\,M\,b",
            (
                "Kostnaden på fem år: nye ganger rekruttering, ledige ganger det innleie koster "
                "ekstra, "
                "og tiltaket for hver stilling."
            ),
        ),
    ),
    sources=(
        "Regnskap med en beholdning, tilgang og avgang.",
        (
            "Alle beløp og andeler er konstruert, også sykefraværets 3 200 kr dagen, 55 prosent "
            "refusjon og 70 prosent erstattet av vikar."
        ),
    ),
    minutes=7,
    constructed=True,
    way_of_thinking=True,
)
