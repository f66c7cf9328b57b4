"""Signal or noise over time: run charts, control charts and the flags of the NHS.

One published rule is one small function; a result carries the name of the method that made it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helseledelse.models.counts import binomial_quantile

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _series(name: str, values: ArrayLike) -> Floats:
    read = np.asarray(values, dtype=float)
    if read.ndim != 1 or len(read) == 0:
        raise ValueError(f"{name} must be a list of at least one number")
    if not np.isfinite(read).all():
        raise ValueError(f"{name} must hold numbers only")
    return read


# --- Run chart -------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunChart:
    """A series around its median, judged by Anhøj's two rules.

    Attributes
    ----------
    median : in the unit measured
    useful : points that do not lie on the median
    longest_run, longest_run_limit : points; above the limit is a signal
    crossings, crossings_limit : of the median; below the limit is a signal
    method : the rules' name
    """

    median: float
    useful: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    method: str = "Anhøj"

    @property
    def signal(self) -> bool:
        """Whether the run is too long or the crossings too few for chance alone."""
        return self.longest_run > self.longest_run_limit or self.crossings < self.crossings_limit


def run_limits(useful: int) -> tuple[int, int]:
    """Give the longest run and the fewest crossings that chance still explains.

    The rules are meant for ten useful points or more; with fewer they hardly ever see anything.

    Parameters
    ----------
    useful : points that do not lie on the median, at least 2

    References
    ----------
    Anhøj and Olesen (2014), Run charts revisited, PLoS ONE 9(11): round(log₂ n) + 3 after
    Schilling (2012), and the lower 5 per cent of the binomial (n − 1, ½) after Chen (2010).
    No whole n has a log₂ that ends in ,5, so every way of rounding halves gives the same.

    Examples
    --------
    >>> run_limits(24)
    (8, 8)
    """
    if useful < 2:
        raise ValueError(f"useful points must be at least 2, not {useful}")
    return round(float(np.log2(useful))) + 3, int(binomial_quantile(0.05, useful - 1, 0.5))


def run_chart(values: ArrayLike, *, median: float | None = None) -> RunChart:
    """Judge a series by its runs around the median.

    Parameters
    ----------
    values : shape (points,), in time order
    median : a frozen median from a baseline; the series' own when left out

    Raises
    ------
    ValueError
        If there is no point or something is no number.

    Examples
    --------
    Six low, then six high: one crossing, where chance gives three or more.

    >>> chart = run_chart([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9])
    >>> chart.longest_run, chart.crossings, chart.crossings_limit, chart.signal
    (6, 1, 3, True)
    """
    read = _series("values", values)
    middle = float(np.median(read)) if median is None else float(median)
    if not np.isfinite(middle):
        raise ValueError(f"median must be a number, not {middle}")
    sides = np.sign(read - middle)
    sides = sides[sides != 0]
    useful = len(sides)
    if useful < 2:
        return RunChart(middle, useful, useful, useful, 0, 0)
    crossed = np.flatnonzero(np.diff(sides))
    edges = np.concatenate([[-1], crossed, [useful - 1]])
    longest, fewest = run_limits(useful)
    return RunChart(
        median=middle,
        useful=useful,
        longest_run=int(np.diff(edges).max()),
        longest_run_limit=longest,
        crossings=len(crossed),
        crossings_limit=fewest,
    )


# --- Control charts --------------------------------------------------------------------------

ChartKind = Literal["i", "mr", "p", "p'", "u", "u'", "c", "t", "g"]

_D2 = 1.128  # expected range of two normal values, Montgomery appendix VI; 3 / 1.128 = 2.66
_D4 = 3.267  # upper limit of the range of two, the same table
_NELSON = 3.6  # Nelson (1994): times to the power 1/3.6 are nearly normal


def _above(one: Floats, other: Floats) -> Flags:
    """Tell where one is more than the other by more than the last digits of computing."""
    return np.asarray(one - other > 1e-9 * np.maximum(np.abs(one), np.abs(other)))


@dataclass(frozen=True)
class ControlChart:
    """A control chart: centre line and three-sigma limits for every point.

    Attributes
    ----------
    kind : which chart
    points : what is plotted, shape (points,); shares for p, rates for u, else as given
    centre, lower, upper : shape (points,), in the unit of `points`
    method : how centre and limits were found
    phases : positions where a new phase starts
    """

    kind: ChartKind
    points: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    method: str
    phases: tuple[int, ...] = ()

    @property
    def outside(self) -> Flags:
        """Which points lie beyond a limit, shape (points,)."""
        return _above(self.points, self.upper) | _above(self.lower, self.points)


Line = Floats | float
Found = tuple[Floats, Line, Line, Line]  # points, centre, lower, upper of one phase


def _individuals(base: Floats) -> tuple[float, float]:
    """Give mean and sigma of single values: mean moving range over 1.128."""
    if len(base) < 2:
        raise ValueError("a moving range needs at least two points in every phase and baseline")
    return float(base.mean()), float(np.abs(np.diff(base)).mean()) / _D2


def _i(values: Floats, _: Floats, base: slice) -> Found:
    mean, sigma = _individuals(values[base])
    return values, mean, mean - 3 * sigma, mean + 3 * sigma


def _mr(values: Floats, _: Floats, base: slice) -> Found:
    mean = _individuals(values[base])[1] * _D2
    return np.abs(np.diff(values, prepend=np.nan)), mean, 0.0, _D4 * mean


def _t(values: Floats, _: Floats, base: slice) -> Found:
    if (values == 0).any():
        raise ValueError("times between events must be above 0: measure in hours, or use g")
    mean, sigma = _individuals(values[base] ** (1 / _NELSON))
    lower, upper = max(0.0, mean - 3 * sigma), mean + 3 * sigma
    return values, mean**_NELSON, lower**_NELSON, upper**_NELSON


def _around(mean: float, variance: float) -> tuple[float, float, float]:
    half = 3 * float(np.sqrt(variance))
    return mean, max(0.0, mean - half), mean + half


def _c(values: Floats, _: Floats, base: slice) -> Found:
    mean = float(values[base].mean())
    return values, *_around(mean, mean)


def _g(values: Floats, _: Floats, base: slice) -> Found:
    mean = float(values[base].mean())
    return values, *_around(mean, mean * (mean + 1))


def _ratio(top: float, variance: Callable[[float], float], *, laney: bool) -> "_Rule":
    """Give the rule for counts over sizes, not above `top`, with Laney's stretch or without."""

    def rule(values: Floats, sizes: Floats, base: slice) -> Found:
        shares = values / sizes
        mean = float(values[base].sum() / sizes[base].sum())
        spread = np.sqrt(variance(mean) / sizes)
        if laney:
            # No spread means that all are alike, 0 or 1: there is nothing to stretch.
            standard = np.divide(shares - mean, spread, out=np.zeros_like(shares), where=spread > 0)
            spread = spread * _individuals(standard[base])[1]
        lower, upper = np.maximum(0, mean - 3 * spread), np.minimum(top, mean + 3 * spread)
        return shares, mean, lower, upper

    return rule


def _binomial(mean: float) -> float:
    return mean * (1 - mean)


def _poisson(mean: float) -> float:
    return mean


_Rule = Callable[[Floats, Floats, slice], Found]
_RULES: dict[ChartKind, tuple[_Rule, str]] = {
    "i": (_i, "mR / 1,128"),
    "mr": (_mr, "3,267 mR"),
    "c": (_c, "Poisson"),
    "t": (_t, "Nelson 1/3,6"),
    "g": (_g, "geometrisk"),
    "p": (_ratio(1, _binomial, laney=False), "binomisk"),
    "p'": (_ratio(1, _binomial, laney=True), "binomisk, Laney"),
    "u": (_ratio(np.inf, _poisson, laney=False), "Poisson"),
    "u'": (_ratio(np.inf, _poisson, laney=True), "Poisson, Laney"),
}


def control_chart(
    kind: ChartKind,
    values: ArrayLike,
    sizes: ArrayLike | None = None,
    *,
    phases: tuple[int, ...] = (),
    baseline: int | None = None,
) -> ControlChart:
    """Find centre line and limits.

    Parameters
    ----------
    kind : ``i`` single values, ``mr`` their moving range (the first has none), ``p`` share of
        `sizes`, ``u`` rate per size, ``c`` counts, ``t`` time between events, ``g`` cases between
        events; ``p'`` and ``u'`` with Laney's correction for large sizes
    values : shape (points,): counts for p, u, c and g; times above 0 for t
    sizes : shape (points,): denominators for p and u
    phases : positions where a new phase starts, with limits of its own
    baseline : how many of the first points of each phase set its limits; all when left out

    Raises
    ------
    ValueError
        If sizes are missing or fewer than the counts, something is negative, or a phase is empty.

    Notes
    -----
    The centre of a g chart is the mean, from which its limits are made, as in Benneyan; the R
    package qicharts2 draws the median there, with the same limits. The centre of a t chart is the
    mean of the transformed times, transformed back.

    References
    ----------
    Montgomery, Introduction to statistical quality control. Laney (2002), Quality Engineering 14.
    Nelson (1994), Journal of Quality Technology 26. Benneyan (2001), Health Care Management
    Science 4, for g.

    Examples
    --------
    Four counts with mean 4: limits 4 ± 3·2, not below zero.

    >>> chart = control_chart("c", [4, 3, 5, 4])
    >>> float(chart.lower[0]), float(chart.centre[0]), float(chart.upper[0])
    (0.0, 4.0, 10.0)
    """
    read = _series("values", values)
    if kind not in ("i", "mr") and (read < 0).any():
        raise ValueError(f"values must be 0 or more, not {read.min():g}")
    needs_sizes = kind in ("p", "p'", "u", "u'")
    if needs_sizes != (sizes is not None):
        raise ValueError(f"a {kind} chart must {'have' if needs_sizes else 'not have'} sizes")
    each = np.ones_like(read) if sizes is None else _series("sizes", sizes)
    if each.shape != read.shape or (each <= 0).any():
        raise ValueError("sizes must be above 0, one for each value")
    if kind in ("p", "p'") and (read > each).any():
        worst = int(np.argmax(read > each))
        raise ValueError(
            f"value {worst + 1} must not exceed its size: {read[worst]:g} of {each[worst]:g}"
        )
    edges = (0, *phases, len(read))
    if any(late <= early for early, late in pairwise(edges)):
        raise ValueError(f"phases must rise and lie inside the series, not {phases}")
    if baseline is not None and baseline < 1:
        raise ValueError(f"baseline must be at least 1, not {baseline}")
    rule, method = _RULES[kind]
    parts = [
        np.broadcast_arrays(*rule(read[early:late], each[early:late], slice(0, baseline)))
        for early, late in pairwise(edges)
    ]
    points, centre, lower, upper = (np.concatenate(lines) for lines in zip(*parts, strict=True))
    return ControlChart(kind, points, centre, lower, upper, method, tuple(phases))


# --- Plot the dots ---------------------------------------------------------------------------


@dataclass(frozen=True)
class PlotTheDots:
    """The four flags of the NHS's «Making Data Count», point by point.

    Attributes
    ----------
    outside : beyond a limit
    shift : in a run of seven or more on one side of the mean
    trend : in a run of seven or more that all rise or all fall
    near_limit : between two and three sigma, as one of at least two such among three in a row
        that all lie on the same side of the mean
        All of shape (points,).
    """

    outside: Flags
    shift: Flags
    trend: Flags
    near_limit: Flags

    @property
    def special(self) -> Flags:
        """Points flagged by any rule."""
        return np.asarray(self.outside | self.shift | self.trend | self.near_limit)


def _in_runs(flags: Flags, length: int) -> Flags:
    """Mark the points that lie in a run of at least `length` true."""
    padded = np.concatenate([[False], flags, [False]]).astype(int)
    starts, ends = np.flatnonzero(np.diff(padded) == 1), np.flatnonzero(np.diff(padded) == -1)
    kept = ends - starts >= length
    marks = np.zeros(len(flags) + 1, dtype=int)
    np.add.at(marks, starts[kept], 1)
    np.add.at(marks, ends[kept], -1)
    return np.asarray(np.cumsum(marks[:-1]) > 0)


def _trend(steps: Flags, run: int) -> Flags:
    """Mark the points of a run whose steps all go one way: n − 1 steps hold n points."""
    inside = _in_runs(steps, run - 1)
    return np.asarray(np.append(inside, False) | np.insert(inside, 0, False))


def _two_in_three(close: Flags, side: Flags) -> Flags:
    """Mark the points in `close` with another in three in a row, all three on one side."""
    marks = np.zeros(len(close), dtype=bool)
    if len(close) < 3:
        return marks
    window = np.lib.stride_tricks.sliding_window_view
    for first in np.flatnonzero(window(side, 3).all(axis=1) & (window(close, 3).sum(axis=1) >= 2)):
        marks[first : first + 3] |= close[first : first + 3]
    return marks


def plot_the_dots(chart: ControlChart, *, run: int = 7) -> PlotTheDots:
    """Flag points by the NHS's rules on an I chart; each phase is judged by itself.

    Parameters
    ----------
    chart : an I chart
    run : points of a shift or a trend, at least 2

    Raises
    ------
    ValueError
        If it is another chart, whose limits do not stand for three sigma of every point.

    References
    ----------
    NHS England, Making Data Count, as in the R package NHSRplotthedots, except that its limits
    are 2,66 and ours 3 / 1,128 mean moving ranges from the mean.
    """
    if chart.kind != "i":
        raise ValueError(f"the flags must stand on an i chart, not on a {chart.kind} chart")
    if run < 2:
        raise ValueError(f"run must be at least 2, not {run}")
    above, below = _above(chart.points, chart.centre), _above(chart.centre, chart.points)
    two_sigma = 2 / 3 * (chart.upper - chart.centre)
    close = _above(np.abs(chart.points - chart.centre), two_sigma) & ~chart.outside
    shift, trend, near = (np.zeros(len(above), dtype=bool) for _ in range(3))
    for early, late in pairwise((0, *chart.phases, len(above))):
        part = slice(early, late)
        steps = np.diff(chart.points[part])
        for side, way in ((above[part], steps > 0), (below[part], steps < 0)):
            shift[part] |= _in_runs(side, run)
            trend[part] |= _trend(way, run)
            near[part] |= _two_in_three(close[part], side)
    return PlotTheDots(chart.outside, shift, trend, near)
