"""Decision trees: expected values, the assumption that flips the choice, number needed to treat.

A tree is made of three small things: a `Leaf` (an end), a `Chance` (what happens) and a
`Decision` (what we choose). Probabilities, costs and effects may be arrays of one shape: a whole
probabilistic analysis is then one pass through the tree.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

FloatArray = NDArray[np.float64]
Number = float | FloatArray

_SUM = 1e-9  # how far probabilities may be from one in all


@dataclass(frozen=True, eq=False)
class Value:
    """What an option is expected to cost and give.

    Attributes
    ----------
    cost : kr a person
    effect : QALY (or another unit of effect) a person
    """

    cost: Number
    effect: Number


@dataclass(frozen=True, eq=False)
class Leaf:
    """Where a path ends.

    Attributes
    ----------
    name : what has happened
    cost : kr, on top of what the branches on the way cost
    effect : QALY, on top of what the branches on the way gave
    """

    name: str
    cost: Number = 0.0
    effect: Number = 0.0

    def __post_init__(self) -> None:
        _finite(self.name, self.cost, self.effect)


@dataclass(frozen=True, eq=False)
class Branch:
    """One thing that can happen at a chance node.

    Attributes
    ----------
    probability : 0 to 1
    to : what comes after
    cost : kr, paid when this branch is taken
    effect : QALY, gained when this branch is taken
    """

    probability: Number
    to: "Node"
    cost: Number = 0.0
    effect: Number = 0.0

    def __post_init__(self) -> None:
        if not np.all((np.asarray(self.probability) >= 0) & (np.asarray(self.probability) <= 1)):
            raise ValueError(f"a probability must lie in 0..1, not {self.probability!r}")
        _finite("branch", self.cost, self.effect)


@dataclass(frozen=True, eq=False)
class Chance:
    """What happens, beyond our control: the probabilities of the branches sum to one."""

    name: str
    branches: tuple[Branch, ...]

    def __post_init__(self) -> None:
        if not self.branches:
            raise ValueError(f"{self.name}: a chance node needs branches")
        total = sum((np.asarray(branch.probability) for branch in self.branches), np.zeros(()))
        if not np.all(np.abs(total - 1) <= _SUM):
            raise ValueError(f"{self.name}: the probabilities sum to {total!r}, not to 1")


@dataclass(frozen=True, eq=False)
class Action:
    """One thing that can be chosen at a decision.

    Attributes
    ----------
    name : what is chosen
    to : what comes after
    cost : kr, paid for choosing it
    """

    name: str
    to: "Node"
    cost: Number = 0.0

    def __post_init__(self) -> None:
        _finite(self.name, self.cost)


@dataclass(frozen=True, eq=False)
class Decision:
    """What we choose between."""

    name: str
    actions: tuple[Action, ...]

    def __post_init__(self) -> None:
        names = [action.name for action in self.actions]
        if len(names) < 2 or len(set(names)) < len(names):
            raise ValueError(f"{self.name}: a decision needs two or more unlike actions: {names}")


Node = Leaf | Chance | Decision


def _finite(name: str, *values: Number) -> None:
    for value in values:
        if not np.all(np.isfinite(value)):
            raise ValueError(f"{name}: cost and effect must be finite, not {value!r}")


def expected_value(node: Node, *, threshold: float | None = None) -> Value:
    """Roll a tree back to the cost and effect expected at its root.

    Parameters
    ----------
    node : the root
    threshold : willingness to pay, kr per unit of effect; needed only where decisions lie inside
        the tree, which are then taken by the largest net benefit

    Raises
    ------
    ValueError
        If the tree has a decision and no threshold is given.

    References
    ----------
    Briggs A, Claxton K, Sculpher M. Decision Modelling for Health Economic Evaluation. 2006, ch. 2.

    Examples
    --------
    A fall costs 80 000 kr and happens to one in four:

    >>> fall = Branch(0.25, Leaf("fall"), cost=80_000)
    >>> expected_value(Chance("year", (fall, Branch(0.75, Leaf("no fall"))))).cost
    20000.0
    """
    if isinstance(node, Leaf):
        return Value(node.cost, node.effect)
    if isinstance(node, Chance):
        cost: Number = 0.0
        effect: Number = 0.0
        for branch in node.branches:
            after = expected_value(branch.to, threshold=threshold)
            cost = cost + branch.probability * (branch.cost + after.cost)
            effect = effect + branch.probability * (branch.effect + after.effect)
        return Value(cost, effect)
    if threshold is None:
        raise ValueError(f"{node.name} is a decision: give the willingness to pay as threshold")
    values = [value for _, value in action_values(node, threshold=threshold)]
    benefits = np.stack(
        np.broadcast_arrays(*(threshold * value.effect - value.cost for value in values))
    )
    best = benefits.argmax(axis=0)
    if best.ndim == 0:
        return values[int(best)]
    return Value(
        np.choose(best, [np.broadcast_to(value.cost, best.shape) for value in values]),
        np.choose(best, [np.broadcast_to(value.effect, best.shape) for value in values]),
    )


def action_values(
    decision: Decision, *, threshold: float | None = None
) -> tuple[tuple[str, Value], ...]:
    """Give what every action of a decision is expected to cost and give.

    Raises
    ------
    ValueError
        If a further decision lies inside and no threshold is given.

    Examples
    --------
    >>> visit = Decision("visit?", (Action("no", Leaf("no")), Action("yes", Leaf("yes"), cost=900)))
    >>> [(name, value.cost) for name, value in action_values(visit)]
    [('no', 0.0), ('yes', 900.0)]
    """
    values = []
    for action in decision.actions:
        after = expected_value(action.to, threshold=threshold)
        values.append((action.name, Value(action.cost + after.cost, after.effect)))
    return tuple(values)


@dataclass(frozen=True, eq=False)
class Path:
    """One way through the tree.

    Attributes
    ----------
    names : the nodes and actions passed
    probability : of this path, given the actions
    cost, effect : kr and QALY of the one who walks it (not weighted by the probability)
    """

    names: tuple[str, ...]
    probability: Number
    cost: Number
    effect: Number


def paths(node: Node) -> tuple[Path, ...]:
    """List every way through a tree; within one action the probabilities sum to one.

    Examples
    --------
    >>> tree = Chance("year", (Branch(0.25, Leaf("fall"), cost=80_000), Branch(0.75, Leaf("none"))))
    >>> [(path.names[-1], path.probability, path.cost) for path in paths(tree)]
    [('fall', 0.25, 80000.0), ('none', 0.75, 0.0)]
    """
    if isinstance(node, Leaf):
        return (Path((node.name,), 1.0, node.cost, node.effect),)
    if isinstance(node, Chance):
        return tuple(
            Path(
                (node.name, *path.names),
                branch.probability * path.probability,
                branch.cost + path.cost,
                branch.effect + path.effect,
            )
            for branch in node.branches
            for path in paths(branch.to)
        )
    return tuple(
        Path(
            (node.name, action.name, *path.names),
            path.probability,
            action.cost + path.cost,
            path.effect,
        )
        for action in node.actions
        for path in paths(action.to)
    )


def switch_points(
    advantage: Callable[[float], float], low: float, high: float, *, steps: int = 64
) -> tuple[float, ...]:
    """Find every value of one assumption at which the choice flips.

    Parameters
    ----------
    advantage : from the assumption's value to how much better the new option is (such as its net
        benefit less the old one's); the choice flips where it passes zero
    low, high : range of the assumption, in its own unit
    steps : parts the range is searched in; two flips inside one part are not seen

    Returns
    -------
    The values by rising order; empty when the choice is the same in the whole range

    Raises
    ------
    ValueError
        If the range is empty or not finite.

    Examples
    --------
    A visit costs 1 500 kr and a fall 30 000 kr: it pays when it averts more than 5 in 100 falls.

    >>> round(switch_points(lambda averted: averted * 30_000 - 1_500, 0, 0.3)[0], 6)
    0.05
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"the range must run from a lower to a higher number: {low}..{high}")
    grid = np.linspace(low, high, steps + 1)
    values = [float(advantage(float(point))) for point in grid]
    found: list[float] = []
    for i, value in enumerate(values):
        if value == 0:
            if i == 0 or values[i - 1] != 0:  # a stretch of zeros is one flip
                found.append(float(grid[i]))
        elif i and values[i - 1] * value < 0:
            found.append(float(brentq(advantage, float(grid[i - 1]), float(grid[i]))))
    return tuple(found)


def switch_line(
    advantage: Callable[[float, float], float],
    across: FloatArray,
    low: float,
    high: float,
) -> FloatArray:
    """Find where the choice flips when two assumptions move at once.

    Parameters
    ----------
    advantage : from the two assumptions to how much better the new option is
    across : values of the first assumption, shape (points,)
    low, high : range of the second assumption

    Returns
    -------
    The second assumption at the flip for each value of the first, shape (points,); not a number
    where the choice is the same in the whole range, and the lowest where there are several

    Examples
    --------
    >>> switch_line(lambda cost, averted: averted * 30_000 - cost, np.array([600.0, 1500.0]), 0, 1)
    array([0.02, 0.05])
    """
    line = []
    for first in across:
        found = switch_points(lambda second, x=float(first): advantage(x, second), low, high)  # type: ignore[misc]  # mypy cannot infer a lambda's bound default
        line.append(found[0] if found else math.nan)
    return np.array(line)


@dataclass(frozen=True)
class Bar:
    """One line of a tornado: what one assumption does alone.

    Attributes
    ----------
    name : the assumption
    low, high : the ends of its range, in its own unit
    at_low, at_high : the outcome there, in the outcome's unit
    """

    name: str
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """How far the outcome moves, in its own unit."""
        return abs(self.at_high - self.at_low)

    @property
    def flips(self) -> bool:
        """Whether the outcome passes zero, so that this assumption alone can flip the choice."""
        return (self.at_low > 0) != (self.at_high > 0)


def tornado(
    outcome: Callable[[Mapping[str, float]], float],
    base: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]],
) -> tuple[Bar, ...]:
    """Move one assumption at a time through its range, and put the largest swing first.

    Parameters
    ----------
    outcome : from all assumptions to the outcome, such as an incremental net benefit in kr
    base : every assumption at its best guess
    ranges : lowest and highest value of the assumptions to move

    Raises
    ------
    ValueError
        If a range is for an unknown assumption or does not hold its best guess.

    Examples
    --------
    >>> ranges = {"falls": (0.1, 0.4), "cost": (20_000, 40_000)}
    >>> base = {"falls": 0.2, "cost": 30_000}
    >>> bars = tornado(lambda given: given["falls"] * given["cost"], base, ranges)
    >>> [(bar.name, bar.swing) for bar in bars]
    [('falls', 9000.0), ('cost', 4000.0)]
    """
    bars = []
    for name, (low, high) in ranges.items():
        if name not in base:
            raise ValueError(f"no such assumption: {name!r}; there are {sorted(base)}")
        if not low <= base[name] <= high:
            raise ValueError(f"{name}: best guess {base[name]} outside {low}..{high}")
        ends = [float(outcome({**base, name: value})) for value in (low, high)]
        bars.append(Bar(name, low, high, ends[0], ends[1]))
    return tuple(sorted(bars, key=lambda bar: -bar.swing))


@dataclass(frozen=True)
class NumberNeeded:
    """How many must be treated for one to be spared, with its uncertainty.

    Attributes
    ----------
    reduction : events spared for each person treated (absolute risk reduction), -1 to 1
    reduction_low, reduction_high : its confidence interval
    confidence : such as 0.95
    method : how the interval is found
    """

    reduction: float
    reduction_low: float
    reduction_high: float
    confidence: float
    method: str = "Newcombe's method 10: Wilson score intervals for the difference, inverted"

    @property
    def number(self) -> float:
        """Persons treated for one event spared; negative when treatment adds events."""
        return _inverse(self.reduction)

    @property
    def low(self) -> float:
        """The fewest, from the upper limit of the reduction."""
        return _inverse(self.reduction_high)

    @property
    def high(self) -> float:
        """The most, from the lower limit of the reduction; see `through_infinity`."""
        return _inverse(self.reduction_low)

    @property
    def through_infinity(self) -> bool:
        """Whether no difference is within the interval.

        It then runs from `low` up to infinity, and on from minus infinity to `high` (harm).
        """
        return self.reduction_low <= 0 <= self.reduction_high


def number_needed_to_treat(
    events_control: int, control: int, events_treated: int, treated: int, confidence: float = 0.95
) -> NumberNeeded:
    """Give the number needed to treat with its confidence interval.

    Parameters
    ----------
    events_control, events_treated : persons with the unwanted event
    control, treated : persons in the group
    confidence : 0 to 1

    Raises
    ------
    ValueError
        If a group is empty, or has more events than persons.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-890 (method 10). Bender R. Control Clin Trials
    2001;22:102-110. Altman DG. BMJ 1998;317:1309-1312 on intervals that pass infinity.

    Examples
    --------
    30 of 100 fall without and 20 of 100 with: ten must be visited for one to be spared.

    >>> found = number_needed_to_treat(30, 100, 20, 100)
    >>> round(found.number, 6), found.through_infinity
    (10.0, True)
    """
    for events, persons in ((events_control, control), (events_treated, treated)):
        if not (persons > 0 and 0 <= events <= persons):
            raise ValueError(f"{events} events among {persons} persons cannot be")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    p, q = events_control / control, events_treated / treated
    p_low, p_high = _wilson(events_control, control, confidence)
    q_low, q_high = _wilson(events_treated, treated, confidence)
    reduction = p - q
    return NumberNeeded(
        reduction,
        reduction - math.hypot(p - p_low, q_high - q),
        reduction + math.hypot(p_high - p, q - q_low),
        confidence,
    )


def _inverse(reduction: float) -> float:
    return 1 / reduction if reduction else math.inf


def _wilson(events: int, persons: int, confidence: float) -> tuple[float, float]:
    z = float(ndtri((1 + confidence) / 2))
    middle = (events + z * z / 2) / (persons + z * z)
    spread = z * math.sqrt(events * (persons - events) / persons + z * z / 4) / (persons + z * z)
    # At 0 and at all of them the limit is exactly 0 and 1; rounding must not pass them.
    return max(0.0, middle - spread), min(1.0, middle + spread)
