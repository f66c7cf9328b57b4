"""Cohort models, against the published HIV, hip replacement and Sick-Sicker models."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from helseledelse.models.markov import (
    Correction,
    cohort_trace,
    cycle_totals,
    expected_total,
    fill_complement,
    probability_to_rate,
    rate_to_probability,
    reward_weights,
)

FloatArray = NDArray[np.float64]
NAN = math.nan

# Chancellor 1997, PharmacoEconomics 12:54; Briggs 2006, exercise 2.5; counts in one year
HIV = np.array([[1251, 350, 116, 17], [0, 731, 512, 15], [0, 0, 1312, 437], [0, 0, 0, 1]], float)
HIV /= HIV.sum(axis=1, keepdims=True)


def hiv() -> dict[str, tuple[float, float]]:
    """Cost (pounds) and life years of both treatments over 20 years, as the book counts them."""
    weights_cost = reward_weights(20, discount=0.06, correction="end")
    weights_life = reward_weights(20, correction="end")
    combined = np.repeat(HIV[np.newaxis], 20, axis=0)
    combined[:2] *= 0.509  # the effect of lamivudine lasts two years
    combined[:, range(4), range(4)] = NAN
    combined = fill_complement(combined)
    states = np.array([2756 + 2278, 3052 + 2278, 9007 + 2278, 0])
    dearer = np.repeat(states[np.newaxis], 21, axis=0).astype(float)
    dearer[:3, :3] += 2086.50
    found = {}
    for name, moves, costs in (("mono", HIV, states), ("comb", combined, dearer)):
        trace = cohort_trace([1, 0, 0, 0], moves, 20)
        found[name] = (
            float(expected_total(trace, costs, weights_cost)),
            float(expected_total(trace, [1, 1, 1, 0], weights_life)),
        )
    return found


def test_hiv_model_of_briggs() -> None:
    found = hiv()
    # Briggs 2006, example 2.5, Excel solution, as in pierucci/heemod tests/testthat/test_dmhee.R
    assert found["mono"][0] == pytest.approx(44_663.4535637, abs=1e-6)
    # the same file
    assert found["comb"][0] == pytest.approx(50_601.6513312, abs=1e-6)
    # the same file
    assert found["mono"][1] == pytest.approx(7.9912066, abs=1e-7)
    # the same file
    assert found["comb"][1] == pytest.approx(8.9373889, abs=1e-7)
    ratio = (found["comb"][0] - found["mono"][0]) / (found["comb"][1] - found["mono"][1])
    # the same file; Briggs 2006 prints 6 276. rdecision's vignette gives 6 264, because it divides
    # the count from A to C by the total of C.
    assert ratio == pytest.approx(6_275.95560, abs=1e-4)


def hip(revision_ratio: float) -> FloatArray:
    """Transitions of Briggs 2006, example 3.5: a woman of 60, 60 years, (60, states, states)."""
    years = np.arange(1, 61)
    # the book's life table by ten years of age, women, per 1 000
    deaths = np.array([0.99, 2.6, 6.7, 19.3, 53.5, 154.8]) / 1000
    dies = deaths[np.minimum((60 + years - 35) // 10, 5)]
    gamma = math.exp(0.3740968)
    scale = math.exp(-5.490935 - 0.0367022 * 60) * revision_ratio
    fails = 1 - np.exp(scale * ((years - 1.0) ** gamma - years**gamma))
    moves = np.zeros((60, 5, 5))
    moves[:, 0, [1, 4]] = NAN, 0.02
    moves[:, 1, 1], moves[:, 1, 2], moves[:, 1, 4] = NAN, fails, dies
    moves[:, 2, 3], moves[:, 2, 4] = NAN, 0.02 + dies
    moves[:, 3, 2], moves[:, 3, 3], moves[:, 3, 4] = 0.04, NAN, dies
    moves[:, 4, 4] = 1
    return fill_complement(moves)


NEW = math.exp(-1.344474)


@pytest.mark.parametrize(
    ("ratio", "counts"),
    [
        (
            1.0,
            [
                # Briggs 2006, example 3.5, standard prosthesis, cycles 1 to 8: successful, revised,
                # successful after revision, dead; heemod tests/testthat/test_dmhee.R
                [0.98000000, 0.0000000, 0.0000000, 0.0200000],
                [0.97265720, 0.0007768, 0.0000000, 0.02656600],
                [0.96516548, 0.00097491, 0.00075606, 0.03310354],
                [0.95757109, 0.00115802, 0.00166964, 0.03960125],
                [0.93783561, 0.00132115, 0.00268314, 0.05816010],
                [0.91838963, 0.00145307, 0.00379326, 0.07636404],
                [0.89924305, 0.00157339, 0.00496429, 0.09421927],
                [0.88040225, 0.00168398, 0.00618146, 0.11173231],
            ],
        ),
        (
            NEW,
            [
                # the same, new prosthesis
                [0.98000000, 0.00000000, 0.00000000, 0.02000000],
                [0.97323145, 0.00020255, 0.00000000, 0.02656600],
                [0.96645641, 0.00025438, 0.00019715, 0.03309206],
                [0.95968665, 0.00030239, 0.00043553, 0.03957543],
                [0.94083683, 0.00034529, 0.00070021, 0.05811767],
                [0.92232657, 0.00038012, 0.00099040, 0.07630291],
                [0.90415327, 0.00041201, 0.00129686, 0.09413786],
                [0.88631355, 0.00044144, 0.00161577, 0.11162924],
            ],
        ),
    ],
)
def test_hip_replacement_trace(ratio: float, counts: list[list[float]]) -> None:
    trace = cohort_trace([1, 0, 0, 0, 0], hip(ratio), 60)
    assert trace[1:9, 1:] == pytest.approx(np.array(counts), abs=6e-9)


def test_hip_replacement_ratio() -> None:
    utility = reward_weights(60, discount=0.015, correction="none")
    money = reward_weights(60, discount=0.06, correction="none")
    found = {}
    for name, ratio, price in (("standard", 1.0, 394), ("new", NEW, 579)):
        trace = cohort_trace([1, 0, 0, 0, 0], hip(ratio), 60)
        found[name] = (
            float(expected_total(trace, [price, 0, 5294, 0, 0], money)),
            float(expected_total(trace, [0, 0.85, 0.3, 0.75, 0], utility)),
        )
    # Briggs 2006, example 3.5, as in heemod tests/testthat/test_dmhee.R: cost and QALY
    assert found["standard"] == pytest.approx((512.434658, 14.6531896), abs=5e-7)
    # the same file
    assert found["new"] == pytest.approx((610.311818, 14.69770986), abs=5e-7)
    ratio = (found["new"][0] - found["standard"][0]) / (found["new"][1] - found["standard"][1])
    # the same file
    assert ratio == pytest.approx(2_198.486665, abs=1e-4)


def sick_sicker(*, with_b: bool) -> FloatArray:
    """Transitions of the DARTH tutorial: healthy, sick, sicker, dead."""
    sick, recovers = rate_to_probability([0.15, 0.5])
    worse = rate_to_probability(0.105 * (0.6 if with_b else 1))
    dies = rate_to_probability([0.002, 0.006, 0.02])
    return np.array(
        [
            [(1 - dies[0]) * (1 - sick), (1 - dies[0]) * sick, 0, dies[0]],
            [
                (1 - dies[1]) * recovers,
                (1 - dies[1]) * (1 - recovers - worse),
                (1 - dies[1]) * worse,
                dies[1],
            ],
            [0, 0, 1 - dies[2], dies[2]],
            [0, 0, 0, 1],
        ]
    )


def test_sick_sicker_trace() -> None:
    trace = cohort_trace([1, 0, 0, 0], sick_sicker(with_b=False), 75)
    # Alarid-Escudero 2023, Med Decis Making 43:3, table of the first six cycles
    # (cohort-modeling-tutorial-intro, manuscript/cSTM_Tutorial_Intro.tex, tab:Trace)
    published = [
        [1.000, 0.000, 0.000, 0.000],
        [0.859, 0.139, 0.000, 0.002],
        [0.792, 0.189, 0.014, 0.005],
        [0.755, 0.206, 0.032, 0.008],
        [0.729, 0.208, 0.052, 0.011],
        [0.707, 0.206, 0.072, 0.015],
    ]
    assert trace[:6] == pytest.approx(np.array(published), abs=5.1e-4)


def sick_sicker_totals(correction: Correction) -> tuple[FloatArray, FloatArray]:
    """Costs and QALYs of usual care, A, B and AB, all four at once."""
    moves = np.stack([sick_sicker(with_b=b) for b in (False, False, True, True)])[:, np.newaxis]
    trace = cohort_trace([1, 0, 0, 0], moves, 75)
    costs = np.array([2000.0, 4000, 15_000, 0]) + np.array([0, 12_000, 13_000, 25_000])[
        :, np.newaxis
    ] * np.array([0, 1, 1, 0])
    utilities = np.array([[1, sick, 0.5, 0] for sick in (0.75, 0.95, 0.75, 0.95)])
    weights = reward_weights(75, discount=0.03, correction=correction)
    return (
        expected_total(trace, costs[:, np.newaxis], weights),
        expected_total(trace, utilities[:, np.newaxis], weights),
    )


def test_sick_sicker_table_with_the_weights_it_was_made_with() -> None:
    costs, qalys = sick_sicker_totals("darth-simpson")
    # Alarid-Escudero 2023, Med Decis Making 43:3, total costs
    # (cSTM_Tutorial_Intro.tex, tab:Expected-outcomes-table)
    assert costs == pytest.approx(np.array([151_580, 284_805, 259_100, 378_875]), abs=0.5)
    # the same table, QALYs
    assert qalys == pytest.approx(np.array([20.711, 21.499, 22.184, 23.137]), abs=5e-4)
    # the same paper, tab:table-cea: B against usual care, AB against B
    assert (costs[2] - costs[0]) / (qalys[2] - qalys[0]) == pytest.approx(72_988, abs=0.5)
    # the same table
    assert (costs[3] - costs[2]) / (qalys[3] - qalys[2]) == pytest.approx(125_764, abs=0.5)


def test_the_tutorials_weights_lose_time_that_simpsons_rule_would_count() -> None:
    # Simpson's rule has 4/3 for odd points and 2/3 for even ones, and then counts all four cycles.
    # by hand: 1/3 + 2/3 + 4/3 + 2/3 + 1/3, as the tutorials have it
    assert reward_weights(4, correction="darth-simpson").sum() == pytest.approx(10 / 3)
    _, tutorial = sick_sicker_totals("darth-simpson")
    _, halves = sick_sicker_totals("half-cycle")
    assert (halves > tutorial + 0.3).all()


# Invariants

matrices = st.lists(
    st.lists(st.floats(0.001, 1), min_size=3, max_size=3), min_size=3, max_size=3
).map(lambda rows: np.array(rows) / np.array(rows).sum(axis=1, keepdims=True))


@given(matrices, st.integers(1, 30))
def test_nobody_is_lost(moves: FloatArray, cycles: int) -> None:
    trace = cohort_trace([0.2, 0.3, 0.5], moves, cycles)
    assert trace.sum(axis=-1) == pytest.approx(1)
    assert (trace >= 0).all()


@given(matrices, st.integers(1, 12))
def test_the_trace_is_the_power_of_the_matrix(moves: FloatArray, cycles: int) -> None:
    start = np.array([0.2, 0.3, 0.5])
    trace = cohort_trace(start, moves, cycles)
    assert trace[-1] == pytest.approx(start @ np.linalg.matrix_power(moves, cycles))


def test_draws_at_once_are_the_same_as_one_by_one() -> None:
    generator = np.random.default_rng(1)
    moves = generator.dirichlet([2, 3, 4], (5, 2, 7, 3))  # draws, options, cycles, from
    costs = generator.gamma(2, 100, (5, 2, 8, 3))
    weights = reward_weights(7, discount=0.04)
    together = expected_total(cohort_trace([1, 0, 0], moves, 7), costs, weights)
    assert together.shape == (5, 2)
    for draw in range(5):
        for option in range(2):
            trace = cohort_trace([1, 0, 0], moves[draw, option], 7)
            alone = expected_total(trace, costs[draw, option], weights)
            assert together[draw, option] == pytest.approx(float(alone))


def test_a_start_for_each_draw() -> None:
    starts = np.array([[1, 0], [0.5, 0.5]])
    trace = cohort_trace(starts, [[0.5, 0.5], [0.0, 1.0]], 3)
    assert trace[:, -1].tolist() == [[0.125, 0.875], [0.0625, 0.9375]]


def test_costs_without_and_with_an_axis_of_cycles_are_the_same() -> None:
    trace = cohort_trace([1, 0, 0, 0], HIV, 20)
    weights = reward_weights(20, discount=0.04)
    constant = expected_total(trace, [1.0, 2, 3, 0], weights)
    spread = expected_total(trace, np.tile([1.0, 2, 3, 0], (21, 1)), weights)
    assert float(constant) == pytest.approx(float(spread))


def test_cycle_by_cycle_adds_up_to_every_horizon() -> None:
    trace = cohort_trace([1, 0, 0, 0], np.stack([HIV, HIV @ HIV])[:, np.newaxis], 20)
    states = [5.0, 4, 3, 0]
    running = cycle_totals(trace, states, discount=0.04).cumsum(axis=-1)
    for horizon in (1, 7, 20):
        weights = reward_weights(horizon, discount=0.04)
        total = expected_total(trace[:, : horizon + 1], states, weights)
        assert running[:, horizon - 1] == pytest.approx(total)


def test_a_reward_that_ends_with_a_cycle() -> None:
    trace = cohort_trace([1, 0], [[0.5, 0.5], [0.0, 1.0]], 3)
    # by hand: (1 + 0.5) / 2 x 8 in the first cycle, nothing after
    assert cycle_totals(trace, [[8, 0], [0, 0], [0, 0]]).tolist() == [6, 0, 0]


def test_half_cycle_is_the_limit_of_short_cycles() -> None:
    def years(cycles_a_year: int, correction: Correction) -> float:
        dies = float(rate_to_probability(0.2, 1 / cycles_a_year))
        cycles = 10 * cycles_a_year
        trace = cohort_trace([1, 0], [[1 - dies, dies], [0.0, 1.0]], cycles)
        weights = reward_weights(cycles, correction=correction, years=1 / cycles_a_year)
        return float(expected_total(trace, [1 / cycles_a_year, 0], weights))

    # by hand: the integral of exp(-0.2 t) from 0 to 10 is (1 - exp(-2)) / 0.2
    exact = (1 - math.exp(-2)) / 0.2
    errors = [abs(years(n, "half-cycle") - exact) for n in (1, 2, 4, 8)]
    assert all(earlier / later > 3.9 for earlier, later in pairwise(errors))
    assert years(1, "end") < exact < years(1, "start")


def test_life_table_is_half_cycle_when_nothing_is_discounted() -> None:
    assert reward_weights(9, correction="life-table") == pytest.approx(reward_weights(9))
    # by hand: (1/2, (1 + 1/1.04)/2, 1/1.04/2)
    assert reward_weights(2, discount=0.04, correction="life-table") == pytest.approx(
        np.array([0.5, (1 + 1 / 1.04) / 2, 1 / 1.04 / 2])
    )


@pytest.mark.parametrize("correction", ["half-cycle", "life-table", "start", "end"])
def test_weights_add_up_to_the_number_of_cycles(correction: Correction) -> None:
    assert reward_weights(13, correction=correction).sum() == pytest.approx(13)


@given(st.floats(0, 50), st.floats(0.01, 20))
def test_rate_and_probability_are_inverse(rate: float, years: float) -> None:
    chance = rate_to_probability(rate, years)
    assert 0 <= float(chance) <= 1
    if rate * years < 10:
        assert float(probability_to_rate(chance, years)) == pytest.approx(rate, abs=1e-9)


# Extremes


def test_discounting_at_zero_changes_nothing_and_more_discounting_gives_less() -> None:
    assert reward_weights(4, correction="none").tolist() == [1, 1, 1, 1, 1]
    sums = [reward_weights(40, discount=rate).sum() for rate in (0, 0.02, 0.04, 0.1)]
    assert sums == sorted(sums, reverse=True)


def test_nobody_moves_and_everybody_dies_at_once() -> None:
    assert (cohort_trace([0.25, 0.75], np.eye(2), 5) == [0.25, 0.75]).all()
    assert cohort_trace([1, 0], [[0, 1], [0, 1]], 5)[1:].tolist() == [[0, 1]] * 5


def test_a_single_cycle_and_a_single_state() -> None:
    assert cohort_trace([1.0], [[1.0]], 1).tolist() == [[1], [1]]


# Bad input


@pytest.mark.parametrize(
    ("moves", "message"),
    [
        ([[0.5, 0.4], [0, 1]], r"row at \(0, 0\) sums to 0\.9"),
        ([[1.2, -0.2], [0, 1]], r"-0\.2\.\.1\.2"),
        ([[NAN, 0.5], [0, 1]], "outside"),
        ([[1.0, 0.0]], "rows as columns"),
        (np.ones((3, 1, 1)), "3 matrices for 4 cycles"),
    ],
)
def test_transitions_that_cannot_be_are_refused(moves: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cohort_trace([1, 0], moves, 4)  # type: ignore[arg-type]  # lists and arrays by turns


def test_a_wrong_draw_is_pointed_out() -> None:
    moves = np.tile(np.eye(2), (6, 1, 1, 1))
    moves[4, 0, 1] = [0.3, 0.6]
    with pytest.raises(ValueError, match=r"\(4, 0, 1\) sums to 0\.89"):
        cohort_trace([1, 0], moves, 3)


def test_starts_cycles_weights_and_rewards_are_checked() -> None:
    with pytest.raises(ValueError, match="start: a row sums to 2"):
        cohort_trace([1, 1], np.eye(2), 3)
    with pytest.raises(ValueError, match="start has shape"):
        cohort_trace([1, 0, 0], np.eye(2), 3)
    with pytest.raises(ValueError, match="at least one cycle"):
        cohort_trace([1, 0], np.eye(2), 0)
    with pytest.raises(ValueError, match="at least one cycle"):
        reward_weights(0)
    with pytest.raises(ValueError, match="cannot discount"):
        reward_weights(3, discount=-1)
    with pytest.raises(ValueError, match="unknown correction"):
        reward_weights(3, correction="simpson")  # type: ignore[arg-type]  # bad on purpose
    trace = cohort_trace([1, 0], np.eye(2), 3)
    with pytest.raises(ValueError, match="weights have shape"):
        expected_total(trace, [1, 1], [1, 1])
    with pytest.raises(ValueError, match="rewards have shape"):
        expected_total(trace, [1, 1, 1], reward_weights(3))
    with pytest.raises(ValueError, match="rewards have shape"):
        expected_total(trace, np.ones((3, 2)), reward_weights(3))
    with pytest.raises(ValueError, match="finite"):
        expected_total(trace, [1, NAN], reward_weights(3))
    with pytest.raises(ValueError, match="rewards have shape"):
        cycle_totals(trace, np.ones((4, 2)))
    with pytest.raises(ValueError, match="finite"):
        cycle_totals(trace, [1, NAN])


def test_complements_and_rates_are_checked() -> None:
    with pytest.raises(ValueError, match="more than one"):
        fill_complement([[NAN, NAN], [0.0, 1.0]])
    with pytest.raises(ValueError, match=r"sums to 1\.2"):
        fill_complement([[NAN, 1.2], [0.0, 1.0]])
    with pytest.raises(ValueError, match="negative"):
        rate_to_probability(-1)
    with pytest.raises(ValueError, match="no rate"):
        probability_to_rate(1)
