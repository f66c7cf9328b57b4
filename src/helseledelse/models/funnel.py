"""Funnel plots: who is really different, and who is only small."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helseledelse.models.counts import (
    binomial_below,
    binomial_quantile,
    poisson_below,
    poisson_quantile,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
FunnelMethod = Literal["exact_binomial", "exact_poisson", "inverted_wilson", "garwood"]

_SHARES: tuple[FunnelMethod, ...] = ("exact_binomial", "inverted_wilson")  # the rest are ratios
_TAILS = np.array([0.001, 0.025, 0.975, 0.999])[:, np.newaxis]


@dataclass(frozen=True)
class FunnelLimits:
    """Limits around a target: 95 per cent between the inner ones, 99.8 between the outer.

    Attributes
    ----------
    lower_998, lower_95, upper_95, upper_998 : shares or ratios, shape (units,)
    """

    lower_998: Floats
    lower_95: Floats
    upper_95: Floats
    upper_998: Floats


@dataclass(frozen=True)
class Funnel:
    """Units of different size held against one target.

    Attributes
    ----------
    target : the share or ratio all are held against
    value : each unit's own, shape (units,)
    limits : around the target, for each unit's size
    dispersion : the factor φ by which the units vary more than chance; 1 when not asked for
    method : the convention the limits follow
    """

    target: float
    value: Floats
    limits: FunnelLimits
    dispersion: float
    method: str

    @property
    def outside_95(self) -> Flags:
        """Units beyond the inner limits; one in twenty by chance alone."""
        return np.asarray((self.value < self.limits.lower_95) | (self.value > self.limits.upper_95))

    @property
    def outside_998(self) -> Flags:
        """Units beyond the outer limits; two in a thousand by chance alone."""
        return np.asarray(
            (self.value < self.limits.lower_998) | (self.value > self.limits.upper_998)
        )


def dispersion_factor(z_scores: ArrayLike, *, trim: float = 0.1) -> float:
    """Give the overdispersion factor φ from z scores, the outermost `trim` pulled in.

    Parameters
    ----------
    z_scores : shape (units,), distance from the target in standard errors
    trim : share at each end set to the value at that share, so that a few who really differ do
        not hide themselves

    Returns
    -------
    At least 1.

    References
    ----------
    Spiegelhalter (2005), Handling over-dispersion of performance indicators, Quality and Safety in
    Health Care 14: φ = mean of squared winsorised z scores.

    Examples
    --------
    >>> dispersion_factor([-2, -2, 2, 2])
    4.0
    """
    z = np.asarray(z_scores, dtype=float)
    if z.ndim != 1 or len(z) == 0 or not np.isfinite(z).all():
        raise ValueError("z_scores must be a list of at least one number")
    if not 0 <= trim < 0.5:
        raise ValueError(f"trim must lie in 0..0.5, not {trim}")
    low, high = np.quantile(z, [trim, 1 - trim])
    return max(1.0, float(np.mean(np.clip(z, low, high) ** 2)))


def _spread(sizes: Floats, target: float, method: FunnelMethod) -> Floats:
    """Give the standard error of a unit that is as the target."""
    return np.asarray(np.sqrt(target * (1 - target if method in _SHARES else 1) / sizes))


def _quantiles(sizes: Floats, target: float, method: FunnelMethod) -> Floats:
    """Give the shares or ratios below which `_TAILS` of units as the target lie, (4, units)."""
    from scipy.special import gammaincinv, ndtri

    if method == "inverted_wilson":
        return np.asarray(target + ndtri(_TAILS) * _spread(sizes, target, method))
    expected = sizes * target
    if method == "garwood":
        # The upper limit counts one event more, as the confidence interval does.
        return np.asarray(gammaincinv(expected + (_TAILS > 0.5), _TAILS) / sizes)
    if method == "exact_binomial":
        whole = binomial_quantile(_TAILS, sizes, target)
        reached, before = (binomial_below(each, sizes, target) for each in (whole, whole - 1))
    else:
        whole = poisson_quantile(_TAILS, expected)
        reached, before = (poisson_below(each, expected) for each in (whole, whole - 1))
    return np.asarray((whole - (reached - _TAILS) / (reached - before)) / sizes)


def _refuse_target(target: float, method: FunnelMethod) -> None:
    shares = method in _SHARES
    if not (0 < target < 1 if shares else 0 < target < np.inf):
        raise ValueError(f"target must be above 0{' and below 1' if shares else ''}, not {target}")


def funnel_limits(
    sizes: ArrayLike,
    *,
    target: float,
    method: FunnelMethod = "exact_binomial",
    dispersion: float = 1.0,
) -> FunnelLimits:
    """Limits around a target for units of these sizes.

    Parameters
    ----------
    sizes : shape (units,), above 0: cases for shares, expected counts for ratios
    target : share between 0 and 1 for ``exact_binomial`` and ``inverted_wilson``; ratio above 0
        for ``exact_poisson`` and ``garwood``
    method : ``exact_binomial`` and ``exact_poisson`` as Spiegelhalter (2005), with interpolation
        between whole counts; ``inverted_wilson`` as English public health does for shares: the
        target's own score test, which is the normal distribution around it; ``garwood`` as the R
        package FunnelPlotR: the exact interval of the expected count
    dispersion : φ; above 1 the limits are normal and √φ times as wide

    Raises
    ------
    ValueError
        If a size, the target or φ cannot be, or cases for ``exact_binomial`` are not whole.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in
    Medicine 24, appendix A.1.1. PHE (2018), Fingertips technical guidance. Garwood (1936),
    Biometrika 28.
    """
    cases = np.asarray(sizes, dtype=float)
    if cases.ndim != 1 or not np.isfinite(cases).all() or (cases <= 0).any():
        raise ValueError("sizes must be numbers above 0")
    _refuse_target(target, method)
    if method == "exact_binomial" and (cases != np.round(cases)).any():
        raise ValueError("cases must be whole numbers")
    if not 1 <= dispersion < np.inf:
        raise ValueError(f"dispersion must be at least 1, not {dispersion}")

    if dispersion > 1:
        from scipy.special import ndtri

        step = ndtri(_TAILS) * np.sqrt(dispersion) * _spread(cases, target, method)
        found = np.asarray(target + step)
    else:
        found = _quantiles(cases, target, method)
    return FunnelLimits(*np.clip(found, 0, 1 if method in _SHARES else np.inf))


def funnel(
    events: ArrayLike,
    sizes: ArrayLike,
    *,
    target: float | None = None,
    method: FunnelMethod = "exact_binomial",
    overdispersion: bool = False,
) -> Funnel:
    """Hold shares (events of cases) or ratios (observed of expected) against one target.

    Parameters
    ----------
    events : shape (units,), counts
    sizes : shape (units,): cases for shares, expected counts for ratios
    target : share or ratio; all events over all sizes when left out
    method : see `funnel_limits`
    overdispersion : whether the limits are widened when the units together vary more than chance

    Raises
    ------
    ValueError
        If counts are negative or exceed their cases, or a size or the target cannot be.

    References
    ----------
    Spiegelhalter (2005), both papers named in this module.
    """
    counts, cases = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    if counts.ndim != 1 or len(counts) == 0 or counts.shape != cases.shape:
        raise ValueError("events and sizes must be two lists of the same length, one unit or more")
    if not np.isfinite(counts).all() or (counts < 0).any() or not (cases > 0).all():
        raise ValueError("events must be 0 or more and sizes above 0")
    if method in _SHARES and (counts > cases).any():
        worst = int(np.argmax(counts > cases))
        raise ValueError(
            f"unit {worst + 1} must not have more events than cases: "
            f"{counts[worst]:g} of {cases[worst]:g}"
        )
    aim = float(counts.sum() / cases.sum()) if target is None else float(target)
    _refuse_target(aim, method)
    value = counts / cases
    phi = dispersion_factor((value - aim) / _spread(cases, aim, method)) if overdispersion else 1.0
    limits = funnel_limits(cases, target=aim, method=method, dispersion=phi)
    return Funnel(aim, value, limits, phi, f"{method}, φ" if phi > 1 else method)
