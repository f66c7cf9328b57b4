"""Control charts and flags on 10 000 points as array computations, against the plain loop.

An I chart with the four flags of plot-the-dots, and the runs and crossings of a run chart. The
loop does the same in plain Python over lists. Both must agree before any time is printed.
"""

import itertools
import time
from collections.abc import Callable
from statistics import mean, median
from typing import TypeVar

import numpy as np

from helseledelse.models.spc import control_chart, plot_the_dots, run_chart

POINTS, RUN = 10_000, 7
Result = TypeVar("Result")


def ours(values: list[float]) -> tuple[list[bool], int, int]:
    runs = run_chart(values)
    special = plot_the_dots(control_chart("i", values)).special
    return special.tolist(), runs.longest_run, runs.crossings


def runs_and_crossings(values: list[float]) -> tuple[int, int]:
    middle = median(values)
    longest = current = crossings = 0
    before = 0
    for value in values:
        side = (value > middle) - (value < middle)
        if side == 0:
            continue
        current = current + 1 if side == before else 1
        crossings += before not in (0, side)
        longest, before = max(longest, current), side
    return longest, crossings


def plain_loop(values: list[float]) -> tuple[list[bool], int, int]:
    """The rules as they are written the first time: every point looks at its neighbours."""
    centre = mean(values)
    sigma = mean(abs(late - early) for early, late in itertools.pairwise(values)) / 1.128
    sides = [(value > centre) - (value < centre) for value in values]
    far = [abs(value - centre) / sigma for value in values]
    special = [distance > 3 for distance in far]
    for first in range(len(values) - RUN + 1):
        part = sides[first : first + RUN]
        window = values[first : first + RUN]
        steps = {(late > early) - (late < early) for early, late in itertools.pairwise(window)}
        if (part[0] and len(set(part)) == 1) or steps in ({1}, {-1}):
            special[first : first + RUN] = [True] * RUN
    for first in range(len(values) - 2):
        places = range(first, first + 3)
        close = [place for place in places if 2 < far[place] <= 3]
        if len(close) > 1 and abs(sum(sides[place] for place in places)) == 3:
            for place in close:
                special[place] = True
    return special, *runs_and_crossings(values)


def timed(work: Callable[[], Result], times: int) -> tuple[float, Result]:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        spent.append(time.perf_counter() - began)
    return median(spent), result


def main() -> None:
    values = np.random.default_rng(2024).normal(20, 3, POINTS).tolist()
    ours(values)  # the first call imports scipy
    fast, found = timed(lambda: ours(values), 9)
    slow, expected = timed(lambda: plain_loop(values), 3)
    assert found == expected
    print(f"{POINTS} points, {sum(found[0])} of them flagged, both giving the same answer")
    print(f"array computations: {fast * 1000:.1f} ms (median of 9)")
    print(f"plain Python loop:  {slow * 1000:.1f} ms (median of 3)")
    print(f"ratio:              {slow / fast:.0f} x")


if __name__ == "__main__":
    main()
