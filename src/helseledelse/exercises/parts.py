"""What options, items and boxes have in common: an id, a label, and what is said of them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from helseledelse.exercises.base import Outcome, Remark
from helseledelse.exercises.reader import Table
from helseledelse.exercises.text import Text, html


@dataclass(frozen=True, kw_only=True)
class Part:
    """One option, item, prompt or box.

    Attributes
    ----------
    id : stays the same when the label is reworded, so that old answers keep their meaning
    label : what the participant reads
    why : what is said of it afterwards; may be missing only where there is no key
    """

    id: str
    label: Text
    why: Text | None = None

    @classmethod
    def common(cls, table: Table, *, reason: bool | None, default: str = "") -> dict[str, Any]:
        """Read what every part has.

        Parameters
        ----------
        reason : True where a why must stand, False where it may, None where there is none
        default : the id where none is written; without it an id must be written

        Raises
        ------
        ContentError
            When something is missing or of the wrong sort.
        """
        read = {
            "id": table.identity(default=default) if default else table.identity(),
            "label": table.text("label"),
        }
        if reason is not None:
            read["why"] = table.text("why", required=reason)
        return read

    def remark(self, outcome: Outcome) -> Remark:
        return Remark(self.id, outcome, str(self.why or ""))


P = TypeVar("P", bound=Part)


def faces(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Give id and label of each part, as a front end shows them."""
    return [{"id": part.id, "label": html(part.label.nb, inline=True)} for part in parts]


def ids(parts: Iterable[Part]) -> list[str]:
    return [part.id for part in parts]


def opinions(parts: Iterable[Part], chosen: Iterable[str]) -> tuple[Remark, ...]:
    """Give what is said of the chosen parts where there is no key."""
    wanted = set(chosen)
    return tuple(
        part.remark(Outcome.FOR_A_HUMAN) for part in parts if part.id in wanted and part.why
    )


def so_far(done: int, total: int, right: int, where: str) -> str:
    """Say how many are placed, and how many of those lie `where` they should."""
    if done == 1 < total:
        return f"Du har plassert 1 av {total}, og den ligger {'' if right else 'ikke '}{where}."
    placed = f"alle {total}" if done == total else f"{done} av {total}"
    return f"Du har plassert {placed}, og {right or 'ingen'} av dem ligger {where}."


def refuse_key(table: Table, *words: str) -> None:
    """Refuse the words of a key in a part of an exercise with ``opinion = true``.

    Raises
    ------
    ContentError
        If one of them stands there.
    """
    for word in words:
        if table.has(word):
            raise table.fail(
                f"«{word}» peker på et riktig svar, men oppgaven har opinion = true og dermed "
                "ingen fasit. Ta bort den ene."
            )


def shuffled(parts: Sequence[P], seed: str) -> tuple[P, ...]:
    """Give the parts in an order that is the same for everyone, and never as they were written."""
    order = sorted(parts, key=lambda part: hashlib.sha256(f"{seed}/{part.id}".encode()).hexdigest())
    return tuple(order[1:] + order[:1] if order == list(parts) else order)
