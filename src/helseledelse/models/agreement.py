"""Do we mean the same: agreement between those who judge the same cases."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

_Z = 1.959963984540054  # 97.5 per cent point of the normal distribution


@dataclass(frozen=True)
class Agreement:
    """Agreement between two who judged the same cases.

    Attributes
    ----------
    observed : share on which they agree, 0 to 1
    expected : share on which chance alone would make them agree, 0 to 1
    by_category : for each category, the share of its uses on which the other agrees, 0 to 1; not
        a number where nobody used it
    kappa, low, high : agreement beyond chance with a 95 per cent interval, −1 to 1
    weights : how near misses count in kappa
    """

    observed: float
    expected: float
    by_category: tuple[float, ...]
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
    Cohen (1960), (1968). Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, for the
    interval, which needs some thirty cases to be trusted. Cicchetti and Feinstein (1990), Journal
    of Clinical Epidemiology 43, for the agreement in each category.

    Examples
    --------
    They agree on 45 and 25 of 100; chance alone would give 52:

    >>> result = agreement([[45, 15], [15, 25]])
    >>> result.observed, round(result.expected, 2), round(result.kappa, 4)
    (0.7, 0.52, 0.375)
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.shape[0] < 2:
        raise ValueError(f"table must be square with two categories or more, not {counts.shape}")
    if not np.isfinite(counts).all() or (counts < 0).any() or counts.sum() == 0:
        raise ValueError("table must hold counts, and at least one")
    uses = counts.sum(axis=0) + counts.sum(axis=1)
    if (uses > 0).sum() == 1:
        raise ValueError("both must use more than one category: there is nothing to agree about")
    shares = counts / counts.sum()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    apart = np.abs(np.subtract.outer(np.arange(len(counts)), np.arange(len(counts))))
    worth = {
        "none": (apart == 0).astype(float),
        "linear": 1 - apart / apart.max(),
        "quadratic": 1 - (apart / apart.max()) ** 2,
    }[weights]
    chance = float(rows @ worth @ columns)
    kappa = (float((shares * worth).sum()) - chance) / (1 - chance)
    # Fleiss, Cohen and Everitt (1969), formula 14: the large-sample variance of weighted kappa.
    by_chance = (worth @ columns)[:, np.newaxis] + (rows @ worth)[np.newaxis, :]
    square = float((shares * (worth - by_chance * (1 - kappa)) ** 2).sum())
    variance = (square - (kappa - chance * (1 - kappa)) ** 2) / counts.sum() / (1 - chance) ** 2
    half = _Z * float(np.sqrt(max(0.0, variance)))  # rounding can take nothing below nothing
    same = 2 * np.diag(counts)
    return Agreement(
        observed=float(np.trace(shares)),
        expected=float(rows @ columns),
        by_category=tuple(
            float(both / used) if used else float("nan")
            for both, used in zip(same, uses, strict=True)
        ),
        kappa=kappa,
        low=max(-1.0, kappa - half),
        high=min(1.0, kappa + half),
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
        If cases were judged by different numbers, or all in one category.

    References
    ----------
    Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological Bulletin 76.
    """
    counts = np.asarray(ratings, dtype=float)
    judges = counts.sum(axis=1) if counts.ndim == 2 else np.array([])
    if len(judges) == 0 or len(set(judges)) != 1 or judges[0] < 2 or (counts < 0).any():
        raise ValueError("every case must be judged by the same number, two or more")
    if (counts.sum(axis=0) > 0).sum() == 1:
        raise ValueError("the judges must use more than one category")
    number = judges[0]
    observed = float(((counts**2).sum(axis=1) - number).mean() / (number * (number - 1)))
    chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return (observed - chance) / (1 - chance)
