"""Ranking: items to put in the right order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, Verdict
from helseledelse.exercises.parts import Part, faces, ids, opinions, shuffled
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import picks


@dataclass(frozen=True, kw_only=True)
class Order(Exercise):
    """Items to order, written in the right order. Response: the list of ids, ``[]`` for none.

    Credit: of all pairs, those in the right order less those in the wrong one, as a share of all
    pairs and never below 0 (Kendall's tau). One neighbour swapped costs little, and an order
    drawn at random earns nothing on average. Items are shown in a fixed shuffled order that is
    never the right one. A part of the items may be stored, but only all of them are judged.
    Tally: for each item, how many gave it each place, counted from 1.
    """

    kind: ClassVar[str] = "order"
    may_be_opinion: ClassVar[bool] = True
    items: tuple[Part, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        opinion = table.flag("opinion")
        items = tuple(
            Part(**Part.common(part, reason=not opinion))
            for part in table.tables("items", at_least=2)
        )
        table.unique("items", ids(items))
        return cls(**cls.common(table), items=items)

    def accept(self, raw: object) -> list[str]:
        return picks(raw, ids(self.items))

    def judge(self, response: list[str]) -> Verdict:
        if len(response) < len(self.items):
            return Verdict(
                Outcome.NOT_ANSWERED,
                f"Du har gitt {len(response)} av {len(self.items)} en plass. "
                "Gi alle en plass, så får du svar.",
            )
        remarks = tuple(
            item.remark(Outcome.RIGHT if response[place] == item.id else Outcome.WRONG)
            for place, item in enumerate(self.items)
        )
        hits = sum(remark.outcome is Outcome.RIGHT for remark in remarks)
        if hits == len(self.items):
            return Verdict(Outcome.RIGHT, "Rekkefølgen er riktig.", share=1, remarks=remarks)
        places = {name: place for place, name in enumerate(ids(self.items))}
        pairs = [places[first] < places[second] for first, second in combinations(response, 2)]
        share = max(0, 2 * sum(pairs) - len(pairs)) / len(pairs)
        sentence = (
            f"Av {len(self.items)} står {hits or 'ingen'} på riktig plass, og {sum(pairs)} av "
            f"{len(pairs)} par står i riktig rekkefølge seg imellom."
        )
        outcome = Outcome.PARTLY if share else Outcome.WRONG
        return Verdict(outcome, sentence, share=share, remarks=remarks)

    def key(self) -> list[str] | None:
        return None if self.opinion else ids(self.items)

    def said(self, response: list[str]) -> tuple[Remark, ...]:
        return opinions(self.items, response)

    def count(self, responses: Sequence[list[str]]) -> dict[str, dict[str, int]]:
        counted = Counter(
            (name, place) for response in responses for place, name in enumerate(response, start=1)
        )
        places = range(1, len(self.items) + 1)
        return {
            item.id: {str(place): counted[item.id, place] for place in places}
            for item in self.items
        }

    def face(self) -> dict[str, Any]:
        return {"items": faces(shuffled(self.items, self.id))}
