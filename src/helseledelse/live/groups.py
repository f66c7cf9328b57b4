"""Groups for a room, mixed on profession and municipality, old partners apart. No clock or file."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from helseledelse.norwegian import join

SIZES = (3, 4)
MOST = 400  # people in one list; twice the largest class
_TRIES = 6  # starts from a new deal; the best is kept
_SWAPS = 60  # looks at each person for each start, so a large class costs no minutes
# Meeting somebody new counts most, then another profession, then another municipality.
_PARTNER, _PROFESSION, _MUNICIPALITY = 4, 2, 1


class GroupError(ValueError):
    """The list cannot be used; the message is a sentence for people."""


@dataclass(frozen=True)
class Person:
    """One line of the list.

    Attributes
    ----------
    name : a name or a number, as the lecturer writes it
    profession, municipality : "" where not given
    before : the group of last samling, "" where not given
    """

    name: str
    profession: str = ""
    municipality: str = ""
    before: str = ""


@dataclass(frozen=True)
class Groups:
    """People in groups, and the wishes that could not be kept.

    Attributes
    ----------
    groups : the people of each group
    seed : the number that gives just these groups again
    broken : one sentence for each wish that was broken
    why : why no deal keeps them all, "" where none was broken or a better one may exist
    """

    groups: tuple[tuple[Person, ...], ...]
    seed: int
    broken: tuple[str, ...]
    why: str = ""

    @property
    def sentence(self) -> str:
        """Say how many groups there are and how many wishes were broken."""
        sizes = sorted(Counter(len(group) for group in self.groups).items(), reverse=True)
        said = join([f"{count} {_word(count)} på {size}" for size, count in sizes])
        if not self.broken:
            return f"{said}. Alle ønskene er oppfylt."
        return f"{said}. {len(self.broken)} brudd på ønskene."


def _word(count: int) -> str:
    return "gruppe" if count == 1 else "grupper"


def read(text: str) -> tuple[Person, ...]:
    """Read a list as it is copied from a spreadsheet: name, profession, municipality, last group.

    Raises
    ------
    GroupError
        If there is nobody, too many, or the same name twice.
    """
    people: list[Person] = []
    for line in text.splitlines():
        mark = "\t" if "\t" in line else ";"
        cells = [" ".join(cell.split()) for cell in line.split(mark)]
        if not any(cells):
            continue
        if not people and cells[0].casefold() in ("navn", "nummer", "nr", "nr.", "deltaker"):
            continue
        if not cells[0]:
            raise GroupError(f"En linje mangler navn eller nummer: «{'; '.join(cells)[:60]}».")
        people.append(Person(*cells[:4]))
    if not people:
        raise GroupError("Lim inn minst tre deltakere, én på hver linje.")
    if len(people) > MOST:
        raise GroupError(f"Listen har {len(people)} deltakere. Del den, så hver har høyst {MOST}.")
    twice = [name for name, count in Counter(one.name for one in people).items() if count > 1]
    if twice:
        raise GroupError(
            f"{join([f'«{name}»' for name in twice[:5]])} står flere ganger. "
            "Gi hver deltaker sitt eget navn eller nummer."
        )
    return tuple(people)


def number(text: str) -> int:
    """Read the number behind the groups.

    Raises
    ------
    GroupError
        If it is not a whole number.
    """
    if not (text.isascii() and text.isdigit()):
        raise GroupError("Tallet bak gruppene skal ha bare sifre.")
    return int(text)


def sizes(people: int, size: int) -> tuple[int, ...]:
    """Give the groups' sizes: as many of `size` as possible, the rest of the other size.

    >>> sizes(54, 3) == (3,) * 18
    True
    >>> sizes(55, 3)[:2], sizes(5, 4), sizes(10, 4)
    ((4, 3), (5,), (4, 3, 3))
    """
    if people <= 2:
        return (people,) if people else ()
    if people == 5:  # neither threes nor fours make five
        return (5,)
    fours = [count for count in range(people // 4 + 1) if (people - 4 * count) % 3 == 0]
    count = min(fours) if size == 3 else max(fours)
    return (4,) * count + (3,) * ((people - 4 * count) // 3)


def _cost(group: Sequence[Person]) -> int:
    cost = 0
    for one, other in combinations(group, 2):
        if one.before and one.before == other.before:
            cost += _PARTNER
        if one.profession and one.profession.casefold() == other.profession.casefold():
            cost += _PROFESSION
        if one.municipality and one.municipality.casefold() == other.municipality.casefold():
            cost += _MUNICIPALITY
    return cost


def make(people: Sequence[Person], *, size: int = 3, seed: int = 1) -> Groups:
    """Put people in groups; the same list, size and seed give the same groups.

    Raises
    ------
    GroupError
        If there are fewer than three, or the size is not 3 or 4.
    """
    if size not in SIZES:
        raise GroupError("Velg grupper på 3 eller 4.")
    if len(people) < 3:
        raise GroupError("Lim inn minst tre deltakere, én på hver linje.")
    chance = random.Random(seed)  # noqa: S311  groups, not secrets
    best: list[list[Person]] = []
    for _ in range(_TRIES):
        found = _deal(people, sizes(len(people), size), chance)
        if not best or _total(found) < _total(best):
            best = found
        if not _total(best):
            break
    groups = tuple(tuple(group) for group in best)
    return Groups(groups, seed, tuple(_broken(groups)), _why(people, len(groups)))


def _total(groups: Iterable[Sequence[Person]]) -> int:
    return sum(_cost(group) for group in groups)


def _deal(
    people: Sequence[Person], wanted: Sequence[int], chance: random.Random
) -> list[list[Person]]:
    """Deal people out by profession, then swap two at a time while it helps."""
    mixed = chance.sample(list(people), len(people))
    mixed.sort(key=lambda one: (one.profession.casefold(), one.municipality.casefold()))
    groups: list[list[Person]] = [[] for _ in wanted]
    turn = 0
    for one in mixed:
        while len(groups[turn % len(wanted)]) == wanted[turn % len(wanted)]:
            turn += 1
        groups[turn % len(wanted)].append(one)
        turn += 1
    if len(groups) == 1:
        return groups
    for _ in range(_SWAPS * len(people)):
        first, second = chance.sample(range(len(groups)), 2)
        here, there = (chance.randrange(len(groups[each])) for each in (first, second))
        before = _cost(groups[first]) + _cost(groups[second])
        _swap(groups, first, here, second, there)
        if _cost(groups[first]) + _cost(groups[second]) > before:
            _swap(groups, first, here, second, there)
    return groups


def _swap(groups: list[list[Person]], first: int, here: int, second: int, there: int) -> None:
    groups[first][here], groups[second][there] = groups[second][there], groups[first][here]


def _broken(groups: Sequence[Sequence[Person]]) -> Iterable[str]:
    for number, group in enumerate(groups, 1):
        for values, said in (
            ([one.before for one in group], "var i samme gruppe sist (gruppe {})"),
            ([one.profession for one in group], "har samme yrke ({})"),
            ([one.municipality for one in group], "kommer fra samme kommune ({})"),
        ):
            same = Counter(value.casefold() for value in values if value)
            for value, count in same.items():
                if count > 1:
                    those = [
                        (one.name, written)
                        for one, written in zip(group, values, strict=True)
                        if written.casefold() == value
                    ]
                    names = join([name for name, _ in those])
                    yield f"Gruppe {number}: {names} {said.format(those[0][1])}."


def _why(people: Sequence[Person], groups: int) -> str:
    """Say which wishes no deal can keep: more alike than there are groups to spread them on."""
    reasons = []
    for values, said in (
        ([one.before for one in people], "var i gruppe {} sist"),
        ([one.profession for one in people], "har yrket {}"),
        ([one.municipality for one in people], "kommer fra {}"),
    ):
        shown = {value.casefold(): value for value in values if value}
        for value, count in Counter(each.casefold() for each in values if each).items():
            if count > groups:
                reasons.append(f"{count} {said.format(shown[value])}")
    if not reasons:
        return ""
    return f"Det er {groups} {_word(groups)}, og {join(reasons)}. Da må noen havne sammen."
