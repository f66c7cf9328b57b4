"""A form: named boxes to fill in, such as a canvas or a plan for an evaluation."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Verdict
from helseledelse.exercises.parts import Part, ids
from helseledelse.exercises.reader import Table
from helseledelse.exercises.reflection import length, unwritten
from helseledelse.exercises.shape import texts
from helseledelse.exercises.text import Text, html
from helseledelse.norwegian import join


@dataclass(frozen=True, kw_only=True)
class Box(Part):
    """A field to write in; `help` stands under its label, and it is `rows` lines high."""

    help: Text | None = None
    rows: int = 3


@dataclass(frozen=True, kw_only=True)
class Form(Exercise):
    """Boxes to write in. Response: ``{box: text}``."""

    kind: ClassVar[str] = "form"
    boxes: tuple[Box, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        boxes = tuple(
            Box(
                **Box.common(part, reason=None),
                help=part.text("help", required=False),
                rows=part.whole("rows", default=3, minimum=1, maximum=30),
            )
            for part in table.tables("boxes", at_least=1)
        )
        table.unique("boxes", ids(boxes))
        return cls(**cls.common(table), boxes=boxes)

    def accept(self, raw: object) -> dict[str, str]:
        return texts(raw, ids(self.boxes))

    def is_blank(self, response: dict[str, str]) -> bool:
        return len(unwritten(self.boxes, response)) == len(self.boxes)

    def judge(self, response: dict[str, str]) -> Verdict:
        left = [f"«{box.label}»" for box in unwritten(self.boxes, response)]
        rest = f"Tomme felt: {join(left)}." if left else "Alle feltene er fylt ut."
        return Verdict(Outcome.FOR_A_HUMAN, f"{length(response)} {rest}")

    def face(self) -> dict[str, Any]:
        return {
            "boxes": [
                {
                    "id": box.id,
                    "label": html(box.label.nb, inline=True),
                    "help": html(box.help.nb, inline=True) if box.help else "",
                    "rows": box.rows,
                }
                for box in self.boxes
            ]
        }
