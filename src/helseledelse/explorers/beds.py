"""Beds put before a person: which lever moves most, a bed, a shorter stay or the hour of going."""

import numpy as np

from helseledelse.charts import COLOURS, GREY, Canvas, number_axis
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.models.flow import Ward
from helseledelse.norwegian import format_number, join

_HALF_A_DAY = 0.5  # the shortest stay that is still one


def levers(
    *, admissions: float, stay: float, beds: int, more_beds: int, shorter: float, earlier: float
) -> dict[str, Ward]:
    """Give the ward as it is, and with each lever pulled alone and all together."""

    def ward(bed: int, days: float) -> Ward:
        return Ward(admissions, max(_HALF_A_DAY, stay - days), beds + bed)

    return {
        "I dag": ward(0, 0),
        "Flere senger": ward(more_beds, 0),
        "Kortere opphold": ward(0, shorter),
        "Utskrivning tidligere på dagen": ward(0, earlier / 24),
        "Alt sammen": ward(more_beds, shorter + earlier / 24),
    }


def _short(value: float) -> str:
    return format_number(value, 0 if value == int(value) else 1)


def _without(ward: Ward) -> float:
    """Give how many a year find no bed."""
    return 365 * ward.admissions * ward.overflow


def view(
    *,
    admissions: float,
    stay: float,
    beds: float,
    more_beds: float,
    shorter: float,
    earlier: float,
) -> View:
    """Show how many find no bed in a year, today and with each lever."""
    wards = levers(
        admissions=admissions,
        stay=stay,
        beds=round(beds),
        more_beds=round(more_beds),
        shorter=shorter,
        earlier=earlier,
    )
    said = {
        "Flere senger": f"{format_number(more_beds)} {'seng' if more_beds == 1 else 'senger'} til",
        "Kortere opphold": f"{_short(shorter)} døgn kortere opphold",
        "Utskrivning tidligere på dagen": f"utskrivning {format_number(earlier)} "
        f"{'time' if earlier == 1 else 'timer'} tidligere",
    }
    number = {name: _without(ward) for name, ward in wards.items()}
    now = wards["I dag"]
    spared = {name: number["I dag"] - number[name] for name in said}
    most = max(spared.values())
    best = [name for name, fewer in spared.items() if round(fewer) == round(most)]
    if round(most) == 0:
        title = (
            "Det er plass til alle"
            if round(number["I dag"]) == 0
            else "Ingen av de tre grepene monner alene"
        )
    else:
        words = join([said[name] for name in best])
        title = f"Mest hjelper {words}: {format_number(most)} færre uten seng i året"
    sentence = (
        f"Med {_short(admissions)} innleggelser i døgnet og "
        f"{_short(stay)} døgn i snitt er {format_number(now.beds)} senger "
        f"{format_number(100 * now.occupancy)} prosent belagt, og "
        f"{format_number(number['I dag'])} pasienter i året finner ingen ledig seng "
        f"({format_number(100 * now.overflow, 1)} prosent). "
    )
    pulled = {"Flere senger": more_beds, "Kortere opphold": shorter}
    pulled["Utskrivning tidligere på dagen"] = earlier
    tried = [
        f"{format_number(number[name])} med {said[name]}" for name, much in pulled.items() if much
    ]
    if tried:
        sentence += f"Det blir {join(tried)}. "
    sentence += f"Med alt sammen blir det {format_number(number['Alt sammen'])}."
    table = Table(
        "Belegg og pasienter uten ledig seng",
        ("Grep", "Senger", "Døgn per opphold", "Belegg", "Uten seng", "Uten seng i året"),
        tuple(
            (
                name,
                format_number(ward.beds),
                format_number(ward.length_of_stay, 2),
                format_number(100 * ward.occupancy, unit="%"),
                format_number(100 * ward.overflow, 1, unit="%"),
                format_number(number[name]),
            )
            for name, ward in wards.items()
        ),
    )
    note = (
        "Modellen gjelder øyeblikkelig hjelp, der dere ikke bestemmer når pasientene kommer. Små "
        "avdelinger tåler mindre belegg enn store: svingningene jevner seg ikke ut. Regelen om "
        "85 prosent belegg passer derfor ikke for alle."
    )
    return View(title, _figure(wards, number, said, sentence), sentence, table, note)


def _figure(
    wards: dict[str, Ward], number: dict[str, float], said: dict[str, str], sentence: str
) -> str:
    with Canvas(constructed=True, height=390, left=16, right=20, bottom=62) as canvas:
        axes = canvas.axes
        number_axis(axes.xaxis, "Pasienter uten ledig seng i året", ticks=4)
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        highest = max(1.0, *number.values())
        axes.set_xlim(0, 1.16 * highest)
        axes.set_ylim(len(wards) - 0.4, -0.7)
        axes.barh(
            np.arange(len(wards)) + 0.16,
            list(number.values()),
            height=0.36,
            color=[GREY, *[COLOURS[0]] * len(said), COLOURS[2]],
        )
        for place, (name, ward) in enumerate(wards.items()):
            words = said.get(name, name)
            axes.text(
                0,
                place - 0.06,
                f"{words[0].upper()}{words[1:]} ({format_number(100 * ward.occupancy)} % belegg)",
                va="bottom",
                fontsize=12,
            )
            axes.text(
                number[name] + 0.012 * highest,
                place + 0.16,
                format_number(number[name]),
                va="center",
                weight="bold",
            )
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="beds",
    title="Senger, liggetid eller tidligere utskrivning: hva gir mest?",
    introduction=(
        "Still inn avdelingen slik dere kjenner den. Sammenlign så tre grep som koster omtrent det "
        "samme hos dere. Prøv det samme på en liten og en stor avdeling."
    ),
    controls=(
        Slider("admissions", "Innleggelser i døgnet", 0.5, 20, 0.1, 6, "", 1),
        Slider("stay", "Opphold i snitt", 1, 30, 0.1, 4.5, "døgn", 1),
        Slider("beds", "Senger", 4, 120, 1, 30),
        Slider("more_beds", "Grep 1: senger til", 0, 10, 1, 1),
        Slider("shorter", "Grep 2: kortere opphold", 0, 3, 0.1, 0.3, "døgn", 1),
        Slider("earlier", "Grep 3: utskrivning tidligere på dagen", 0, 8, 1, 3, "timer"),
    ),
    view=view,
    formula=(
        (
            r"B(c, a) = \frac{a\,B(c-1, a)}{c + a\,B(c-1, a)},\quad B(0, a) = 1",
            (
                "Sjansen for at alle sengene er opptatt, regnet én seng om gangen; a er "
                "innleggelser i døgnet ganger døgn per opphold."
            ),
        ),
        (
            r"\text{belegg} = \frac{a\,(1 - B)}{c}",
            "Belegget er det sengene faktisk brukes til, delt på antall senger.",
        ),
    ),
    sources=(
        "Erlang (1917): formelen for tapte anrop (M/G/c/c), her for senger",
        "Innleggelser, liggetid og senger er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
