"""A word or a sentence of one's own."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from helseledelse.exercises.base import Exercise, Outcome, Verdict
from helseledelse.exercises.reader import Table
from helseledelse.exercises.shape import count_words, text
from helseledelse.exercises.text import Text

_EDGES = re.compile(r"^[\s.,;:!?«»\"'()]+|[\s.,;:!?«»\"'()]+$")


def plain(written: str) -> str:
    """Give the text without what does not matter: case, spaces and punctuation around it."""
    return re.sub(r"\s+", " ", _EDGES.sub("", written)).casefold()


@dataclass(frozen=True, kw_only=True)
class ShortText(Exercise):
    """A short text. Response: the text.

    A list of accepted answers can prove an answer right, never wrong: what is not on it goes to
    a human, and the participant compares with `why`. Tally: under "" how many wrote the same,
    whatever the case and the punctuation around it.

    Attributes
    ----------
    why : the reasoning, said in answer
    accepted : answers that are right
    words : how many words are asked for at most; more is said, never refused
    """

    kind: ClassVar[str] = "short_text"
    why: Text
    accepted: tuple[str, ...] = ()
    words: int | None = None

    @classmethod
    def from_table(cls, table: Table) -> Self:
        return cls(
            **cls.common(table),
            why=table.text("why"),
            accepted=table.strings("accepted"),
            words=table.whole("words", minimum=1) if table.has("words") else None,
        )

    def accept(self, raw: object) -> str:
        return text(raw)

    def is_blank(self, response: str) -> bool:
        return not response.strip()

    def judge(self, response: str) -> Verdict:
        if plain(response) in map(plain, self.accepted):
            return Verdict(Outcome.RIGHT, self.why.nb, share=1)
        opening = (
            "Svaret er ikke blant dem vi kjenner igjen. Sammenlign selv: " if self.accepted else ""
        )
        written = count_words(response)
        length = ""
        if self.words and written > self.words:
            length = f" Du har skrevet {written} ord, og det var bedt om høyst {self.words}."
        return Verdict(Outcome.FOR_A_HUMAN, f"{opening}{self.why.nb}{length}")

    def key(self) -> str | None:
        return self.accepted[0] if self.accepted else None

    def count(self, responses: Sequence[str]) -> dict[str, dict[str, int]]:
        return {"": dict(Counter(map(plain, responses)).most_common())}

    def face(self) -> dict[str, Any]:
        return {"words": self.words}
