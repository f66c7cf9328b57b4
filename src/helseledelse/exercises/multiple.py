"""Multiple choice: several options may be right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, Verdict
from helseledelse.exercises.parts import faces, ids, opinions
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import picks
from helseledelse.exercises.single import Option


@dataclass(frozen=True, kw_only=True)
class Multiple(Exercise):
    """One question with one or more right options. Response: the list of ids chosen.

    Credit: the right ones chosen less the wrong ones chosen, as a share of all that are right,
    never below 0. Choosing everything therefore earns nothing where as many are wrong as right.
    What is right but not chosen is counted for the participant, not pointed out, until all is
    found. Tally: under "" how many chose each option.
    """

    kind: ClassVar[str] = "multiple"
    may_be_opinion: ClassVar[bool] = True
    options: tuple[Option, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        options = Option.all_from(table)
        if not table.flag("opinion") and not any(option.right for option in options):
            raise table.fail(
                "Ingen alternativer er merket right = true. Merk dem som er riktige, eller skriv "
                "opinion = true hvis det ikke finnes noen fasit."
            )
        return cls(**cls.common(table), options=options)

    def accept(self, raw: object) -> list[str]:
        # A set of boxes has no order: sorted as shown, equal answers are equal data.
        chosen = picks(raw, ids(self.options))
        return [option.id for option in self.options if option.id in chosen]

    def judge(self, response: list[str]) -> Verdict:
        right = sum(option.right for option in self.options)
        hits = sum(option.right for option in self.options if option.id in response)
        misses = len(response) - hits
        if hits == right and not misses:
            # What was rightly left alone is explained too, but is neither right nor wrong.
            remarks = tuple(
                option.remark(Outcome.RIGHT if option.right else Outcome.NOT_ANSWERED)
                for option in self.options
            )
            sentence = "Du har valgt alle som er riktige, og bare dem."
            return Verdict(Outcome.RIGHT, sentence, share=1, remarks=remarks)
        share = max(0, hits - misses) / right
        return Verdict(
            Outcome.PARTLY if share else Outcome.WRONG,
            _found(len(response), hits, right - hits),
            share=share,
            remarks=tuple(
                option.remark(Outcome.RIGHT if option.right else Outcome.WRONG)
                for option in self.options
                if option.id in response
            ),
        )

    def key(self) -> list[str] | None:
        return [option.id for option in self.options if option.right] or None

    def said(self, response: list[str]) -> tuple[Remark, ...]:
        return opinions(self.options, response)

    def count(self, responses: Sequence[list[str]]) -> dict[str, dict[str, int]]:
        counted = Counter(name for response in responses for name in response)
        return {"": {option.id: counted[option.id] for option in self.options}}

    def face(self) -> dict[str, Any]:
        return {"options": faces(self.options)}


def _found(chosen: int, hits: int, missing: int) -> str:
    if chosen == 1:
        found = "Det ene du har valgt, er riktig." if hits else "Det du har valgt, er ikke riktig."
    elif hits == chosen:
        found = f"Alle {chosen} du har valgt, er riktige."
    elif not hits:
        found = "Ingen av dem du har valgt, er riktige."
    else:
        found = f"Av de {chosen} du har valgt, er {hits} {'riktig' if hits == 1 else 'riktige'}."
    if not missing:
        return f"{found} Ingen riktige mangler."
    return f"{found} Det mangler {missing} til." if hits else f"{found} Det er {missing} å finne."
