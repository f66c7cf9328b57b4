"""The critical path method: when each activity can start, and what it may be delayed by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

# Sums of decimals such as 0.1 week differ in their last digits.
_SAME = 1e-9


@dataclass(frozen=True)
class Activity:
    """Something that takes time, and what must be finished before it can start.

    Attributes
    ----------
    name : what is done
    duration : in weeks; 0 is a milestone
    after : places, counted from 0, of the activities it must wait for
    """

    name: str
    duration: float
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Scheduled:
    """When an activity can and must run, in weeks from the start of the project.

    Attributes
    ----------
    early_start, early_finish : as soon as all it waits for is finished
    late_start, late_finish : as late as it can be without moving the end of the project
    """

    activity: Activity
    early_start: float
    early_finish: float
    late_start: float
    late_finish: float

    @property
    def slack(self) -> float:
        """Weeks it may be delayed without moving the end of the project (total float)."""
        return max(0.0, self.late_start - self.early_start)

    @property
    def critical(self) -> bool:
        """Whether any delay of it moves the end of the project."""
        return self.slack <= _SAME


@dataclass(frozen=True)
class Schedule:
    """A whole project.

    Attributes
    ----------
    activities : in the order they were given
    length : weeks from the first start to the last finish
    """

    activities: tuple[Scheduled, ...]
    length: float

    @property
    def critical_path(self) -> tuple[int, ...]:
        """Places of the activities along one critical path, from start to end."""
        path: list[int] = []
        at = next(
            place
            for place, planned in enumerate(self.activities)
            if planned.critical
            and planned.early_finish >= self.length - _SAME
            # a milestone at the end is the last step of a path that ends there
            and not any(place in other.activity.after for other in self.activities)
        )
        while True:
            path.append(at)
            here = self.activities[at]
            before = [
                place
                for place in here.activity.after
                if self.activities[place].early_finish >= here.early_start - _SAME
            ]
            if not before:
                return tuple(reversed(path))
            at = min(before)


class RingError(ValueError):
    """Activities wait for each other in a ring, so none of them can start.

    Attributes
    ----------
    places : the ring; each waits for the one before it, and the first is also the last
    """

    def __init__(self, places: tuple[int, ...]) -> None:
        super().__init__(f"activities wait in a ring: {places}")
        self.places = places


def schedule(activities: Sequence[Activity]) -> Schedule:
    """Compute early and late start and finish by the critical path method.

    A forward pass gives the early times, a backward pass from the end of the project the late ones.

    Parameters
    ----------
    activities : in any order

    Raises
    ------
    RingError
        If activities wait for each other in a ring.
    ValueError
        If there are none, a duration is negative, or an activity waits for one that is not there.

    References
    ----------
    Kelley and Walker (1959), Critical-path planning and scheduling, Proceedings of the Eastern
    Joint Computer Conference.

    Examples
    --------
    The shorter of two that run side by side has the difference as its slack:

    >>> plan = schedule([Activity("a", 2), Activity("b", 5), Activity("c", 1, (0, 1))])
    >>> plan.length, [planned.slack for planned in plan.activities], plan.critical_path
    (6.0, [3.0, 0.0, 0.0], (1, 2))
    """
    if not activities:
        raise ValueError("a project needs an activity")
    places = range(len(activities))
    for activity in activities:
        if not activity.duration >= 0:
            raise ValueError(f"{activity.name!r} lasts {activity.duration} weeks")
        if any(place not in places for place in activity.after):
            raise ValueError(f"{activity.name!r} waits for an activity that is not there")
    try:
        order = list(
            TopologicalSorter({place: activities[place].after for place in places}).static_order()
        )
    except CycleError as error:
        raise RingError(tuple(error.args[1])) from error
    start, finish = [0.0] * len(activities), [0.0] * len(activities)
    for place in order:
        activity = activities[place]
        start[place] = max((finish[before] for before in activity.after), default=0.0)
        finish[place] = start[place] + activity.duration
    length = max(finish)
    late = [length] * len(activities)
    for place in reversed(order):
        activity = activities[place]
        for before in activity.after:
            late[before] = min(late[before], late[place] - activity.duration)
    return Schedule(
        tuple(
            Scheduled(
                activity,
                start[place],
                finish[place],
                late[place] - activity.duration,
                late[place],
            )
            for place, activity in enumerate(activities)
        ),
        length,
    )


def delayed(activities: Sequence[Activity], place: int, weeks: float) -> Schedule:
    """Compute the schedule when one activity takes some weeks longer.

    The end moves by what the delay exceeds the activity's slack by.

    Parameters
    ----------
    place : which activity, counted from 0
    weeks : how much longer it takes

    Examples
    --------
    >>> delayed([Activity("a", 2), Activity("b", 5), Activity("c", 1, (0, 1))], 0, 4).length
    7.0
    """
    moved = list(activities)
    moved[place] = replace(moved[place], duration=moved[place].duration + weeks)
    return schedule(moved)
