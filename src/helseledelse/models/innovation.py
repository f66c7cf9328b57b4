"""How ideas are found, staked on, chosen among and spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Diffusion:
    """Bass's spread of something new in a group that will all adopt in the end.

    Attributes
    ----------
    innovation : p, the pull from outside, share per period, above 0
    imitation : q, the pull of those who have adopted, per period, 0 or more
    market : how many will adopt in the end
    """

    innovation: float
    imitation: float
    market: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.innovation <= 1:
            raise ValueError(f"innovation must be above 0 and at most 1, not {self.innovation}")
        if not 0 <= self.imitation < np.inf:
            raise ValueError(f"imitation must be 0 or more, not {self.imitation}")
        if not 0 < self.market < np.inf:
            raise ValueError(f"market must be above 0, not {self.market}")

    def adopted(self, time: ArrayLike) -> NDArray[np.float64]:
        """Give how many have adopted by `time`, in periods, any shape.

        References
        ----------
        Bass (1969), A new product growth for model consumer durables, Management Science 15(5):
        F(t) = (1 − e^{−(p+q)t}) / (1 + (q/p) e^{−(p+q)t}).

        Examples
        --------
        Without imitation it is plain decay: after one period 1 − e^{−p}.

        >>> round(float(Diffusion(0.1, 0.0, 100).adopted(1.0)), 3)
        9.516
        """
        periods = np.asarray(time, dtype=float)
        if (periods < 0).any():
            raise ValueError("time must be 0 or more")
        fading = np.exp(-(self.innovation + self.imitation) * periods)
        share = (1 - fading) / (1 + self.imitation / self.innovation * fading)
        return np.asarray(self.market * share)

    def time_of(self, adopters: float) -> float:
        """Give when `adopters` have adopted, in periods: the inverse of `adopted`.

        A spread that starts with some champions goes on from there, as if it were this late.

        Raises
        ------
        ValueError
            If adopters are negative, or not below the market, which is never quite reached.

        Examples
        --------
        >>> spread = Diffusion(0.03, 0.38, 100)
        >>> round(spread.time_of(float(spread.adopted(4.0))), 9)
        4.0
        """
        if not 0 <= adopters < self.market:
            raise ValueError(f"adopters must be 0 or more and below {self.market}, not {adopters}")
        share = adopters / self.market
        grown = (1 + self.imitation / self.innovation * share) / (1 - share)
        return float(np.log(grown) / (self.innovation + self.imitation))

    @property
    def peak(self) -> float:
        """When most adopt at once, in periods; 0 when it only falls."""
        if self.imitation <= self.innovation:
            return 0.0
        total = self.innovation + self.imitation
        return float(np.log(self.imitation / self.innovation) / total)

    @property
    def peak_rate(self) -> float:
        """How many adopt a period at the peak: m(p + q)² / 4q, or mp when it only falls."""
        if self.imitation <= self.innovation:
            return self.market * self.innovation
        return self.market * (self.innovation + self.imitation) ** 2 / (4 * self.imitation)


def best_of(ideas: int) -> float:
    """Give the expected quality of the best of n ideas, in standard deviations above the mean.

    Ideas are drawn from a normal distribution; computed to nine decimals.

    Parameters
    ----------
    ideas : number of ideas, at least 1

    References
    ----------
    Order statistics of the normal distribution, Teichroew (1956), Annals of Mathematical
    Statistics 27(2). Girotra, Terwiesch and Ulrich (2010), Management Science 56(4), for its use.

    Examples
    --------
    The better of two: 1/√π.

    >>> round(best_of(2), 4)
    0.5642
    """
    if ideas < 1 or ideas != int(ideas):
        raise ValueError(f"ideas must be a whole number of at least 1, not {ideas}")
    from scipy.special import ndtr

    # E = ∫ 1 − Φ(z)ⁿ − Φ(−z)ⁿ from 0; beyond 12 nothing is left for any number of ideas.
    height, weight = _nodes()
    above = ndtr(height)
    return float(weight @ (1 - above**ideas - (1 - above) ** ideas))


@cache
def _nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss-Legendre nodes and weights on 0 to 12."""
    node, weight = np.polynomial.legendre.leggauss(200)
    return 6 * (node + 1), 6 * weight


def best_chosen(ideas: int, *, reliability: float) -> float:
    """Give the expected quality of the chosen idea when judgement errs, in standard deviations.

    Parameters
    ----------
    ideas : number of ideas
    reliability : correlation between judged and true quality, 0 to 1

    Examples
    --------
    >>> best_chosen(20, reliability=0.0)
    0.0
    """
    if not 0 <= reliability <= 1:
        raise ValueError(f"reliability must lie in 0..1, not {reliability}")
    return reliability * best_of(ideas)


@dataclass(frozen=True)
class Bet:
    """A small try whose loss can be borne.

    Attributes
    ----------
    stake : kroner lost if it fails
    payoff : kroner gained if it works, stake not taken off
    chance : that it works, 0 to 1
    """

    stake: float
    payoff: float
    chance: float

    def __post_init__(self) -> None:
        if self.stake < 0 or self.payoff < 0:
            raise ValueError("stake and payoff must be 0 or more")
        if not 0 <= self.chance <= 1:
            raise ValueError(f"chance must lie in 0..1, not {self.chance}")

    @property
    def expected(self) -> float:
        """Expected gain less the stake, kroner."""
        return self.chance * self.payoff - self.stake

    def tries(self, affordable_loss: float) -> int:
        """How many such tries the affordable loss pays for if all fail.

        Raises
        ------
        ValueError
            If a try costs nothing: then there is nothing to afford.
        """
        if self.stake == 0:
            raise ValueError("a try that costs nothing needs no limit")
        return int(affordable_loss // self.stake)

    def at_least_one(self, tries: int) -> float:
        """Chance that one or more of independent tries work, 0 to 1.

        Examples
        --------
        >>> round(Bet(1, 1, 0.2).at_least_one(5), 5)
        0.67232
        """
        if tries < 0:
            raise ValueError(f"tries must be 0 or more, not {tries}")
        return float(1 - (1 - self.chance) ** tries)

    def expected_tries(self, tries: int) -> float:
        """How many of at most `tries` are made when one stops at the first that works.

        Examples
        --------
        The first always, the second when the first fails: 1 + 0.5.

        >>> Bet(1, 1, 0.5).expected_tries(2)
        1.5
        """
        return self.at_least_one(tries) / self.chance if self.chance else float(tries)


@dataclass(frozen=True)
class Portfolio:
    """The projects chosen under a budget.

    Attributes
    ----------
    chosen : positions of the chosen projects, in the order given
    cost, value : sums over the chosen
    """

    chosen: tuple[int, ...]
    cost: float
    value: float


def _portfolio(
    chosen: Sequence[int], cost: NDArray[np.float64], value: NDArray[np.float64]
) -> Portfolio:
    kept = sorted(chosen)
    return Portfolio(tuple(kept), float(cost[kept].sum()), float(value[kept].sum()))


def _projects(cost: ArrayLike, value: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    costs, values = np.asarray(cost, dtype=float), np.asarray(value, dtype=float)
    if costs.shape != values.shape or costs.ndim != 1:
        raise ValueError("cost and value must be two lists of the same length")
    if (costs < 0).any() or not np.isfinite(costs).all() or not np.isfinite(values).all():
        raise ValueError("cost must be 0 or more, and every number finite")
    return costs, values


def best_portfolio(cost: ArrayLike, value: ArrayLike, *, budget: float) -> Portfolio:
    """Choose the projects that together are worth most within the budget.

    Parameters
    ----------
    cost, value : shape (projects,), cost in the unit of `budget`
    budget : most that may be spent

    Raises
    ------
    ValueError
        If the lists differ in length or a cost is negative.

    References
    ----------
    The 0/1 knapsack problem, solved exactly by scipy.optimize.milp (HiGHS).

    Examples
    --------
    The two small ones beat the large one:

    >>> best_portfolio([6, 5, 5], [9, 7, 7], budget=10).chosen
    (1, 2)
    """
    costs, values = _projects(cost, value)
    if len(costs) == 0:
        return Portfolio((), 0.0, 0.0)
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        -values,
        constraints=LinearConstraint(costs[np.newaxis, :], ub=budget),
        integrality=np.ones(len(costs), dtype=int),
        bounds=Bounds(0, 1),
    )
    if found.x is None:  # a negative budget
        return Portfolio((), 0.0, 0.0)
    return _portfolio([int(place) for place in np.flatnonzero(found.x > 0.5)], costs, values)


def greedy_portfolio(cost: ArrayLike, value: ArrayLike, *, budget: float) -> Portfolio:
    """Take projects by value for each krone until no more fit: the rule of thumb to compare with.

    Examples
    --------
    >>> greedy_portfolio([6, 5, 5], [9, 7, 7], budget=10).chosen
    (0,)
    """
    costs, values = _projects(cost, value)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(costs > 0, values / costs, np.where(values > 0, np.inf, 0.0))
    left = budget
    chosen: list[int] = []
    for place in np.argsort(-worth, kind="stable"):
        if costs[place] <= left and values[place] > 0:
            chosen.append(int(place))
            left -= costs[place]
    return _portfolio(chosen, costs, values)


def opportunity(importance: ArrayLike, satisfaction: ArrayLike) -> NDArray[np.float64]:
    """Score for unmet jobs: importance + max(importance − satisfaction, 0).

    Parameters
    ----------
    importance, satisfaction : 0 to 10, same shape

    References
    ----------
    Ulwick (2005), What customers want, on outcome-driven innovation.

    Examples
    --------
    >>> opportunity([9, 5], [3, 8]).tolist()
    [15.0, 5.0]
    """
    important = np.asarray(importance, dtype=float)
    satisfied = np.asarray(satisfaction, dtype=float)
    for scale in (important, satisfied):
        if ((scale < 0) | (scale > 10)).any():
            raise ValueError("importance and satisfaction must lie in 0..10")
    return np.asarray(important + np.maximum(important - satisfied, 0))
