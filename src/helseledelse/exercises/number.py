"""A number, written as Norwegians write: every known mistake is met with its own reason."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, ResponseError, Verdict
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import text
from helseledelse.exercises.text import Text
from helseledelse.norwegian import NumberFormatError, format_number, parse_number

_LONGEST = 200
_PERCENT = re.compile(r"(?:%|prosent)\s*$", re.IGNORECASE)

# Where the digits are right but the number is not, it is nearly always one of these.
_SLIPS = (
    (-1, "Størrelsen er riktig, men fortegnet er snudd. Se etter hva som er trukket fra hva."),
    (1e3, "Svaret er tusen ganger for stort. Se etter om noe står i kroner og noe i tusen kroner."),
    (1e-3, "Svaret er tusen ganger for lite. Se etter om noe står i kroner og noe i tusen kroner."),
    (1e2, "Svaret er hundre ganger for stort. Se etter om noe står i prosent og noe som andel."),
    (1e-2, "Svaret er hundre ganger for lite. Se etter om noe står i prosent og noe som andel."),
    (1e1, "Svaret er ti ganger for stort. Se etter hvor kommaet står, og tell nullene."),
    (1e-1, "Svaret er ti ganger for lite. Se etter hvor kommaet står, og tell nullene."),
    (1e6, "Svaret er en million ganger for stort. Se etter om noe står i millioner."),
    (1e-6, "Svaret er en million ganger for lite. Se etter om noe står i millioner."),
)


@dataclass(frozen=True)
class Mistake:
    """A number that a known wrong turn leads to.

    Attributes
    ----------
    value : the number
    why : said to the one who took the turn
    did : what they did, to go on after a count: «delte på alle leveårene»
    """

    value: float
    why: Text
    did: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Number(Exercise):
    """A question with a number for an answer. Response: the text as typed.

    Attributes
    ----------
    key : in `unit`
    unit : shown behind the field; a participant may write it or leave it out
    decimals : digits behind the comma when numbers are shown
    tolerance : in `unit`; what may be off and still be right
    tolerance_share : the same as a share of the number
    why : said when it is right
    mistakes : the known wrong numbers

    Notes
    -----
    The nearest of key and mistakes within tolerance decides, the key first. Where neither
    tolerance is written, what rounds to the key at `decimals` is right. Tally: under "" how many
    gave each number, written with `decimals` and from low to high.
    """

    kind: ClassVar[str] = "number"
    answer: float
    why: Text
    unit: str = ""
    decimals: int = 0
    tolerance: float = 0
    tolerance_share: float = 0
    mistakes: tuple[Mistake, ...] = ()

    @classmethod
    def from_table(cls, table: Table) -> Self:
        if table.has("tolerance") and table.has("tolerance_share"):
            raise table.fail("Skriv enten «tolerance» eller «tolerance_share», ikke begge.")
        decimals = table.whole("decimals", default=0, maximum=8)
        rounding = 0.0 if table.has("tolerance_share") else 0.5 / 10**decimals
        exercise = cls(
            **cls.common(table),
            answer=table.number("key"),
            why=table.text("why"),
            unit=table.string("unit", default=""),
            decimals=decimals,
            tolerance=table.number("tolerance", default=rounding, minimum=0),
            tolerance_share=table.number("tolerance_share", default=0, minimum=0, maximum=0.5),
            mistakes=tuple(
                Mistake(part.number("value"), part.text("why"), part.text("did", required=False))
                for part in table.tables("mistakes")
            ),
        )
        if not exercise.fits(parse_number(exercise.written(exercise.answer)), exercise.answer):
            raise table.fail(
                f"Fasiten skrevet med {decimals} desimaler er {exercise.written(exercise.answer)}, "
                "og det ligger utenfor toleransen. Øk «decimals» eller «tolerance»."
            )
        for mistake in exercise.mistakes:
            if exercise.fits(mistake.value, exercise.answer):
                raise table.fail(
                    f"Feilen {exercise.written(mistake.value)} ligger innenfor toleransen rundt "
                    "fasiten. Ta den bort, eller gjør toleransen mindre."
                )
        table.unique("mistakes", [exercise.written(mistake.value) for mistake in exercise.mistakes])
        return exercise

    def written(self, value: float) -> str:
        return format_number(value, self.decimals)

    def fits(self, value: float, wanted: float) -> bool:
        """Whether `value` is `wanted` within the tolerance, the limit included."""
        allowed = max(self.tolerance, self.tolerance_share * abs(wanted))
        return abs(value - wanted) <= allowed + 1e-9 * max(1e-6, abs(wanted))

    def accept(self, raw: object) -> str:
        return text(raw, longest=_LONGEST).strip()

    def read(self, response: str) -> tuple[float, ...]:
        """Give the number as typed; with a percent sign nobody asked for, also as a share.

        Raises
        ------
        ResponseError
            If it is not a number.
        """
        try:
            value = parse_number(response, unit=self.unit)
        except NumberFormatError as error:
            raise ResponseError(str(error)) from error
        if _PERCENT.search(response) and not _PERCENT.search(self.unit):
            return value, value / 100
        return (value,)

    def judge(self, response: str) -> Verdict:
        values = self.read(response)
        if any(self.fits(value, self.answer) for value in values):
            return Verdict(
                Outcome.RIGHT,
                self.why.nb,
                share=1,
                remarks=(Remark("", Outcome.RIGHT, self.why.nb),),
            )
        sentence = self._explanation(values)
        return Verdict(Outcome.WRONG, sentence, remarks=(Remark("", Outcome.WRONG, sentence),))

    def mistake(self, values: Sequence[float]) -> Mistake | None:
        """Give the known mistake nearest to a number as read, where one is within tolerance."""
        near = [
            (abs(value - mistake.value), number)
            for number, mistake in enumerate(self.mistakes)
            for value in values
            if self.fits(value, mistake.value)
        ]
        return self.mistakes[min(near)[1]] if near else None

    def _explanation(self, values: tuple[float, ...]) -> str:
        value = values[0]
        if known := self.mistake(values):
            return known.why.nb
        if self.answer:
            for factor, sentence in _SLIPS:
                if self.fits(value / factor, self.answer):
                    return sentence
        shown = format_number(value, _digits(value), unit=self.unit)
        help_at_hand = "Åpne et hint hvis du står fast." if self.hints else "Regn gjerne på papir."
        return (
            f"Svaret er lest som {shown}, og det stemmer ikke ennå. "
            f"Gå gjennom regnestykket steg for steg. {help_at_hand}"
        )

    def key(self) -> str:
        return self.written(self.answer)

    def count(self, responses: Sequence[str]) -> dict[str, dict[str, int]]:
        values = []
        for response in responses:
            try:
                values.append(self.read(response)[0])
            except ResponseError:
                continue  # a draft with letters in it says no number
        counted = Counter(values)
        shown: dict[str, int] = {}
        for value in sorted(counted):
            written = self.written(value)
            shown[written] = shown.get(written, 0) + counted[value]
        return {"": shown}

    def face(self) -> dict[str, Any]:
        return {"unit": self.unit, "decimals": self.decimals}


def _digits(value: float) -> int:
    """Give how many digits behind the comma a person would recognise the number by."""
    return next((count for count in range(5) if round(value, count) == value), 4)
