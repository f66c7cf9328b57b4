"""How far a person has come in a workbook, and the words for it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from helseledelse.answers.progress import Progress, progress
from helseledelse.answers.store import Answer
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.workbook import Workbook


@dataclass(frozen=True)
class Way:
    """How far a person has come in a workbook, block by block.

    Attributes
    ----------
    blocks : for each block of the workbook what is answered of it
    left : for each block the minutes that are left of it
    whole : the same for all of it
    """

    blocks: tuple[Progress, ...]
    left: tuple[float, ...]
    whole: Progress

    @property
    def minutes(self) -> float:
        return sum(self.left)


def way(book: Workbook, answers: Mapping[str, Answer], bank: Mapping[str, Exercise]) -> Way:
    """Tell how far a person has come.

    An answered exercise is done. What is to be read and tried in a block is done with its last
    exercise; a block without exercises is done when something further on has been answered.
    """
    known = [[name for name in block.exercises if name in bank] for block in book.blocks]
    blocks = [progress(names, answers, bank) for names in known]
    left: list[float] = []
    for number, (block, so_far) in enumerate(zip(book.blocks, blocks, strict=True)):
        if so_far.total:
            answered = sum(bank[name].minutes for name in known[number]) - so_far.minutes_left
            whole = so_far.answered == so_far.total
            left.append(0 if whole else max(0, block.minutes - answered))
        else:
            passed = any(later.last is not None for later in blocks[number + 1 :])
            left.append(0 if passed else block.minutes)
    every = progress([name for names in known for name in names], answers, bank)
    return Way(tuple(blocks), tuple(left), every)


def about(minutes: float) -> str:
    """Say a time as the components do: from an hour up, to the nearest five minutes.

    Examples
    --------
    >>> about(12.4), about(0.3), about(147), about(118)
    ('ca. 12 min', 'under 1 min', 'ca. 2 t 25 min', 'ca. 2 t')
    """
    if minutes < 1:
        return "under 1 min"
    whole = math.floor(minutes + 0.5)
    if whole < 60:
        return f"ca. {whole} min"
    hours, rest = divmod(5 * math.floor(whole / 5 + 0.5), 60)
    return f"ca. {hours} t {rest} min" if rest else f"ca. {hours} t"


def time_left(minutes: float) -> str:
    return f"{about(minutes)} igjen" if minutes > 0 else "Alt er gjort"


def block_words(so_far: Progress, left: float) -> str:
    if so_far.total and so_far.answered == so_far.total:
        return "Gjort"
    if not so_far.total:
        return f"Lesestoff · {about(left)}" if left > 0 else "Lesestoff"
    return f"{so_far.answered} av {so_far.total} gjort · {about(left)}"


def workbook_words(road: Way) -> str:
    done, total = road.whole.answered, road.whole.total
    if total and done == total:
        return "Alle oppgavene er besvart"
    if not done:
        return f"Ikke begynt · {about(road.minutes)}"
    return f"{done} av {total} oppgaver besvart · {time_left(road.minutes)}"
