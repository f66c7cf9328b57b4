"""A person's own workplace in a few numbers, entered once; explorers may start at them.

A control that stands for one of `NAMES` says so with ``profile=``. What is kept is JSON:
``{"headcount": 85.0, "municipality": "1804", …}``, only what was filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from helseledelse.explorers.pasted import SettingError
from helseledelse.norwegian import NumberFormatError, format_number, join, parse_number

_LONGEST = 80  # letters of a service's name


@dataclass(frozen=True)
class Field:
    """One line of the form.

    Attributes
    ----------
    name : the key it is kept under, and the name a control uses
    label, help : what the participant reads
    unit : behind a number
    least, most : of a number; None for a text
    decimals : of a number
    """

    name: str
    label: str
    help: str
    unit: str = ""
    least: float | None = None
    most: float = 0
    decimals: int = 0


FIELDS = (
    Field(
        "service", "Tjeneste", "For eksempel hjemmetjenesten, fastlegekontoret eller sengeposten."
    ),
    Field("headcount", "Antall ansatte", "Hoder, ikke årsverk.", "ansatte", 1, 100_000),
    Field(
        "span", "Ansatte per leder", "Så mange én leder har direkte under seg.", "ansatte", 1, 500
    ),
    Field("budget", "Årsbudsjett", "I millioner kroner.", "mill. kr", 0.1, 200_000, 1),
    Field("municipality", "Kommune", "Skriv navnet, for eksempel Bodø."),
)
NAMES = tuple(field.name for field in FIELDS)


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the profile, and a sentence for each line that could not be read.

    Parameters
    ----------
    typed : what stands in each line; a blank line is one not filled in
    """
    kept: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in FIELDS:
        text = " ".join(typed.get(field.name, "").split())
        if not text:
            continue
        try:
            if field.name == "municipality":
                kept[field.name] = municipality(text)
            elif field.least is None:
                kept[field.name] = _short(text)
            else:
                kept[field.name] = _number(field, text)
        except SettingError as problem:
            problems[field.name] = str(problem)
    return kept, problems


def written(kept: Mapping[str, Any]) -> dict[str, str]:
    """Give a kept profile as it is written in the form, line by line."""
    lines: dict[str, str] = {}
    for field in FIELDS:
        value = kept.get(field.name)
        if field.name == "municipality" and isinstance(value, str):
            from helseledelse.datasets import municipality_names

            lines[field.name] = municipality_names().get(value, "")
        elif field.least is None and isinstance(value, str):
            lines[field.name] = value
        elif field.least is not None and isinstance(value, (int, float)):
            whole = float(value).is_integer()
            lines[field.name] = format_number(value, 0 if whole else field.decimals)
    return {name: text for name, text in lines.items() if text}


def said(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give a kept profile in words: what each line is, and what stands there."""
    units = {field.name: field for field in FIELDS}
    return [
        (units[name].label, f"{text} {units[name].unit}".strip())
        for name, text in written(kept).items()
    ]


def municipality(name: str) -> str:
    """Give the number of a municipality by the name people use.

    Raises
    ------
    SettingError
        If there is none of that name, with the nearest; or two, with both.
    """
    from helseledelse.datasets import municipality_names

    names = {shown: number for number, shown in municipality_names().items()}
    wanted = name.casefold().removesuffix(" kommune")
    exact = [shown for shown in names if shown.casefold() == wanted]
    if exact:
        return names[exact[0]]
    # Two are called Herøy and two Våler; the names shown carry the county then.
    alike = [shown for shown in names if shown.casefold().partition(" (")[0] == wanted]
    if alike:
        raise SettingError(f"Det er {len(alike)} som heter «{name}». Skriv {join(alike, 'eller')}.")
    lower = {shown.casefold(): shown for shown in names}
    near = [lower[each] for each in get_close_matches(wanted, lower, n=3, cutoff=0.6)]
    hint = f"Mente du {join(near, 'eller')}?" if near else "Skriv navnet slik kommunen selv gjør."
    raise SettingError(f"«{name[:60]}» er ikke blant kommunene i 2024. {hint}")


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise SettingError(f"Navnet har {len(text)} tegn. Skriv det med høyst {_LONGEST}.")
    return text


def _number(field: Field, text: str) -> float:
    try:
        value = parse_number(text, unit=field.unit)
    except NumberFormatError as problem:
        raise SettingError(str(problem)) from problem
    assert field.least is not None  # noqa: S101  asked before
    if not field.least <= value <= field.most:
        least, most = (
            format_number(bound, field.decimals if bound < 1 else 0, unit=field.unit)
            for bound in (field.least, field.most)
        )
        raise SettingError(f"Her står {text}. Skriv et tall mellom {least} og {most}.")
    if not field.decimals and not value.is_integer():
        raise SettingError(f"Her står {text}. Skriv et helt tall.")
    return value
