"""Budget impact: what a new measure costs each payer, year by year, when people take it up.

A measure may be worth its price and still break a budget: the price is per person, the budget is
not. Amounts are nominal kr and are not discounted: a budget is met in the year it falls.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def linear_uptake(
    years: int, *, final: float, full_in: int, first: float | None = None
) -> FloatArray:
    """Give the share of the eligible who use a measure in each year, on a straight line.

    Parameters
    ----------
    years : horizon
    final : share reached in year `full_in` and kept, 0 to 1
    full_in : year the line ends in, 1 or more
    first : share in year 1; ``final / full_in`` where it is not given

    Returns
    -------
    ndarray
        Shares, shape (years,).

    Raises
    ------
    ValueError
        If there is no year, or a share is none.

    Examples
    --------
    >>> linear_uptake(5, final=0.6, full_in=3).round(2).tolist()
    [0.2, 0.4, 0.6, 0.6, 0.6]
    """
    start = final / full_in if first is None and full_in > 0 else first
    if years < 1 or full_in < 1 or years != int(years) or full_in != int(full_in):
        raise ValueError(f"{years} years, full in year {full_in}: whole years from 1 are needed")
    if start is None or not (0 <= start <= 1 and 0 <= final <= 1):
        raise ValueError(f"shares go from 0 to 1, not {start} and {final}")
    along = np.ones(years) if full_in == 1 else np.minimum(np.arange(years) / (full_in - 1), 1)
    return np.asarray(start + (final - start) * along)


@dataclass(frozen=True, eq=False)
class BudgetImpact:
    """What a measure does to budgets.

    Attributes
    ----------
    users : persons who use it in each year, shape (years,)
    starters : of these, new since the year before
    by_payer : kr added to each payer's spending in each year, minus where it saves
    """

    users: FloatArray
    starters: FloatArray
    by_payer: Mapping[str, FloatArray]

    @property
    def total(self) -> FloatArray:
        """Kr added for all payers together, shape (years,)."""
        return np.asarray(sum(self.by_payer.values(), start=np.zeros_like(self.users)))


def budget_impact(
    eligible: ArrayLike,
    uptake: ArrayLike,
    *,
    yearly: Mapping[str, float],
    starting: Mapping[str, float] | None = None,
) -> BudgetImpact:
    """Give what a measure adds to each payer's spending in each year.

    Parameters
    ----------
    eligible : persons who could use it, one number or one for each year
    uptake : share of them who use it in each year, shape (years,), such as `linear_uptake` or
        `helseledelse.models.innovation.Diffusion.adopted` at years 1, 2, …
    yearly : kr added for each payer per user and year; minus is a saving
    starting : kr added for each payer once, in the year a person starts

    Raises
    ------
    ValueError
        If an uptake is no share, a number of persons is negative, or no payer is named.

    References
    ----------
    Sullivan et al. (2014), Budget impact analysis: principles of good practice, ISPOR, Value in
    Health 17(1): a budget holder's view, a short horizon, no discounting.

    Examples
    --------
    200 eligible; a quarter, then half use it. The municipality pays 10 000 kr, the hospital
    saves 4 000 kr per user and year.

    >>> impact = budget_impact(200, [0.25, 0.5], yearly={"kommune": 10_000, "sykehus": -4_000})
    >>> impact.by_payer["kommune"].tolist(), impact.total.tolist()
    ([500000.0, 1000000.0], [300000.0, 600000.0])
    """
    share = np.atleast_1d(np.asarray(uptake, dtype=float))
    if share.ndim != 1 or not ((share >= 0) & (share <= 1)).all():
        raise ValueError(f"uptake must be a share from 0 to 1 for each year, not {uptake!r}")
    persons = np.asarray(eligible, dtype=float)
    if persons.ndim > 1 or (persons < 0).any() or not np.isfinite(persons).all():
        raise ValueError(f"a number of persons of 0 or more is needed, not {eligible!r}")
    if persons.ndim == 1 and persons.shape != share.shape:
        raise ValueError(f"{persons.size} years of persons and {share.size} of uptake")
    once = starting or {}
    payers = [*yearly, *(payer for payer in once if payer not in yearly)]
    if not payers:
        raise ValueError("name at least one payer")
    users = persons * share
    starters = np.maximum(np.diff(users, prepend=0.0), 0.0)
    return BudgetImpact(
        users,
        starters,
        {
            payer: users * yearly.get(payer, 0.0) + starters * once.get(payer, 0.0)
            for payer in payers
        },
    )
