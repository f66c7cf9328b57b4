"""The Norwegian priority criteria as numbers: benefit, resources and severity.

Severity is the absolute prognosis loss (absolutt prognosetap): the good life-years a group loses
to its disease with today's treatment. It is *not* discounted and is taken for both sexes seen as
one; the health gain it is held against *is* discounted, as are the costs. Mixing the two is the
commonest mistake.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helseledelse.models.cost_effectiveness import Comparison

FloatArray = NDArray[np.float64]


def remaining_qalys(
    survivors: ArrayLike, person_years: ArrayLike, quality: ArrayLike, *, rate: float = 0.0
) -> FloatArray:
    """Give the expected remaining QALYs at each age, by Sullivan's method.

    Parameters
    ----------
    survivors : l, persons alive at each age of a life table, shape (ages,)
    person_years : L, years lived between each age and the next, the last age open, shape (ages,)
    quality : mean quality of life at each age, 1 in full health, shape (ages,) or one number
    rate : discount per year, counted from each age; 0 for the absolute prognosis loss

    Returns
    -------
    ndarray
        QALYs, shape (ages,). With `quality` 1 and `rate` 0 it is the life expectancy.

    Raises
    ------
    ValueError
        If the shapes differ, survivors grow, or the rate is -1 or less.

    References
    ----------
    Sullivan (1971), A single index of mortality and morbidity, HSMHA Health Reports 86;
    McNamara et al. (2022), Quality-adjusted life expectancy norms for the English population,
    Value in Health, doi 10.1016/j.jval.2022.07.005: the year `n` years ahead is discounted by `n`
    whole years, the first not at all.

    Examples
    --------
    All live one year, half of them another, at quality 0.8:

    >>> remaining_qalys([100, 50], [100, 50], 0.8).tolist()
    [1.2, 0.8]
    """
    alive = np.asarray(survivors, dtype=float)
    lived = np.asarray(person_years, dtype=float)
    if alive.ndim != 1 or alive.shape != lived.shape or alive.size == 0:
        raise ValueError(f"survivors {alive.shape} and person-years {lived.shape} do not pair up")
    if (np.diff(alive) > 0).any() or (alive <= 0).any() or (lived < 0).any():
        raise ValueError("survivors must fall with age and be above 0, and no year is negative")
    if not -1 < rate < np.inf:
        raise ValueError(f"a discount rate must be above -1, not {rate}")
    weight = np.broadcast_to(np.asarray(quality, dtype=float), alive.shape)
    present = (1.0 + rate) ** -np.arange(alive.size)
    ahead = np.cumsum((lived * weight * present)[::-1])[::-1]
    return np.asarray(ahead / (alive * present))


def both_sexes(
    women: ArrayLike, men: ArrayLike, *, number_of_women: ArrayLike, number_of_men: ArrayLike
) -> FloatArray:
    """Give the mean of a figure for women and men by how many there are of each, any shape.

    The guideline asks for both sexes as one: together with a life table of both sexes this gives
    that. Averaging two sex-specific results, or weighing by survivors of two tables, gives a
    little else; say which is used.

    Raises
    ------
    ValueError
        If a number of persons is negative, or there is nobody.

    Examples
    --------
    >>> both_sexes([0.8], [0.9], number_of_women=[3], number_of_men=[1]).round(3).tolist()
    [0.825]
    """
    of_women, of_men = (np.asarray(one, dtype=float) for one in (number_of_women, number_of_men))
    everyone = of_women + of_men
    if (of_women < 0).any() or (of_men < 0).any() or (everyone <= 0).any():
        raise ValueError("there must be somebody at each age, and no number may be negative")
    return np.asarray((np.asarray(women) * of_women + np.asarray(men) * of_men) / everyone)


@dataclass(frozen=True)
class SeverityRule:
    """How severity raises what is accepted for a good life-year.

    Attributes
    ----------
    base : kr per QALY in the lowest class
    step : share of `base` added for each class
    width : QALYs of prognosis loss in each class
    classes : how many; the last is open
    """

    base: float
    step: float
    width: float
    classes: int = 6

    def __post_init__(self) -> None:
        if not (self.base > 0 and self.step >= 0 and self.width > 0 and self.classes >= 1):
            raise ValueError(f"a severity rule cannot be {self}")

    def severity(self, loss: ArrayLike) -> NDArray[np.int64]:
        """Give the class, 1 to `classes`, of a prognosis loss in QALYs, any shape.

        A loss on a border belongs to the higher class: 4 QALYs are class 2. A group that loses
        nothing is class 1.

        References
        ----------
        Magnussen et al. (2015), På ramme alvor: 0-3.9, 4-7.9, … 20 and over.

        Examples
        --------
        >>> SeverityRule(275_000, 0.4, 4).severity([0, 3.9, 4, 14.2, 55]).tolist()
        [1, 1, 2, 4, 6]
        """
        lost = np.asarray(loss, dtype=float)
        if not np.isfinite(lost).all():
            raise ValueError("a prognosis loss must be a number")
        # Sums of tenths land a hair below a border; the border is meant.
        group = np.floor(lost / self.width + 1e-9).astype(np.int64) + 1
        return np.asarray(np.clip(group, 1, self.classes))

    def threshold(self, severity: ArrayLike) -> FloatArray:
        """Give the kr accepted per QALY in a class, any shape.

        Raises
        ------
        ValueError
            If there is no such class.

        References
        ----------
        Meld. St. 34 (2015-2016): 275 000 kr in the lowest class, 825 000 in the highest.

        Examples
        --------
        >>> SeverityRule(275_000, 0.4, 4).threshold([1, 6]).tolist()
        [275000.0, 825000.0]
        """
        group = np.asarray(severity)
        if ((group < 1) | (group > self.classes) | (group != np.floor(group))).any():
            raise ValueError(f"classes go from 1 to {self.classes}, not {group}")
        # Rounded to the krone: 0.4 has no exact binary form, and no threshold has øre.
        return np.asarray(np.round(self.base * (1 + self.step * (group - 1)), 0), dtype=float)


@dataclass(frozen=True)
class Priority:
    """A measure held against the three criteria together.

    Attributes
    ----------
    comparison : added cost in kr and added effect in QALYs a person, both discounted
    loss : absolute prognosis loss in QALYs, not discounted
    rule : how severity raises the threshold
    """

    comparison: Comparison
    loss: float
    rule: SeverityRule

    @property
    def severity(self) -> int:
        """Severity class."""
        return int(self.rule.severity(self.loss))

    @property
    def threshold(self) -> float:
        """Kr accepted per QALY for this severity."""
        return float(self.rule.threshold(self.severity))

    @property
    def net_benefit(self) -> float:
        """Kr a person: the effect priced at the threshold, less the added cost."""
        return (
            self.threshold * self.comparison.incremental_effect - self.comparison.incremental_cost
        )

    @property
    def within(self) -> bool:
        """Whether the cost stays within what the severity makes acceptable.

        Judged by net benefit, which also holds where a ratio misleads: for what is both dearer
        and worse, and for what saves money at the price of health.
        """
        return self.net_benefit >= 0


def prognosis_loss(without_disease: ArrayLike, with_disease: ArrayLike) -> FloatArray:
    """Give the absolute prognosis loss in QALYs, any shape.

    Parameters
    ----------
    without_disease : expected remaining QALYs of the general population at the age of the group
    with_disease : expected remaining QALYs of the group with today's treatment; neither discounted

    Returns
    -------
    ndarray
        QALYs lost; below 0 where the group does better than the population.

    References
    ----------
    Norwegian Medicines Agency, Guidelines for the submission of documentation for single
    technology assessment, appendix 4.

    Examples
    --------
    >>> float(prognosis_loss(14.0, 3.5))
    10.5
    """
    return np.asarray(np.asarray(without_disease, dtype=float) - np.asarray(with_disease))
