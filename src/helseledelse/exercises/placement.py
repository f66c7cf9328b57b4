"""Placement: items put in a field between two axes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, ResponseError, Verdict
from helseledelse.exercises.parts import Part, faces, ids, opinions, refuse_key, so_far
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import MISSHAPEN, mapping, step
from helseledelse.exercises.text import Text, html

STEPS = 9
MIDDLE = 5
_ENDS = {"low": 2, "high": 8}


@dataclass(frozen=True)
class Axis:
    """What lies along one side of the field, and what its two ends are called."""

    label: Text
    low: Text
    high: Text

    @classmethod
    def from_table(cls, table: Table) -> Self:
        return cls(table.text("label"), table.text("low"), table.text("high"))

    def face(self) -> dict[str, str]:
        return {
            "label": html(self.label.nb, inline=True),
            "low": html(self.low.nb, inline=True),
            "high": html(self.high.nb, inline=True),
        }


def end(value: int) -> str:
    """Give the half of an axis that a value lies in; the middle takes no side."""
    return "" if value == MIDDLE else "low" if value < MIDDLE else "high"


@dataclass(frozen=True, kw_only=True)
class Item(Part):
    """Something to place; `x` and `y` are the halves it belongs in, "" where there is no key."""

    x: str = ""
    y: str = ""

    def judge(self, place: list[int]) -> Outcome:
        hits = (end(place[0]) == self.x) + (end(place[1]) == self.y)
        return (Outcome.WRONG, Outcome.PARTLY, Outcome.RIGHT)[hits]


@dataclass(frozen=True, kw_only=True)
class Placement(Exercise):
    """Items to place between two axes. Response: ``{item: [x, y]}``, each 1 to 9.

    Only the side of the middle counts, not how far out. Credit: an item counts whole when both
    sides are right and half when one is, as a share of all items; the middle is no side. Tally:
    for each item, how many put it at each point, written ``"x,y"``.
    """

    kind: ClassVar[str] = "placement"
    may_be_opinion: ClassVar[bool] = True
    x: Axis
    y: Axis
    items: tuple[Item, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        opinion = table.flag("opinion")
        items = []
        for part in table.tables("items", at_least=1):
            if opinion:
                refuse_key(part, "x", "y")
            x, y = ("", "") if opinion else (part.choice("x", _ENDS), part.choice("y", _ENDS))
            items.append(Item(**Item.common(part, reason=not opinion), x=x, y=y))
        table.unique("items", ids(items))
        return cls(
            **cls.common(table),
            x=Axis.from_table(table.table("x")),
            y=Axis.from_table(table.table("y")),
            items=tuple(items),
        )

    def accept(self, raw: object) -> dict[str, list[int]]:
        placed = {}
        for item, place in mapping(raw, ids(self.items)).items():
            if not isinstance(place, (list, tuple)) or len(place) != 2:
                raise ResponseError(MISSHAPEN)
            placed[item] = [step(value, STEPS) for value in place]
        return placed

    def judge(self, response: dict[str, list[int]]) -> Verdict:
        remarks = tuple(
            item.remark(item.judge(response[item.id])) for item in self.items if item.id in response
        )
        outcomes = Counter(remark.outcome for remark in remarks)
        whole, half = outcomes[Outcome.RIGHT], outcomes[Outcome.PARTLY]
        if whole == len(self.items):
            return Verdict(Outcome.RIGHT, "Alt ligger i riktig felt.", share=1, remarks=remarks)
        sentence = so_far(len(remarks), len(self.items), whole, "i riktig felt")
        if half:
            sentence += f" For {half} av plasseringene stemmer bare den ene aksen."
        return Verdict(
            Outcome.PARTLY if whole or half else Outcome.WRONG,
            sentence,
            share=(whole + half / 2) / len(self.items),
            remarks=remarks,
        )

    def key(self) -> dict[str, list[int]] | None:
        if self.opinion:
            return None
        return {item.id: [_ENDS[item.x], _ENDS[item.y]] for item in self.items}

    def said(self, response: dict[str, list[int]]) -> tuple[Remark, ...]:
        return opinions(self.items, response)

    def count(self, responses: Sequence[dict[str, list[int]]]) -> dict[str, dict[str, int]]:
        counts = {}
        for item in self.items:
            points = [response[item.id] for response in responses if item.id in response]
            counts[item.id] = dict(sorted(Counter(f"{x},{y}" for x, y in points).items()))
        return counts

    def face(self) -> dict[str, Any]:
        return {"x": self.x.face(), "y": self.y.face(), "items": faces(self.items)}
