"""Spread, bets, ideas and portfolios against published tables, brute force and extremes."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.innovation import (
    Bet,
    Diffusion,
    best_chosen,
    best_of,
    best_portfolio,
    greedy_portfolio,
    opportunity,
)


# Bass (1969), tables 1 and 2: p, q and the predicted time of the peak, years. (Digits are cut.)
@pytest.mark.parametrize(
    ("p", "q", "peak"),
    [
        (0.027877, 0.25105, 7.8),  # black and white television
        (0.017703, 0.29695, 8.9),  # water softeners
        (0.010399, 0.41861, 8.6),  # room air conditioners
        (0.017206, 0.35688, 8.1),  # clothes dryers
        (0.0091837, 0.33790, 10.3),  # power lawnmowers
        (0.005876, 0.24387, 14.9),  # electric bed coverings
        (0.017135, 0.30145, 9.0),  # coffee makers
        (0.028632, 0.32791, 6.8),  # steam irons
        (0.024796, 0.65410, 4.8),  # record players
    ],
)
def test_bass_peaks(p: float, q: float, peak: float) -> None:
    assert Diffusion(p, q).peak == pytest.approx(peak, abs=0.101)


# Teichroew (1956), expected largest of n from a standard normal.
@pytest.mark.parametrize(
    ("ideas", "expected"),
    [(2, 0.56419), (3, 0.84628), (5, 1.16296), (10, 1.53875), (20, 1.86748)],
)
def test_best_of_n(ideas: int, expected: float) -> None:
    assert best_of(ideas) == pytest.approx(expected, abs=5e-6)


def test_a_poor_judge_takes_the_gain_away() -> None:
    assert best_chosen(20, reliability=1) == best_of(20)
    assert best_chosen(20, reliability=0.5) == pytest.approx(best_of(20) / 2)
    assert best_of(1) == 0


@given(st.floats(0.001, 0.2), st.floats(0, 1), st.floats(1, 1e6))
def test_spread_grows_to_the_market(p: float, q: float, market: float) -> None:
    adopted = Diffusion(p, q, market).adopted(np.linspace(0, 5000, 400))
    assert adopted[0] == 0
    assert (np.diff(adopted) >= -1e-9 * market).all()
    assert adopted[-1] == pytest.approx(market, rel=1e-2)


def test_the_peak_is_the_steepest_place() -> None:
    spread = Diffusion(0.03, 0.38, 1000)
    time = np.linspace(0, 20, 20_001)
    rate = np.gradient(spread.adopted(time), time)
    assert time[rate.argmax()] == pytest.approx(spread.peak, abs=0.01)
    assert rate.max() == pytest.approx(spread.peak_rate, rel=1e-4)
    assert Diffusion(0.3, 0.1).peak == 0
    assert Diffusion(0.3, 0.1, 10).peak_rate == 3


@given(st.floats(0.001, 0.2), st.floats(0, 1), st.floats(0, 0.98))
def test_time_and_adopters_are_each_others_inverse(p: float, q: float, share: float) -> None:
    spread = Diffusion(p, q, 500)
    assert float(spread.adopted(spread.time_of(500 * share))) == pytest.approx(500 * share)


def test_half_have_adopted_by_symmetry() -> None:
    # With p = q the odds (1 + F)/(1 − F) are e^{2pt}: half at ln 3 / 2p.
    assert Diffusion(0.1, 0.1).time_of(0.5) == pytest.approx(np.log(3) / 0.2)


def test_stopping_at_the_first_success() -> None:
    # By hand: 1 + 0.8 + 0.64 tries.
    assert Bet(40_000, 0, 0.2).expected_tries(3) == pytest.approx(2.44)
    assert Bet(40_000, 0, 0).expected_tries(3) == 3
    assert Bet(40_000, 0, 1).expected_tries(3) == 1


def test_small_bets() -> None:
    # By hand: 0.2 · 500 000 − 40 000; four tries of 40 000 in 175 000; 1 − 0.8⁴.
    bet = Bet(stake=40_000, payoff=500_000, chance=0.2)
    assert bet.expected == 60_000
    assert bet.tries(175_000) == 4
    assert bet.at_least_one(4) == pytest.approx(0.5904)
    assert bet.at_least_one(0) == 0


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=8),
    st.integers(0, 80),
)
def test_best_is_best_of_all(projects: list[tuple[int, int]], budget: int) -> None:
    cost, value = (list(column) for column in zip(*projects, strict=True))
    everything = [
        sum(value[place] for place in chosen)
        for size in range(len(cost) + 1)
        for chosen in combinations(range(len(cost)), size)
        if sum(cost[place] for place in chosen) <= budget
    ]
    best = best_portfolio(cost, value, budget=budget)
    greedy = greedy_portfolio(cost, value, budget=budget)
    assert best.value == pytest.approx(max(everything))
    assert greedy.value <= best.value + 1e-9
    assert best.cost <= budget + 1e-9
    assert greedy.cost <= budget


def test_a_known_knapsack() -> None:
    # Burkardt, knapsack data set P01 (Florida State University): optimal value 309.
    cost = [23, 31, 29, 44, 53, 38, 63, 85, 89, 82]
    value = [92, 57, 49, 68, 60, 43, 67, 84, 87, 72]
    best = best_portfolio(cost, value, budget=165)
    assert best.value == 309
    assert best.chosen == (0, 1, 2, 3, 5)


def test_nothing_to_choose() -> None:
    assert best_portfolio([], [], budget=10).chosen == ()
    assert best_portfolio([5], [5], budget=0).chosen == ()
    assert best_portfolio([5], [5], budget=-1).chosen == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Diffusion(0, 0.3),
        lambda: Diffusion(0.1, -0.3),
        lambda: Diffusion(0.1, 0.3, 0),
        lambda: Diffusion(0.1, 0.3).adopted(-1),
        lambda: Diffusion(0.1, 0.3, 10).time_of(10),
        lambda: best_of(0),
        lambda: best_chosen(3, reliability=1.5),
        lambda: Bet(-1, 1, 0.5),
        lambda: Bet(1, 1, 1.5),
        lambda: Bet(0, 1, 0.5).tries(10),
        lambda: Bet(1, 1, 0.5).at_least_one(-1),
        lambda: best_portfolio([1, 2], [1], budget=3),
        lambda: best_portfolio([-1], [1], budget=3),
        lambda: opportunity([11], [1]),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs"):
        wrong()
