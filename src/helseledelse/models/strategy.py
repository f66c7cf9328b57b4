"""Strategy under futures nobody can put a probability on: gaps, costs and regret."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_SAME = 1e-9  # two sums closer than this are the same


@dataclass(frozen=True, eq=False)
class Staffing:
    """What is short and what it costs, for every option in every future.

    Attributes
    ----------
    gap : full positions that cannot be filled, shape (options, futures), 0 or more
    cost : price of the option and of what is short, same shape, in the unit of `price`
    """

    gap: Floats
    cost: Floats


@dataclass(frozen=True, eq=False)
class Regret:
    """How much worse each option is than the best one, future by future.

    Attributes
    ----------
    table : cost less the lowest cost in the same future, shape (options, futures)
    largest : the largest regret of each option, shape (options,)
    least : position of the option with the smallest largest regret; the first of equals
    safest : position of the option with the smallest worst cost; the first of equals
    """

    table: Floats
    largest: Floats
    least: int
    safest: int


def staffing(
    demand: ArrayLike,
    staff: ArrayLike,
    *,
    relief: ArrayLike,
    recruits: ArrayLike,
    price: ArrayLike,
    price_of_gap: float,
) -> Staffing:
    """Positions that are short in each future under each option, and what that costs.

    Parameters
    ----------
    demand, staff : full positions needed and filled when nothing is done, shape (futures,)
    relief : share of the demand the option takes away, 0 to 1, shape (options, futures)
    recruits : full positions the option fills besides, shape (options, futures)
    price : what the option costs in the year, shape (options,)
    price_of_gap : cost of one position short in the year, in the unit of `price`

    Raises
    ------
    ValueError
        If a number is negative, a relief is over 1, or shapes do not fit.

    Examples
    --------
    Ten positions are short; taking away a tenth of the demand leaves none short:

    >>> found = staffing([100], [90], relief=[[0], [0.1]], recruits=[[0], [0]], price=[0, 4],
    ...                  price_of_gap=1.5)
    >>> found.gap.tolist(), found.cost.tolist()
    ([[10.0], [0.0]], [[15.0], [4.0]])
    """
    needed, filled = np.asarray(demand, dtype=float), np.asarray(staff, dtype=float)
    less, more = np.asarray(relief, dtype=float), np.asarray(recruits, dtype=float)
    prices = np.asarray(price, dtype=float)
    shape = (len(prices), len(needed))
    if needed.shape != filled.shape or less.shape != shape or more.shape != shape:
        raise ValueError(f"relief and recruits must have shape {shape}")
    if any((part < 0).any() for part in (needed, filled, less, more, prices)) or price_of_gap < 0:
        raise ValueError("no number may be negative")
    if (less > 1).any():
        raise ValueError("relief is a share, at most 1")
    gap = np.maximum(needed * (1 - less) - filled - more, 0.0)
    return Staffing(gap, prices[:, np.newaxis] + price_of_gap * gap)


def minimax_regret(cost: ArrayLike) -> Regret:
    """Find the option one can regret least, without any probability of the futures.

    Parameters
    ----------
    cost : what each option costs in each future, shape (options, futures)

    Raises
    ------
    ValueError
        If there is no option or no future, or a cost is not finite.

    References
    ----------
    Savage (1951), The theory of statistical decision, Journal of the American Statistical
    Association 46, 55-67. The smallest worst cost is Wald (1950), Statistical Decision Functions.

    Examples
    --------
    Without an umbrella one gets wet for 10; with one, it is carried for 4 in any weather:

    >>> found = minimax_regret([[0, 10], [4, 4]])
    >>> found.table.tolist(), found.largest.tolist(), found.least
    ([[0.0, 6.0], [4.0, 0.0]], [6.0, 4.0], 1)
    """
    costs = np.asarray(cost, dtype=float)
    if costs.ndim != 2 or 0 in costs.shape or not np.isfinite(costs).all():
        raise ValueError("cost must be finite, with at least one option and one future")
    table = costs - costs.min(axis=0)
    largest = table.max(axis=1)
    return Regret(table, largest, _first_lowest(largest), _first_lowest(costs.max(axis=1)))


def _first_lowest(values: Floats) -> int:
    return int(np.flatnonzero(values <= values.min() + _SAME)[0])
