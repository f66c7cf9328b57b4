"""Numbers as Norwegians write them: decimal comma, no-break space between thousands, real minus.

The one module every layer may use, because questions, figures and sentences must agree.
"""

import re
from decimal import Decimal

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_SPACES = " \u00a0\u202f\u2009"
_UNITS = re.compile(r"(?:kr\.?|kroner|nok|%|prosent)$", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_DOTTED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")


class NumberFormatError(ValueError):
    """What was written is not a number; the message is a sentence for the one who wrote it."""


def parse_number(text: str, *, unit: str = "") -> float:
    """Read a number written by a person.

    Accepts ``60 000``, ``60.000,50``, ``0,3``, ``0.3``, ``−5``, and a unit behind
    (``kr``, ``%`` or `unit`). One dot with exactly three digits behind, as in ``60.000``,
    is read as thousands when nothing but zeros would be lost by a decimal reading: a person
    who writes ``60.000`` means sixty thousand, one who writes ``0.300`` means 0,3.

    Raises
    ------
    NumberFormatError
        With a sentence in bokmål that shows what was written and how to write it.

    Examples
    --------
    >>> parse_number("60 000 kr"), parse_number("0,3"), parse_number("−5"), parse_number("60.000")
    (60000.0, 0.3, -5.0, 60000.0)
    """
    raw = text.strip()
    value = raw.replace(MINUS, "-").replace("–", "-")
    for space in _SPACES:
        value = value.replace(space, " ")
    value = re.sub(r" +", " ", value).removesuffix(",-")
    if unit and value.lower().endswith(unit.lower()):
        value = value[: -len(unit)].strip()
    value = _UNITS.sub("", value).strip()
    value = re.sub(r"^(?:kr\.?|nok) ?(?=[\d+-])", "", value, flags=re.IGNORECASE)
    value = re.sub(r"^([+-]) ", r"\1", value)
    if len(value) <= 40:  # longer than any sum of money: not a number, and not worth parsing
        if _GROUPED.fullmatch(value):
            return float(value.replace(" ", "").replace(",", "."))
        if _DOTTED.fullmatch(value) and not value.lstrip("+-").startswith("0"):
            return float(value.replace(".", "").replace(",", "."))
        if _PLAIN.fullmatch(value):
            return float(value.replace(",", "."))
    shown = raw if len(raw) <= 40 else raw[:40] + " …"
    if not shown:
        raise NumberFormatError("Feltet er tomt. Skriv et tall, for eksempel 60 000 eller 0,3.")
    raise NumberFormatError(
        f"«{shown}» er ikke et tall. Skriv for eksempel 60 000 eller 0,3, uten andre tegn."
    )


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
    # Decimal of the shortest text rounds 0,125 as a person does on paper, not as binary does.
    rounded = round(Decimal(repr(float(value))), decimals)
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
