"""Markov cohort models: who is where after each cycle, and what that costs and gives.

A cohort is spread over states. Each cycle moves it by a matrix of transition probabilities, rows
"from" and columns "to". The number of axes says what varies:

| axes | shape of the transitions | meaning |
|---|---|---|
| 2 | (states, states) | the same in every cycle |
| 3 | (cycles, states, states) | its own matrix in each cycle, such as by age |
| 4 or more | (draws, 1 or cycles, states, states) | one model for each draw of an analysis |

More than one leading axis may stand in front, such as (draws, options, cycles, states, states);
everything is computed at once. Rewards follow the same rule with one axis less: (states,),
(cycles + 1, states) or (draws, 1 or cycles + 1, states).
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Correction = Literal["half-cycle", "life-table", "start", "end", "none", "darth-simpson"]

_SUM = 1e-9  # how far a row may be from one


def cohort_trace(start: ArrayLike, transitions: ArrayLike, cycles: int) -> FloatArray:
    """Follow a cohort through its cycles.

    Parameters
    ----------
    start : share of the cohort in each state at time 0, shape (states,) or (draws, states)
    transitions : probabilities for one cycle; for the shapes see the top of this file
    cycles : how many

    Returns
    -------
    Share in each state at time 0, 1, …, cycles: shape (cycles + 1, states), with (draws, …) in
    front when the transitions or the start have it

    Raises
    ------
    ValueError
        If a probability lies outside 0..1, a row or the start does not sum to one, or shapes do
        not fit; the message shows the value.

    References
    ----------
    Sonnenberg FA, Beck JR. Markov models in medical decision making. Med Decis Making
    1993;13:322-338.

    Examples
    --------
    One in ten dies in each cycle:

    >>> cohort_trace([1, 0], [[0.9, 0.1], [0, 1]], cycles=2)
    array([[1.  , 0.  ],
           [0.9 , 0.1 ],
           [0.81, 0.19]])
    """
    if cycles < 1:
        raise ValueError(f"a cohort needs at least one cycle, not {cycles}")
    moves, first = _checked(start, transitions, cycles)
    leading = np.broadcast_shapes(moves.shape[:-3], first.shape[:-1])
    states = first.shape[-1]
    # Draws last, so that every multiplication runs over them in one stretch of memory.
    moves = np.ascontiguousarray(
        np.moveaxis(np.broadcast_to(moves, leading + moves.shape[-3:]), (-3, -2, -1), (0, 1, 2))
    )
    trace = np.empty((cycles + 1, states, *leading))
    trace[0] = np.moveaxis(np.broadcast_to(first, (*leading, states)), -1, 0)
    for cycle in range(cycles):
        move = moves[cycle if moves.shape[0] > 1 else 0]
        np.einsum("s...,st...->t...", trace[cycle], move, out=trace[cycle + 1])
    return np.moveaxis(trace, (0, 1), (-2, -1))


def reward_weights(
    cycles: int,
    *,
    discount: float = 0.0,
    correction: Correction = "half-cycle",
    years: float = 1.0,
) -> FloatArray:
    """Give the weight of each point in time: discounting and correction within the cycle in one.

    Parameters
    ----------
    cycles : how many
    discount : a year, such as 0.04
    correction : how people who move inside a cycle are counted
        "half-cycle" (the rule to use): half of the first and the last point, all of the others;
        "life-table": the mean of a cycle's two ends, discounted as at its start;
        "start": who is there at the start of each cycle, so that the last point is left out;
        "end": who is there at the end of each cycle, so that the first point is left out;
        "none": every point fully, one more than there are cycles;
        "darth-simpson": the weights printed in the DARTH tutorials, to replicate these only.
        They give 2/3 to odd and 4/3 to even cycles; Simpson's rule has it the other way round
        and asks for an even number of cycles.
    years : length of a cycle

    Returns
    -------
    Shape (cycles + 1,)

    Raises
    ------
    ValueError
        If there is no cycle, the discount rate is -1 or less, or the correction is unknown.

    References
    ----------
    Naimark DMJ et al. The half-cycle correction explained. Med Decis Making 2008;28:706-712.
    Alarid-Escudero F et al. An introductory tutorial on cohort state-transition models in R.
    Med Decis Making 2023;43:3-20 (for "darth-simpson" and "none").

    Examples
    --------
    >>> reward_weights(2, discount=0.25)
    array([0.5 , 0.8 , 0.32])
    """
    if cycles < 1:
        raise ValueError(f"weights need at least one cycle, not {cycles}")
    if not (discount > -1 and math.isfinite(discount) and years > 0):
        raise ValueError(f"cannot discount by {discount} a year with cycles of {years} years")
    present = (1 + discount) ** (-years * np.arange(cycles + 1.0))
    if correction == "life-table":
        weights = np.zeros(cycles + 1)
        weights[:-1] += present[:-1] / 2
        weights[1:] += present[:-1] / 2
        return weights
    within = np.ones(cycles + 1)
    if correction == "half-cycle":
        within[[0, -1]] = 0.5
    elif correction == "start":
        within[-1] = 0
    elif correction == "end":
        within[0] = 0
    elif correction == "darth-simpson":
        within[1::2] = 2 / 3
        within[2::2] = 4 / 3
        within[[0, -1]] = 1 / 3
    elif correction != "none":
        raise ValueError(f"unknown correction: {correction!r}")
    return np.asarray(within * present)


def expected_total(trace: ArrayLike, reward: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Sum a reward over the states and the cycles, for one person of the cohort.

    Parameters
    ----------
    trace : from `cohort_trace`, shape (…, cycles + 1, states)
    reward : what one cycle in each state costs or gives (kr or QALY), shape (states,),
        (cycles + 1, states) or (…, 1 or cycles + 1, states)
    weights : from `reward_weights`, shape (cycles + 1,)

    Returns
    -------
    Kr or QALY a person, shape (…), without axes for a single cohort

    Raises
    ------
    ValueError
        If shapes do not fit or a reward is not finite.

    Examples
    --------
    >>> trace = cohort_trace([1, 0], [[0.9, 0.1], [0, 1]], cycles=2)
    >>> float(expected_total(trace, [100, 0], reward_weights(2, correction="start")))
    190.0
    """
    shares = np.asarray(trace, dtype=np.float64)
    rewards = np.asarray(reward, dtype=np.float64)
    weight = np.asarray(weights, dtype=np.float64)
    if not np.isfinite(rewards).all():
        raise ValueError("a reward is not a finite number")
    points, states = shares.shape[-2:]
    if weight.shape != (points,):
        raise ValueError(f"weights have shape {weight.shape}, the trace needs ({points},)")
    if rewards.shape[-1] != states or (rewards.ndim > 1 and rewards.shape[-2] not in (1, points)):
        raise ValueError(f"rewards have shape {rewards.shape}, the trace {shares.shape}")
    if rewards.ndim == 1 or rewards.shape[-2] == 1:
        # A constant reward meets the states after the cycles are summed: far fewer products.
        lasting = rewards if rewards.ndim == 1 else rewards[..., 0, :]
        return np.asarray((np.einsum("...cs,c->...s", shares, weight) * lasting).sum(axis=-1))
    return np.asarray(np.einsum("...cs,...cs,c->...", shares, rewards, weight))


def cycle_totals(
    trace: ArrayLike, reward: ArrayLike, *, discount: float = 0.0, years: float = 1.0
) -> FloatArray:
    """Give a reward cycle by cycle, half-cycle corrected; its running sum is every horizon.

    Half of each cycle's reward falls on those who are there at its start and half on those at its
    end, each discounted to its own time. The sum is `expected_total` with half-cycle correction,
    but a reward may end with a cycle, as a project does.

    Parameters
    ----------
    trace : from `cohort_trace`, shape (…, cycles + 1, states)
    reward : what one cycle in each state costs or gives (kr or QALY), shape (states,),
        (cycles, states) or (…, 1 or cycles, states)
    discount : a year
    years : length of a cycle

    Returns
    -------
    Kr or QALY a person in each cycle, shape (…, cycles)

    Raises
    ------
    ValueError
        If shapes do not fit or a reward is not finite.

    Examples
    --------
    >>> trace = cohort_trace([1, 0], [[0.9, 0.1], [0, 1]], cycles=2)
    >>> cycle_totals(trace, [100, 0])
    array([95. , 85.5])
    """
    shares = np.asarray(trace, dtype=np.float64)
    rewards = np.asarray(reward, dtype=np.float64)
    if not np.isfinite(rewards).all():
        raise ValueError("a reward is not a finite number")
    cycles, states = shares.shape[-2] - 1, shares.shape[-1]
    if rewards.shape[-1] != states or (rewards.ndim > 1 and rewards.shape[-2] not in (1, cycles)):
        raise ValueError(f"rewards have shape {rewards.shape}, the trace {shares.shape}")
    weights = reward_weights(cycles, discount=discount, correction="none", years=years)
    present = shares * weights[:, np.newaxis]
    return np.asarray(((present[..., :-1, :] + present[..., 1:, :]) / 2 * rewards).sum(axis=-1))


def fill_complement(transitions: ArrayLike) -> FloatArray:
    """Write one minus the rest of its row where a matrix has not-a-number.

    Parameters
    ----------
    transitions : shape (…, states, states), at most one NaN in a row

    Raises
    ------
    ValueError
        If a row has two NaN, or its rest passes one.

    Examples
    --------
    >>> fill_complement([[np.nan, 0.2], [0, 1]])
    array([[0.8, 0.2],
           [0. , 1. ]])
    """
    filled = np.array(transitions, dtype=np.float64)
    missing = np.isnan(filled)
    if (missing.sum(axis=-1) > 1).any():
        raise ValueError("a row has more than one NaN to fill")
    rest = 1 - np.nansum(filled, axis=-1, keepdims=True)
    if (missing.any(axis=-1, keepdims=True) & (rest < -_SUM)).any():
        raise ValueError(f"a row sums to {float(1 - rest.min())} before its complement is added")
    return np.where(missing, np.maximum(rest, 0), filled)


def rate_to_probability(rate: ArrayLike, years: float = 1.0) -> FloatArray:
    """Turn a rate (events a person-year) into the probability of an event within a time.

    Raises
    ------
    ValueError
        If a rate or the time is negative.

    References
    ----------
    Fleurence RL, Hollenbeak CS. Rates and probabilities in economic modelling.
    PharmacoEconomics 2007;25:3-6.

    Examples
    --------
    >>> float(rate_to_probability(np.log(2)).round(12))
    0.5
    """
    rates = np.asarray(rate, dtype=np.float64)
    if not ((rates >= 0).all() and years >= 0):
        raise ValueError(f"rate and time cannot be negative: {rate!r}, {years}")
    return np.asarray(-np.expm1(-rates * years))


def probability_to_rate(probability: ArrayLike, years: float = 1.0) -> FloatArray:
    """Turn the probability of an event within a time into a constant rate a person-year.

    Raises
    ------
    ValueError
        If a probability lies outside 0..1 (1 itself has no rate), or the time is not above 0.

    Examples
    --------
    >>> float(probability_to_rate(0.75, years=2).round(6)), float(np.log(2).round(6))
    (0.693147, 0.693147)
    """
    chance = np.asarray(probability, dtype=np.float64)
    if not (((chance >= 0) & (chance < 1)).all() and years > 0):
        raise ValueError(f"no rate gives probability {probability!r} within {years} years")
    return np.asarray(-np.log1p(-chance) / years)


def _checked(
    start: ArrayLike, transitions: ArrayLike, cycles: int
) -> tuple[FloatArray, FloatArray]:
    moves = np.asarray(transitions, dtype=np.float64)
    first = np.asarray(start, dtype=np.float64)
    if moves.ndim < 2 or moves.shape[-1] != moves.shape[-2]:
        raise ValueError(f"transitions need as many rows as columns, not shape {moves.shape}")
    if moves.ndim == 2:
        moves = moves[np.newaxis]
    if moves.shape[-3] not in (1, cycles):
        raise ValueError(f"{moves.shape[-3]} matrices for {cycles} cycles")
    if first.ndim < 1 or first.shape[-1] != moves.shape[-1]:
        raise ValueError(f"start has shape {first.shape} for {moves.shape[-1]} states")
    for what, shares in (("transitions", moves), ("start", first)):
        lowest, highest = shares.min(), shares.max()
        if not (lowest >= 0 and highest <= 1 + _SUM):  # also when one is not a number
            raise ValueError(f"{what}: a probability lies outside 0..1: {lowest}..{highest}")
        sums = shares.sum(axis=-1)
        worst = np.unravel_index(np.abs(sums - 1).argmax(), sums.shape)
        if abs(sums[worst] - 1) > _SUM:
            place = f" at {tuple(int(i) for i in worst)}" if worst else ""
            raise ValueError(f"{what}: a row{place} sums to {float(sums[worst])}, not to 1")
    return moves, first
