"""A driver diagram: from a goal, through what must change, to what is done and counted."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Driver:
    """Something that must become different for the goal to be reached.

    Attributes
    ----------
    name : what must become different
    changes : what is done about it, in the order met
    measures : what is counted to see it, in the order met
    """

    name: str
    changes: tuple[str, ...]
    measures: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether something is done about it, and something counted."""
        return bool(self.changes and self.measures)


@dataclass(frozen=True)
class DriverDiagram:
    """A goal's drivers, in the order met, each with its changes and measures."""

    goal: str
    drivers: tuple[Driver, ...]

    @property
    def without_change(self) -> tuple[str, ...]:
        """Drivers nobody does anything about."""
        return tuple(driver.name for driver in self.drivers if not driver.changes)

    @property
    def without_measure(self) -> tuple[str, ...]:
        """Drivers nobody could see a difference in."""
        return tuple(driver.name for driver in self.drivers if not driver.measures)

    @property
    def whole(self) -> float:
        """Share of the drivers that have both a change and a measure, 0 to 1."""
        return sum(driver.whole for driver in self.drivers) / len(self.drivers)

    @property
    def serves(self) -> dict[str, int]:
        """How many drivers each measure serves, the most first, then in the order met."""
        count: dict[str, int] = {}
        for driver in self.drivers:
            for measure in driver.measures:
                count[measure] = count.get(measure, 0) + 1
        return dict(sorted(count.items(), key=lambda pair: -pair[1]))


class RoleError(ValueError):
    """The same words are used for two different things.

    Attributes
    ----------
    words : the words, as they were first written
    roles : what they were used for first and then: goal, driver or change
    """

    def __init__(self, words: str, first: str, then: str) -> None:
        super().__init__(f"{words!r} is both {first} and {then}")
        self.words = words
        self.roles = (first, then)


def driver_diagram(goal: str, rows: Iterable[tuple[str, str, str]]) -> DriverDiagram:
    """Gather rows of driver, change and measure into a diagram.

    Parameters
    ----------
    goal : what is to be reached
    rows : driver, change and measure; an empty change or measure is one that is lacking. Capital
        letters do not tell names apart, and the first spelling met is kept.

    Raises
    ------
    RoleError
        If a goal, a driver or a change is used as another of these: a diagram points one way, so
        what returns to itself explains nothing.
    ValueError
        If the goal or a driver's name is empty, or there is no driver.

    References
    ----------
    Provost and Bennett (2015), What's your theory?, Quality Progress 48(7).

    Examples
    --------
    Two drivers followed by one measure, and nothing done about the second:

    >>> diagram = driver_diagram("mål", [("a", "tiltak", "andel"), ("b", "", "andel")])
    >>> diagram.without_change, diagram.serves, diagram.whole
    (('b',), {'andel': 2}, 0.5)
    """
    if not goal.strip():
        raise ValueError("a driver diagram needs a goal")
    spelled = {goal.casefold(): goal}
    role = {goal.casefold(): "goal"}
    changes: dict[str, list[str]] = {}
    measures: dict[str, list[str]] = {}

    def named(words: str, kind: str) -> str:
        key = words.casefold()
        kept = spelled.setdefault(key, words)
        if kind != "measure" and role.setdefault(key, kind) != kind:
            raise RoleError(kept, role[key], kind)
        return kept

    for driver, change, measure in rows:
        if not driver.strip():
            raise ValueError("a driver has no name")
        name = named(driver, "driver")
        done, counted = changes.setdefault(name, []), measures.setdefault(name, [])
        if change and named(change, "change") not in done:
            done.append(spelled[change.casefold()])
        if measure and named(measure, "measure") not in counted:
            counted.append(spelled[measure.casefold()])
    if not changes:
        raise ValueError("a driver diagram needs a driver")
    return DriverDiagram(
        goal,
        tuple(Driver(name, tuple(changes[name]), tuple(measures[name])) for name in changes),
    )
