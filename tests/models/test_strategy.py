"""Staffing gaps and regret, by hand and at the ends."""

from typing import Any

import numpy as np
import pytest

from helseledelse.models.strategy import minimax_regret, staffing

# By hand: columns' lowest are 0, 3 and 2, so the rows' regrets are (0, 7, 2), (4, 0, 3), (5, 2, 0).
COSTS = [[0, 10, 4], [4, 3, 5], [5, 5, 2]]
REGRETS = [[0, 7, 2], [4, 0, 3], [5, 2, 0]]


def test_regret_is_what_the_best_in_the_same_future_would_have_saved() -> None:
    found = minimax_regret(COSTS)
    assert found.table.tolist() == REGRETS
    assert found.largest.tolist() == [7, 4, 5]
    assert found.least == 1
    # Worst costs are 10, 5 and 5: the first of equals.
    assert found.safest == 1


def test_the_two_rules_can_disagree() -> None:
    # By hand: worst costs 10 and 9; regrets (0, 1) and (8, 0).
    found = minimax_regret([[0, 10], [8, 9]])
    assert (found.least, found.safest) == (0, 1)


def test_a_new_option_can_change_the_order_of_the_others() -> None:
    # By hand: alone the regrets are (0, 3) and (4, 0), so the first is chosen. The third option
    # lowers the best of the second future by 4: now (0, 7), (4, 4), (20, 0), and it is the second.
    assert minimax_regret([[0, 7], [4, 4]]).least == 0
    assert minimax_regret([[0, 7], [4, 4], [20, 0]]).least == 1


def test_in_every_future_some_option_is_not_regretted() -> None:
    costs = np.random.default_rng(1).uniform(-5, 5, size=(4, 6))
    found = minimax_regret(costs)
    assert found.table.min(axis=0) == pytest.approx(np.zeros(6))
    assert (found.table >= 0).all()
    dearer = minimax_regret(costs + np.arange(6))  # a future that is dearer for all changes nothing
    assert dearer.table == pytest.approx(found.table)


def test_one_option_has_nothing_to_regret() -> None:
    assert minimax_regret([[3, 9]]).largest.tolist() == [0]


@pytest.mark.parametrize("cost", [[], [[]], [[1, float("nan")]], [1, 2]])
def test_no_regret_of_nothing(cost: list[float]) -> None:
    with pytest.raises(ValueError, match="at least one option"):
        minimax_regret(cost)


def test_what_is_short_is_paid_for() -> None:
    # By hand: 200 less 10 per cent is 180, 160 + 5 are filled, 15 are short at 1.2: 18, and 4 for
    # the option. In the other future 90 are needed and 100 filled: none short.
    found = staffing(
        [200, 100], [160, 100], relief=[[0.1, 0.1]], recruits=[[5, 0]], price=[4], price_of_gap=1.2
    )
    assert found.gap[0] == pytest.approx([15, 0])
    assert found.cost[0] == pytest.approx([22, 4])


def test_an_option_never_makes_more_short() -> None:
    nothing, something = staffing(
        [100, 120],
        [80, 130],
        relief=[[0.0, 0.0], [0.05, 0.2]],
        recruits=[[0, 0], [3, 3]],
        price=[0, 0],
        price_of_gap=1,
    ).gap
    assert (something <= nothing).all()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"demand": [-1]}, "negative"),
        ({"price_of_gap": -1}, "negative"),
        ({"relief": [[1.1]]}, "share"),
        ({"recruits": [[0, 0]]}, "shape"),
        ({"staff": [1, 2]}, "shape"),
    ],
)
def test_numbers_that_cannot_be(change: dict[str, Any], problem: str) -> None:
    given: dict[str, Any] = {
        "demand": [10],
        "staff": [9],
        "relief": [[0]],
        "recruits": [[0]],
        "price": [1],
        "price_of_gap": 1,
    }
    with pytest.raises(ValueError, match=problem):
        staffing(**(given | change))
