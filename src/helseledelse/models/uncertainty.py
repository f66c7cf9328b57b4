"""Probabilistic sensitivity analysis: distributions by moments, and what uncertainty is worth.

Randomness comes from the `numpy.random.Generator` that the caller gives, so the same seed gives
the same draws. Costs are in kr and effects in QALY a person.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv, ndtri

from helseledelse.models.cost_effectiveness import net_monetary_benefit

FloatArray = NDArray[np.float64]


def _positive(what: str, *values: float) -> None:
    for value in values:
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{what} must be a finite number above 0, not {value}")


@dataclass(frozen=True)
class Beta:
    """A probability or a utility between 0 and 1.

    Attributes
    ----------
    alpha, beta : above 0; after `alpha` events and `beta` non-events

    References
    ----------
    Briggs A, Claxton K, Sculpher M. Decision Modelling for Health Economic Evaluation. 2006, ch. 4.
    """

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        _positive("alpha and beta", self.alpha, self.beta)

    @classmethod
    def by_moments(cls, mean: float, sd: float) -> Self:
        """Fit to a mean (0 to 1) and a standard deviation.

        Raises
        ------
        ValueError
            If no beta distribution has them: the variance must lie under mean x (1 - mean).

        Examples
        --------
        >>> Beta.by_moments(0.5, 0.25)
        Beta(alpha=1.5, beta=1.5)
        """
        if not (0 < mean < 1 and sd > 0 and sd * sd < mean * (1 - mean)):
            raise ValueError(f"no beta distribution has mean {mean} and standard deviation {sd}")
        total = mean * (1 - mean) / (sd * sd) - 1
        return cls(mean * total, (1 - mean) * total)

    def draw(self, generator: np.random.Generator, draws: int) -> FloatArray:
        """Give `draws` values, shape (draws,)."""
        return generator.beta(self.alpha, self.beta, draws)

    def quantile(self, share: float) -> float:
        """Give the value that `share` of the draws lie under."""
        return float(betaincinv(self.alpha, self.beta, share))


@dataclass(frozen=True)
class Gamma:
    """A cost or a rate: above 0, with a tail to the right.

    Attributes
    ----------
    shape : above 0, without unit
    scale : above 0, in the unit of the quantity
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        _positive("shape and scale", self.shape, self.scale)

    @classmethod
    def by_moments(cls, mean: float, sd: float) -> Self:
        """Fit to a mean and a standard deviation, both above 0.

        Examples
        --------
        >>> Gamma.by_moments(2, 1)
        Gamma(shape=4.0, scale=0.5)
        """
        _positive("mean and standard deviation", mean, sd)
        return cls(mean * mean / (sd * sd), sd * sd / mean)

    def draw(self, generator: np.random.Generator, draws: int) -> FloatArray:
        """Give `draws` values, shape (draws,)."""
        return generator.gamma(self.shape, self.scale, draws)

    def quantile(self, share: float) -> float:
        """Give the value that `share` of the draws lie under."""
        return float(gammaincinv(self.shape, share) * self.scale)


@dataclass(frozen=True)
class Lognormal:
    """A ratio such as a relative risk: above 0, its logarithm normal.

    Attributes
    ----------
    mu, sigma : mean and standard deviation of the natural logarithm
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        _positive("sigma", self.sigma)
        if not math.isfinite(self.mu):
            raise ValueError(f"mu must be finite, not {self.mu}")

    @classmethod
    def by_moments(cls, mean: float, sd: float) -> Self:
        """Fit to the mean and the standard deviation of the quantity itself, both above 0.

        Not the variance: dampack's ``lnorm_params`` takes a variance, and its
        ``gen_psa_samp`` hands it what the user gave as a standard deviation.

        Examples
        --------
        With mean 1 and variance e - 1, the logarithm has mean -1/2 and deviation 1:

        >>> fitted = Lognormal.by_moments(1, math.sqrt(math.e - 1))
        >>> round(fitted.mu, 12), round(fitted.sigma, 12)
        (-0.5, 1.0)
        """
        _positive("mean and standard deviation", mean, sd)
        variance = math.log1p((sd / mean) ** 2)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance))

    @classmethod
    def by_interval(cls, low: float, high: float, confidence: float = 0.95) -> Self:
        """Fit to a confidence interval that is symmetric on the logarithmic scale.

        Examples
        --------
        >>> round(math.exp(Lognormal.by_interval(0.5, 2).mu), 12)
        1.0
        """
        _positive("the limits", low, high)
        if not (low < high and 0 < confidence < 1):
            raise ValueError(f"no interval of {confidence}: {low}..{high}")
        width = math.log(high / low) / (2 * float(ndtri((1 + confidence) / 2)))
        return cls((math.log(low) + math.log(high)) / 2, width)

    def draw(self, generator: np.random.Generator, draws: int) -> FloatArray:
        """Give `draws` values, shape (draws,)."""
        return generator.lognormal(self.mu, self.sigma, draws)

    def quantile(self, share: float) -> float:
        """Give the value that `share` of the draws lie under."""
        return float(np.exp(self.mu + self.sigma * ndtri(share)))


@dataclass(frozen=True)
class Normal:
    """A quantity that may be negative, such as a difference of means.

    Attributes
    ----------
    mean, sd : in the unit of the quantity; `sd` above 0
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _positive("the standard deviation", self.sd)
        if not math.isfinite(self.mean):
            raise ValueError(f"the mean must be finite, not {self.mean}")

    def draw(self, generator: np.random.Generator, draws: int) -> FloatArray:
        """Give `draws` values, shape (draws,)."""
        return generator.normal(self.mean, self.sd, draws)

    def quantile(self, share: float) -> float:
        """Give the value that `share` of the draws lie under.

        Examples
        --------
        >>> Normal(10, 2).quantile(0.5)
        10.0
        """
        return float(self.mean + self.sd * ndtri(share))


@dataclass(frozen=True)
class Dirichlet:
    """Probabilities that sum to one, such as a row of a transition matrix.

    Attributes
    ----------
    counts : above 0; such as how many were seen to move to each state
    """

    counts: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.counts) < 2:
            raise ValueError(f"a Dirichlet distribution needs two parts or more: {self.counts}")
        _positive("a count", *self.counts)

    @classmethod
    def by_moments(cls, means: Sequence[float], sd: float) -> Self:
        """Fit to the means, which sum to one, and the standard deviation of the first part.

        References
        ----------
        Fielitz BD, Myers BL. Decis Sci 1975;6:1-13. Narayanan A. Comput Math Appl 1992;24:11-17.

        Examples
        --------
        >>> Dirichlet.by_moments((0.5, 0.25, 0.25), 0.25)
        Dirichlet(counts=(1.5, 0.75, 0.75))
        """
        if abs(sum(means) - 1) > 1e-9:
            raise ValueError(f"the means sum to {sum(means)}, not to 1")
        first = Beta.by_moments(means[0], sd)
        total = first.alpha + first.beta
        return cls(tuple(mean * total for mean in means))

    @property
    def means(self) -> FloatArray:
        """The expected probabilities, shape (parts,)."""
        counts = np.array(self.counts)
        return np.asarray(counts / counts.sum())

    def draw(self, generator: np.random.Generator, draws: int) -> FloatArray:
        """Give `draws` rows that sum to one, shape (draws, parts)."""
        return generator.dirichlet(self.counts, draws)


@dataclass(frozen=True, eq=False)
class Simulation:
    """Costs and effects of the options in every draw.

    Attributes
    ----------
    names : of the options
    cost : kr a person, shape (draws, options)
    effect : QALY a person, shape (draws, options)
    """

    names: tuple[str, ...]
    cost: FloatArray
    effect: FloatArray

    def __post_init__(self) -> None:
        if self.cost.ndim != 2 or self.cost.shape != self.effect.shape:
            raise ValueError(
                f"cost and effect need one shape (draws, options), not {self.cost.shape} "
                f"and {self.effect.shape}"
            )
        if self.cost.shape[1] != len(self.names) or len(set(self.names)) < len(self.names):
            raise ValueError(f"{self.cost.shape[1]} options, but the names are {self.names}")
        if self.cost.size == 0:
            raise ValueError("a simulation needs at least one draw of one option")
        if not (np.isfinite(self.cost).all() and np.isfinite(self.effect).all()):
            raise ValueError("a cost or an effect is not a finite number")

    def mean_benefit(self, thresholds: ArrayLike) -> FloatArray:
        """Give the mean net monetary benefit in kr, shape (thresholds, options).

        Examples
        --------
        >>> cost, effect = np.array([[0.0, 4], [0, 6]]), np.array([[0.0, 1], [0, 2]])
        >>> drawn = Simulation(("a", "b"), cost, effect)
        >>> drawn.mean_benefit([10]).tolist()
        [[0.0, 10.0]]
        """
        return net_monetary_benefit(
            self.cost.mean(axis=0), self.effect.mean(axis=0), _row(thresholds)
        )

    def acceptability(self, thresholds: ArrayLike) -> FloatArray:
        """Give the share of the draws in which each option is the best (CEAC).

        Options that are equally good in a draw share it, so that every row sums to one.

        Returns
        -------
        Shape (thresholds, options)

        References
        ----------
        Fenwick E, Claxton K, Sculpher M. Health Econ 2001;10:779-787.

        Examples
        --------
        >>> cost, effect = np.array([[0.0, 4], [0, 6]]), np.array([[0.0, 1], [0, 0]])
        >>> drawn = Simulation(("a", "b"), cost, effect)
        >>> drawn.acceptability([10]).tolist()
        [[0.5, 0.5]]
        """
        shares = []
        for benefit in self._benefits(thresholds):
            best = benefit == benefit.max(axis=0)
            shares.append((best / best.sum(axis=0)).mean(axis=1))
        return np.array(shares)

    def best(self, thresholds: ArrayLike) -> NDArray[np.intp]:
        """Give the index of the option with the largest mean net benefit, shape (thresholds,).

        It is this option that should be chosen, also when another is more often the best.

        Examples
        --------
        >>> cost, effect = np.array([[0.0, 4], [0, 6]]), np.array([[0.0, 1], [0, 2]])
        >>> drawn = Simulation(("a", "b"), cost, effect)
        >>> drawn.best([2, 10]).tolist()
        [0, 1]
        """
        return np.asarray(self.mean_benefit(thresholds).argmax(axis=1))

    def acceptability_frontier(self, thresholds: ArrayLike) -> FloatArray:
        """Give the probability that the option to choose is the best (CEAF), shape (thresholds,).

        Examples
        --------
        >>> cost, effect = np.array([[0.0, 4], [0, 6]]), np.array([[0.0, 2], [0, 0]])
        >>> drawn = Simulation(("a", "b"), cost, effect)
        >>> drawn.acceptability_frontier([10]).tolist()
        [0.5]
        """
        chosen = self.best(thresholds)[:, np.newaxis]
        return np.take_along_axis(self.acceptability(thresholds), chosen, axis=1)[:, 0]

    def expected_loss(self, thresholds: ArrayLike) -> FloatArray:
        """Give what is lost on average by choosing each option, kr a person.

        Returns
        -------
        Shape (thresholds, options)

        References
        ----------
        Alarid-Escudero F et al. Value Health 2019;22:611-618.

        Examples
        --------
        >>> cost, effect = np.array([[0.0, 4], [0, 6]]), np.array([[0.0, 1], [0, 0]])
        >>> drawn = Simulation(("a", "b"), cost, effect)
        >>> drawn.expected_loss([10]).tolist()
        [[3.0, 3.0]]
        """
        return np.array(
            [(benefit.max(axis=0) - benefit).mean(axis=1) for benefit in self._benefits(thresholds)]
        )

    def evpi(self, thresholds: ArrayLike) -> FloatArray:
        """Give the expected value of perfect information, kr a person, shape (thresholds,).

        It is the expected loss of the option to choose: the most that full knowledge is worth.

        References
        ----------
        Claxton K. The irrelevance of inference. J Health Econ 1999;18:341-364.

        Examples
        --------
        >>> cost, effect = np.array([[0.0, 4], [0, 6]]), np.array([[0.0, 1], [0, 0]])
        >>> drawn = Simulation(("a", "b"), cost, effect)
        >>> drawn.evpi([10]).tolist()
        [3.0]
        """
        return np.asarray(self.expected_loss(thresholds).min(axis=1))

    def _benefits(self, thresholds: ArrayLike) -> Iterator[FloatArray]:
        """Give the net benefit (options, draws) at each threshold.

        One threshold at a time, because all at once would need draws x options x thresholds of
        memory; draws last, because the best of few options is then found many draws at a time.
        """
        cost, effect = np.ascontiguousarray(self.cost.T), np.ascontiguousarray(self.effect.T)
        for threshold in _row(thresholds):
            yield net_monetary_benefit(cost, effect, threshold)


def population_evpi(
    evpi: ArrayLike, people: float, years: int, *, discount: float = 0.04
) -> FloatArray:
    """Give what perfect information is worth for all who meet the decision.

    Parameters
    ----------
    evpi : kr a person, any shape
    people : persons a year who meet the decision
    years : how long the decision stands; the first year is not discounted
    discount : a year

    Raises
    ------
    ValueError
        If a number is negative or there is no year.

    Examples
    --------
    >>> float(population_evpi(100, people=50, years=2, discount=0.25))
    9000.0
    """
    if not (people >= 0 and years >= 1 and discount > -1):
        raise ValueError(f"cannot count {people} persons in {years} years at {discount}")
    each = np.asarray(evpi, dtype=np.float64)
    if not (each >= 0).all():
        raise ValueError(f"information is never worth less than nothing: {evpi!r}")
    persons = people * float(((1 + discount) ** -np.arange(years)).sum())
    return np.asarray(each * persons)


def _row(thresholds: ArrayLike) -> FloatArray:
    row = np.asarray(thresholds, dtype=np.float64)
    if row.ndim != 1 or row.size == 0:
        raise ValueError(f"thresholds must be a row of numbers, not shape {row.shape}")
    return row
