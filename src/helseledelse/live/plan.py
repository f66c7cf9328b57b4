"""The running plan of a session: what comes when, and what gives way when it is late. Pure.

Clock times are minutes after midnight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Self

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.text import html, plain
from helseledelse.exercises.workbook import ExerciseCall, ExplorerCall, Workbook
from helseledelse.live import rules
from helseledelse.norwegian import join

TALK = "del-"  # what is said and shown of a block, beside its exercises
LONGEST = 240  # minutes one line may take
_DAY = 24 * 60


class PlanError(ValueError):
    """What cannot be planned; the message is a sentence for people."""


@dataclass(frozen=True)
class Line:
    """What a workbook offers a session: an exercise for the room, or the talk about a block.

    Attributes
    ----------
    name : the exercise's id, or ``del-`` and the block's number
    title, block : plain text
    minutes : what the content says
    """

    name: str
    title: str
    block: str
    minutes: int

    @property
    def is_exercise(self) -> bool:
        return not self.name.startswith(TALK)


@dataclass(frozen=True)
class Item:
    """A line that is in the plan; an `optional` one is left out first."""

    name: str
    minutes: int
    optional: bool = False
    title: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= LONGEST:
            raise PlanError(f"Hver linje kan ta fra 1 til {LONGEST} minutter.")

    @property
    def floor(self) -> int:
        """The fewest minutes it is worth doing in: half, rounded up. Our own choice."""
        return ceil(self.minutes / 2)


@dataclass(frozen=True)
class Plan:
    """A session of a workbook.

    Attributes
    ----------
    begins, ends : clock times
    items : in the order they come
    room : the id of the room it is run in, "" before it is
    shown : when each item that has been shown was begun, seconds since 1970
    """

    begins: int
    ends: int
    items: tuple[Item, ...]
    room: str = ""
    shown: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends < _DAY:
            raise PlanError("Økten må slutte senere enn den begynner, og samme dag.")

    @classmethod
    def of(cls, lines: Sequence[Line], now: int) -> Self:
        """Give the plan before anybody has changed it: everything, from the next five minutes."""
        items = tuple(Item(line.name, line.minutes, title=line.title) for line in lines)
        begins = min(-(-now // 5) * 5, _DAY - 2)
        ends = min(begins + max(1, sum(item.minutes for item in items)), _DAY - 1)
        return cls(begins, ends, items)

    def beside(self, name: str, step: int) -> Item | None:
        """Give the exercise `step` exercises after the one named, or None where there is none."""
        exercises = [item for item in self.items if not item.name.startswith(TALK)]
        places = [place for place, item in enumerate(exercises) if item.name == name]
        # From an exercise that is not in the plan one goes on to its first.
        place = places[0] + step if places else 0 if step > 0 else -1
        return exercises[place] if 0 <= place < len(exercises) else None


@dataclass(frozen=True)
class Slot:
    """An item on the clock.

    Attributes
    ----------
    item : what was planned
    start : when it begins, or began
    minutes : how many it gets now; 0 where it is left out
    state : ``done``, ``now``, ``next``, or ``out``
    """

    item: Item
    start: float
    minutes: int
    state: str


@dataclass(frozen=True)
class Timetable:
    """The whole session as it looks now.

    Attributes
    ----------
    slots : every item of the plan
    behind : how many minutes too many the plan would take from here
    over : how many it still takes too many, when all that can give way has
    past : whether it should have been held already; then it stands as it was planned
    """

    slots: tuple[Slot, ...]
    behind: int = 0
    over: int = 0
    past: bool = False


def share(items: Sequence[Item], left: int) -> tuple[int, ...]:
    """Share out the minutes that are left; 0 stands for what is left out.

    Where everything fits, it is as planned. If not, optional items go, the last first and no more
    than it takes. Then the rest is shortened in proportion, none below its floor; whole minutes,
    the largest remainder first.

    >>> share([Item("a", 10), Item("b", 20), Item("c", 30)], 45)
    (8, 15, 22)
    >>> share([Item("a", 10), Item("b", 20, optional=True), Item("c", 30)], 45)
    (10, 0, 30)
    """
    kept = list(range(len(items)))
    for place in reversed(range(len(items))):
        if sum(items[each].minutes for each in kept) <= left:
            break
        if items[place].optional:
            kept.remove(place)
    given = [0] * len(items)
    for place, minutes in zip(kept, _shorten([items[each] for each in kept], left), strict=True):
        given[place] = minutes
    return tuple(given)


def _shorten(items: Sequence[Item], left: int) -> list[int]:
    given = {place: float(item.minutes) for place, item in enumerate(items)}
    if sum(given.values()) <= left:
        return [item.minutes for item in items]
    floors = [item.floor for item in items]
    if sum(floors) >= left:
        return floors
    at_floor: set[int] = set()
    while True:
        free = [place for place in given if place not in at_floor]
        rest = left - sum(floors[place] for place in at_floor)
        part = rest / sum(items[place].minutes for place in free)
        below = {place for place in free if items[place].minutes * part < floors[place]}
        if not below:
            break
        at_floor |= below
    exact = [
        float(floors[place]) if place in at_floor else item.minutes * part
        for place, item in enumerate(items)
    ]
    whole = [floor(minutes + 1e-9) for minutes in exact]
    most = sorted(range(len(items)), key=lambda place: whole[place] - exact[place])
    for place in most[: left - sum(whole)]:
        whole[place] += 1
    return whole


def timetable(plan: Plan, shown: Mapping[str, float], now: float) -> Timetable:
    """Put the plan on the clock.

    Parameters
    ----------
    shown : when each item was begun, as a clock time; what stands before the last of them is over
    now : the clock time
    """
    begun = [place for place, item in enumerate(plan.items) if item.name in shown]
    current = max(begun, key=lambda place: shown[plan.items[place].name], default=-1)
    slots = []
    for item in plan.items[: max(current, 0)]:
        seen = item.name in shown
        slots.append(Slot(item, shown.get(item.name, 0), 0, "done" if seen else "out"))
    past = current < 0 and now >= plan.ends
    clock = float(plan.begins) if past else max(now, float(plan.begins))
    if current >= 0:
        item = plan.items[current]
        start = shown[item.name]
        slots.append(Slot(item, start, item.minutes, "now"))
        clock = max(now, start + item.minutes)
    rest = plan.items[current + 1 :]
    left = max(0, floor(plan.ends - clock + 1e-9))
    given = share(rest, left)
    planned = sum(item.minutes for item in rest)
    for item, minutes in zip(rest, given, strict=True):
        slots.append(Slot(item, clock, minutes, "next" if minutes else "out"))
        clock += minutes
    behind = ceil(max(0.0, planned - (plan.ends - (clock - sum(given)))) - 1e-9)
    return Timetable(tuple(slots), behind, ceil(max(0.0, clock - plan.ends) - 1e-9), past)


def sentence(table: Timetable, titles: Mapping[str, str]) -> str:
    """Say how the session stands, and what gives way."""
    if table.past:
        return "Tiden i planen er ute. Sett nye tider under «Endre kjøreplanen»."
    coming = [slot for slot in table.slots if slot.state == "next"]
    if not table.behind:
        return "Dere er i rute." if any(slot.state == "now" for slot in table.slots) else ""
    said = [f"Planen er {table.behind} {_minutes(table.behind)} for lang for tiden som er igjen."]
    passed = next((n for n, slot in enumerate(table.slots) if slot.state == "now"), -1)
    out = [titles[slot.item.name] for slot in table.slots[passed + 1 :] if slot.state == "out"]
    if out:
        said.append(f"Da utgår {join([f'«{title}»' for title in out])}.")
    short = sum(slot.minutes < slot.item.minutes for slot in coming)
    if short:
        them = "Én linje er kortet ned." if short == 1 else f"{short} linjer er kortet ned."
        said.append(them)
    if table.over:
        said.append(
            f"Likevel blir dere {table.over} {_minutes(table.over)} over tiden. "
            "Velg selv hva som skal vente."
        )
    return " ".join(said)


def _minutes(count: int) -> str:
    return "minutt" if count == 1 else "minutter"


# ---------------------------------------------------------------- from a workbook, and from a form


def lines(book: Workbook, bank: Mapping[str, Exercise]) -> tuple[Line, ...]:
    """Give what a workbook offers a session, block by block.

    What a block takes beside its exercises for the room (its text, its explorers, what is written
    alone) is one line, the talk.
    """
    found = []
    for number, block in enumerate(book.blocks):
        heading = plain(html(block.heading, inline=True)) or "Innledning"
        here = [
            Line(name, plain(html(bank[name].title.nb, inline=True)), heading, minutes)
            for name in block.exercises
            if name in bank and rules.fits(bank[name])
            for minutes in [max(1, round(bank[name].minutes))]
        ]
        rest = block.minutes - sum(line.minutes for line in here)
        # Only words, such as an introduction or the sources, is not a part of a session.
        worked = any(isinstance(each, ExerciseCall | ExplorerCall) for each in block.pieces)
        if worked and rest >= 1:
            found.append(Line(f"{TALK}{number}", "Gjennomgang", heading, min(rest, LONGEST)))
        found += here
    return tuple(found)


def clock(minutes: float) -> str:
    """Write a clock time.

    >>> clock(545.4)
    '09.05'
    """
    whole = floor(minutes + 1e-9) % _DAY
    return f"{whole // 60:02}.{whole % 60:02}"


def read_clock(text: str) -> int:
    """Read a clock time: «09.30», «9:30» or «0930».

    Raises
    ------
    PlanError
        If it is none.
    """
    digits = text.strip().replace(":", ".").replace(".", "")
    if digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 4:
        hours, minutes = int(digits[:-2]), int(digits[-2:])
        if hours < 24 and minutes < 60:
            return 60 * hours + minutes
    raise PlanError("Skriv klokkeslettet med time og minutt, for eksempel 09.30.")


def read(
    offered: Sequence[Line],
    begins: str,
    ends: str,
    chosen: Mapping[str, tuple[str, bool]],
) -> Plan:
    """Read a plan: for each name that is in it, its minutes as written, and whether it may go.

    Raises
    ------
    PlanError
        If it is no plan.
    """
    items = []
    for line in offered:
        if line.name in chosen:
            written, optional = chosen[line.name]
            if not (written.strip().isascii() and written.strip().isdigit()):
                raise PlanError(f"Skriv hele minutter på «{line.title}».")
            items.append(Item(line.name, int(written.strip()[:4]), optional, line.title))
    if not items:
        raise PlanError("Ta med minst én linje i planen.")
    return Plan(read_clock(begins), read_clock(ends), tuple(items))
