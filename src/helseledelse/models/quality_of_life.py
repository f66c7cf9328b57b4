"""Quality of life as one number, and life-years weighed by it.

An index is 1 in full health and 0 at death; states below 0 are valued as worse than death. One
QALY is one year in full health.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")
"""Order of the five answers: mobility, self-care, usual activities, pain, anxiety."""

# Eight points integrate a straight line under a discount curve to machine precision for any
# segment of a human life; the closed form loses digits when the rate nears zero.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


def eq5d_losses(profile: str | Sequence[str] | ArrayLike, decrements: ArrayLike) -> FloatArray:
    """Give what each of the five answers takes from full health.

    Parameters
    ----------
    profile : five digits 1-5 such as ``"21232"``, a sequence of such, or levels, shape (..., 5)
    decrements : a country's value set, shape (5 dimensions, 5 levels), in index units

    Returns
    -------
    ndarray
        Shape (..., 5), in index units, in the order of `DIMENSIONS`.

    Raises
    ------
    ValueError
        If an answer is no level 1-5, there are not five, or the value set has another shape.
    """
    values = np.asarray(decrements, dtype=float)
    if values.shape != (5, 5) or not np.isfinite(values).all():
        raise ValueError(f"a value set has 5 dimensions and 5 levels, not shape {values.shape}")
    levels = _levels(profile)
    return np.asarray(values[np.arange(5), levels - 1])


def eq5d_index(profile: str | Sequence[str] | ArrayLike, decrements: ArrayLike) -> FloatArray:
    """Give the EQ-5D-5L index: 1 minus what each of the five answers takes.

    Parameters
    ----------
    profile : five digits 1-5 such as ``"21232"``, a sequence of such, or levels, shape (..., 5)
    decrements : a country's value set, shape (5 dimensions, 5 levels), in index units

    Returns
    -------
    ndarray
        Index, shape (...), 1 at most; not rounded.

    Raises
    ------
    ValueError
        If an answer is no level 1-5, there are not five, or the value set has another shape.

    References
    ----------
    Hansen et al. (2024), EQ-5D-5L value set for Norway, doi 10.1007/s11136-024-03837-3;
    Jensen et al. (2021), The Danish EQ-5D-5L value set, doi 10.1007/s40258-021-00639-3.

    Examples
    --------
    Every level costs a tenth in every dimension; two levels down in one of them:

    >>> tenths = [[0, 0.1, 0.2, 0.3, 0.4]] * 5
    >>> float(eq5d_index("11131", tenths))
    0.8
    """
    return np.asarray(1.0 - eq5d_losses(profile, decrements).sum(axis=-1))


def qalys(quality: ArrayLike, duration: ArrayLike, *, rate: float = 0.0) -> float:
    """Give the QALYs of periods that follow one another, each with its own quality of life.

    Parameters
    ----------
    quality : index in each period, shape (periods,)
    duration : years of each period, the same shape
    rate : discount per year, such as 0.04; it runs continuously from the first period's start

    Raises
    ------
    ValueError
        If the shapes differ, a duration is negative, or the rate is -1 or less.

    References
    ----------
    Drummond et al. (2015), Methods for the Economic Evaluation of Health Care Programmes, ch. 5.

    Examples
    --------
    Ten years at 0.8 and then five at 0.5:

    >>> qalys([0.8, 0.5], [10, 5])
    10.5
    """
    values, years = _pair(quality, duration)
    if (years < 0).any():
        raise ValueError(f"a period cannot last {years.min()} years")
    force = _force(rate)
    start = np.concatenate([[0.0], np.cumsum(years)[:-1]])
    present = years if force == 0 else -np.expm1(-force * years) / force * np.exp(-force * start)
    return float(values @ present)


def qalys_between(times: ArrayLike, quality: ArrayLike, *, rate: float = 0.0) -> float:
    """Give the QALYs of a course measured now and then, with straight lines between.

    Parameters
    ----------
    times : years of each measurement, rising, shape (measurements,)
    quality : index measured then, the same shape
    rate : discount per year, continuous, counted from time 0

    Raises
    ------
    ValueError
        If there are fewer than two measurements, the shapes differ, or the times do not rise.

    References
    ----------
    Matthews et al. (1990), Analysis of serial measurements in medical research, BMJ 300: the area
    under the curve by the trapezium rule.

    Examples
    --------
    From 0.5 to 0.7 in half a year, and still there half a year later:

    >>> round(qalys_between([0, 0.5, 1], [0.5, 0.7, 0.7]), 3)
    0.65
    """
    values, moments = _pair(quality, times)
    if moments.size < 2 or (np.diff(moments) <= 0).any():
        raise ValueError(f"measurements must be two or more, each later than the last: {moments}")
    half = np.diff(moments)[:, None] / 2
    middle = (moments[:-1] + moments[1:])[:, None] / 2
    at = middle + half * _NODES
    height = np.interp(at, moments, values) * np.exp(-_force(rate) * at)
    return float((half * _WEIGHTS * height).sum())


def present_value(yearly: ArrayLike, *, rate: float, first: float = 0.0) -> float:
    """Give what a yearly row of kroner or QALYs is worth today.

    Parameters
    ----------
    yearly : amounts one year apart, shape (years,)
    rate : discount per year, such as 0.04
    first : years from today to the first amount: 0 at the start of the year, 1 at its end

    Raises
    ------
    ValueError
        If the row is empty or the rate is -1 or less.

    Examples
    --------
    >>> round(present_value([100, 100, 100], rate=0.04), 2)
    288.61
    """
    amounts = np.atleast_1d(np.asarray(yearly, dtype=float))
    if amounts.ndim != 1 or amounts.size == 0 or not np.isfinite(amounts).all():
        raise ValueError(f"a row of yearly amounts is needed, not {yearly!r}")
    return float(amounts @ np.exp(-_force(rate) * (first + np.arange(amounts.size))))


def _force(rate: float) -> float:
    if not -1 < rate < np.inf:
        raise ValueError(f"a discount rate must be above -1, not {rate}")
    return float(np.log1p(rate))


def _pair(quality: ArrayLike, years: ArrayLike) -> tuple[FloatArray, FloatArray]:
    values = np.atleast_1d(np.asarray(quality, dtype=float))
    times = np.atleast_1d(np.asarray(years, dtype=float))
    if values.shape != times.shape or values.ndim != 1 or values.size == 0:
        raise ValueError(f"{values.shape} of quality and {times.shape} of years do not pair up")
    if not (np.isfinite(values).all() and np.isfinite(times).all()):
        raise ValueError("quality and years must be numbers")
    if (values > 1).any():
        raise ValueError(f"quality of life is at most 1, not {values.max()}")
    return values, times


def _levels(profile: str | Sequence[str] | ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(profile)
    if given.dtype.kind in "US":
        texts = [str(one) for one in given.reshape(-1)]
        if any(len(one) != 5 or not (one.isascii() and one.isdigit()) for one in texts):
            raise ValueError(f"a profile is five digits such as 21232, not {profile!r}")
        given = np.array([[int(digit) for digit in one] for one in texts]).reshape(*given.shape, 5)
    if given.ndim == 0 or given.shape[-1] != 5 or given.dtype.kind not in "iu":
        raise ValueError(f"a profile is five whole numbers, not {profile!r}")
    if ((given < 1) | (given > 5)).any():
        raise ValueError(f"levels go from 1 to 5: {profile!r}")
    return given.astype(np.int64)
