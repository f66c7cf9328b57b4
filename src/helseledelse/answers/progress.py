"""How far one person has come in a workbook, and when she was there last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from helseledelse.answers.store import Answer
from helseledelse.exercises.base import Exercise, ResponseError
from helseledelse.exercises.text import html, plain
from helseledelse.exercises.workbook import Workbook

_MONTHS = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)
_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_NORWAY = ZoneInfo("Europe/Oslo")


def clock(at: int, *, now: datetime | None = None) -> str:
    """Write a time as it is said: 14:03, i går 14:03, 12. mars 14:03, 12. mars 2025 14:03.

    Parameters
    ----------
    at : milliseconds since 1970
    now : the present, in the time zone to tell in; this machine's where left out
    """
    present = now or datetime.now().astimezone()
    then = datetime.fromtimestamp(at / 1000, tz=present.tzinfo)
    time = f"{then:%H:%M}"
    if then.date() == present.date():
        return time
    if then.date() == present.date() - timedelta(days=1):
        return f"i går {time}"
    year = f" {then.year}" if then.year != present.year else ""
    return f"{then.day}. {_MONTHS[then.month - 1]}{year} {time}"


def day(at: int) -> str:
    """Write a day for a document, which is read at any time: 12. mars 2025.

    Parameters
    ----------
    at : milliseconds since 1970
    """
    then = datetime.fromtimestamp(at / 1000).astimezone()
    return f"{then.day}. {_MONTHS[then.month - 1]} {then.year}"


def moment(at: int) -> str:
    """Write a moment that people agree on, in Norwegian time: torsdag 12. mars 2026 kl. 09.00.

    Parameters
    ----------
    at : milliseconds since 1970
    """
    then = datetime.fromtimestamp(at / 1000, tz=_NORWAY)
    date = f"{_DAYS[then.weekday()]} {then.day}. {_MONTHS[then.month - 1]} {then.year}"
    return f"{date} kl. {then:%H.%M}"


@dataclass(frozen=True)
class Progress:
    """How far one person has come.

    Attributes
    ----------
    answered, total : numbers of exercises
    minutes_left : minutes that the unanswered exercises take
    last : the id of the exercise answered or changed last, None before the first
    last_at : when, milliseconds since 1970, None before the first
    """

    answered: int
    total: int
    minutes_left: float
    last: str | None = None
    last_at: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.answered <= self.total or self.minutes_left < 0:
            raise ValueError(f"{self.answered} of {self.total}, {self.minutes_left} minutes left")
        if (self.last is None) != (self.last_at is None):
            raise ValueError("the last exercise and its time go together")


def progress(
    exercises: Sequence[str], answers: Mapping[str, Answer], bank: Mapping[str, Exercise]
) -> Progress:
    """Count what is answered of a workbook's exercises, given by their ids.

    An answer to an older version of its exercise counts as not given: the author raised
    the version because it no longer answers the question.

    Raises
    ------
    ContentError
        If the bank has no such exercise.
    """
    left = [name for name in exercises if not _is_answered(bank[name], answers.get(name))]
    touched = [name for name in exercises if name in answers]
    last = max(touched, key=lambda name: answers[name].at, default=None)
    return Progress(
        answered=len(exercises) - len(left),
        total=len(exercises),
        minutes_left=sum(bank[name].minutes for name in left),
        last=last,
        last_at=None if last is None else answers[last].at,
    )


def _is_answered(exercise: Exercise, answer: Answer | None) -> bool:
    if answer is None or answer.version < exercise.version:
        return False
    try:
        return not exercise.is_blank(exercise.accept(answer.response))
    except ResponseError:
        return True  # something is said, though not in the kind's shape


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
    exercise; a block without exercises is done when something further on has been answered, or
    when every exercise has.
    """
    known = [[name for name in block.exercises if name in bank] for block in book.blocks]
    blocks = [progress(names, answers, bank) for names in known]
    every = progress([name for names in known for name in names], answers, bank)
    finished = every.total > 0 and every.answered == every.total
    left: list[float] = []
    for number, (block, so_far) in enumerate(zip(book.blocks, blocks, strict=True)):
        if so_far.total:
            answered = sum(bank[name].minutes for name in known[number]) - so_far.minutes_left
            whole = so_far.answered == so_far.total
            left.append(0 if whole else max(0, block.minutes - answered))
        else:
            passed = any(later.last is not None for later in blocks[number + 1 :])
            left.append(0 if passed or finished else block.minutes)
    return Way(tuple(blocks), tuple(left), every)


def overview(book: Workbook, road: Way, *, address: str = "") -> dict[str, Any]:
    """Give what ``components/progress.js`` shows.

    Parameters
    ----------
    address : a link to a block with ``{}`` for its number, empty for no links
    """
    return {
        "title": plain(html(book.title, inline=True)),
        "blocks": [
            {
                "title": plain(html(block.heading, inline=True)) if block.heading else "Innledning",
                "minutes": road.left[number],
                "total": road.blocks[number].total,
                "done": road.blocks[number].answered,
                "href": address.format(number),
            }
            for number, block in enumerate(book.blocks)
        ],
    }
