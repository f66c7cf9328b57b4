"""Single choice: one option is right, and every option says why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, ResponseError, Tally, Verdict
from helseledelse.exercises.reader import Table
from helseledelse.exercises.text import Text, html


@dataclass(frozen=True)
class Option:
    """One option; `why` is what is said to the one who chose it."""

    id: str
    label: Text
    why: Text
    right: bool = False

    @classmethod
    def all_from(cls, table: Table) -> tuple["Option", ...]:
        """Read ``[[exercise.options]]``; ids are a, b, c … in the order written."""
        options = []
        for number, part in enumerate(table.tables("options", at_least=2)):
            option = cls(
                id=part.string("id", default="abcdefghijklmnopqrst"[number]),
                label=part.text("label"),
                why=part.text("why"),
                right=part.flag("right"),
            )
            part.finish()
            options.append(option)
        table.unique("options", [option.id for option in options])
        return tuple(options)


@dataclass(frozen=True, kw_only=True)
class Single(Exercise):
    """One question with one right option. Response: the option's id, or "" for none."""

    kind: ClassVar[str] = "single"
    options: tuple[Option, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        options = Option.all_from(table)
        right = sum(option.right for option in options)
        if right != 1:
            raise table.fail(
                f"{right} alternativer er merket right = true, men et enkeltvalg har nøyaktig ett. "
                'Skriv kind = "multiple" hvis flere er riktige.'
            )
        return cls(**cls.common(table), options=options)

    def accept(self, raw: object) -> str:
        if raw is None or raw == "":
            return ""
        if not any(option.id == raw for option in self.options):
            raise ResponseError("Svaret er ikke et av alternativene. Velg ett av dem på nytt.")
        return str(raw)

    def is_blank(self, response: str) -> bool:
        return not response

    def judge(self, response: str) -> Verdict:
        option = next(option for option in self.options if option.id == response)
        outcome = Outcome.RIGHT if option.right else Outcome.WRONG
        return Verdict(
            outcome,
            option.why.nb,
            share=float(option.right),
            remarks=(Remark(option.id, outcome, option.why.nb),),
        )

    def tally(self, responses: Sequence[str]) -> Tally:
        counted = Counter(responses)
        return Tally(
            responses=sum(bool(response) for response in responses),
            counts={"": {option.id: counted[option.id] for option in self.options}},
        )

    def face(self) -> dict[str, Any]:
        return {
            "options": [
                {"id": option.id, "label": html(option.label.nb, inline=True)}
                for option in self.options
            ]
        }
