"""Finds what may say who a patient is, so that it is never kept.

Found are Norwegian identity numbers whose date and two control digits are right: fødselsnummer,
D-nummer (day + 40), hjelpenummer and NAV's test numbers (month + 40), Tenor's test numbers
(month + 80), and felles hjelpenummer (written together, from 8 or 9, no date). Found is also a
telephone number or an e-mail address on the same line as a word for a patient.

What is let through: of eleven random digits grouped as one of the ways in `_WAYS`, about one in
550 has a date (3 × 2 × 365 of 10 000) and both control digits (one in 121). A budget of
12 345 678 901 kroner therefore passes, and a pasted column of smaller numbers is never put together
to one, as a space between other groups is no way to write an identity number; only six and then
five digits in two cells of a row are, because registers have them so. An address alone, as
of a post office, passes; so does a name, which no rule can tell from a colleague's.

Numbers given out from 1 January 2032 will be checked by a wider rule, under which a remainder of 0,
1, 2 or 3 is right (Skatteetaten, «Nye fødselsnummer og d-nummer fra 2032»,
skatteetaten.no/deling/opplysninger/folkeregisteropplysninger/pid). They are not looked for yet.
`common.js` finds the same, and more, before a draft is written: change the two together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# One space, point, hyphen, dash or slash, with a space on either side perhaps.
_PART = "[ \u00a0\u2009\u202f.\\-\u2010\u2011\u2013/]"
_SEP = f"{_PART}{{1,3}}"
_GAP = f"(?:{_SEP}|[\\t;,] ?)"  # after the date the rest may stand in the next cell
_WAYS = "|".join(
    (
        "[0-9]{11}",
        f"[0-9]{{6}}{_GAP}[0-9]{{5}}",
        f"[0-9]{{6}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{2}}",
        f"[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}(?:[0-9]{{2}})?[0-9]{{2}}{_GAP}[0-9]{{5}}",
        f"[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{2}}",
        # As a spreadsheet groups thousands, and digit by digit: only where the row ends there.
        f"(?<![0-9]{_PART})[0-9]{{2}}(?:{_PART}[0-9]{{3}}){{3}}(?!{_PART}[0-9])",
        f"(?<![0-9]{_PART})[0-9](?:{_PART}[0-9]){{10}}(?!{_PART}[0-9])",
    )
)
_NUMBER = re.compile(f"(?<![0-9])(?=({_WAYS})(?![0-9]))")

_PATIENT = re.compile(
    r"\b(?:pasient|beboer|pårørende|tjenestemottaker|tenestemottakar)"
    # «bruker» is also a verb, and «vi bruker telefon 22 00 00 00» says nothing of anybody.
    r"|\bbruker(?:en|ens|s)\b|\b(?:en|vår|denne|hver) bruker\b|\bbruker:",
    re.IGNORECASE,
)
_SPACE = "[ \u00a0]"
_EIGHT = (
    rf"[2-9][0-9](?:{_SPACE}?[0-9]{{2}}){{3}}|[49][0-9]{{2}}{_SPACE}[0-9]{{2}}{_SPACE}[0-9]{{3}}"
)
# Four pairs may be four numbers of a table, so a word or the country's code must say it is one;
# 900 12 345 is a way only mobile numbers are written.
_TELEPHONE = re.compile(
    rf"(?<![0-9+])(?:\+47|0047){_SPACE}?(?:{_EIGHT})(?![0-9])"
    rf"|(?:tlf|telefon|mobil|ring|sms|nås)[^0-9\n]{{0,30}}(?<![0-9])(?:{_EIGHT})(?![0-9])"
    rf"|(?<![0-9])[49][0-9]{{2}}{_SPACE}[0-9]{{2}}{_SPACE}[0-9]{{3}}(?![0-9])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")


@dataclass(frozen=True)
class Place:
    """Where something stands.

    Attributes
    ----------
    path : the way into the response: keys and places in lists, () for the response itself
    start, end : characters of the text there
    what : what it is, as the participant reads it
    """

    path: tuple[str | int, ...]
    start: int
    end: int
    what: str


def is_identity_number(digits: str) -> bool:
    """Tell whether eleven digits have the date and the two control digits of an identity number.

    >>> is_identity_number("31129956715")
    True
    >>> is_identity_number("12345678901")
    False
    """
    if not re.fullmatch("[0-9]{11}", digits) or not _controls(digits):
        return False
    return digits[0] in "89" or _is_date(digits)


def _controls(digits: str) -> bool:
    """Tell whether a weighted sum with each control digit is a multiple of eleven."""
    values = [int(digit) for digit in digits]
    first = sum(w * v for w, v in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), values, strict=False))
    second = sum(w * v for w, v in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), values, strict=True))
    return first % 11 == 0 and second % 11 == 0


def _is_date(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= 40 if day > 40 else 0
    month -= 80 if month > 80 else 40 if month > 40 else 0
    # The century is not in the date; 1900 had no 29 February, but 2000 had.
    longest = {2: 29 if year % 4 == 0 else 28, 4: 30, 6: 30, 9: 30, 11: 30}
    return 1 <= month <= 12 and 1 <= day <= longest.get(month, 31)


def places(text: str) -> tuple[Place, ...]:
    """Give the places of a text that may say who a patient is, in order."""
    return tuple(sorted(_found(text, ()), key=lambda place: (place.start, place.end)))


def places_within(response: Any) -> tuple[Place, ...]:
    """Give the places of any JSON, keys included."""
    found: list[Place] = []
    left: list[tuple[tuple[str | int, ...], Any]] = [((), response)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            for key, part in value.items():
                found.extend(_found(key, (*path, key)))
                left.append(((*path, key), part))
        elif isinstance(value, list):
            left.extend(((*path, number), part) for number, part in enumerate(value))
        elif isinstance(value, str):
            found.extend(_found(value, path))
        elif isinstance(value, float) and value.is_integer():
            found.extend(_found(f"{value:.0f}", path))  # 31129956715.0 is the number all the same
        elif isinstance(value, (int, float)):
            found.extend(_found(str(value), path))
    return tuple(sorted(found, key=lambda place: ([str(step) for step in place.path], place.start)))


def sentence(found: tuple[Place, ...]) -> str:
    """Say what was found, why it is not kept, and what to do."""
    kinds = list(dict.fromkeys(place.what for place in found))
    named = " og ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)
    where = "" if len(found) == 1 else f" {len(found)} steder"
    return (
        f"Ikke lagret, fordi det{where} står noe som ser ut som {named}. Det som kan vise hvem en "
        "pasient er, skal aldri ligge i arbeidsboken, heller ikke som kladd. Ta det bort, så "
        "lagres resten av det du har skrevet."
    )


def _found(text: str, path: tuple[str | int, ...]) -> Iterator[Place]:
    end = 0
    for match in _NUMBER.finditer(text):
        start, stop = match.span(1)
        if start < end:
            continue
        written = match[1]
        digits = re.sub("[^0-9]", "", written)
        if len(digits) == 13:  # the year with its century
            digits = digits[:4] + digits[6:]
        # A number without a date has only its control digits, so it counts only unbroken.
        if is_identity_number(digits) and (digits[0] not in "89" or written == digits):
            end = stop
            yield Place(path, start, stop, "et fødselsnummer eller et annet identitetsnummer")
    for line in re.finditer(r"[^\r\n]+", text):
        if not _PATIENT.search(line[0]):
            continue
        for pattern, what in (
            (_TELEPHONE, "telefonnummeret til en pasient eller bruker"),
            (_ADDRESS, "e-postadressen til en pasient eller bruker"),
        ):
            for match in pattern.finditer(line[0]):
                yield Place(path, line.start() + match.start(), line.start() + match.end(), what)
