import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.budget_impact import budget_impact, linear_uptake
from helseledelse.models.innovation import Diffusion


def test_three_years_by_hand() -> None:
    # 400 eligible, 10, 30 and 50 per cent use it: 40, 120, 200 users of whom 40, 80, 80 are new.
    # Municipality: 12 000 a year and 5 000 once: 680 000, 1 840 000, 2 800 000. Hospital saves
    # 8 000 a year: 320 000, 960 000, 1 600 000. Together 360 000, 880 000, 1 200 000.
    impact = budget_impact(
        400,
        [0.1, 0.3, 0.5],
        yearly={"kommune": 12_000, "sykehus": -8_000},
        starting={"kommune": 5_000},
    )
    assert impact.users.tolist() == [40, 120, 200]
    assert impact.starters.tolist() == [40, 80, 80]
    assert impact.by_payer["kommune"].tolist() == [680_000, 1_840_000, 2_800_000]
    assert impact.by_payer["sykehus"].tolist() == [-320_000, -960_000, -1_600_000]
    assert impact.total.tolist() == [360_000, 880_000, 1_200_000]


def test_a_growing_group_by_hand() -> None:
    # 100 and 110 eligible at 50 per cent: 50 and 55 users, 5 of them new in the second year.
    impact = budget_impact([100, 110], [0.5, 0.5], yearly={}, starting={"kommune": 1_000})
    assert impact.total.tolist() == [50_000, 5_000]


def test_fewer_users_cost_nothing_to_start() -> None:
    impact = budget_impact(100, [0.5, 0.2], yearly={"k": 10}, starting={"k": 1_000})
    assert impact.starters.tolist() == [50, 0]
    assert impact.by_payer["k"].tolist() == [50_500, 200]


@pytest.mark.parametrize(
    ("years", "final", "full_in", "first", "expected"),
    [
        (4, 0.4, 4, None, [0.1, 0.2, 0.3, 0.4]),
        (4, 0.8, 2, 0.2, [0.2, 0.8, 0.8, 0.8]),
        (3, 0.5, 1, None, [0.5, 0.5, 0.5]),
        (2, 0.9, 3, None, [0.3, 0.6]),
    ],
)
def test_a_straight_line(
    years: int, final: float, full_in: int, first: float | None, expected: list[float]
) -> None:
    shares = linear_uptake(years, final=final, full_in=full_in, first=first)
    assert shares.tolist() == pytest.approx(expected)


def test_uptake_may_follow_bass() -> None:
    # By hand from Bass (1969), p 0.03, q 0.38: F(1) = (1 - e^-0.41) / (1 + 12.667 e^-0.41) =
    # 0.33635 / 9.40622 = 0.03576; F(2) = 0.55957 / 6.57878 = 0.08506.
    uptake = Diffusion(0.03, 0.38).adopted([1, 2])
    impact = budget_impact(1_000, uptake, yearly={"kommune": 1.0})
    assert impact.users.tolist() == pytest.approx([35.76, 85.06], abs=0.01)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
    st.floats(0, 10_000),
    st.floats(-50_000, 50_000),
    st.floats(-50_000, 50_000),
)
def test_payers_add_up_and_twice_the_people_cost_twice(
    uptake: list[float], eligible: float, one: float, other: float
) -> None:
    impact = budget_impact(eligible, uptake, yearly={"a": one, "b": other})
    double = budget_impact(2 * eligible, uptake, yearly={"a": one, "b": other})
    np.testing.assert_allclose(impact.total, impact.users * (one + other), atol=1e-3)
    np.testing.assert_allclose(double.total, 2 * impact.total, atol=1e-3)


def test_nobody_uses_it_and_it_costs_nothing() -> None:
    impact = budget_impact(500, np.zeros(3), yearly={"kommune": 9_000}, starting={"kommune": 1})
    assert not impact.total.any()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: budget_impact(-1, [0.5], yearly={"k": 1}),
        lambda: budget_impact(1, [1.5], yearly={"k": 1}),
        lambda: budget_impact([1, 2, 3], [0.5], yearly={"k": 1}),
        lambda: budget_impact(1, [0.5], yearly={}),
        lambda: linear_uptake(0, final=0.5, full_in=1),
        lambda: linear_uptake(3, final=1.5, full_in=2),
        lambda: linear_uptake(3, final=0.5, full_in=0),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r".+"):
        wrong()
