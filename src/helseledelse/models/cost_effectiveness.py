"""Cost-effectiveness: the incremental ratio, dominance, the frontier and net benefit.

Costs are in one currency (kr), effects in one unit (QALY), both per person and discounted alike.
Options exclude one another: a person gets exactly one of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Three options on one straight line are all on the frontier; without this room the last binary
# digit of a ratio would decide whether the middle one is.
_ROUNDING = 1e-12


class Quadrant(StrEnum):
    """Where a new option lies against the one it is compared with."""

    DEARER_AND_BETTER = "dearer and better"
    DOMINATES = "dominates"
    DOMINATED = "dominated"
    CHEAPER_AND_WORSE = "cheaper and worse"
    SAME = "same cost and effect"


class Status(StrEnum):
    """How an option stands when all options are seen together."""

    FRONTIER = "frontier"
    STRONGLY_DOMINATED = "strong dominance"
    EXTENDEDLY_DOMINATED = "extended dominance"


@dataclass(frozen=True)
class Comparison:
    """One option against one other.

    Attributes
    ----------
    incremental_cost : kr a person
    incremental_effect : QALY a person
    """

    incremental_cost: float
    incremental_effect: float

    @property
    def quadrant(self) -> Quadrant:
        """Which part of the cost-effectiveness plane the new option lies in."""
        if self.incremental_cost == 0 and self.incremental_effect == 0:
            return Quadrant.SAME
        if self.incremental_effect >= 0 and self.incremental_cost <= 0:
            return Quadrant.DOMINATES
        if self.incremental_effect <= 0 and self.incremental_cost >= 0:
            return Quadrant.DOMINATED
        if self.incremental_effect > 0:
            return Quadrant.DEARER_AND_BETTER
        return Quadrant.CHEAPER_AND_WORSE

    @property
    def ratio(self) -> float | None:
        """Kr per QALY; None where one option dominates, because a ratio would then mislead.

        In the quadrant `CHEAPER_AND_WORSE` it is what is saved for each QALY given up.
        """
        if self.quadrant in (Quadrant.DEARER_AND_BETTER, Quadrant.CHEAPER_AND_WORSE):
            return self.incremental_cost / self.incremental_effect
        return None


def icer(cost: tuple[float, float], effect: tuple[float, float]) -> Comparison:
    """Compare a new option with the one it would replace.

    Parameters
    ----------
    cost : kr a person, of the old option and of the new
    effect : QALY a person, of the old option and of the new

    Raises
    ------
    ValueError
        If a number is missing or not finite.

    References
    ----------
    Drummond MF et al. Methods for the Economic Evaluation of Health Care Programmes. 4th ed. 2015.

    Examples
    --------
    60 000 kr more for 0.3 QALY more:

    >>> icer(cost=(0, 60_000), effect=(0, 0.3)).ratio
    200000.0
    """
    (old_cost, new_cost), (old_effect, new_effect) = cost, effect
    for value in (old_cost, new_cost, old_effect, new_effect):
        _finite("cost or effect", value)
    return Comparison(new_cost - old_cost, new_effect - old_effect)


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen.

    Attributes
    ----------
    name : unique among the options
    cost : kr a person
    effect : QALY a person
    """

    name: str
    cost: float
    effect: float

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("an option needs a name")
        _finite(f"cost of {self.name}", self.cost)
        _finite(f"effect of {self.name}", self.effect)


@dataclass(frozen=True)
class Row:
    """One line of the table of all options.

    Attributes
    ----------
    option : what the line is about
    status : on the frontier or dominated
    incremental_cost, incremental_effect : kr and QALY against the option before it on the
        frontier; None for the first and for dominated options
    ratio : kr per QALY against the option before it on the frontier, else None
    dominated_by : names of the option (strong) or the two options (extended) that make it a bad
        buy; empty on the frontier
    """

    option: Option
    status: Status
    incremental_cost: float | None = None
    incremental_effect: float | None = None
    ratio: float | None = None
    dominated_by: tuple[str, ...] = ()


def icer_table(options: Sequence[Option]) -> tuple[Row, ...]:
    """Put options in order of cost, strike the dominated ones and give the others their ratio.

    An option is strongly dominated when another costs no more and gives no less (and one of the
    two strictly). It is extendedly dominated when a mix of two others gives the same effect for
    less: ratios along the frontier would fall. Options alike in both cost and effect share
    status and ratio. Every ratio is against the option before it on the frontier, not against
    usual care: against usual care a dominated option can look fine.

    Raises
    ------
    ValueError
        If there is no option, or two have the same name.

    References
    ----------
    Drummond MF et al. Methods for the Economic Evaluation of Health Care Programmes. 4th ed. 2015.
    DARTH-git/dampack, R/icers.R, gives the same table.

    Examples
    --------
    >>> table = icer_table([Option("usual", 0, 0), Option("a", 20, 1), Option("b", 30, 3)])
    >>> [(row.option.name, row.status.value, row.ratio) for row in table]
    [('usual', 'frontier', None), ('a', 'extended dominance', None), ('b', 'frontier', 10.0)]
    """
    _unique(options)
    ordered = sorted(options, key=lambda option: (option.cost, -option.effect))
    frontier = frontier_of(options)
    rows = []
    for option in ordered:
        place = next((i for i, point in enumerate(frontier) if _alike(point, option)), None)
        if place is not None:
            rows.append(_on_frontier(option, frontier[place - 1] if place else None))
            continue
        better = next((other for other in ordered if _dominates(other, option)), None)
        if better is not None:
            rows.append(Row(option, Status.STRONGLY_DOMINATED, dominated_by=(better.name,)))
        else:
            after = next(i for i, point in enumerate(frontier) if point.effect > option.effect)
            pair = (frontier[after - 1].name, frontier[after].name)
            rows.append(Row(option, Status.EXTENDEDLY_DOMINATED, dominated_by=pair))
    return tuple(rows)


def frontier_of(options: Sequence[Option]) -> tuple[Option, ...]:
    """Give the options that are best at some willingness to pay, by rising cost.

    Of options alike in cost and effect the first is given.

    Raises
    ------
    ValueError
        If there is no option, or two have the same name.

    Examples
    --------
    >>> [o.name for o in frontier_of([Option("a", 0, 0), Option("b", 5, 1), Option("c", 9, 1)])]
    ['a', 'b']
    """
    _unique(options)
    frontier: list[Option] = []
    for option in sorted(options, key=lambda option: (option.cost, -option.effect)):
        if frontier and option.effect <= frontier[-1].effect:
            continue
        while len(frontier) > 1 and _falls(frontier[-2], frontier[-1], option):
            frontier.pop()
        frontier.append(option)
    return tuple(frontier)


@dataclass(frozen=True)
class Span:
    """The willingness to pay at which an option is the best.

    Attributes
    ----------
    option : the best option
    low, high : kr per QALY; `high` is infinite for the last
    """

    option: Option
    low: float
    high: float


def best_spans(options: Sequence[Option]) -> tuple[Span, ...]:
    """Say which option is best at which willingness to pay, from 0 and up.

    Raises
    ------
    ValueError
        If there is no option, or two have the same name.

    Examples
    --------
    >>> spans = best_spans([Option("usual", 0, 0), Option("new", 10, 2)])
    >>> [(span.option.name, span.low, span.high) for span in spans]
    [('usual', 0.0, 5.0), ('new', 5.0, inf)]
    """
    frontier = frontier_of(options)
    switches = [
        (after.cost - before.cost) / (after.effect - before.effect)
        for before, after in pairwise(frontier)
    ]
    bounds = [0.0, *switches, math.inf]
    return tuple(
        Span(option, low, high)
        for option, (low, high) in zip(frontier, pairwise(bounds), strict=True)
    )


def net_monetary_benefit(cost: ArrayLike, effect: ArrayLike, threshold: ArrayLike) -> FloatArray:
    """Give the effect valued in kr, less the cost: threshold x effect - cost.

    Parameters
    ----------
    cost : kr a person, any shape
    effect : QALY a person, the shape of `cost`
    threshold : willingness to pay, kr per QALY, any shape; not negative

    Returns
    -------
    kr a person, of shape ``threshold.shape + cost.shape``

    Raises
    ------
    ValueError
        If shapes differ or a threshold is negative.

    References
    ----------
    Stinnett AA, Mullahy J. Net health benefits. Med Decis Making 1998;18(2 Suppl):S68-80.

    Examples
    --------
    >>> net_monetary_benefit([0, 60_000], [0, 0.3], [100_000, 300_000]).tolist()
    [[0.0, -30000.0], [0.0, 30000.0]]
    """
    costs, effects = _pair(cost, effect)
    willing = np.asarray(threshold, dtype=np.float64)
    if not (willing >= 0).all():
        raise ValueError(f"willingness to pay cannot be negative: {threshold!r}")
    return np.asarray(np.multiply.outer(willing, effects) - costs)


def net_health_benefit(cost: ArrayLike, effect: ArrayLike, threshold: float) -> FloatArray:
    """Give the effect less what the money could have given elsewhere: effect - cost / threshold.

    Parameters
    ----------
    cost : kr a person, any shape
    effect : QALY a person, the shape of `cost`
    threshold : kr per QALY, above 0

    Raises
    ------
    ValueError
        If shapes differ or the threshold is not above 0.

    Examples
    --------
    >>> float(net_health_benefit(60_000, 0.3, 300_000).round(10))
    0.1
    """
    if not threshold > 0:
        raise ValueError(f"willingness to pay must be above 0, not {threshold}")
    costs, effects = _pair(cost, effect)
    return np.asarray(effects - costs / threshold)


def _finite(what: str, value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{what} must be a finite number, not {value}")


def _pair(cost: ArrayLike, effect: ArrayLike) -> tuple[FloatArray, FloatArray]:
    costs = np.asarray(cost, dtype=np.float64)
    effects = np.asarray(effect, dtype=np.float64)
    if costs.shape != effects.shape:
        raise ValueError(f"cost has shape {costs.shape} and effect {effects.shape}")
    return costs, effects


def _unique(options: Sequence[Option]) -> None:
    names = [option.name for option in options]
    if not names:
        raise ValueError("no options to compare")
    if len(set(names)) < len(names):
        raise ValueError(f"two options have the same name: {names}")


def _alike(one: Option, other: Option) -> bool:
    return (one.cost, one.effect) == (other.cost, other.effect)


def _dominates(one: Option, other: Option) -> bool:
    return one.cost <= other.cost and one.effect >= other.effect and not _alike(one, other)


def _falls(first: Option, middle: Option, last: Option) -> bool:
    """Whether the ratio falls from the step to `middle` to the step past it."""
    early = (middle.cost - first.cost) * (last.effect - middle.effect)
    late = (last.cost - middle.cost) * (middle.effect - first.effect)
    return late < early * (1 - _ROUNDING)


def _on_frontier(option: Option, before: Option | None) -> Row:
    if before is None:
        return Row(option, Status.FRONTIER)
    step = icer(cost=(before.cost, option.cost), effect=(before.effect, option.effect))
    return Row(option, Status.FRONTIER, step.incremental_cost, step.incremental_effect, step.ratio)
