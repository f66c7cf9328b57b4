"""How far a participant has come in a samling, beside the exercises in a notebook."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import traitlets

from helseledelse.answers.progress import Progress, progress
from helseledelse.answers.store import Answer
from helseledelse.exercises.bank import bank
from helseledelse.exercises.reader import ContentError, nearest
from helseledelse.exercises.text import html
from helseledelse.norwegian import format_number
from helseledelse.widgets.component import Component


class ProgressWidget(Component):
    """How far one has come; follows every answer that is saved in the same kernel."""

    standing = traitlets.Dict().tag(sync=True)

    @classmethod
    def of(cls, samling: str) -> Self:
        """Give the widget of a samling; raises `ContentError` where there is none."""
        known = {name.partition("-")[0] for name in bank()}
        if samling not in known:
            raise ContentError(
                f"Det finnes ingen samling som heter «{samling}». {nearest(samling, known)}"
            )
        names = [name for name in bank() if name.partition("-")[0] == samling]
        sentence = "Her ser du hvor langt du er kommet, når arbeidsboken er åpen."
        return cls(Path(__file__).parent / "standing.js", sentence, names)

    def __init__(self, module: Path, sentence: str, names: Sequence[str]) -> None:
        self._names = names
        super().__init__(module, sentence, standing=self._counted({}))

    def take_up(self) -> None:
        self.standing = self._counted(self._talk.store.read())

    def _counted(self, answers: Mapping[str, Answer]) -> dict[str, Any]:
        counted = progress(self._names, answers, bank())
        return {
            "answered": counted.answered,
            "total": counted.total,
            "sentence": _in_words(counted),
            "left": [
                html(bank()[name].title.nb, inline=True)
                for name in self._names
                if not progress([name], answers, bank()).answered
            ],
        }


def _in_words(counted: Progress) -> str:
    if not counted.total or counted.answered == counted.total:
        return "Du har svart på alt. Svarene ligger klare når du vil se på dem igjen."
    minutes = format_number(max(1, round(counted.minutes_left)))
    return (
        f"Du har svart på {counted.answered} av {counted.total} oppgaver. "
        f"Det som er igjen, tar om lag {minutes} {'minutt' if minutes == '1' else 'minutter'}."
    )
