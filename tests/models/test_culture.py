"""Psychological safety and speaking up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.culture import (
    FEWEST,
    cronbach_alpha,
    safety_score,
    speaking_up,
    turned,
)


def test_alpha_by_hand() -> None:
    # Rows sum to 6, 9, 12, 5, 10, 12: variance of the sums 8.8.
    items = [[2, 2, 2], [3, 3, 3], [4, 4, 4], [1, 2, 2], [3, 4, 3], [4, 4, 4]]
    sums = np.array([6, 9, 12, 5, 10, 12])
    assert np.var(sums, ddof=1) == pytest.approx(8.8)
    between = sum(np.var([row[item] for row in items], ddof=1) for item in range(3))
    assert cronbach_alpha(items) == pytest.approx(1.5 * (1 - between / 8.8))


@given(st.lists(st.lists(st.integers(1, 7), min_size=4, max_size=4), min_size=3, max_size=12))
def test_alpha_from_covariances(items: list[list[int]]) -> None:
    # The other textbook form: k c̄ / (v̄ + (k − 1) c̄), mean covariance and mean variance.
    shared = np.cov(np.array(items), rowvar=False)
    variance = np.trace(shared) / 4
    covariance = (shared.sum() - np.trace(shared)) / 12
    if abs(variance + 3 * covariance) > 1e-9:
        assert cronbach_alpha(items) == pytest.approx(
            4 * covariance / (variance + 3 * covariance), rel=1e-6, abs=1e-9
        )


def test_alpha_of_yes_and_no_is_kuder_richardson() -> None:
    # KR-20 by hand, four people and three questions: p = 3/4, 2/4, 1/4, Σpq = 10/16; the sums
    # 3, 2, 1, 0 have the variance 5/4: 3/2 · (1 − (10/16) / (5/4)) = 3/4.
    assert cronbach_alpha([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]) == pytest.approx(0.75)


def test_alpha_is_one_over_no_difference_and_nan_without_any() -> None:
    assert cronbach_alpha([[1, 1, 1], [4, 4, 4]]) == pytest.approx(1)
    assert np.isnan(cronbach_alpha([[3, 3], [3, 3]]))


def test_alpha_of_independent_items_is_near_nothing() -> None:
    drawn = np.random.default_rng(7).normal(size=(5000, 7))
    assert abs(cronbach_alpha(drawn)) < 0.06


def test_turning_twice_gives_back() -> None:
    answers = np.random.default_rng(1).integers(1, 8, size=(9, 7))
    assert (turned(turned(answers)) == answers).all()


def test_a_safe_group_by_hand() -> None:
    # Edmondson's items 1, 3 and 5 are turned with 8 − x: all of these people are at 7.
    score = safety_score([[1, 7, 1, 7, 1, 7, 7]] * 5)
    assert (score.mean, score.low, score.high, score.spread) == (7, 7, 7, 0)
    assert score.item_means == (7.0,) * 7


def test_interval_by_hand() -> None:
    # Five people at 3, 4, 4, 5, 4: mean 4, s = √0.5, t(4) = 2.776: half width 0.878.
    people = [[8 - x, x, 8 - x, x, 8 - x, x, x] for x in (3, 4, 4, 5, 4)]
    score = safety_score(people)
    assert score.mean == pytest.approx(4)
    assert score.spread == pytest.approx(0.5**0.5)
    assert score.high - score.mean == pytest.approx(0.878, abs=0.001)


@given(st.integers(0, FEWEST - 1))
def test_nothing_is_shown_of_a_small_group(people: int) -> None:
    score = safety_score(np.full((people, 7), 4))
    assert score.suppressed
    assert np.isnan(score.mean)
    assert score.item_means == ()


def test_the_safest_ward_reports_most_and_errs_least() -> None:
    silent, open_ward = (
        speaking_up(errors=20, notice=0.8, speak=speak, learning=0.1, months=24)
        for speak in (0.1, 0.8)
    )
    assert sum(open_ward.reported) > sum(silent.reported)
    assert open_ward.errors[-1] < silent.errors[-1]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(1, 60))
def test_errors_never_pass_the_start_and_reports_never_exceed(
    notice: float, speak: float, learning: float, forgetting: float, months: int
) -> None:
    unit = speaking_up(
        errors=30,
        notice=notice,
        speak=speak,
        learning=learning,
        forgetting=forgetting,
        months=months,
    )
    assert len(unit.errors) == len(unit.reported) == months
    assert all(0 <= happened <= 30 + 1e-9 for happened in unit.errors)
    if forgetting == 0:
        assert (np.diff(unit.errors) <= 1e-12).all()
    assert all(
        0 <= told <= made + 1e-12 for told, made in zip(unit.reported, unit.errors, strict=True)
    )


def test_learning_and_forgetting_meet_where_they_are_equal() -> None:
    # With x the share of errors left, learning · notice · speak · x² = forgetting · (1 − x):
    # 0.1 · 0.5 · 0.8 · x² = 0.03 (1 − x) gives 4x² + 3x − 3 = 0, x = (−3 + √57) / 8.
    unit = speaking_up(errors=40, notice=0.5, speak=0.8, learning=0.1, forgetting=0.03, months=400)
    assert unit.errors[-1] / 40 == pytest.approx((-3 + 57**0.5) / 8)
    assert unit.reported[-1] == pytest.approx(unit.errors[-1] * 0.4)


def test_silence_teaches_nothing() -> None:
    unit = speaking_up(errors=30, notice=1, speak=0, learning=1, months=12)
    assert unit.errors == (30.0,) * 12


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cronbach_alpha([[1, 2]]),
        lambda: cronbach_alpha([1, 2, 3]),
        lambda: turned([1, 2, 3]),
        lambda: turned([0, 1, 1, 1, 1, 1, 1]),
        lambda: turned([float("nan"), 1, 1, 1, 1, 1, 1]),
        lambda: speaking_up(errors=0, notice=1, speak=1, learning=0, months=1),
        lambda: speaking_up(errors=1, notice=1.1, speak=1, learning=0, months=1),
        lambda: speaking_up(errors=1, notice=1, speak=1, learning=0, months=0),
        lambda: speaking_up(errors=1, notice=1, speak=1, learning=0, months=1, forgetting=-0.1),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs|has seven"):
        wrong()
