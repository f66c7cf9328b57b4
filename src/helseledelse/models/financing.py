"""Who pays and who gains: activity-based hospital funding and a stay that ends earlier.

Amounts are kr of one year. Plus is a gain for the one who bears it, minus a cost.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

PAYERS: Final = ("hospital", "municipality", "state")
POSTS: Final = ("days", "day payment", "new patients", "readmissions")


def isf_refund(points: ArrayLike, *, unit_price: float, share: float) -> FloatArray:
    """Give the state's activity-based refund (innsatsstyrt finansiering), any shape.

    Parameters
    ----------
    points : corrected DRG points; a negative difference is a sum to be paid back
    unit_price : kr per point
    share : of the unit price the state refunds, 0 to 1; the rest is meant to lie in the grant

    Returns
    -------
    ndarray
        Kr, the shape of `points`; their sum is the refund of all.

    Raises
    ------
    ValueError
        If the price is negative or the share is no share.

    References
    ----------
    Helsedirektoratet, Avregningsutvalgets årsrapport 2021, chapter 6.1: sum of corrected DRG points
    x unit price (45 808 kr) x refund rate (50 per cent).

    Examples
    --------
    >>> float(isf_refund(1.0, unit_price=45_808, share=0.5))
    22904.0
    """
    if not unit_price >= 0 or not 0 <= share <= 1:
        raise ValueError(f"{unit_price} kr and a share of {share} fund nothing")
    return np.asarray(np.asarray(points, dtype=float) * unit_price * share)


@dataclass(frozen=True, eq=False)
class CostShift:
    """What each payer gains or loses when something moves between them.

    Attributes
    ----------
    entries : kr, shape (posts, payers, ...), in the order of `POSTS` and `PAYERS`
    """

    entries: FloatArray

    def __post_init__(self) -> None:
        if self.entries.shape[:2] != (len(POSTS), len(PAYERS)):
            raise ValueError(f"entries must be posts by payers, not {self.entries.shape}")

    @property
    def hospital(self) -> FloatArray:
        """Kr, any shape."""
        return np.asarray(self.entries[:, 0].sum(axis=0))

    @property
    def municipality(self) -> FloatArray:
        """Kr, any shape."""
        return np.asarray(self.entries[:, 1].sum(axis=0))

    @property
    def state(self) -> FloatArray:
        """Kr, any shape."""
        return np.asarray(self.entries[:, 2].sum(axis=0))

    @property
    def society(self) -> FloatArray:
        """Kr, any shape: all payers together, where money that only changes hands disappears."""
        return np.asarray(self.entries.sum(axis=(0, 1)))


def early_discharge(
    days: ArrayLike,
    *,
    hospital_day_cost: ArrayLike,
    municipal_day_cost: ArrayLike,
    ready_days: ArrayLike = 0.0,
    ready_day_price: ArrayLike = 0.0,
    refilled: ArrayLike = 0.0,
    refund_per_day: ArrayLike = 0.0,
    readmissions: ArrayLike = 0.0,
    readmission_cost: ArrayLike = 0.0,
    readmission_refund: ArrayLike = 0.0,
) -> CostShift:
    """Give who gains and who loses when a patient goes home some days earlier.

    The refund for the stay itself does not change: it follows the DRG, not the days. What happens
    in the bed afterwards, and whether the patient comes back, decides the rest.

    Parameters
    ----------
    days : hospital days saved, 0 or more
    hospital_day_cost : kr the hospital really saves on a day less (marginal, not average)
    municipal_day_cost : kr the municipality spends on a day more at home or in an institution
    ready_days : of `days`, those on which the patient lay ready for discharge, 0 to `days`
    ready_day_price : kr the municipality pays the hospital for each of those
    refilled : share of the freed days on which a new patient lies in the bed, 0 to 1
    refund_per_day : kr the state refunds the hospital for a new patient's day
    readmissions : added readmissions per patient, such as 0.02
    readmission_cost, readmission_refund : kr for each, to the hospital and from the state

    Returns
    -------
    CostShift
        Per patient; all arguments are broadcast against one another.

    Raises
    ------
    ValueError
        If days or costs are negative, there are more ready days than days, or a share is none.

    Notes
    -----
    Left out: what the days mean for the patient and the next of kin, and the health of the new
    patient, which may be the whole point.

    Examples
    --------
    A ready patient goes home one day earlier: the hospital saves 2 000 kr and loses a payment of
    5 745 kr; the municipality is spared it and pays 3 000 kr for care. Together 1 000 kr are lost.

    >>> shift = early_discharge(
    ...     1, hospital_day_cost=2_000, municipal_day_cost=3_000, ready_days=1,
    ...     ready_day_price=5_745)
    >>> float(shift.hospital), float(shift.municipality), float(shift.society)
    (-3745.0, 2745.0, -1000.0)
    """
    given = (
        days,
        hospital_day_cost,
        municipal_day_cost,
        ready_days,
        ready_day_price,
        refilled,
        refund_per_day,
        readmissions,
        readmission_cost,
        readmission_refund,
    )
    numbers = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in given))
    if any((one < 0).any() or not np.isfinite(one).all() for one in numbers):
        raise ValueError("days, costs and shares must be numbers of 0 or more")
    saved, hospital, municipal, ready, price, filled, refund, back, back_cost, back_refund = numbers
    if (ready > saved).any():
        raise ValueError("a patient cannot lie ready for more days than are saved")
    if (filled > 1).any():
        raise ValueError("refilled is a share of the freed days, at most 1")
    none = np.zeros_like(saved)
    payment = ready * price
    new = saved * filled
    entries = np.array(
        [
            [saved * hospital, -saved * municipal, none],
            [-payment, payment, none],
            [new * (refund - hospital), none, -new * refund],
            [-back * (back_cost - back_refund), none, -back * back_refund],
        ]
    )
    return CostShift(entries)


@dataclass(frozen=True)
class SidePayment:
    """What the hospital may pay the municipality for both to be better off.

    Attributes
    ----------
    low : kr the municipality must have to come out even; negative is what it can give away
    high : kr the hospital can pay and come out even; negative is what it must have
    """

    low: float
    high: float

    @property
    def common(self) -> float:
        """Kr the two gain together; a payment between them does not change it."""
        return self.high - self.low

    @property
    def exists(self) -> bool:
        """Whether some payment leaves both with more than before."""
        return self.common > 0

    @property
    def even(self) -> float:
        """Kr paid from hospital to municipality that leaves each with half of `common`."""
        return (self.low + self.high) / 2

    def after(self, payment: float) -> tuple[float, float]:
        """Give what hospital and municipality are left with, in kr.

        Parameters
        ----------
        payment : kr from hospital to municipality; negative the other way
        """
        return self.high - payment, payment - self.low


def side_payment(hospital: float, municipality: float) -> SidePayment:
    """Give the payments across that leave both hospital and municipality better off.

    Each must be left with more than nothing: hospital − p > 0 and municipality + p > 0. There is
    such a p exactly when the two together gain.

    Parameters
    ----------
    hospital, municipality : kr each gains before anything is paid across; negative is a loss

    Raises
    ------
    ValueError
        If an amount is no finite number.

    Notes
    -----
    Only the two are asked. What the state pays on top is a gain to them and a cost to it.

    Examples
    --------
    The hospital gains 8 000 kr and the municipality loses 5 000 kr: any payment between the two
    makes both gain, and 6 500 kr leaves each with 1 500 kr.

    >>> found = side_payment(8_000, -5_000)
    >>> found.low, found.high, found.even, found.after(6_500)
    (5000, 8000, 6500.0, (1500, 1500))
    """
    if not np.isfinite([hospital, municipality]).all():
        raise ValueError(f"gains must be finite, not {hospital} and {municipality}")
    return SidePayment(low=-municipality, high=hospital)
