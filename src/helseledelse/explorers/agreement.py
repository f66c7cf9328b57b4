"""Two reviewers read the same records: do they mean the same by harm."""

from helseledelse.charts import BLACK, COLOURS, GREY, Canvas
from helseledelse.explorers.base import Explorer, SettingError, Slider, Table, View
from helseledelse.models.agreement import Agreement, agreement
from helseledelse.norwegian import format_number

# Landis and Koch (1977): the upper end of each band and a word for it.
_WORDS = (
    (0.0, "dårligere enn tilfeldig"),
    (0.2, "svak"),
    (0.4, "noe"),
    (0.6, "moderat"),
    (0.8, "betydelig"),
    (1.0, "nesten fullstendig"),
)


def word(kappa: float) -> str:
    """Give Landis and Koch's word for kappa, in bokmål."""
    if kappa < 0:
        return _WORDS[0][1]
    return next(name for end, name in _WORDS[1:] if kappa <= end + 1e-9)


def _percent(share: float) -> str:
    return format_number(100 * share, unit="%")


def view(*, both: float, first: float, second: float, neither: float) -> View:
    """Show how much of the agreement chance alone would give."""
    if any(number != round(number) for number in (both, first, second, neither)):
        raise SettingError("Journaler telles i hele tall. Skriv for eksempel 5 i stedet for 5,5.")
    table = [[both, first], [second, neither]]
    total = both + first + second + neither
    try:
        found = agreement(table)
    except ValueError as error:
        raise SettingError(
            "Begge må ha brukt både «skade» og «ingen skade» eller være uenige om noe. Flytt på "
            "en av glidebryterne, så finnes det noe å være enige om."
        ) from error
    on_harm, on_none = found.by_category
    strength = word(found.kappa)
    trap = found.observed >= 0.8 and found.kappa < 0.6
    opposite = found.kappa < 0
    title = (
        f"Enige om {_percent(found.observed)}, men det meste er tilfeldig enighet"
        if trap
        else "De er mindre enige enn om de hadde gjettet"
        if opposite
        else f"{strength.capitalize()} enighet ut over tilfeldighet: kappa "
        f"{format_number(found.kappa, 2)}"
    )
    sentence = (
        f"De to er enige om {_percent(found.observed)} av {format_number(total)} journaler. Hadde "
        f"begge gjettet like ofte på skade som de gjør nå, ville de vært enige om "
        f"{_percent(found.expected)}. Kappa er {format_number(found.kappa, 2)} (fra "
        f"{format_number(found.low, 2)} til {format_number(found.high, 2)} med 95 prosent "
        f"sikkerhet), og det kalles {'' if opposite else strength + ' enighet'}"
        f"{strength if opposite else ''}. "
    )
    sentence += (
        f"Når den ene fant skade, fant den andre det også i {_percent(on_harm)} av tilfellene; om "
        f"ingen skade var de enige i {_percent(on_none)}."
    )
    if trap and on_harm < on_none:
        sentence += " Høy enighet kommer her av at skade er sjelden, ikke av at de ser det samme."
    elif trap:
        sentence += (
            " Høy enighet kommer her av at nesten alt er skade, ikke av at de ser det samme."
        )
    note = (
        "Ordene er en tommelfingerregel fra 1977 og ingen grense. Kappa blir lav når det de leter "
        "etter, er sjeldent; se derfor alltid på enigheten om skade for seg."
    )
    if total < 30:
        note = f"Med {format_number(total)} journaler er intervallet usikkert. " + note
    shown = Table(
        "Journalene fordelt på hva de to mente",
        ("", "Den andre: skade", "Den andre: ingen skade", "I alt"),
        (
            ("Den ene: skade", *(format_number(n) for n in (both, first, both + first))),
            (
                "Den ene: ingen skade",
                *(format_number(n) for n in (second, neither, second + neither)),
            ),
            ("I alt", *(format_number(n) for n in (both + second, first + neither, total))),
        ),
    )
    return View(title, _figure(found, sentence), sentence, shown, note)


def _figure(found: Agreement, sentence: str) -> str:
    bars = (
        ("Enige i alt", found.observed, COLOURS[0]),
        ("Ventet tilfeldig", found.expected, GREY),
        ("Enige om skade", found.by_category[0], COLOURS[1]),
        ("Enige om ingen skade", found.by_category[1], COLOURS[2]),
    )
    with Canvas(rows=2, height=350, left=14, right=14, top=14, bottom=52, gap=30,
        constructed=True,
    ) as canvas:  # fmt: skip
        top, scale = canvas.panels
        room = 150 if canvas.narrow else 190
        share = room / (canvas.width - 28)
        top.set_xlim(-share / (1 - share) * 1.1, 1.1)
        top.set_ylim(3.6, -0.6)
        top.set_axis_off()
        for place, (words, value, colour) in enumerate(bars):
            known = value == value
            top.barh(place, value if known else 0, height=0.62, color=colour)
            top.text(-0.02, place, words, ha="right", va="center")
            inside = known and value > 0.85
            top.text(
                value - 0.02 if inside else (value if known else 0) + 0.02,
                place,
                _percent(value) if known else "ingen",
                ha="right" if inside else "left",
                va="center",
                color="white" if inside else BLACK,
                weight="bold",
            )
        lowest = min(-0.1, found.low - 0.05)
        scale.set_xlim(lowest, 1.04)
        scale.set_ylim(-1, 1.4)
        for side in ("left", "bottom"):
            scale.spines[side].set_visible(False)
        scale.set_yticks([])
        starts = (0.0, 0.2, 0.4, 0.6, 0.8)
        for place, start in enumerate(starts):
            scale.axvspan(
                start, start + 0.2, 0.12, 0.55, color=("#eef2f4", "#dfe6ea")[place % 2], linewidth=0
            )
        names = ("svak", "noe", "mod.", "bet.", "nesten\nfull") if canvas.narrow else (
            "svak", "noe", "moderat", "betydelig", "nesten full"
        )  # fmt: skip
        for start, name in zip(starts, names, strict=True):
            scale.text(start + 0.1, -0.78, name, ha="center", va="top", fontsize=11, color=BLACK)
        scale.plot((found.low, found.high), (-0.2, -0.2), color=BLACK, linewidth=3)
        scale.plot(found.kappa, -0.2, "D", color=COLOURS[0], markersize=12)
        scale.text(
            min(max(found.kappa, lowest + 0.2), 0.85),
            0.55,
            f"kappa {format_number(found.kappa, 2)}",
            ha="center",
            va="bottom",
            weight="bold",
        )
        scale.set_xticks([])
        return canvas.svg(sentence)


EXPLORER = Explorer(
    name="agreement",
    title="Kan vi stole på vår egen telling av skader?",
    introduction=(
        "To fagfolk leser de samme 100 journalene hver for seg og svarer «skade» eller «ingen "
        "skade». Se hvor enige de er, og hvor lite det sier når skade er sjelden. Gjør skade "
        "vanligere uten å endre antall uenigheter."
    ),
    controls=(
        Slider("both", "Begge fant skade", 0, 200, 1, 4),
        Slider("first", "Bare den ene fant skade", 0, 100, 1, 5),
        Slider("second", "Bare den andre fant skade", 0, 100, 1, 4),
        Slider("neither", "Ingen av dem fant skade", 0, 500, 1, 87),
    ),
    view=view,
    formula=(
        (
            r"\kappa = \frac{p_o - p_e}{1 - p_e}",
            (
                "Kappa er enigheten ut over tilfeldighet, delt på den enigheten som var mulig ut "
                "over tilfeldighet. 1 er full enighet, 0 er som å gjette."
            ),
        ),
        (
            r"\frac{2a}{2a + b + c}",
            "Enighet om skade: hvor ofte den andre også fant skade når den ene gjorde det.",
        ),
    ),
    sources=(
        (
            "Cohen 1960, A coefficient of agreement for nominal scales, EPM 20; intervall etter "
            "Fleiss, Cohen og Everitt 1969"
        ),
        "Cicchetti og Feinstein 1990, High agreement but low kappa, J Clin Epidemiol 43: fellen",
        "Landis og Koch 1977, Biometrics 33: ordene for kappa",
        "Tallene som står der fra før, er konstruert.",
    ),
    minutes=6,
    constructed=True,
)
