"""Reads what a front end sends: any JSON at all, until it has the shape of a response.

Every function gives a clean value or raises `ResponseError` with a sentence for the participant.
"""

from collections.abc import Sequence
from typing import Any

from helseledelse.exercises.base import ResponseError
from helseledelse.norwegian import format_number

LONGEST = 100_000
"""Characters in one field: some thirty pages, far beyond any answer and small for a server."""

MISSHAPEN = (
    "Svaret kom fram i en form vi ikke kjenner. Last siden på nytt og prøv en gang til. "
    "Det som er lagret, er ikke borte."
)
CHANGED = (
    "Svaret passer ikke til oppgaven slik den er nå. Oppgaven kan være endret mens siden var åpen. "
    "Last siden på nytt og svar igjen."
)


def text(raw: object, *, longest: int = LONGEST) -> str:
    """Give a text, "" for nothing."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ResponseError(MISSHAPEN)
    if len(raw) > longest:
        raise ResponseError(
            f"Teksten har {format_number(len(raw))} tegn, og feltet tar høyst "
            f"{format_number(longest)}. Ingenting er borte: teksten står fortsatt i feltet. "
            "Kort den ned, eller legg resten i et eget dokument."
        )
    # Half of a surrogate pair is valid JSON, but no file and no socket takes it.
    return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mapping(raw: object, known: Sequence[str]) -> dict[str, Any]:
    """Give what is said of each known id, in their order and without what is empty."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise ResponseError(MISSHAPEN)
    if not raw.keys() <= set(known):
        raise ResponseError(CHANGED)
    return {name: raw[name] for name in known if raw.get(name) not in (None, "")}


def texts(raw: object, known: Sequence[str]) -> dict[str, str]:
    """Give a text for each known id where something is written."""
    return {name: text(value) for name, value in mapping(raw, known).items()}


def picks(raw: object, known: Sequence[str]) -> list[str]:
    """Give distinct known ids in the order sent."""
    if raw is None:
        return []
    if not isinstance(raw, (list, tuple)) or not all(isinstance(name, str) for name in raw):
        raise ResponseError(MISSHAPEN)
    if len(set(raw)) < len(raw) or not set(raw) <= set(known):
        raise ResponseError(CHANGED)
    return list(raw)


def pick(raw: object, known: Sequence[str]) -> str:
    """Give a known id, "" for nothing."""
    chosen = text(raw)
    if chosen and chosen not in known:
        raise ResponseError(CHANGED)
    return chosen


def step(raw: object, highest: int) -> int:
    """Give a whole number from 1 to `highest`."""
    if (
        isinstance(raw, bool)
        or not isinstance(raw, (int, float))
        or raw not in range(1, highest + 1)
    ):
        raise ResponseError(f"Velg et helt tall fra 1 til {highest}.")
    return int(raw)


def count_words(written: str) -> int:
    return len(written.split())
