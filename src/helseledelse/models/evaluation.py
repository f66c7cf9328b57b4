"""Did it work, or was it the trend? Before and after, sample size, interrupted time series."""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray


def hedges_correction(degrees_of_freedom: float) -> float:
    """Correction that takes the small-sample bias out of Cohen's d, exact.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6(2): J = Γ(m/2) / (√(m/2) Γ((m−1)/2)).

    Examples
    --------
    >>> round(hedges_correction(9), 4)
    0.9139
    """
    if degrees_of_freedom <= 1:
        raise ValueError(f"degrees of freedom must be above 1, not {degrees_of_freedom}")
    from scipy.special import gammaln

    half = degrees_of_freedom / 2
    return float(np.exp(gammaln(half) - gammaln(half - 0.5)) / sqrt(half))


@dataclass(frozen=True)
class PairedChange:
    """Change from before to after in the same people.

    The three effect sizes differ because they divide by different spreads; say which one you use.

    Attributes
    ----------
    people : pairs
    mean, low, high : mean change with a 95 per cent interval, in the unit measured
    d_z : by the spread of the changes
    d_av : by the mean of the two spreads
    d_rm : by the spread of the changes, put back on the scale of one measurement
    g_av : d_av without its small-sample bias
    correlation : between before and after
    t, p_value : paired t test, two-sided
    """

    people: int
    mean: float
    low: float
    high: float
    d_z: float
    d_av: float
    d_rm: float
    g_av: float
    correlation: float
    t: float
    p_value: float


def paired_change(before: ArrayLike, after: ArrayLike) -> PairedChange:
    """Describe the change in people measured twice.

    Parameters
    ----------
    before, after : shape (people,), the same person in the same place

    Raises
    ------
    ValueError
        If the lists differ in length, hold fewer than three people, or nobody differs.

    References
    ----------
    Lakens (2013), Calculating and reporting effect sizes, Frontiers in Psychology 4:863, formulas
    6, 9 and 10.
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("before and after must be two lists of the same length")
    if len(first) < 3:
        raise ValueError(f"at least three people are needed, not {len(first)}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("every value must be a number")
    change = second - first
    spreads = first.std(ddof=1), second.std(ddof=1)
    spread = float(change.std(ddof=1))
    if spread == 0 or min(spreads) == 0:
        raise ValueError("people must differ, before, after and in their change")
    from scipy.special import stdtr, stdtrit

    people = len(first)
    mean = float(change.mean())
    error = spread / sqrt(people)
    half = float(stdtrit(people - 1, 0.975)) * error
    correlation = float(np.corrcoef(first, second)[0, 1])
    d_z, d_av = mean / spread, mean / float(np.mean(spreads))
    statistic = mean / error
    return PairedChange(
        people=people,
        mean=mean,
        low=mean - half,
        high=mean + half,
        d_z=d_z,
        d_av=d_av,
        d_rm=d_z * sqrt(2 * (1 - correlation)),
        g_av=d_av * hedges_correction(people - 1),
        correlation=correlation,
        t=statistic,
        p_value=float(2 * stdtr(people - 1, -abs(statistic))),
    )


@dataclass(frozen=True)
class GroupDifference:
    """Difference between two groups of different people.

    Attributes
    ----------
    mean, low, high : first less second, with a 95 per cent interval (Welch), in the unit measured
    d_s : by the pooled spread
    g_s : d_s without its small-sample bias
    """

    mean: float
    low: float
    high: float
    d_s: float
    g_s: float


def group_difference(one: ArrayLike, other: ArrayLike) -> GroupDifference:
    """Compare two groups.

    Parameters
    ----------
    one, other : shapes (people,), two people or more in each

    Raises
    ------
    ValueError
        If a group has fewer than two people or nobody differs.
    """
    first, second = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if first.ndim != 1 or second.ndim != 1 or min(len(first), len(second)) < 2:
        raise ValueError("each group must have two people or more")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("every value must be a number")
    variances = first.var(ddof=1), second.var(ddof=1)
    if sum(variances) == 0:
        raise ValueError("people must differ within the groups")
    from scipy.special import stdtrit

    sizes = len(first), len(second)
    parts = variances[0] / sizes[0], variances[1] / sizes[1]
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (sizes[0] - 1) + parts[1] ** 2 / (sizes[1] - 1))
    mean = float(first.mean() - second.mean())
    half = float(stdtrit(freedom, 0.975)) * sqrt(sum(parts))
    pooled = sqrt(
        ((sizes[0] - 1) * variances[0] + (sizes[1] - 1) * variances[1]) / (sum(sizes) - 2)
    )
    d_s = mean / pooled
    return GroupDifference(
        mean, mean - half, mean + half, d_s, d_s * hedges_correction(sum(sizes) - 2)
    )


def sample_size_proportions(
    before: float, after: float, *, power: float = 0.8, level: float = 0.05
) -> int:
    """People in each group needed to see one share become another, two-sided test.

    Parameters
    ----------
    before, after : shares, strictly between 0 and 1 and different
    power : chance of seeing the difference if it is there
    level : chance of seeing one that is not

    Raises
    ------
    ValueError
        If a share is not between 0 and 1, or they are equal.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical methods for rates and proportions, formula 4.14,
    without continuity correction.

    Examples
    --------
    >>> sample_size_proportions(0.09, 0.07)
    2888
    """
    for share in (before, after, power, level):
        if not 0 < share < 1:
            raise ValueError(f"every share must lie between 0 and 1, not {share}")
    if before == after:
        raise ValueError("before and after must differ")
    from scipy.special import ndtri

    mean = (before + after) / 2
    needed = (
        ndtri(1 - level / 2) * sqrt(2 * mean * (1 - mean))
        + ndtri(power) * sqrt(before * (1 - before) + after * (1 - after))
    ) ** 2 / (before - after) ** 2
    return ceil(needed - 1e-9)


def sample_size_means(effect: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """People in each of two groups needed to see a difference of `effect` standard deviations.

    By the noncentral t distribution, as in Cohen's tables.

    Examples
    --------
    A medium effect, Cohen's own example:

    >>> sample_size_means(0.5)
    64
    """
    if effect == 0 or not np.isfinite(effect):
        raise ValueError(f"effect must be a number other than 0, not {effect}")
    for share in (power, level):
        if not 0 < share < 1:
            raise ValueError(f"power and level must lie between 0 and 1, not {share}")
    from statsmodels.stats.power import tt_ind_solve_power

    found = tt_ind_solve_power(effect_size=abs(effect), alpha=level, power=power)
    return ceil(float(np.squeeze(found)) - 1e-9)


@dataclass(frozen=True)
class ProportionDifference:
    """Difference between two shares.

    Attributes
    ----------
    difference, low, high : first less second, −1 to 1, with a 95 per cent interval
    """

    difference: float
    low: float
    high: float


def proportion_difference(count: tuple[int, int], of: tuple[int, int]) -> ProportionDifference:
    """Difference between two shares with Newcombe's hybrid score interval, good for few people.

    Parameters
    ----------
    count : who did, in each group
    of : how many in each group

    Raises
    ------
    ValueError
        If a group is empty or more did than there are.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, method 10.
    """
    if min(of) < 1 or any(not 0 <= did <= size for did, size in zip(count, of, strict=True)):
        raise ValueError(f"counts must lie in 0..size, not {count} of {of}")
    z = 1.959963984540054

    def wilson(did: int, size: int) -> tuple[float, float, float]:
        share = did / size
        middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
        half = z * sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
        return share, middle - half, middle + half

    (p1, low1, high1), (p2, low2, high2) = (
        wilson(did, size) for did, size in zip(count, of, strict=True)
    )
    return ProportionDifference(
        p1 - p2,
        p1 - p2 - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        p1 - p2 + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


@dataclass(frozen=True)
class Interruption:
    """A series with a change in the middle, by segmented regression.

    Attributes
    ----------
    level, level_low, level_high : jump at the change with a 95 per cent interval
    slope, slope_low, slope_high : change of slope per period, with interval
    trend : slope per period before the change
    fitted : the lines, shape (periods,)
    without : the first line drawn on as if nothing had happened, shape (periods,)
    """

    level: float
    level_low: float
    level_high: float
    slope: float
    slope_low: float
    slope_high: float
    trend: float
    fitted: NDArray[np.float64]
    without: NDArray[np.float64]


def interrupted(series: ArrayLike, *, change: int, lags: int = 1) -> Interruption:
    """Segmented regression of a series interrupted at `change`.

    Parameters
    ----------
    series : shape (periods,)
    change : position of the first period after the change
    lags : how many periods neighbours resemble each other; intervals by Newey and West (1987)
        with the t distribution, because series are short

    Raises
    ------
    ValueError
        With fewer than three periods on either side.

    References
    ----------
    Wagner, Soumerai, Zhang and Ross-Degnan (2002), Segmented regression analysis of interrupted
    time series studies, Journal of Clinical Pharmacy and Therapeutics 27.
    """
    values = np.asarray(series, dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("series must be one list of numbers")
    if lags < 0:
        raise ValueError(f"lags must be 0 or more, not {lags}")
    if change < 3 or len(values) - change < 3:
        raise ValueError("at least three periods are needed on each side of the change")
    from statsmodels.regression.linear_model import OLS

    time = np.arange(len(values), dtype=float)
    after = (time >= change).astype(float)
    design = np.column_stack([np.ones_like(time), time, after, after * (time - change)])
    fit = OLS(values, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    interval = fit.conf_int()
    return Interruption(
        level=float(fit.params[2]),
        level_low=float(interval[2][0]),
        level_high=float(interval[2][1]),
        slope=float(fit.params[3]),
        slope_low=float(interval[3][0]),
        slope_high=float(interval[3][1]),
        trend=float(fit.params[1]),
        fitted=np.asarray(fit.fittedvalues, dtype=float),
        without=np.asarray(fit.params[0] + fit.params[1] * time, dtype=float),
    )
