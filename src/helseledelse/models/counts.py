"""Shares and quantiles of counts: the binomial and the Poisson law.

By `scipy.special` alone: `scipy.stats` has the same, and takes a second to import.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def binomial_below(count: ArrayLike, trials: ArrayLike, chance: float) -> Floats:
    """Give the probability of at most `count` in `trials`; the two broadcast.

    Examples
    --------
    >>> binomial_below([-1, 0, 1, 2], 2, 0.5).tolist()
    [0.0, 0.25, 0.75, 1.0]
    """
    from scipy.special import betainc

    counts, of = np.broadcast_arrays(np.asarray(count, float), np.asarray(trials, float))
    inside = (counts >= 0) & (counts < of)
    # The incomplete beta function is the binomial's sum, in whole numbers from 0 to trials - 1.
    inner = np.where(inside, counts, 0.0)
    share = betainc(np.where(inside, of - inner, 1.0), inner + 1, 1 - chance)
    return np.where(inside, share, np.where(counts < 0, 0.0, 1.0))


def binomial_quantile(share: ArrayLike, trials: ArrayLike, chance: float) -> Floats:
    """Give the least count that at least `share` of the draws lie at or below.

    Examples
    --------
    >>> binomial_quantile([0.25, 0.26], 2, 0.5).tolist()
    [0.0, 1.0]
    """
    from scipy.special import bdtrik

    shares, of = np.asarray(share, float), np.asarray(trials, float)
    least = np.ceil(bdtrik(shares, of, chance))
    # The inverse is a hair off where a count is met exactly.
    one_less = np.maximum(least - 1, 0)
    return np.where(binomial_below(one_less, of, chance) >= shares, one_less, least)


def poisson_below(count: ArrayLike, expected: ArrayLike) -> Floats:
    """Give the probability of at most `count` where `expected` are; the two broadcast.

    Examples
    --------
    >>> poisson_below([-1, 0], 0.0).tolist()
    [0.0, 1.0]
    """
    from scipy.special import gammaincc

    counts = np.asarray(count, float)
    return np.where(counts < 0, 0.0, gammaincc(np.maximum(counts, 0.0) + 1, expected))


def poisson_quantile(share: ArrayLike, expected: ArrayLike) -> Floats:
    """Give the least count that at least `share` of the draws lie at or below.

    Examples
    --------
    >>> poisson_quantile([0.3, 0.5], 1.0).tolist()
    [0.0, 1.0]
    """
    from scipy.special import pdtrik

    shares, mean = np.asarray(share, float), np.asarray(expected, float)
    least = np.ceil(pdtrik(shares, mean))
    one_less = np.maximum(least - 1, 0)
    return np.where(poisson_below(one_less, mean) >= shares, one_less, least)
