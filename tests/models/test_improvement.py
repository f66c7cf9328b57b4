"""The improvement wheel: no published numbers, so what must hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.improvement import Improvement, improvement_wheel


def wheel(periods: int = 52, seed: int = 1, **more: float) -> Improvement:
    settings = {"cycle_length": 4, "gain": 0.3, "success": 0.5, "follow_up": True, "fade": 0.05}
    return improvement_wheel(
        periods,
        generator=np.random.default_rng(seed),
        **(settings | more),  # type: ignore[arg-type]  # a mixed bag of settings
    )


def test_three_rounds_by_hand() -> None:
    # Every test works and half of what is left is won each time, nothing fades: 1/2, 3/4, 7/8.
    found = wheel(9, cycle_length=2, gain=0.5, success=1)
    assert found.performance[3::3] == (0.5, 0.75, 0.875)
    assert (found.cycles, found.kept) == (3, 3)


def test_what_is_not_followed_up_fades() -> None:
    # One win of 0.5 in week 2, then 10 per cent lost each week: 0.5 · 0.9 = 0.45.
    found = wheel(3, cycle_length=2, gain=0.5, success=1, follow_up=False, fade=0.1)
    assert found.performance == (0, 0, 0.5, 0.45)


@given(st.integers(0, 200))
def test_follow_up_never_goes_back(seed: int) -> None:
    assert (np.diff(wheel(seed=seed).performance) >= 0).all()


@given(st.integers(0, 50), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_performance_is_a_share(
    seed: int, gain: float, success: float, fade: float, follow_up: bool
) -> None:
    found = wheel(seed=seed, gain=gain, success=success, fade=fade, follow_up=follow_up)
    assert all(0 <= share <= 1 for share in found.performance)
    assert len(found.performance) == 53
    assert found.kept <= found.cycles


def test_short_rounds_learn_more_often() -> None:
    assert wheel(cycle_length=2).cycles > wheel(cycle_length=12).cycles


def test_no_test_that_works_no_change() -> None:
    assert set(wheel(success=0).performance) == {0.0}


@pytest.mark.parametrize(
    "wrong", [{"periods": 0}, {"cycle_length": 0}, {"gain": 1.1}, {"success": -0.1}, {"fade": 2}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        wheel(**wrong)  # type: ignore[arg-type]  # on purpose
