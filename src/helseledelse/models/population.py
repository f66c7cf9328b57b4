"""Is our municipality ill or only old? Rates, projections, risk and inequality in a population.

Age bands are positions in arrays; callers join data by name before they come here. Results that
rest on few events carry `suppressed`, so that nobody shows them by mistake.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FEWEST_EVENTS = 10  # below this a rate says more about chance than about the population


def _columns(**columns: ArrayLike) -> tuple[Floats, ...]:
    """Read columns of the same length, all numbers of at least zero."""
    read = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    shapes = {values.shape for values in read.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1 or next(iter(shapes))[0] == 0:
        raise ValueError(f"{', '.join(read)} must be lists of the same length, not {shapes}")
    for name, values in read.items():
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"{name} must hold numbers of 0 or more")
    return tuple(read.values())


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    return (1 - level) / 2


def poisson_interval(
    events: float, *, level: float = 0.95, method: Literal["exact", "byar"] = "exact"
) -> tuple[float, float]:
    """Give the confidence limits of a count.

    Parameters
    ----------
    events : 0 or more
    level : 0 to 1
    method : ``exact`` from the gamma distribution, or Byar's approximation

    References
    ----------
    Breslow and Day (1987), Statistical methods in cancer research II, p. 69.

    Examples
    --------
    >>> low, high = poisson_interval(0)
    >>> low, round(high, 2)
    (0.0, 3.69)
    """
    if not events >= 0:
        raise ValueError(f"events must be 0 or more, not {events}")
    tail = _tail(level)
    from scipy.special import gammaincinv, ndtri

    if method == "exact":
        low = float(gammaincinv(events, tail)) if events > 0 else 0.0
        return low, float(gammaincinv(events + 1, 1 - tail))
    z = float(ndtri(1 - tail))
    more = events + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3
    if events == 0:
        return 0.0, high
    return events * max(0.0, 1 - 1 / (9 * events) - z / (3 * events**0.5)) ** 3, high


def _limits(events: float, level: float) -> tuple[float, float]:
    """Byar's limits where they are good enough, exact ones below ten events."""
    return poisson_interval(events, level=level, method="byar" if events >= 10 else "exact")


@dataclass(frozen=True)
class Rate:
    """A rate or a ratio with its interval and the name of its method.

    Attributes
    ----------
    value, low, high : per `per`; not a number when suppressed
    events : how many events it rests on
    suppressed : whether events are too few for it to be shown
    per : what it is per, 100 000 for a rate, 1 for a ratio
    method : how value and interval were found
    """

    value: float
    low: float
    high: float
    events: float
    suppressed: bool
    per: float
    method: str


def direct_rate(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    per: float = 100_000,
    level: float = 0.95,
    fewest: int = FEWEST_EVENTS,
) -> Rate:
    """Directly standardised rate with Dobson's interval.

    Parameters
    ----------
    events, population, standard : shape (age bands,); the standard's weights in any unit
    per : persons the rate is given for
    level : of the interval
    fewest : events below which it is suppressed; without any it always is, having no interval

    Raises
    ------
    ValueError
        If shapes differ, something is negative, or a band with weight has no population.

    References
    ----------
    Dobson, Kuulasmaa, Eberle and Scherer (1991), Confidence intervals for weighted sums of Poisson
    parameters, Statistics in Medicine 10. Byar's limits from 10 events, exact below 10.

    Examples
    --------
    Two bands of equal weight, 10 of 1 000 and 30 of 1 000: 20 per 1 000.

    >>> direct_rate([10, 30], [1000, 1000], [1, 1], per=1000).value
    20.0
    """
    counts, people, weights = _columns(events=events, population=population, standard=standard)
    if weights.sum() == 0:
        raise ValueError("standard must have a weight")
    if ((people == 0) & ((weights > 0) | (counts > 0))).any():
        raise ValueError("population must be above 0 in every age band that counts")
    used = people > 0
    share = weights[used] / weights.sum()
    rate = float((share * counts[used] / people[used]).sum())
    variance = float((share**2 * counts[used] / people[used] ** 2).sum())
    total = float(counts.sum())
    method = "direkte, Dobson"
    if total < fewest or total == 0:
        return Rate(np.nan, np.nan, np.nan, total, suppressed=True, per=per, method=method)
    low, high = _limits(total, level)
    stretch = (variance / total) ** 0.5
    return Rate(
        value=rate * per,
        low=max(0.0, rate + stretch * (low - total)) * per,
        high=(rate + stretch * (high - total)) * per,
        events=total,
        suppressed=False,
        per=per,
        method=method,
    )


def indirect_ratio(
    events: float,
    population: ArrayLike,
    reference_rate: ArrayLike,
    *,
    level: float = 0.95,
    fewest: int = FEWEST_EVENTS,
) -> Rate:
    """Observed over expected, indirectly standardised (SMR).

    Parameters
    ----------
    events : observed in all
    population : shape (age bands,)
    reference_rate : events per person in each band in the reference, same shape
    level, fewest : as `direct_rate`

    Raises
    ------
    ValueError
        If shapes differ, something is negative, or nothing is expected.

    References
    ----------
    Breslow and Day (1987): Byar's limits, exact below 10 events.

    Examples
    --------
    >>> indirect_ratio(30, [1000, 500], [0.01, 0.02]).value
    1.5
    """
    people, rates = _columns(population=population, reference_rate=reference_rate)
    if not events >= 0:
        raise ValueError(f"events must be 0 or more, not {events}")
    expected = float((people * rates).sum())
    if expected == 0:
        raise ValueError("nothing is expected: population and rates must not all be 0")
    method = "indirekte, Byar" if events >= 10 else "indirekte, eksakt"
    if events < fewest:
        return Rate(np.nan, np.nan, np.nan, events, suppressed=True, per=1, method=method)
    low, high = _limits(events, level)
    return Rate(
        value=events / expected,
        low=low / expected,
        high=high / expected,
        events=events,
        suppressed=False,
        per=1,
        method=method,
    )


# --- The years ahead -------------------------------------------------------------------------


@dataclass(frozen=True)
class LifeTable:
    """A period life table.

    Attributes
    ----------
    death : chance of dying before the next birthday, q, shape (ages,); 1 in the last
    survivors : alive at each birthday of 1, l, shape (ages,)
    lived : person-years lived in each age, L, shape (ages,)
    expectancy : years left at each birthday, e, shape (ages,)
    """

    death: Floats
    survivors: Floats
    lived: Floats
    expectancy: Floats

    @property
    def survival(self) -> Floats:
        """Share of those of each age who are alive a year later, shape (ages,), for `project`.

        L(x + 1) / L(x); the two last ages meet in the open one, so they share T(ω) / T(ω − 1).
        """
        lived = np.maximum(self.lived, np.finfo(float).tiny)  # an age nobody reaches
        share = np.empty_like(lived)
        share[:-2] = lived[1:-1] / lived[:-2]
        share[-2:] = lived[-1] / lived[-2:].sum()
        return np.minimum(1.0, share)


def life_table(rate: ArrayLike, *, first_year: float = 0.5) -> LifeTable:
    """Build a period life table from death rates at single ages.

    Parameters
    ----------
    rate : deaths per person-year at ages 0, 1, 2 …; the last age is open
    first_year : mean part of a year lived by those who die before one, 0 to 1

    Raises
    ------
    ValueError
        If a rate is negative or the last is zero: somebody would live for ever.

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, box 3.1: q = m / (1 + (1 − a)m).

    Examples
    --------
    A constant rate of 0.1 means ten years left at every age, near enough:

    >>> round(float(life_table([0.1] * 100).expectancy[0]), 1)
    10.0
    """
    (rates,) = _columns(rate=rate)
    if rates[-1] == 0:
        raise ValueError("the last rate must be above 0")
    part = np.full_like(rates, 0.5)
    part[0] = first_year
    death = np.minimum(1.0, rates / (1 + (1 - part) * rates))
    death[-1] = 1.0
    survivors = np.concatenate([[1.0], np.cumprod(1 - death[:-1])])
    lived = survivors * (1 - (1 - part) * death)
    lived[-1] = survivors[-1] / rates[-1]
    left = np.cumsum(lived[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        expectancy = np.where(survivors > 0, left / survivors, 0.0)
    return LifeTable(death, survivors, lived, expectancy)


def project(
    population: ArrayLike,
    survival: ArrayLike,
    *,
    years: int,
    births: float = 0.0,
    improvement: float = 0.0,
) -> Floats:
    """Follow a population a year at a time, without moving in or out.

    Parameters
    ----------
    population : persons at single ages 0, 1, 2 …, the last age open, shape (ages,)
    survival : share that reaches the next birthday, same shape; of the open age, that stays in it
    years : how far
    births : children a year
    improvement : share that each year's chance of dying falls, 0 to 1

    Returns
    -------
    Persons, shape (years + 1, ages); the first row is `population`.

    Raises
    ------
    ValueError
        If a share lies outside 0..1 or `years` is negative.

    Examples
    --------
    Half of 100 seventy-nine-year-olds turn eighty, and join the half of 40 who stay:

    >>> project([100, 40], [0.5, 0.5], years=1).tolist()
    [[100.0, 40.0], [0.0, 70.0]]
    """
    people, stays = _columns(population=population, survival=survival)
    if (stays > 1).any():
        raise ValueError("survival must lie in 0..1")
    if years < 0 or not 0 <= improvement <= 1 or births < 0:
        raise ValueError("years and births must be 0 or more and improvement must lie in 0..1")
    rows = [people]
    for year in range(1, years + 1):
        alive = rows[-1] * (1 - (1 - stays) * (1 - improvement) ** (year - 1))
        after = np.concatenate([[births], alive[:-1]])
        after[-1] += alive[-1]
        rows.append(after)
    return np.array(rows)


@dataclass(frozen=True)
class CareDemand:
    """Care that a population asks for, year by year.

    Attributes
    ----------
    users : persons with the service, shape (years,)
    positions : full positions needed, shape (years,)
    """

    users: Floats
    positions: Floats


def care_demand(
    population: ArrayLike,
    use: ArrayLike,
    *,
    positions_per_user: float,
    healthier: float = 0.0,
    productivity: float = 0.0,
) -> CareDemand:
    """Users and positions when use follows age.

    Parameters
    ----------
    population : shape (years, ages), as `project` gives it, ages one year wide
    use : share with the service at each age, shape (ages,)
    positions_per_user : full positions for each user in the first year
    healthier : years that the use by age is put off by the last year, spread evenly
    productivity : share less work for each user a year, such as 0.01

    Raises
    ------
    ValueError
        If shapes do not fit or a share lies outside 0..1.

    Examples
    --------
    >>> demand = care_demand([[100, 50]], [0.1, 0.4], positions_per_user=0.5)
    >>> demand.users.tolist(), demand.positions.tolist()
    ([30.0], [15.0])
    """
    people = np.asarray(population, dtype=float)
    (shares,) = _columns(use=use)
    if people.ndim != 2 or people.shape[1] != len(shares):
        raise ValueError(f"population must be (years, {len(shares)}), not {people.shape}")
    if (shares > 1).any() or not 0 <= productivity < 1 or positions_per_user < 0 or healthier < 0:
        raise ValueError("use and productivity must lie in 0..1, the rest be 0 or more")
    ages = np.arange(len(shares))
    last = max(1, len(people) - 1)
    users = np.array(
        [
            row @ np.interp(ages - healthier * year / last, ages, shares)
            for year, row in enumerate(people)
        ]
    )
    work = positions_per_user * (1 - productivity) ** np.arange(len(people))
    return CareDemand(users, users * work)


@dataclass(frozen=True)
class Decomposition:
    """Why a mean rate changed.

    Attributes
    ----------
    total : later less earlier
    composition : because the population is made up otherwise, shape (groups,)
    rates : because each group uses more or less, shape (groups,)
    """

    total: float
    composition: Floats
    rates: Floats


def kitagawa(
    share_before: ArrayLike, rate_before: ArrayLike, share_after: ArrayLike, rate_after: ArrayLike
) -> Decomposition:
    """Part a change into composition and rates, with nothing left over.

    Parameters
    ----------
    share_before, share_after : groups' parts of the population, shape (groups,); made to sum to 1
    rate_before, rate_after : each group's rate, same shape

    References
    ----------
    Kitagawa (1955), Components of a difference between two rates, Journal of the American
    Statistical Association 50.

    Examples
    --------
    >>> parts = kitagawa([0.9, 0.1], [1, 10], [0.8, 0.2], [1, 12])
    >>> round(float(parts.composition.sum()), 3), round(float(parts.rates.sum()), 3)
    (1.0, 0.3)
    """
    s0, r0, s1, r1 = _columns(
        share_before=share_before,
        rate_before=rate_before,
        share_after=share_after,
        rate_after=rate_after,
    )
    if s0.sum() == 0 or s1.sum() == 0:
        raise ValueError("shares must not all be 0")
    s0, s1 = s0 / s0.sum(), s1 / s1.sum()
    return Decomposition(
        total=float(s1 @ r1 - s0 @ r0),
        composition=(s1 - s0) * (r0 + r1) / 2,
        rates=(r1 - r0) * (s0 + s1) / 2,
    )


# --- Risk ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Screening:
    """What a test or a risk cut-off finds and misses.

    Attributes
    ----------
    people : persons
    prevalence : share that has it, or will have the event, 0 to 1
    sensitivity, specificity : of the cut-off, 0 to 1
    effect : share of events among the truly flagged that a visit prevents, 0 to 1

    Raises
    ------
    ValueError
        If a share lies outside 0..1 or people is negative.

    Examples
    --------
    Of 1 000 with a prevalence of 1 per cent, 90 per cent found and 9 per cent falsely: 9 of 98.

    >>> found = Screening(1000, prevalence=0.01, sensitivity=0.9, specificity=0.91)
    >>> round(found.positive_value, 3)
    0.092
    """

    people: float
    prevalence: float
    sensitivity: float
    specificity: float
    effect: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.people < np.inf:
            raise ValueError(f"people must be 0 or more, not {self.people}")
        for name in ("prevalence", "sensitivity", "specificity", "effect"):
            if not 0 <= (share := getattr(self, name)) <= 1:
                raise ValueError(f"{name} must lie in 0..1, not {share}")

    @property
    def true_positive(self) -> float:
        """Flagged persons that have it."""
        return self.people * self.prevalence * self.sensitivity

    @property
    def false_negative(self) -> float:
        """Persons that have it and are not flagged."""
        return self.people * self.prevalence * (1 - self.sensitivity)

    @property
    def false_positive(self) -> float:
        """Flagged persons that have it not."""
        return self.people * (1 - self.prevalence) * (1 - self.specificity)

    @property
    def true_negative(self) -> float:
        """Persons that have it not and are not flagged."""
        return self.people * (1 - self.prevalence) * self.specificity

    @property
    def flagged(self) -> float:
        """Persons above the cut-off."""
        return self.true_positive + self.false_positive

    @property
    def positive_value(self) -> float:
        """Share of the flagged that have it, 0 to 1; not a number when nobody is flagged."""
        return self.true_positive / self.flagged if self.flagged else float("nan")

    @property
    def negative_value(self) -> float:
        """Share of those not flagged that have it not; not a number when all are flagged."""
        passed = self.true_negative + self.false_negative
        return self.true_negative / passed if passed else float("nan")

    @property
    def prevented(self) -> float:
        """Events that visits to all the flagged prevent."""
        return self.true_positive * self.effect

    @property
    def visits_per_event(self) -> float:
        """Persons to visit to prevent one event; infinite when none is prevented."""
        return self.flagged / self.prevented if self.prevented else float("inf")


def cut_off(share: float, *, prevalence: float, discrimination: float) -> tuple[float, float]:
    """Sensitivity and specificity when the `share` with the highest risk score is flagged.

    The score is normal with the same spread in those who will have the event and the others.

    Parameters
    ----------
    share : of all that are flagged, 0 to 1
    prevalence : share that will have the event, 0 to 1
    discrimination : area under the ROC curve, at least 0.5 (a coin) and below 1: the chance that
        one who will have the event scores higher than one who will not

    Returns
    -------
    Sensitivity and specificity, each 0 to 1.

    References
    ----------
    Swets and Pickett (1982), Evaluation of diagnostic systems: AUC = Φ(d / √2) for scores d apart.

    Examples
    --------
    By the toss of a coin the flagged tenth holds a tenth of the events.

    >>> [round(part, 6) for part in cut_off(0.1, prevalence=0.2, discrimination=0.5)]
    [0.1, 0.9]
    """
    for name, part in (("share", share), ("prevalence", prevalence)):
        if not 0 <= part <= 1:
            raise ValueError(f"{name} must lie in 0..1, not {part}")
    if not 0.5 <= discrimination < 1:
        raise ValueError(f"discrimination must lie in 0.5..1, not {discrimination}")
    if share in (0, 1) or discrimination == 0.5:  # nothing to tell people apart by
        return float(share), float(1 - share)
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    apart = float(2**0.5 * ndtri(discrimination))

    def flagged(limit: float) -> float:
        return float(prevalence * ndtr(apart - limit) + (1 - prevalence) * ndtr(-limit))

    limit = brentq(lambda score: flagged(score) - share, -40.0, apart + 40.0, xtol=1e-12)
    return float(ndtr(apart - limit)), float(ndtr(limit))


def regression_to_the_mean(score: float, *, mean: float, correlation: float) -> float:
    """Give what is expected the second time of those who scored `score` the first.

    Parameters
    ----------
    score, mean : in the unit measured
    correlation : between two measurements, −1 to 1

    Examples
    --------
    Those 20 above the mean are 10 above it next time when measurements correlate by a half:

    >>> regression_to_the_mean(120, mean=100, correlation=0.5)
    110.0
    """
    if not -1 <= correlation <= 1:
        raise ValueError(f"correlation must lie in −1..1, not {correlation}")
    return mean + correlation * (score - mean)


# --- Inequality ------------------------------------------------------------------------------


def lorenz(values: ArrayLike, weights: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Give the Lorenz curve: cumulative shares of people and of what they have, from the poorest.

    Parameters
    ----------
    values : shape (groups,), 0 or more, not all 0
    weights : persons in each group, same shape; one each when left out

    Returns
    -------
    Two arrays of shape (groups + 1,), each from 0 to 1.
    """
    have = np.asarray(values, dtype=float)
    have, people = _columns(values=have, weights=np.ones_like(have) if weights is None else weights)
    if (have * people).sum() == 0:
        raise ValueError("values must not all be 0")
    order = np.argsort(have, kind="stable")
    shares = np.cumsum(people[order]) / people.sum()
    owned = np.cumsum((have * people)[order]) / (have * people).sum()
    return np.concatenate([[0.0], shares]), np.concatenate([[0.0], owned])


def gini(
    values: ArrayLike, weights: ArrayLike | None = None, *, small_sample: bool = False
) -> float:
    """Give the Gini coefficient, 0 when all have the same.

    Parameters
    ----------
    values, weights : as `lorenz`
    small_sample : multiply by n / (n − 1), for a sample of persons without weights

    Raises
    ------
    ValueError
        As `lorenz`, and for a sample with weights or of fewer than two persons.

    Examples
    --------
    Two who have 1 and 3: twice the area between the curve and the line.

    >>> gini([1, 3])
    0.25
    """
    people, owned = lorenz(values, weights)
    value = float(1 - (np.diff(people) * (owned[1:] + owned[:-1])).sum())
    if small_sample:
        number = len(people) - 1
        if number < 2 or weights is not None:
            raise ValueError("a sample must be of two persons or more, one value each")
        value *= number / (number - 1)
    return value


def concentration_index(
    health: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    bounds: tuple[float, float] | None = None,
) -> float:
    """Give the concentration index of health over groups ordered from the poorest.

    Parameters
    ----------
    health : mean in each group, shape (groups,), poorest first
    weights : persons in each group
    bounds : lowest and highest possible health; gives Erreygers's correction, needed when health is
        a yes or a no

    Returns
    -------
    −1 to 1; above 0 when the better-off have more.

    References
    ----------
    Kakwani, Wagstaff and van Doorslaer (1997): 2 cov(h, R) / μ. Erreygers (2009), Journal of Health
    Economics 28: 4μ / (b − a) times that.

    Examples
    --------
    >>> round(concentration_index([1, 3]), 12)
    0.25
    """
    have = np.asarray(health, dtype=float)
    have, people = _columns(health=have, weights=np.ones_like(have) if weights is None else weights)
    if (have * people).sum() == 0:
        raise ValueError("health must not all be 0")
    share = people / people.sum()
    rank = np.cumsum(share) - share / 2
    mean = float(share @ have)
    index = 2 * float(share @ ((have - mean) * (rank - 0.5))) / mean
    if bounds is None:
        return index
    low, high = bounds
    if not low < high or (have < low).any() or (have > high).any():
        raise ValueError(f"health must lie within its bounds {bounds}")
    return 4 * mean / (high - low) * index


@dataclass(frozen=True)
class Slope:
    """Slope index of inequality.

    Attributes
    ----------
    difference : from the very worst off to the very best off, in the unit of the rate
    mean : population mean
    relative : `difference` over `mean`
    """

    difference: float
    mean: float
    relative: float


def slope_index(rates: ArrayLike, population: ArrayLike) -> Slope:
    """Regress rates on rank in the population, each group by its share.

    Parameters
    ----------
    rates : shape (groups,), most deprived first
    population : persons in each group, same shape

    Raises
    ------
    ValueError
        With fewer than two groups with people, or a rate that is no number.

    References
    ----------
    Public Health England, technical guide to the slope index: weighted least squares of √a·y on √a
    and √a·b, a the share and b the mid-rank.
    """
    values = np.asarray(rates, dtype=float)
    (people,) = _columns(population=population)
    if values.shape != people.shape or (people > 0).sum() < 2 or not np.isfinite(values).all():
        raise ValueError("rates and population must be of two groups with people at least")
    share = people / people.sum()
    rank = np.cumsum(share) - share / 2
    root = np.sqrt(share)
    design = np.column_stack([root, root * rank])
    coefficients, *_ = np.linalg.lstsq(design, root * values, rcond=None)
    mean = float(share @ values)
    difference = float(coefficients[1])
    return Slope(difference, mean, difference / mean if mean else float("nan"))
