"""Reflection: prompts to write to, for oneself."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Verdict
from helseledelse.exercises.parts import Part, faces, ids
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import count_words, texts
from helseledelse.norwegian import format_number


def unwritten(parts: tuple[Part, ...], response: dict[str, str]) -> list[Part]:
    return [part for part in parts if not response.get(part.id, "").strip()]


def length(response: dict[str, str]) -> str:
    """Say how many words are written."""
    return f"Du har skrevet {format_number(sum(map(count_words, response.values())))} ord."


@dataclass(frozen=True, kw_only=True)
class Reflection(Exercise):
    """Prompts to write freely to. Response: ``{prompt: text}``.

    Attributes
    ----------
    words : how many words to aim at in all
    timer : minutes a participant may choose to write against
    """

    kind: ClassVar[str] = "reflection"
    prompts: tuple[Part, ...]
    words: int | None = None
    timer: float | None = None

    @classmethod
    def from_table(cls, table: Table) -> Self:
        prompts = tuple(
            Part(**Part.common(part, reason=None)) for part in table.tables("prompts", at_least=1)
        )
        table.unique("prompts", ids(prompts))
        return cls(
            **cls.common(table),
            prompts=prompts,
            words=table.whole("words", minimum=1) if table.has("words") else None,
            timer=table.number("timer", minimum=0.5, maximum=60) if table.has("timer") else None,
        )

    def accept(self, raw: object) -> dict[str, str]:
        return texts(raw, ids(self.prompts))

    def is_blank(self, response: dict[str, str]) -> bool:
        return len(unwritten(self.prompts, response)) == len(self.prompts)

    def judge(self, response: dict[str, str]) -> Verdict:
        sentences = [length(response)]
        if self.words:
            sentences.append(f"Et godt mål er rundt {self.words}.")
        left = len(unwritten(self.prompts, response))
        if left:
            sentences.append(f"Du har svart på {len(self.prompts) - left} av {len(self.prompts)}.")
        return Verdict(Outcome.FOR_A_HUMAN, " ".join(sentences))

    def face(self) -> dict[str, Any]:
        return {"prompts": faces(self.prompts), "words": self.words, "timer": self.timer}
