"""A whole probabilistic analysis as one array computation, against the plain loop it replaces.

10 000 draws x 3 options x 40 yearly cycles of a model with four states, costs and QALYs
discounted with half-cycle correction. The loop does the same in plain Python on a part of the
draws, and is scaled up. Both must agree before any time is printed.
"""

import time
from statistics import median

import numpy as np
from numpy.typing import NDArray

from helseledelse.models.markov import cohort_trace, expected_total, fill_complement, reward_weights
from helseledelse.models.uncertainty import Beta, Gamma, Lognormal, Simulation

DRAWS, OPTIONS, CYCLES, SAMPLE = 10_000, 3, 40, 50
FloatArray = NDArray[np.float64]


def parameters(draws: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw transitions (draws, 3, 1, 4, 4), costs and utilities (draws, 3, 1, 4)."""
    generator = np.random.default_rng(2024)
    worse = Beta.by_moments(0.12, 0.02).draw(generator, draws)
    worst = Beta.by_moments(0.15, 0.03).draw(generator, draws)
    dies = Beta.by_moments(0.02, 0.004).draw(generator, draws)
    effects = (
        np.ones(draws),
        Lognormal.by_moments(0.8, 0.1).draw(generator, draws),
        Lognormal.by_moments(0.6, 0.1).draw(generator, draws),
    )
    moves = np.zeros((draws, OPTIONS, 1, 4, 4))
    for option, effect in enumerate(effects):
        moves[:, option, 0, 0, 1] = worse * effect
        moves[:, option, 0, 1, 2] = worst * effect
        moves[:, option, 0, 0, 3] = dies
        moves[:, option, 0, 1, 3] = 2 * dies
        moves[:, option, 0, 2, 3] = 5 * dies
    moves[..., range(4), range(4)] = np.nan
    costs = np.zeros((draws, OPTIONS, 1, 4))
    for state, mean in enumerate((10_000, 60_000, 250_000)):
        costs[:, :, 0, state] = Gamma.by_moments(mean, mean / 5).draw(generator, draws)[:, None]
    costs[:, 1:, 0, :3] += np.array([8_000, 25_000])[:, None]
    utilities = np.zeros((draws, OPTIONS, 1, 4))
    for state, utility in enumerate((0.85, 0.65, 0.4)):
        utilities[:, :, 0, state] = Beta.by_moments(utility, 0.05).draw(generator, draws)[:, None]
    return fill_complement(moves), costs, utilities


def ours(moves: FloatArray, costs: FloatArray, utilities: FloatArray) -> Simulation:
    trace = cohort_trace([1, 0, 0, 0], moves, CYCLES)
    weights = reward_weights(CYCLES, discount=0.04)
    return Simulation(
        ("usual care", "home follow-up", "intensive"),
        expected_total(trace, costs, weights),
        expected_total(trace, utilities, weights),
    )


def plain_loop(
    moves: list[list[float]], cost: list[float], utility: list[float]
) -> tuple[float, float]:
    """One draw of one option, as it is written the first time: lists and floats, no waste."""
    here = [1.0, 0.0, 0.0, 0.0]
    total_cost = total_effect = 0.0
    for cycle in range(CYCLES + 1):
        weight = (0.5 if cycle in (0, CYCLES) else 1.0) / 1.04**cycle
        for state in range(4):
            total_cost += weight * here[state] * cost[state]
            total_effect += weight * here[state] * utility[state]
        before = here
        here = [sum(before[i] * moves[i][j] for i in range(4)) for j in range(4)]
    return total_cost, total_effect


def main() -> None:
    moves, costs, utilities = parameters(DRAWS)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        result = ours(moves, costs, utilities)
        times.append(time.perf_counter() - began)
    fast = median(times)

    move_lists = moves[:SAMPLE, :, 0].tolist()
    cost_lists = costs[:SAMPLE, :, 0].tolist()
    utility_lists = utilities[:SAMPLE, :, 0].tolist()
    began = time.perf_counter()
    found = [
        [
            plain_loop(move_lists[i][k], cost_lists[i][k], utility_lists[i][k])
            for k in range(OPTIONS)
        ]
        for i in range(SAMPLE)
    ]
    slow = (time.perf_counter() - began) * DRAWS / SAMPLE

    same = np.array(found)
    assert np.allclose(result.cost[:SAMPLE], same[..., 0], rtol=1e-10)
    assert np.allclose(result.effect[:SAMPLE], same[..., 1], rtol=1e-10)
    print(f"{DRAWS} draws x {OPTIONS} options x {CYCLES} cycles, both giving the same numbers")
    print(f"one array computation: {fast:.3f} s (median of 5)")
    print(f"plain Python loop:     {slow:.1f} s (scaled from {SAMPLE} draws)")
    print(f"ratio:                 {slow / fast:.0f} x")
    evpi = float(result.evpi([500_000])[0])
    print(f"EVPI at 500 000 kr per QALY: {evpi:.0f} kr a person")


if __name__ == "__main__":
    main()
