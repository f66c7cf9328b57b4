"""Single choice: one option is right, and every option says why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Remark, Verdict
from helseledelse.exercises.parts import Part, faces, ids, opinions, refuse_key
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import pick

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class Option(Part):
    """One option; `why` is what is said to the one who chose it."""

    right: bool = False

    @classmethod
    def all_from(cls, table: Table) -> tuple["Option", ...]:
        """Read ``[[exercise.options]]``; ids are a, b, c … in the order written."""
        opinion = table.flag("opinion")
        parts = table.tables("options", at_least=2)
        if len(parts) > len(_LETTERS):
            raise table.fail(f"Oppgaven har {len(parts)} alternativer. Del den i flere oppgaver.")
        options = []
        for letter, part in zip(_LETTERS, parts, strict=False):
            if opinion:
                refuse_key(part, "right")
            options.append(
                cls(
                    **cls.common(part, reason=not opinion, default=letter), right=part.flag("right")
                )
            )
        table.unique("options", ids(options))
        return tuple(options)


@dataclass(frozen=True, kw_only=True)
class Single(Exercise):
    """One question with one right option. Response: the option's id, or "" for none.

    Tally: under "" how many chose each option.
    """

    kind: ClassVar[str] = "single"
    may_be_opinion: ClassVar[bool] = True
    options: tuple[Option, ...]

    @classmethod
    def from_table(cls, table: Table) -> Self:
        options = Option.all_from(table)
        right = sum(option.right for option in options)
        if right != 1 and not table.flag("opinion"):
            raise table.fail(
                f"{right} alternativer er merket right = true, men et enkeltvalg har nøyaktig ett. "
                'Skriv kind = "multiple" hvis flere er riktige, eller opinion = true hvis det '
                "ikke finnes noen fasit."
            )
        return cls(**cls.common(table), options=options)

    def accept(self, raw: object) -> str:
        return pick(raw, ids(self.options))

    def judge(self, response: str) -> Verdict:
        option = next(option for option in self.options if option.id == response)
        remark = option.remark(Outcome.RIGHT if option.right else Outcome.WRONG)
        return Verdict(
            remark.outcome, remark.sentence, share=float(option.right), remarks=(remark,)
        )

    def key(self) -> str | None:
        return next((option.id for option in self.options if option.right), None)

    def said(self, response: str) -> tuple[Remark, ...]:
        return opinions(self.options, [response])

    def count(self, responses: Sequence[str]) -> dict[str, dict[str, int]]:
        counted = Counter(responses)
        return {"": {option.id: counted[option.id] for option in self.options}}

    def face(self) -> dict[str, Any]:
        return {"options": faces(self.options)}
