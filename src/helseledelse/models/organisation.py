"""Span of control, layers, links and time for each: what a narrower span costs, and buys."""

from dataclasses import dataclass

import numpy as np


def _at_least(name: str, value: float, lowest: float) -> None:
    if not value >= lowest or not np.isfinite(value):
        raise ValueError(f"{name} must be at least {lowest:g}, not {value}")


def links(people: int) -> int:
    """Pairs in a group: how many relations a team must keep.

    Examples
    --------
    >>> links(12)
    66
    """
    _at_least("people", people, 0)
    return people * (people - 1) // 2


def relations(subordinates: int) -> int:
    """Relations a leader may have to heed, by Graicunas: n(2ⁿ⁻¹ + n − 1).

    Single, cross and group relations counted together. Shown as the classic warning it is: nobody
    leads every combination.

    References
    ----------
    Graicunas (1933), Relationship in organization; table in Gulick and Urwick (1937).

    Examples
    --------
    >>> relations(5)
    100
    """
    _at_least("subordinates", subordinates, 0)
    if subordinates == 0:
        return 0
    return int(subordinates * (2 ** (subordinates - 1) + subordinates - 1))


@dataclass(frozen=True)
class Structure:
    """A pyramid in which every leader has at most `span` directly below.

    Attributes
    ----------
    staff : employees without leadership, heads
    span : most people directly under one leader
    leaders : leaders in each layer, from the one nearest the staff to the top
    """

    staff: int
    span: int
    leaders: tuple[int, ...]

    @property
    def layers(self) -> int:
        """Layers of leaders above the staff."""
        return len(self.leaders)

    @property
    def leader_count(self) -> int:
        """Leaders in all layers."""
        return sum(self.leaders)


def structure(staff: int, span: int) -> Structure:
    """Fewest leaders, layer by layer, until one is at the top.

    Parameters
    ----------
    staff : heads, at least 1
    span : at least 2: with one below each, no top is reached

    Raises
    ------
    ValueError
        If there are no staff or the span is below two.

    Examples
    --------
    120 employees and a span of 15: eight leaders and one above them.

    >>> structure(120, 15).leaders
    (8, 1)
    """
    _at_least("staff", staff, 1)
    _at_least("span", span, 2)
    layers = [-(-staff // span)]
    while layers[-1] > 1:
        layers.append(-(-layers[-1] // span))
    return Structure(staff, span, tuple(layers))


def talk_minutes(span: float, *, hours: float = 37.5, share: float = 0.25) -> float:
    """Minutes a week a leader has for each employee.

    Parameters
    ----------
    span : employees directly below, at least 1
    hours : the leader's week
    share : part of the week spent with employees, 0 to 1

    Examples
    --------
    A quarter of 37.5 hours on thirty people:

    >>> talk_minutes(30)
    18.75
    """
    _at_least("span", span, 1)
    _at_least("hours", hours, 0)
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie in 0..1, not {share}")
    return hours * 60 * share / span


def fitting_span(minutes: float, *, hours: float = 37.5, share: float = 0.25) -> int:
    """Most employees a leader can have and still give each `minutes` a week.

    Parameters
    ----------
    minutes : wanted for each employee a week, above 0
    hours, share : as in `talk_minutes`

    Returns
    -------
    0 when not even one can have so much.

    Examples
    --------
    A quarter of 37.5 hours is 562.5 minutes: eighteen people at half an hour each.

    >>> fitting_span(30)
    18
    """
    if not minutes > 0:
        raise ValueError(f"minutes must be above 0, not {minutes}")
    # The small addition keeps 600 / 0.1 from landing just below a whole number.
    return int(talk_minutes(1, hours=hours, share=share) / minutes + 1e-9)


@dataclass(frozen=True)
class TeamEconomy:
    """One self-managing team's month, on Buurtzorg's lines.

    Attributes
    ----------
    employees : heads, at least 1
    position : mean share of a full position, above 0 and at most 1
    hours_per_position : paid hours a month in a full position
    absence : share of paid hours lost to sickness, 0 to 1
    direct_share : share of worked hours with citizens, 0 to 1; Buurtzorg's aim is 0.60
    tariff : kroner for each hour with citizens
    wage : kroner for each paid hour, on-costs included
    overhead : kroner a month for office, IT and central functions
    """

    employees: int
    position: float
    hours_per_position: float
    absence: float
    direct_share: float
    tariff: float
    wage: float
    overhead: float

    def __post_init__(self) -> None:
        _at_least("employees", self.employees, 1)
        for name in ("hours_per_position", "tariff", "wage", "overhead"):
            _at_least(name, getattr(self, name), 0)
        for name in ("position", "absence", "direct_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1, not {getattr(self, name)}")

    @property
    def paid_hours(self) -> float:
        """Hours paid a month."""
        return self.employees * self.position * self.hours_per_position

    @property
    def direct_hours(self) -> float:
        """Hours with citizens a month."""
        return self.paid_hours * (1 - self.absence) * self.direct_share

    @property
    def result(self) -> float:
        """Income less wages and overhead, kroner a month."""
        return self.direct_hours * self.tariff - self.paid_hours * self.wage - self.overhead

    @property
    def break_even_share(self) -> float:
        """Share of worked hours with citizens at which income meets cost; may exceed 1.

        Infinite when no worked hour can bring income.
        """
        income = self.paid_hours * (1 - self.absence) * self.tariff
        cost = self.paid_hours * self.wage + self.overhead
        return cost / income if income > 0 else float("inf")


@dataclass(frozen=True)
class Workforce:
    """Positions over the years: who leaves, who is hired, and what absence costs.

    Attributes
    ----------
    filled : positions filled at the start of each year and at the end, shape (years + 1,)
    vacant : positions without a person, same shape
    cost : kroner each year on hiring and on agency staff for vacant positions, shape (years,)
    """

    filled: tuple[float, ...]
    vacant: tuple[float, ...]
    cost: tuple[float, ...]


def workforce(
    positions: float,
    *,
    years: int,
    turnover: float,
    hires: float,
    hiring_cost: float,
    agency_premium: float,
    strain: float = 0.0,
    vacant: float = 0.0,
) -> Workforce:
    """Follow a staff of `positions` year by year.

    Turnover rises with vacancies: the year's rate is ``turnover · (1 + strain · share vacant)``,
    because those who stay carry the work of those who left.

    Parameters
    ----------
    positions : full positions wanted
    years : how long
    turnover : share that leaves in a year without vacancies, 0 to 1
    hires : most people the organisation manages to hire in a year
    hiring_cost : kroner for each hired, training included
    agency_premium : kroner a year more for a vacant position covered by agency staff
    strain : 0 for no feedback; 2 doubles the rate when half the positions are vacant
    vacant : positions without a person at the start, at most `positions`

    Raises
    ------
    ValueError
        If a share lies outside 0..1, anything is negative, or more is vacant than there is.

    Examples
    --------
    A tenth of 100 leave and six can be hired: four vacant after a year.

    >>> workforce(
    ...     100, years=1, turnover=0.1, hires=6, hiring_cost=0, agency_premium=0
    ... ).vacant
    (0.0, 4.0)
    """
    _at_least("positions", positions, 1)
    _at_least("years", years, 1)
    for name, value in (
        ("hires", hires),
        ("hiring_cost", hiring_cost),
        ("agency_premium", agency_premium),
        ("strain", strain),
    ):
        _at_least(name, value, 0)
    if not 0 <= turnover <= 1:
        raise ValueError(f"turnover must lie in 0..1, not {turnover}")
    if not 0 <= vacant <= positions:
        raise ValueError(f"vacant must lie in 0..{positions:g}, not {vacant}")
    filled = [float(positions - vacant)]
    cost = []
    for _ in range(years):
        rate = turnover * (1 + strain * (positions - filled[-1]) / positions)
        left = filled[-1] * min(1.0, rate)
        hired = min(hires, positions - filled[-1] + left)
        filled.append(filled[-1] - left + hired)
        mean_vacant = positions - (filled[-1] + filled[-2]) / 2
        cost.append(hired * hiring_cost + mean_vacant * agency_premium)
    return Workforce(
        tuple(filled), tuple(float(positions - count) for count in filled), tuple(cost)
    )


def absence_cost(
    positions: float, *, absence: float, daily_wage: float, refunded: float, replaced: float
) -> float:
    """Kroner a year that sickness absence costs the employer.

    Parameters
    ----------
    positions : full positions
    absence : share of working days lost, 0 to 1
    daily_wage : kroner a day, on-costs included
    refunded : share of the absent one's wage that is refunded, 0 to 1
    replaced : share of lost days that a substitute is paid for, 0 to 1

    Examples
    --------
    Ten positions, 230 days, a tenth lost at 2 000 kr, half refunded, none replaced:

    >>> absence_cost(10, absence=0.1, daily_wage=2000, refunded=0.5, replaced=0)
    230000.0
    """
    _at_least("positions", positions, 0)
    _at_least("daily_wage", daily_wage, 0)
    for name, value in (("absence", absence), ("refunded", refunded), ("replaced", replaced)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must lie in 0..1, not {value}")
    working_days = 230  # 260 weekdays less five weeks of holiday and some public holidays
    return positions * working_days * absence * daily_wage * (1 - refunded + replaced)
