"""Dots: a handful of votes shared out among items, to see what a group wants first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, ResponseError, Verdict
from helseledelse.exercises.parts import Part, faces, ids
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import mapping, step


@dataclass(frozen=True, kw_only=True)
class Dots(Exercise):
    """Items to share `dots` dots among. Response: ``{item: dots}``, without those that got none.

    There is no key. Tally: under "" the sum of dots on each item.
    """

    kind: ClassVar[str] = "dots"
    items: tuple[Part, ...]
    dots: int = 5

    @classmethod
    def from_table(cls, table: Table) -> Self:
        items = tuple(
            Part(**Part.common(part, reason=None)) for part in table.tables("items", at_least=2)
        )
        table.unique("items", ids(items))
        dots = table.whole("dots", default=5, minimum=1, maximum=20)
        return cls(**cls.common(table), items=items, dots=dots)

    def accept(self, raw: object) -> dict[str, int]:
        said = mapping(raw, ids(self.items))
        given = {
            item: step(value, self.dots)
            for item, value in said.items()
            if isinstance(value, bool) or value != 0
        }
        if sum(given.values()) > self.dots:
            raise ResponseError(
                f"Du har {self.dots} prikker og har satt {sum(given.values())}. Ta bort noen."
            )
        return given

    def judge(self, response: dict[str, int]) -> Verdict:
        used = sum(response.values())
        sentence = f"Du har satt {used} av {self.dots} prikker."
        most = max(response.values())
        first = [item.label.nb for item in self.items if response.get(item.id) == most]
        if len(first) == 1:
            sentence += f" Flest fikk «{first[0]}»."
        return Verdict(
            Outcome.FOR_A_HUMAN, f"{sentence} Her finnes det ingen fasit. Begrunn valget ditt."
        )

    def count(self, responses: Sequence[dict[str, int]]) -> dict[str, dict[str, int]]:
        return {
            "": {item.id: sum(each.get(item.id, 0) for each in responses) for item in self.items}
        }

    def face(self) -> dict[str, Any]:
        return {"dots": self.dots, "items": faces(self.items)}
