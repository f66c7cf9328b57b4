"""Classification: each item belongs in one box."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, Verdict
from helseledelse.exercises.parts import Part, faces, ids, opinions, refuse_key, shuffled, so_far
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import mapping, pick


@dataclass(frozen=True, kw_only=True)
class Item(Part):
    """Something to put in a box; `box` is the right one, "" where there is no key."""

    box: str = ""


@dataclass(frozen=True, kw_only=True)
class Classify(Exercise):
    """Items to sort into boxes. Response: ``{item: box}``.

    Credit: the items that lie right as a share of all items. Items are shown in a fixed shuffled
    order, because authors write them box by box. Tally: for each item, how many put it in each
    box.
    """

    kind: ClassVar[str] = "classify"
    may_be_opinion: ClassVar[bool] = True
    boxes: tuple[Part, ...]
    items: tuple[Item, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        opinion = table.flag("opinion")
        boxes = tuple(
            Part(**Part.common(part, reason=None)) for part in table.tables("boxes", at_least=2)
        )
        items = []
        for part in table.tables("items", at_least=2):
            if opinion:
                refuse_key(part, "box")
            box = "" if opinion else part.choice("box", ids(boxes))
            items.append(Item(**Item.common(part, reason=not opinion), box=box))
        table.unique("boxes", ids(boxes))
        table.unique("items", ids(items))
        return cls(**cls.common(table), boxes=boxes, items=tuple(items))

    def accept(self, raw: object) -> dict[str, str]:
        placed = mapping(raw, ids(self.items))
        return {item: pick(box, ids(self.boxes)) for item, box in placed.items()}

    def judge(self, response: dict[str, str]) -> Verdict:
        remarks = tuple(
            item.remark(Outcome.RIGHT if response[item.id] == item.box else Outcome.WRONG)
            for item in self.items
            if item.id in response
        )
        hits = sum(remark.outcome is Outcome.RIGHT for remark in remarks)
        if hits == len(self.items):
            return Verdict(Outcome.RIGHT, "Alt ligger der det skal.", share=1, remarks=remarks)
        return Verdict(
            Outcome.PARTLY if hits else Outcome.WRONG,
            so_far(len(remarks), len(self.items), hits, "riktig"),
            share=hits / len(self.items),
            remarks=remarks,
        )

    def key(self) -> dict[str, str] | None:
        return None if self.opinion else {item.id: item.box for item in self.items}

    def said(self, response: dict[str, str]) -> tuple[Remark, ...]:
        return opinions(self.items, response)

    def count(self, responses: Sequence[dict[str, str]]) -> dict[str, dict[str, int]]:
        counts = {}
        for item in self.items:
            counted = Counter(response.get(item.id) for response in responses)
            counts[item.id] = {box.id: counted[box.id] for box in self.boxes}
        return counts

    def face(self) -> dict[str, Any]:
        return {"boxes": faces(self.boxes), "items": faces(shuffled(self.items, self.id))}
