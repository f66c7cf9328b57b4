"""Effect sizes, sample sizes and interrupted series against published tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.evaluation import (
    group_difference,
    hedges_correction,
    interrupted,
    paired_change,
    proportion_difference,
    sample_size_means,
    sample_size_proportions,
)

# Lakens (2013), table 1: ratings of two films by ten people.
FILM_1 = [9, 7, 8, 9, 8, 9, 9, 10, 9, 9]
FILM_2 = [9, 6, 7, 8, 7, 9, 8, 8, 8, 7]

# Student (1908), the sleep data: extra hours with two drugs in the same ten people.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_lakens_paired() -> None:
    # Lakens (2013), p. 5–6: mean difference 1.00, 95 % CI 0.52 to 1.48, t(9) = 4.74, d_z 1.50,
    # d_av 1.13, correlation 0.73.
    change = paired_change(FILM_2, FILM_1)
    assert change.mean == pytest.approx(1.0)
    assert (change.low, change.high) == pytest.approx((0.52, 1.48), abs=0.005)
    assert change.t == pytest.approx(4.74, abs=0.005)
    assert change.d_z == pytest.approx(1.50, abs=0.005)
    assert change.d_av == pytest.approx(1.13, abs=0.005)
    assert change.correlation == pytest.approx(0.73, abs=0.005)


def test_lakens_as_two_groups() -> None:
    # Lakens (2013), p. 4: d_s 1.13, Hedges's g_s 1.08.
    difference = group_difference(FILM_1, FILM_2)
    assert difference.d_s == pytest.approx(1.13, abs=0.005)
    assert difference.g_s == pytest.approx(1.08, abs=0.005)


def test_students_sleep() -> None:
    # R's t.test(extra ~ group, paired = TRUE) on its own sleep data: t 4.0621, p 0.002833,
    # interval 0.7001 to 2.4599, mean 1.58; Welch −0.2055 to 3.3655.
    change = paired_change(SLEEP_1, SLEEP_2)
    assert change.t == pytest.approx(4.0621, abs=5e-5)
    assert change.p_value == pytest.approx(0.002833, abs=5e-7)
    assert (change.low, change.high) == pytest.approx((0.7001, 2.4599), abs=5e-5)
    groups = group_difference(SLEEP_2, SLEEP_1)
    assert (groups.low, groups.high) == pytest.approx((-0.2055, 3.3655), abs=5e-5)
    # Three effect sizes from the same ten people (R package effectsize on the same data).
    assert change.d_z == pytest.approx(1.28, abs=0.006)
    assert change.d_av == pytest.approx(0.83, abs=0.006)
    assert change.d_rm == pytest.approx(0.82, abs=0.006)


# Hedges (1981), table 1: the exact correction.
@pytest.mark.parametrize(("freedom", "correction"), [(2, 0.5642), (10, 0.9228), (20, 0.9619)])
def test_hedges_table(freedom: int, correction: float) -> None:
    assert hedges_correction(freedom) == pytest.approx(correction, abs=0.0001)


# Cohen (1992), A power primer, table 2: two means, level .05, power .80.
@pytest.mark.parametrize(("effect", "people"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_cohens_table(effect: float, people: int) -> None:
    # Cohen's table rounds to the nearest whole person; we never promise too few.
    assert sample_size_means(effect) in (people, people + 1)


def test_seeing_sickness_absence_fall() -> None:
    # By hand: p̄ 0.08; (1.960·√0.1472 + 0.8416·√0.1470)² / 0.02² = 2 887.2.
    assert sample_size_proportions(0.09, 0.07) == 2888
    assert sample_size_proportions(0.07, 0.09) == 2888


# Newcombe (1998), table II, method 10.
@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        ((56, 48), (70, 80), 0.0524, 0.3339),
        ((9, 3), (10, 10), 0.1705, 0.8090),
        ((6, 2), (7, 7), 0.0582, 0.8062),
        ((5, 0), (56, 29), -0.0381, 0.1926),
        ((0, 0), (10, 20), -0.1611, 0.2775),
        ((10, 0), (10, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_table(
    count: tuple[int, int], of: tuple[int, int], low: float, high: float
) -> None:
    found = proportion_difference(count, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_fifteen_quiet_minutes() -> None:
    # Wilson et al. (2014), Science 345: 12 of 18 men and 6 of 24 women chose the shock.
    found = proportion_difference((12, 6), (18, 24))
    assert found.difference == pytest.approx(12 / 18 - 6 / 24)
    assert 0 < found.low < found.difference < found.high < 1


@given(st.floats(-5, 5), st.floats(-2, 2), st.floats(-20, 20), st.floats(-2, 2), st.integers(4, 15))
def test_a_series_without_noise_is_read_exactly(
    start: float, trend: float, level: float, slope: float, change: int
) -> None:
    time = np.arange(20)
    series = start + trend * time + np.where(time >= change, level + slope * (time - change), 0)
    found = interrupted(series, change=change)
    assert (found.trend, found.level, found.slope) == pytest.approx((trend, level, slope), abs=1e-8)
    assert found.fitted == pytest.approx(series, abs=1e-8)
    assert found.without == pytest.approx(start + trend * time, abs=1e-8)


def test_only_a_trend_is_not_called_an_effect() -> None:
    noise = np.random.default_rng(3).normal(0, 1, 48)
    found = interrupted(100 - 0.5 * np.arange(48) + noise, change=24)
    assert found.level_low < 0 < found.level_high
    assert found.slope_low < 0 < found.slope_high
    # The plain before and after would have called it a fall of about twelve.
    assert (
        paired_change(
            100 - 0.5 * np.arange(24) + noise[:24], 88 - 0.5 * np.arange(24) + noise[24:]
        ).high
        < -11
    )


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=3, max_size=30))
def test_turning_the_order_turns_the_sign(pairs: list[tuple[int, int]]) -> None:
    before, after = (list(column) for column in zip(*pairs, strict=True))
    changes = [late - early for early, late in pairs]
    if min(len(set(before)), len(set(after)), len(set(changes))) == 1:
        with pytest.raises(ValueError, match="differ"):
            paired_change(before, after)
        return
    forth, back = paired_change(before, after), paired_change(after, before)
    assert forth.d_z == pytest.approx(-back.d_z)
    assert abs(forth.g_av) <= abs(forth.d_av)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: paired_change([1, 2, 3], [1, 2]),
        lambda: paired_change([1, 2], [2, 1]),
        lambda: paired_change([1, 2, float("nan")], [2, 1, 5]),
        lambda: group_difference([1], [1, 2]),
        lambda: group_difference([1, 1], [2, 2]),
        lambda: group_difference([1, float("nan")], [2, 3]),
        lambda: hedges_correction(1),
        lambda: sample_size_proportions(0, 0.5),
        lambda: sample_size_proportions(0.5, 0.5),
        lambda: sample_size_means(0),
        lambda: sample_size_means(0.5, power=1),
        lambda: proportion_difference((3, 1), (2, 5)),
        lambda: proportion_difference((0, 1), (0, 5)),
        lambda: interrupted([1, 2, 3, 4, 5], change=3),
        lambda: interrupted([1, 2, 3, 4, 5, 6], change=3, lags=-1),
        lambda: interrupted([[1, 2], [3, 4]], change=1),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needed"):
        wrong()
