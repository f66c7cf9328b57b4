"""A rating scale: statements answered from low to high, with a mean for one's own eyes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Verdict
from helseledelse.exercises.parts import Part, faces, ids
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import mapping, step
from helseledelse.exercises.text import Text, html
from helseledelse.norwegian import format_number, join


@dataclass(frozen=True, kw_only=True)
class Item(Part):
    """A statement; a reversed one counts as steps + 1 − x in the mean."""

    reversed: bool = False


@dataclass(frozen=True, kw_only=True)
class Scale(Exercise):
    """Statements rated from 1 to `steps`. Response: ``{item: step}``.

    There is no key: the verdict gives the mean after reversed statements are turned, and says
    which they were. Which they are is not shown before. Tally: for each item, how many chose each
    step, as chosen and not turned.
    """

    kind: ClassVar[str] = "scale"
    items: tuple[Item, ...]
    low: Text
    high: Text
    steps: int = 7

    @classmethod
    def from_table(cls, table: Table) -> Self:
        items = tuple(
            Item(**Item.common(part, reason=None), reversed=part.flag("reversed"))
            for part in table.tables("items", at_least=1)
        )
        table.unique("items", ids(items))
        return cls(
            **cls.common(table),
            items=items,
            low=table.text("low"),
            high=table.text("high"),
            steps=table.whole("steps", default=7, minimum=2, maximum=11),
        )

    def accept(self, raw: object) -> dict[str, int]:
        return {
            item: step(value, self.steps) for item, value in mapping(raw, ids(self.items)).items()
        }

    def mean(self, response: dict[str, int]) -> float:
        """Give the mean of what is answered, in steps, with reversed statements turned."""
        turned = [
            self.steps + 1 - response[item.id] if item.reversed else response[item.id]
            for item in self.items
            if item.id in response
        ]
        return sum(turned) / len(turned)

    def judge(self, response: dict[str, int]) -> Verdict:
        mean = format_number(self.mean(response), 1)
        sentences = [f"Gjennomsnittet ditt er {mean} på en skala fra 1 til {self.steps}."]
        turned = [
            str(number)
            for number, item in enumerate(self.items, start=1)
            if item.reversed and item.id in response
        ]
        if turned:
            which = (
                f"Påstand {join(turned)} er"
                if len(turned) == 1
                else f"Påstandene {join(turned)} er"
            )
            sentences.append(
                f"{which} snudd før utregningen, fordi et lavt tall der peker samme vei som et "
                f"høyt tall ellers: 1 teller som {self.steps}."
            )
        if len(response) < len(self.items):
            sentences.append(f"Du har svart på {len(response)} av {len(self.items)}.")
        return Verdict(Outcome.FOR_A_HUMAN, " ".join(sentences))

    def count(self, responses: Sequence[dict[str, int]]) -> dict[str, dict[str, int]]:
        counts = {}
        for item in self.items:
            counted = Counter(response.get(item.id) for response in responses)
            counts[item.id] = {str(value): counted[value] for value in range(1, self.steps + 1)}
        return counts

    def face(self) -> dict[str, Any]:
        return {
            "steps": self.steps,
            "low": html(self.low.nb, inline=True),
            "high": html(self.high.nb, inline=True),
            "items": faces(self.items),
        }
