"""Numbers of a class as columns of equal width: pure, and blind to the key."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from statistics import quantiles

from helseledelse.norwegian import format_number

FEWEST_BINS, MOST_BINS = 5, 12  # fewer tell nothing, more cannot be read from the back of a hall
# Tukey (1977), Exploratory Data Analysis: «far out» is beyond three spreads from the quartiles.
_FAR = 3.0
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Bin:
    """One column: from `low`, below `high`; None where it is open to that side."""

    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


def nice(width: float) -> float:
    """Give the nearest width upwards that people count in: 1, 2, 2.5 or 5 and their tens."""
    power = 10.0 ** floor(log10(width))
    return next(step * power for step in _NICE if step * power >= width * (1 - 1e-9))


def bins(values: Sequence[float]) -> tuple[Bin, ...]:
    """Give the columns that hold every value.

    The width is that of Freedman and Diaconis (1981), Z. Wahrscheinlichkeitstheorie 57, 453-476:
    2 · IQR / n^(1/3), made nice and kept within `FEWEST_BINS` and `MOST_BINS`. What lies far out
    is gathered in an open column at its end, so that one slip of a thousand does not press the
    rest together.
    """
    if not values:
        return ()
    low, middle, high = (
        quantiles(values, method="inclusive") if len(values) > 1 else [values[0]] * 3
    )
    spread = high - low
    # Where half the class says the same number, there is no spread to measure by.
    fence = _FAR * (spread or abs(middle) / 2)
    near = [value for value in values if low - fence <= value <= high + fence]
    first, last = min(near), max(near)
    reach = last - first
    if not reach:
        step = nice(abs(first) / 10) if first else 1.0
    else:
        wanted = 2 * spread / len(values) ** (1 / 3) or reach / MOST_BINS
        step = nice(max(wanted, reach / (MOST_BINS - 1)))
        if reach / step < FEWEST_BINS - 1:
            step = nice(reach / (FEWEST_BINS - 1) / 2.5)  # no two neighbours lie further apart
    start, stop = floor(first / step + 1e-9), floor(last / step + 1e-9)
    # An edge is a rounded product: sums and products of 0.1 drift away from what is written.
    digits = 3 - floor(log10(step))
    edges = [round(number * step, digits) for number in range(start, stop + 2)]
    found = [Bin(*pair) for pair in pairwise(edges)]
    if min(values) < edges[0]:
        found.insert(0, Bin(None, edges[0]))
    if max(values) >= edges[-1]:
        found.append(Bin(edges[-1], None))
    return tuple(found)


def label(column: Bin, unit: str = "") -> str:
    """Say which numbers a column holds."""
    if column.low is None:
        return f"under {_written(column.high, unit)}"
    if column.high is None:
        return f"{_written(column.low, unit)} eller mer"
    return f"{_written(column.low)} til under {_written(column.high, unit)}"


def _written(value: float | None, unit: str = "") -> str:
    if value is None:
        raise ValueError("an open side has no number")
    decimals = next((count for count in range(9) if round(value, count) == value), 9)
    return format_number(value, decimals, unit=unit)


def place(columns: Sequence[Bin], value: float) -> float | None:
    """Give where along all columns a value stands, 0 to 1; open ones are as wide as the rest."""
    for number, column in enumerate(columns):
        if column.holds(value):
            within = 0.5
            if column.low is not None and column.high is not None:
                within = (value - column.low) / (column.high - column.low)
            return (number + within) / len(columns)
    return None
