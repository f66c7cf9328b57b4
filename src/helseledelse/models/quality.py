"""Signal or noise: run charts, control charts, funnel plots, agreement, and learning in a wheel.

One published rule is one small function; a result carries the name of the method that made it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    signal : whether either rule says that more than chance is at work
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

    Parameters
    ----------
    useful : points that do not lie on the median, at least 2

    References
    ----------
    Anhøj and Olesen (2014), Run charts revisited, PLoS ONE 9(11): round(log₂ n) + 3 after
    Schilling (2012), and the lower 5 per cent of the binomial (n − 1, ½) after Chen (2010).

    Examples
    --------
    >>> run_limits(24)
    (8, 8)
    """
    if useful < 2:
        raise ValueError(f"useful points must be at least 2, not {useful}")
    from scipy.stats import binom

    return round(float(np.log2(useful))) + 3, int(binom.ppf(0.05, useful - 1, 0.5))


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
    """
    read = _series("values", values)
    middle = float(np.median(read)) if median is None else float(median)
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


@dataclass(frozen=True)
class ControlChart:
    """A control chart: centre line and three-sigma limits for every point.

    Attributes
    ----------
    kind : which chart
    points : what is plotted, shape (points,); shares for p, rates for u, else as given
    centre, lower, upper : shape (points,), in the unit of `points`
    outside : points beyond a limit, shape (points,)
    method : how centre and limits were found
    """

    kind: ChartKind
    points: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    method: str

    @property
    def outside(self) -> Flags:
        """Which points lie beyond a limit."""
        return np.asarray((self.points < self.lower) | (self.points > self.upper))


def _individuals(base: Floats) -> tuple[float, float]:
    """Give mean and sigma of single values: mean moving range over 1.128."""
    if len(base) < 2:
        raise ValueError("a moving range needs at least two points in every phase")
    return float(base.mean()), float(np.abs(np.diff(base)).mean()) / _D2


_D2 = 1.128  # expected range of two normal values, Montgomery appendix VI; 3 / 1.128 = 2.66
_D4 = 3.267  # upper limit of the range of two
_NELSON = 3.6  # Nelson (1994): times to the power 1/3.6 are nearly normal


def _limits(
    kind: ChartKind, read: Floats, sizes: Floats, base: slice
) -> tuple[Floats, Floats, Floats, Floats, str]:
    """Give points, centre, lower, upper and method for one phase with its baseline."""
    flat = np.ones_like(read)
    if kind == "i":
        mean, sigma = _individuals(read[base])
        return read, mean * flat, (mean - 3 * sigma) * flat, (mean + 3 * sigma) * flat, "mR / 1,128"
    if kind == "mr":
        moving = np.abs(np.diff(read, prepend=np.nan))
        mean = float(np.nanmean(moving[base]))
        return moving, mean * flat, 0 * flat, _D4 * mean * flat, "3,267 mR"
    if kind == "c":
        mean = float(read[base].mean())
        half = 3 * np.sqrt(mean)
        return read, mean * flat, max(0.0, mean - half) * flat, (mean + half) * flat, "Poisson"
    if kind == "g":
        mean = float(read[base].mean())
        half = 3 * np.sqrt(mean * (mean + 1))
        return read, mean * flat, max(0.0, mean - half) * flat, (mean + half) * flat, "geometrisk"
    if kind == "t":
        turned = read ** (1 / _NELSON)
        mean, sigma = _individuals(turned[base])
        lower, upper = max(0.0, mean - 3 * sigma) ** _NELSON, (mean + 3 * sigma) ** _NELSON
        return read, mean**_NELSON * flat, lower * flat, upper * flat, "Nelson 1/3,6"
    shares = read / sizes
    mean = float(read[base].sum() / sizes[base].sum())
    spread = np.sqrt(mean * (1 - mean) / sizes) if kind in ("p", "p'") else np.sqrt(mean / sizes)
    method = "binomisk" if kind in ("p", "p'") else "Poisson"
    if kind in ("p'", "u'"):
        # Laney (2002): the spread is stretched by what single standardised points show.
        with np.errstate(divide="ignore", invalid="ignore"):
            standard = np.where(spread > 0, (shares - mean) / spread, 0.0)
        spread = spread * _individuals(standard[base])[1]
        method = f"{method}, Laney"
    top = 1.0 if kind in ("p", "p'") else np.inf
    lower, upper = np.maximum(0, mean - 3 * spread), np.minimum(top, mean + 3 * spread)
    return shares, mean * flat, lower, upper, method


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
    kind : ``i`` single values, ``mr`` their moving range, ``p`` share of `sizes`, ``u`` rate per
        size, ``c`` counts, ``t`` time between events, ``g`` cases between events; ``p'`` and
        ``u'`` with Laney's correction for large sizes
    values : shape (points,): counts for p, u, c and g
    sizes : shape (points,): denominators for p and u
    phases : positions where a new phase starts, with limits of its own
    baseline : how many of the first points of each phase set its limits; all when left out

    Raises
    ------
    ValueError
        If sizes are missing or fewer than the counts, something is negative, or a phase is empty.

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
        raise ValueError(f"values must be 0 or more, not {read.min()}")
    needs_sizes = kind in ("p", "p'", "u", "u'")
    if needs_sizes != (sizes is not None):
        raise ValueError(f"a {kind} chart must {'have' if needs_sizes else 'not have'} sizes")
    each = np.ones_like(read) if sizes is None else _series("sizes", sizes)
    if each.shape != read.shape or (each <= 0).any():
        raise ValueError("sizes must be above 0, one for each value")
    if kind in ("p", "p'") and (read > each).any():
        worst = int(np.argmax(read > each))
        raise ValueError(
            f"value {worst + 1} must not exceed its size: {read[worst]} of {each[worst]}"
        )
    edges = (0, *phases, len(read))
    if any(late <= early for early, late in pairwise(edges)):
        raise ValueError(f"phases must rise and lie inside the series, not {phases}")
    if baseline is not None and baseline < 1:
        raise ValueError(f"baseline must be at least 1, not {baseline}")
    parts = [
        _limits(kind, read[early:late], each[early:late], slice(0, baseline))
        for early, late in pairwise(edges)
    ]
    points, centre, lower, upper = (
        np.concatenate([part[place] for part in parts]) for place in range(4)
    )
    return ControlChart(kind, points, centre, lower, upper, parts[0][4])


@dataclass(frozen=True)
class PlotTheDots:
    """The four flags of the NHS's «Making Data Count», point by point.

    Attributes
    ----------
    outside : beyond a limit
    shift : in a run of seven or more on one side of the mean
    trend : in a run of seven or more that all rise or all fall
    near_limit : among two of three in a row beyond two sigma on the same side
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


def plot_the_dots(chart: ControlChart, *, run: int = 7) -> PlotTheDots:
    """Flag points by the NHS's rules on an I chart.

    The rule of two in three asks that all three lie on the same side of the mean.

    Parameters
    ----------
    chart : an I chart
    run : length of a shift or a trend

    References
    ----------
    NHS England, Making Data Count; as in the R package NHSRplotthedots.
    """
    points, centre = chart.points, chart.centre
    above, below = points > centre, points < centre
    steps = np.diff(points)

    def trend(direction: Flags) -> Flags:
        # A run of n − 1 steps holds n points.
        steps_in = _in_runs(direction, run - 1)
        return np.asarray(np.concatenate([steps_in, [False]]) | np.concatenate([[False], steps_in]))

    def near(side: Flags, beyond: Flags) -> Flags:
        marks = np.zeros(len(points), dtype=bool)
        if len(points) < 3:
            return marks
        sides = np.lib.stride_tricks.sliding_window_view(side, 3).all(axis=1)
        twos = np.lib.stride_tricks.sliding_window_view(beyond, 3).sum(axis=1) >= 2
        hits = np.flatnonzero(sides & twos)
        for offset in range(3):
            marks[hits + offset] |= beyond[hits + offset]
        return marks

    two_sigma_up = centre + (chart.upper - centre) * 2 / 3
    two_sigma_down = centre - (centre - chart.lower) * 2 / 3
    return PlotTheDots(
        outside=chart.outside,
        shift=_in_runs(above, run) | _in_runs(below, run),
        trend=trend(steps > 0) | trend(steps < 0),
        near_limit=near(above, points > two_sigma_up) | near(below, points < two_sigma_down),
    )


# --- Funnel plot -----------------------------------------------------------------------------

FunnelMethod = Literal["exact_poisson", "exact_binomial", "wilson"]


@dataclass(frozen=True)
class Funnel:
    """Limits around one target for units of different size.

    Attributes
    ----------
    target : the share or ratio all are held against
    value : each unit's own, shape (units,)
    lower_95, upper_95, lower_998, upper_998 : shape (units,)
    dispersion : 1 without, else the factor φ by which the z scores spread more than chance
    method : the convention the limits follow
    """

    target: float
    value: Floats
    lower_95: Floats
    upper_95: Floats
    lower_998: Floats
    upper_998: Floats
    dispersion: float
    method: str

    @property
    def outside_998(self) -> Flags:
        """Units beyond the outer limits: really different, not only last."""
        return np.asarray((self.value < self.lower_998) | (self.value > self.upper_998))

    @property
    def outside_95(self) -> Flags:
        """Units beyond the inner limits; one in twenty by chance alone."""
        return np.asarray((self.value < self.lower_95) | (self.value > self.upper_95))


def dispersion(z_scores: ArrayLike, *, trim: float = 0.1) -> float:
    """Give the overdispersion factor φ from z scores, the outermost `trim` pulled in.

    Returns
    -------
    At least 1.

    References
    ----------
    Spiegelhalter (2005), Handling over-dispersion of performance indicators, Quality and Safety in
    Health Care 14: φ = mean of squared winsorised z scores.
    """
    z = _series("z_scores", z_scores)
    if not 0 <= trim < 0.5:
        raise ValueError(f"trim must lie in 0..0.5, not {trim}")
    low, high = np.quantile(z, [trim, 1 - trim])
    return max(1.0, float(np.mean(np.clip(z, low, high) ** 2)))


def funnel(
    events: ArrayLike,
    sizes: ArrayLike,
    *,
    target: float | None = None,
    method: FunnelMethod = "exact_binomial",
    overdispersion: bool = False,
) -> Funnel:
    """Limits for shares (events of cases) or ratios (observed of expected).

    Parameters
    ----------
    events : shape (units,), counts
    sizes : shape (units,): cases for the binomial and Wilson, expected counts for Poisson
    target : share or ratio; all events over all sizes when left out
    method : ``exact_binomial`` and ``exact_poisson`` give limits around the target, as in
        Spiegelhalter (2005); ``wilson`` turns the score test around, as public-health tools do
    overdispersion : widen normal limits by √φ

    Raises
    ------
    ValueError
        If counts are negative, exceed their cases, or no unit has any size.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in
    Medicine 24, with interpolation between whole counts (appendix A.1.1).
    """
    counts, cases = _series("events", events), _series("sizes", sizes)
    if counts.shape != cases.shape or (counts < 0).any() or (cases <= 0).any():
        raise ValueError("events must be 0 or more and sizes above 0, one for each")
    shares = method != "exact_poisson"
    if shares and (counts > cases).any():
        worst = int(np.argmax(counts > cases))
        raise ValueError(
            f"unit {worst + 1} must not have more events than cases: "
            f"{counts[worst]:g} of {cases[worst]:g}"
        )
    aim = float(counts.sum() / cases.sum()) if target is None else float(target)
    if not (0 < aim < 1 if shares else aim > 0):
        raise ValueError(f"target must be above 0{' and below 1' if shares else ''}, not {aim}")
    spread = np.sqrt(aim * (1 - aim) / cases) if shares else np.sqrt(aim / cases)
    value = counts / cases
    from scipy.stats import binom, norm, poisson

    phi = dispersion((value - aim) / spread) if overdispersion else 1.0

    def limits(tail: float) -> tuple[Floats, Floats]:
        z = float(norm.ppf(1 - tail))
        if overdispersion:
            return aim - z * spread * np.sqrt(phi), aim + z * spread * np.sqrt(phi)
        if method == "wilson":
            middle = (aim + z**2 / (2 * cases)) / (1 + z**2 / cases)
            half = z * np.sqrt(aim * (1 - aim) / cases + z**2 / (4 * cases**2)) / (1 + z**2 / cases)
            return middle - half, middle + half

        def exact(share: float) -> Floats:
            law = binom(cases, aim) if method == "exact_binomial" else poisson(aim * cases)
            whole = law.ppf(share)
            above, at = law.cdf(whole) - share, law.cdf(whole) - law.cdf(whole - 1)
            return np.asarray((whole - above / at) / cases)

        return exact(tail), exact(1 - tail)

    (lower_95, upper_95), (lower_998, upper_998) = limits(0.025), limits(0.001)
    top = 1.0 if shares else np.inf
    return Funnel(
        target=aim,
        value=value,
        lower_95=np.clip(lower_95, 0, top),
        upper_95=np.clip(upper_95, 0, top),
        lower_998=np.clip(lower_998, 0, top),
        upper_998=np.clip(upper_998, 0, top),
        dispersion=phi,
        method=f"{method}, φ" if overdispersion else method,
    )


# --- Agreement -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """Agreement between two who judged the same cases.

    Attributes
    ----------
    observed : share on which they agree, 0 to 1
    expected : share on which chance alone would make them agree, 0 to 1
    kappa, low, high : agreement beyond chance with a 95 per cent interval
    weights : how near misses count
    """

    observed: float
    expected: float
    kappa: float
    low: float
    high: float
    weights: str


def agreement(
    table: ArrayLike, *, weights: Literal["none", "linear", "quadratic"] = "none"
) -> Agreement:
    """Cohen's kappa, weighted where near misses should count.

    Parameters
    ----------
    table : shape (categories, categories): rows the one, columns the other, counts
    weights : ``none``, ``linear`` or ``quadratic``

    Raises
    ------
    ValueError
        If the table is not square, is empty, or both put every case in one category.

    References
    ----------
    Cohen (1960), (1968); computed by statsmodels.

    Examples
    --------
    They agree on 45 and 25 of 100; chance alone would give 54:

    >>> result = agreement([[45, 15], [15, 25]])
    >>> result.observed, round(result.expected, 2), round(result.kappa, 4)
    (0.7, 0.52, 0.375)
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.shape[0] < 2:
        raise ValueError(f"table must be square with two categories or more, not {counts.shape}")
    if (counts < 0).any() or counts.sum() == 0:
        raise ValueError("table must hold counts, and at least one")
    shares = counts / counts.sum()
    expected = float(shares.sum(axis=1) @ shares.sum(axis=0))
    if expected == 1:
        raise ValueError("both must use more than one category: there is nothing to agree about")
    from statsmodels.stats.inter_rater import cohens_kappa

    fitted = cohens_kappa(counts, wt=None if weights == "none" else weights)
    return Agreement(
        observed=float(np.trace(shares)),
        expected=expected,
        kappa=float(fitted.kappa),
        low=float(fitted.kappa_low),
        high=float(fitted.kappa_upp),
        weights=weights,
    )


def fleiss_kappa(ratings: ArrayLike) -> float:
    """Agreement among several judges beyond chance.

    Parameters
    ----------
    ratings : shape (cases, categories): how many judges put each case in each category; every case
        judged by the same number, at least two

    Raises
    ------
    ValueError
        If cases were judged by different numbers.

    References
    ----------
    Fleiss (1971), Measuring nominal scale agreement among many raters; computed by statsmodels.
    """
    counts = np.asarray(ratings, dtype=float)
    judges = counts.sum(axis=1) if counts.ndim == 2 else np.array([])
    if len(judges) == 0 or len(set(judges)) != 1 or judges[0] < 2:
        raise ValueError("every case must be judged by the same number, two or more")
    from statsmodels.stats.inter_rater import fleiss_kappa as fleiss

    return float(fleiss(counts))


# --- The improvement wheel -------------------------------------------------------------------


@dataclass(frozen=True)
class Improvement:
    """How far a unit has come, period by period.

    Attributes
    ----------
    performance : share of what can be gained, 0 to 1, shape (periods + 1,)
    cycles : tests finished
    kept : of those, how many led to a change that was adopted
    """

    performance: tuple[float, ...]
    cycles: int
    kept: int


def improvement_wheel(
    periods: int,
    *,
    cycle_length: int,
    gain: float,
    success: float,
    follow_up: bool,
    fade: float,
    generator: np.random.Generator,
) -> Improvement:
    """Small tests in a wheel: what works is kept, and fades unless it is followed up.

    No published numbers stand behind it; it is a way of thinking.

    Parameters
    ----------
    periods : weeks
    cycle_length : weeks from preparing to evaluating one test, at least 1
    gain : share of the remaining potential that a test that works brings, 0 to 1
    success : chance that a test works, 0 to 1
    follow_up : whether the phase «følge opp» is done; it takes one week more in each cycle
    fade : share of what is gained that is lost each week without follow-up, 0 to 1
    generator : where chance comes from

    Raises
    ------
    ValueError
        If a share lies outside 0..1 or a length is below 1.
    """
    if periods < 1 or cycle_length < 1:
        raise ValueError("periods and cycle_length must be at least 1")
    for name, share in (("gain", gain), ("success", success), ("fade", fade)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must lie in 0..1, not {share}")
    length = cycle_length + int(follow_up)
    reached, cycles, kept = [0.0], 0, 0
    for period in range(1, periods + 1):
        now = reached[-1] * (1 if follow_up else 1 - fade)
        if period % length == 0:
            cycles += 1
            if generator.random() < success:
                kept += 1
                now += gain * (1 - now)
        reached.append(now)
    return Improvement(tuple(reached), cycles, kept)
