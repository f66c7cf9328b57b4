"""Continuity put before a person: how many faces a user meets in four weeks, and what decides."""

from collections.abc import Sequence

import numpy as np

from helseledelse.charts import BLACK, COLOURS, Canvas
from helseledelse.explorers.base import (
    Explorer,
    Rows,
    Series,
    SettingError,
    Slider,
    Switch,
    Table,
    View,
)
from helseledelse.models.continuity import Continuity, Rota, continuity
from helseledelse.norwegian import format_number

_DAYS, _PATIENTS, _SEED = 28, 100, 2026
_TEAM = "#cfe3f1"
_OWN = "1\n1\n2\n1\n3\n1\n1\n4\n2\n1\n5\n1\n3\n1\n1\n2\n6\n1\n1\n2\n1"


def simulated(
    *, staff: float, position: float, visits: float, primary: float, absence: float
) -> tuple[list[Continuity], list[list[int]], Rota]:
    """Draw four weeks for many users, and give each one's indices and visits."""
    daily = round(visits)
    rota = Rota(
        staff=round(staff),
        position=position / 100,
        visits_per_day=daily,
        primary=primary / 100,
        absence=absence / 100,
        shifts=min(2, daily),
    )
    drawn = rota.visits(_DAYS, np.random.default_rng(_SEED), patients=_PATIENTS).tolist()
    return [continuity(row) for row in drawn], drawn, rota


def _mean(found: Sequence[Continuity], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in found]))


def view(
    *,
    staff: float,
    position: float,
    visits: float,
    primary: float,
    absence: float,
    own: Rows,
    use_own: bool,
) -> View:
    """Show one user's visits, and how well the same people come again."""
    if use_own:
        return _own_view(own)
    found, drawn, rota = simulated(
        staff=staff, position=position, visits=visits, primary=primary, absence=absence
    )
    faces = _mean(found, "providers")
    usual = _mean(found, "usual_provider")
    concentration, sequence = _mean(found, "concentration"), _mean(found, "sequence")
    fewest, most = np.percentile([one.providers for one in found], [5, 95], method="nearest")
    # The one shown is as usual as can be: nearest the mean of both faces and usual provider.
    typical = min(
        range(_PATIENTS),
        key=lambda one: (
            abs(found[one].providers - faces) / faces
            + abs(found[one].usual_provider - usual) / usual
        ),
    )
    number = rota.visits_per_day * _DAYS
    share = format_number(100 * usual)
    sentence = (
        f"I et team på {rota.staff} med {format_number(position)} prosent stilling i snitt møter "
        f"en bruker med {number} besøk {format_number(faces)} ulike ansikter på fire uker; for ni "
        f"av ti brukere er tallet mellom {fewest} og {most}. Den som kommer oftest, står for "
        f"{share} prosent av besøkene (UPC {format_number(usual, 2)}). Tar vi to tilfeldige besøk, "
        f"er det samme person i {format_number(100 * concentration)} av 100 tilfeller (COC "
        f"{format_number(concentration, 2)}), og i {format_number(100 * sequence)} av 100 er det "
        f"samme person som besøket før (SECON {format_number(sequence, 2)})."
    )
    labels = [
        "K" if who == 0 else "v" if who >= rota.staff else str(who + 1) for who in drawn[typical]
    ]
    return View(
        f"En bruker møter {format_number(faces)} ansikter på fire uker",
        _figure(labels, rota.visits_per_day, sentence, constructed=True),
        sentence,
        _table(rota, found),
        (
            "Vikarer regnes som et nytt ansikt hver gang, og de kommer også når teamet er for lite "
            "til å fylle vaktene. Hvem som er på vakt, trekkes dag for dag; en god turnus kan "
            "gjøre "
            "det bedre. Besøkene deles på dag- og kveldsvakt når "
            "det er flere enn ett om dagen, og da kan ikke kontakten ta alle."
        ),
    )


def _table(rota: Rota, found: Sequence[Continuity]) -> Table:
    """Give today's numbers, and what each lever alone would do."""

    def row(name: str, one: Sequence[Continuity]) -> tuple[str, ...]:
        return (
            name,
            format_number(_mean(one, "providers"), 1),
            format_number(_mean(one, "usual_provider"), 2),
            format_number(_mean(one, "concentration"), 2),
            format_number(_mean(one, "sequence"), 2),
        )

    rows = [row("Slik det er stilt inn", found)]
    base: dict[str, float] = {
        "staff": rota.staff,
        "position": 100 * rota.position,
        "visits": rota.visits_per_day,
        "primary": 100 * rota.primary,
        "absence": 100 * rota.absence,
    }
    changes: tuple[tuple[str, dict[str, float]], ...] = (
        ("Kontakten tar alle besøk på sin vakt", {"primary": 100}),
        ("Ingen besøk ved vikar", {"absence": 0}),
        (
            "Halvt så mange ansatte i dobbelt så store stillinger",
            {
                "staff": max(1, rota.staff // 2),
                "position": min(100.0, 200 * rota.position),
            },
        ),
    )
    for name, change in changes:
        rows.append(row(name, simulated(**{**base, **change})[0]))
    return Table(
        f"Snitt for {_PATIENTS} brukere i fire uker, og hva hvert grep for seg ville gi",
        ("Grep", "Ansikter", "UPC", "COC", "SECON"),
        tuple(rows),
    )


def _own_view(own: Rows) -> View:
    visits = [format_number(number, 0 if number.is_integer() else 2) for number in own.column(0)]
    if len(visits) > 140:
        raise SettingError(
            f"Egen besøksrekke: Det er {len(visits)} besøk. Ta med høyst 140, for eksempel de fire "
            "siste ukene."
        )
    found = continuity(visits)
    sentence = (
        f"I rekken din på {found.visits} besøk kom det {found.providers} "
        f"{'person' if found.providers == 1 else 'ulike personer'}. Den som kom oftest, sto for "
        f"{format_number(100 * found.usual_provider)} prosent (UPC "
        f"{format_number(found.usual_provider, 2)}). To tilfeldige besøk er ved samme person i "
        f"{format_number(100 * found.concentration)} av 100 tilfeller (COC "
        f"{format_number(found.concentration, 2)}), og "
        f"{format_number(100 * found.sequence)} prosent av besøkene var ved samme person som "
        f"besøket før (SECON {format_number(found.sequence, 2)})."
    )
    often = max(visits, key=visits.count)
    labels = ["K" if who == often else who for who in visits]
    table = Table(
        "Hvem som kom, i rekken din",
        ("Nummer", "Besøk", "Andel"),
        tuple(
            (
                who,
                format_number(visits.count(who)),
                format_number(100 * visits.count(who) / len(visits), unit="%"),
            )
            for who in sorted(set(visits), key=lambda one: (-visits.count(one), visits.index(one)))
        ),
    )
    faces = "én person" if found.providers == 1 else f"{found.providers} personer"
    return View(
        f"Det kom {faces} på {found.visits} besøk",
        _figure(labels, 1, sentence, constructed=own.constructed or visits == _OWN.split("\n")),
        sentence,
        table,
        "K er den som kom oftest. Rekken leses fra venstre mot høyre, sju besøk på hver linje.",
    )


def _figure(labels: list[str], per_day: int, sentence: str, *, constructed: bool) -> str:
    """Draw a calendar: a week in each row, a day in each column, the day's visits on top."""
    days = -(-len(labels) // per_day)
    weeks = -(-days // 7)
    tall = 23 * per_day + 13
    with Canvas(
        height=weeks * tall + 74,
        left=8,
        right=8,
        top=40,
        bottom=28,
        constructed=constructed,
    ) as canvas:
        axes = canvas.axes
        axes.set_axis_off()
        boxes: list[tuple[float, float, float]] = []  # height, left and right
        colours = []
        for place, label in enumerate(labels):
            day, visit = divmod(place, per_day)
            week, weekday = divmod(day, 7)
            height = week * tall + visit * 23 + 10.5
            boxes.append((height, weekday + 0.04, weekday + 0.96))
            colours.append(COLOURS[0] if label == "K" else COLOURS[4] if label == "v" else _TEAM)
            axes.text(
                weekday + 0.5,
                height,
                label,
                ha="center",
                va="center",
                fontsize=13,
                fontweight="bold" if label == "K" else "normal",
                color="white" if label == "K" else BLACK,
            )
        key = [("K", COLOURS[0], "kontakten"), ("2", _TEAM, "andre i teamet")]
        if "v" in labels:
            key.append(("v", COLOURS[4], "vikar"))
        at = 0.0
        pixel = 7 / (canvas.width - 16)
        for letter, colour, words in key:
            boxes.append((-23.5, at, at + 21 * pixel))
            colours.append(colour)
            axes.text(
                at + 10.5 * pixel,
                -23.5,
                letter,
                ha="center",
                va="center",
                color="white" if letter == "K" else BLACK,
            )
            axes.text(at + 27 * pixel, -23.5, words, va="center")
            at += (27 + 8.2 * len(words) + 14) * pixel
        # Thick lines, for they are one thing to draw; a patch for each box takes twice the time.
        heights, left, right = zip(*boxes, strict=True)
        axes.hlines(heights, left, right, colors=colours, linewidth=21, clip_on=False)
        axes.set_xlim(0, 7)
        axes.set_ylim(weeks * tall, 0)
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="continuity",
    title="Hvor mange ansikter møter en bruker på fire uker?",
    introduction=(
        "Gjett først: hvor mange ulike ansatte møter en bruker med to besøk om dagen? Prøv så tre "
        "grep hver for seg: færre og større stillinger, en kontakt som tar besøkene sine, og færre "
        "vikarer. Eller lim inn en besøksrekke fra egen tjeneste, uten navn."
    ),
    controls=(
        Slider("staff", "Ansatte i teamet", 3, 40, 1, 12, "ansatte"),
        Slider("position", "Stilling i snitt", 20, 100, 5, 60, "%"),
        Slider("visits", "Besøk om dagen", 1, 5, 1, 2, "besøk"),
        Slider("primary", "Kontakten tar besøket når hun er på vakt", 0, 100, 5, 50, "%"),
        Slider("absence", "Besøk som en vikar utenfra må ta", 0, 40, 1, 10, "%"),
        Switch("use_own", "Regn på min egen besøksrekke i stedet"),
        Series(
            "own",
            "Egen besøksrekke (gi hver ansatt et nummer, ett besøk på hver linje)",
            ("nummer på den som kom",),
            _OWN,
            fewest=2,
            minimum=0,
        ),
    ),
    view=view,
    formula=(
        (
            r"\mathrm{UPC} = \frac{\max_j n_j}{n}",
            "Andelen besøk ved den som kommer oftest.",
        ),
        (
            r"\mathrm{COC} = \frac{\sum_j n_j^2 - n}{n(n-1)}",
            (
                "Bice og Boxermans mål: sjansen for at to tilfeldige besøk er ved samme person. "
                "Det "
                "faller når besøkene spres på mange."
            ),
        ),
        (
            r"\mathrm{SECON} = \frac{\sum_{i=2}^{n} [v_i = v_{i-1}]}{n-1}",
            "Andelen besøk ved samme person som besøket før.",
        ),
    ),
    sources=(
        "Bice og Boxerman 1977, Medical Care 15(4): COC",
        "Breslau og Reeb 1975: UPC. Steinwachs 1979: SECON",
        (
            "Haggerty mfl. 2003, BMJ 327: kontinuitet i informasjon, i organisering og i "
            "relasjoner. Målene her gjelder den siste"
        ),
        "Team, turnus og fravær er konstruert.",
    ),
    minutes=8,
    constructed=True,
)
