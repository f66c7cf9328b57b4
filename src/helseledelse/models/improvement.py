"""The improvement wheel: small tests, and what is lost when nobody follows up."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Improvement:
    """How far a unit has come, period by period.

    Attributes
    ----------
    performance : share of what can be gained, 0 to 1, shape (periods + 1,)
    cycles : tests finished
    kept : of those, how many led to a change that was adopted
    """

    performance: tuple[float, ...]
    cycles: int
    kept: int


def improvement_wheel(
    periods: int,
    *,
    cycle_length: int,
    gain: float,
    success: float,
    follow_up: bool,
    fade: float,
    generator: np.random.Generator,
) -> Improvement:
    """Small tests in a wheel: what works is kept, and fades unless it is followed up.

    No published numbers stand behind it; it is a way of thinking.

    Parameters
    ----------
    periods : weeks
    cycle_length : weeks from preparing to evaluating one test, at least 1
    gain : share of the remaining potential that a test that works brings, 0 to 1
    success : chance that a test works, 0 to 1
    follow_up : whether the phase «følge opp» is done; it takes one week more in each cycle
    fade : share of what is gained that is lost each week without follow-up, 0 to 1
    generator : where chance comes from

    Raises
    ------
    ValueError
        If a share lies outside 0..1 or a length is below 1.
    """
    if periods < 1 or cycle_length < 1:
        raise ValueError("periods and cycle_length must be at least 1")
    for name, share in (("gain", gain), ("success", success), ("fade", fade)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must lie in 0..1, not {share}")
    length = cycle_length + int(follow_up)
    reached, cycles, kept = [0.0], 0, 0
    for period in range(1, periods + 1):
        now = reached[-1] * (1 if follow_up else 1 - fade)
        if period % length == 0:
            cycles += 1
            if generator.random() < success:
                kept += 1
                now += gain * (1 - now)
        reached.append(now)
    return Improvement(tuple(reached), cycles, kept)
