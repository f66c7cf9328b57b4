"""An if–then plan: when something happens, what to do, with whom, and by what date."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, ResponseError, Verdict
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import texts
from helseledelse.exercises.text import Text, html
from helseledelse.norwegian import join

PARTS = {"when": "når", "then": "så", "with": "sammen med", "by": "innen"}
"""The four parts of a plan, and what they are called."""

_MISSING = {
    "when": "Hvilken situasjon skal minne deg på planen?",
    "then": "Hva er det du skal gjøre da?",
    "with": "Hvem gjør du det sammen med, eller hvem spør deg om det ble gjort?",
    "by": "Når ser du tilbake på om det ble gjort?",
}

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def today() -> date:
    """Give today's date; a plan is the one exercise that needs a calendar."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, kw_only=True)
class Plan(Exercise):
    """A plan in four parts. Response: ``{when, then, with, by}``, `by` an ISO date.

    What is missing is said and never refused.

    Attributes
    ----------
    example : pairs of part and text, shown beside the fields
    """

    kind: ClassVar[str] = "plan"
    example: tuple[tuple[str, Text], ...] = ()

    @classmethod
    def from_table(cls, table: Table) -> Self:
        example: tuple[tuple[str, Text], ...] = ()
        if table.has("example"):
            part = table.table("example")
            written = ((name, part.text(name, required=False)) for name in PARTS)
            example = tuple((name, text) for name, text in written if text)
        return cls(**cls.common(table), example=example)

    def accept(self, raw: object) -> dict[str, str]:
        response = texts(raw, list(PARTS))
        if "by" in response:
            _date(response["by"])
        return response

    def is_blank(self, response: dict[str, str]) -> bool:
        return not any(written.strip() for written in response.values())

    def judge(self, response: dict[str, str]) -> Verdict:
        missing = [name for name in PARTS if not response.get(name, "").strip()]
        sentence = "Planen sier når, hva, med hvem og innen hvilken dato."
        if missing:
            sentence = f"Planen mangler ennå {join([f'«{PARTS[name]}»' for name in missing])}."
        if "by" in response and _date(response["by"]) < today():
            sentence += " Datoen er passert. Velg en ny hvis det ikke er gjort."
        remarks = (Remark(name, Outcome.NOT_ANSWERED, _MISSING[name]) for name in missing)
        return Verdict(Outcome.FOR_A_HUMAN, sentence, remarks=tuple(remarks))

    def face(self) -> dict[str, Any]:
        example = {name: html(text.nb, inline=True) for name, text in self.example}
        return {"example": example or None}


def _date(written: str) -> date:
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise ResponseError("Datoen finnes ikke i kalenderen. Velg en dato, eller la feltet stå tomt.")
