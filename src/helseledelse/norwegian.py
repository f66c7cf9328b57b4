"""Numbers as Norwegians write them: decimal comma, no-break space between thousands, real minus.

The one module every layer may use, because questions, figures and sentences must agree.
"""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_SPACES = " \u00a0\u202f\u2009"
_UNITS = re.compile(r"(?:kr\.?|kroner|nok|%|prosent)$", re.IGNORECASE)
_SCALE = re.compile(
    r"(?<![^\W\d])(tusen|mill(?:ion(?:er)?|\.)?|mrd\.?|milliard(?:er)?)(?!\w)", re.IGNORECASE
)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_DOTTED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")


class NumberFormatError(ValueError):
    """What was written is not a number; the message is a sentence for the one who wrote it."""


def parse_number(text: str, *, unit: str = "") -> float:
    """Read a number written by a person.

    Accepts ``60 000``, ``60.000,50``, ``0,3``, ``0.3``, ``−5``, and a unit behind
    (``kr``, ``%`` or `unit`), and ``tusen``, ``mill.`` or ``mrd.`` before it. A dot with exactly
    three digits behind stands between thousands: a person who writes ``60.000`` means sixty
    thousand, one who writes ``0.300`` means 0,3.

    Raises
    ------
    NumberFormatError
        With a sentence in bokmål that shows what was written and how to write it.

    Examples
    --------
    >>> parse_number("60 000 kr"), parse_number("0,3"), parse_number("−5"), parse_number("60.000")
    (60000.0, 0.3, -5.0, 60000.0)
    >>> parse_number("2,3 mill. kr"), parse_number("2,3 mill. kr", unit="mill. kr")
    (2300000.0, 2.3)
    """
    raw = text.strip()
    value = raw.replace(MINUS, "-").replace("–", "-")
    for space in _SPACES:
        value = value.replace(space, " ")
    value = re.sub(r" +", " ", value).removesuffix(",-")
    if unit and value.lower().endswith(unit.lower()):
        value = value[: -len(unit)].strip()
    value = _UNITS.sub("", value).strip()
    # Counted in the unit: 2 mrd. are 2000 where the unit is mill. kr.
    power = 0
    if (said := _SCALE.search(value)) and said.end() == len(value):
        value = value[: said.start()].strip()
        power = _power(said[1]) - (_power(scaled[1]) if (scaled := _SCALE.search(unit)) else 0)
    value = re.sub(r"^(?:kr\.?|nok) ?(?=[\d+-])", "", value, flags=re.IGNORECASE)
    value = re.sub(r"^([+-]) ", r"\1", value)
    if len(value) <= 40:  # longer than any sum of money: not a number, and not worth parsing
        if _GROUPED.fullmatch(value):
            return _exactly(value.replace(" ", "").replace(",", "."), power)
        if _DOTTED.fullmatch(value) and not value.lstrip("+-").startswith("0"):
            return _exactly(value.replace(".", "").replace(",", "."), power)
        if _PLAIN.fullmatch(value):
            return _exactly(value.replace(",", "."), power)
    shown = raw if len(raw) <= 40 else raw[:40] + " …"
    if not shown:
        raise NumberFormatError("Feltet er tomt. Skriv et tall, for eksempel 60 000 eller 0,3.")
    raise NumberFormatError(
        f"«{shown}» er ikke et tall. Skriv for eksempel 60 000 eller 0,3, uten andre tegn."
    )


def _power(word: str) -> int:
    word = word.lower()
    return 3 if word == "tusen" else 9 if word.startswith(("mrd", "milliard")) else 6


def _exactly(digits: str, power: int) -> float:
    return float(Decimal(digits).scaleb(power))


def format_number(value: float, decimals: int = 0, *, unit: str = "") -> str:
    """Write a number for a person to read.

    Examples
    --------
    >>> format_number(60000, unit="kr").replace(NO_BREAK_SPACE, " ")
    '60 000 kr'
    >>> format_number(-0.25, 2)
    '−0,25'
    """
    if value != value:
        return "ikke beregnet"
    if value in (float("inf"), float("-inf")):
        return "uendelig" if value > 0 else f"{MINUS}uendelig"
    # The shortest text of the number, halves away from zero: as on paper, where 0,125 is 0,13.
    with localcontext(prec=400):  # the longest float has 309 digits before the comma
        step = Decimal(1).scaleb(-decimals)
        rounded = Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP)
    digits = f"{abs(rounded):,.{decimals}f}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    sign = MINUS if rounded < 0 else ""
    behind = f"{NO_BREAK_SPACE}{unit}" if unit else ""
    return f"{sign}{digits}{behind}"


def join(words: list[str], last: str = "og") -> str:
    """Join words as in a sentence.

    Examples
    --------
    >>> join(["nytte", "ressurs", "alvorlighet"])
    'nytte, ressurs og alvorlighet'
    """
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
