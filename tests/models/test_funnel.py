"""Funnel limits against the numbers the public-health packages store for their own tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.funnel import (
    FunnelMethod,
    dispersion_factor,
    funnel,
    funnel_limits,
)

SHARES: tuple[FunnelMethod, ...] = ("exact_binomial", "inverted_wilson")
RATIOS: tuple[FunnelMethod, ...] = ("exact_poisson", "garwood")


# FunnelPlotR, tests/testthat/test-poisson_limits.R: limits around 1 for 15, 20 and 30 expected.
@pytest.mark.parametrize(
    ("expected", "low_95", "high_95", "low_998", "high_998"),
    [
        (15, 0.5596924, 1.649348, 0.3862650, 2.082907),
        (20, 0.6108260, 1.544419, 0.4479107, 1.902094),
        (30, 0.6746958, 1.427562, 0.5289724, 1.702771),
    ],
)
def test_funnelplotr(
    expected: int, low_95: float, high_95: float, low_998: float, high_998: float
) -> None:
    limits = funnel_limits([expected], target=1, method="garwood")
    assert limits.lower_95[0] == pytest.approx(low_95, abs=5e-8)
    assert limits.upper_95[0] == pytest.approx(high_95, abs=5e-7)
    assert limits.lower_998[0] == pytest.approx(low_998, abs=5e-8)
    assert limits.upper_998[0] == pytest.approx(high_998, abs=5e-7)


# PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv: per cent, mean 80.642448.
@pytest.mark.parametrize(
    ("cases", "low_95", "high_95", "low_998", "high_998"),
    [
        (2, 25.885383, 100, 0, 100),
        (10, 56.154344, 100, 42.03259, 100),
        (18, 62.390093, 98.894803, 51.864359, 100),
        (50, 69.691035, 91.593861, 63.375595, 97.909301),
        (102, 72.974925, 88.309971, 68.553233, 92.731663),
        (1008, 78.203374, 83.081521, 76.796814, 84.488082),
        (9998, 79.867989, 81.416907, 79.421375, 81.863521),
        (110000, 80.408963, 80.875933, 80.274317, 81.010578),
    ],
)
def test_pheindicatormethods(
    cases: int, low_95: float, high_95: float, low_998: float, high_998: float
) -> None:
    limits = funnel_limits([cases], target=0.80642448, method="inverted_wilson")
    assert 100 * limits.lower_95[0] == pytest.approx(low_95, abs=2e-6)
    assert 100 * limits.upper_95[0] == pytest.approx(high_95, abs=2e-6)
    assert 100 * limits.lower_998[0] == pytest.approx(low_998, abs=2e-6)
    assert 100 * limits.upper_998[0] == pytest.approx(high_998, abs=2e-6)


# PHEindicatormethods, tests/testthat/testdata_funnel_prop_inputs.csv: areas and their verdicts.
@pytest.mark.parametrize(
    ("events", "cases", "inner", "outer"),
    [
        (50050.7443, 61921, False, False),
        (26789.2380, 33012, True, False),
        (30277.5312, 37828, True, False),
        (35078.4880, 41980, True, True),
        (24803.6256, 31824, True, True),
        (24648.7596, 30521, False, False),
        (36850.0492, 45449, True, False),
    ],
)
def test_pheindicatormethods_verdicts(events: float, cases: int, inner: bool, outer: bool) -> None:
    found = funnel([events], [cases], target=0.80642448, method="inverted_wilson")
    assert (bool(found.outside_95[0]), bool(found.outside_998[0])) == (inner, outer)


def test_the_inverted_wilson_is_where_wilsons_interval_touches_the_target() -> None:
    # Wilson (1927): an observed share on the limit has an interval that ends at the target.
    cases, target, z = 80.0, 0.3, 1.959963984540054
    share = funnel_limits([cases], target=target, method="inverted_wilson").upper_95[0]
    middle = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z * np.sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / (1 + z**2 / cases)
    assert middle - half == pytest.approx(target)


def test_interpolation_by_hand() -> None:
    # Spiegelhalter (2005), appendix A.1.1, ten tosses of a coin: P(X<=1) = 11/1024 = 0.01074,
    # P(X<=2) = 56/1024 = 0.05469. The 2.5 per cent point is 2 - (0.05469 - 0.025) / 0.04395
    # = 1.3244 of 10, and its mirror 8.6756 - 1 = 7.6756: P(X<=7) = 0.94531, P(X<=8) = 0.98926,
    # 8 - (0.98926 - 0.975) / 0.04395 = 7.6756.
    limits = funnel_limits([10], target=0.5)
    assert limits.lower_95[0] == pytest.approx(0.13244, abs=5e-6)
    assert limits.upper_95[0] == pytest.approx(0.76756, abs=5e-6)


def test_poisson_interpolation_by_hand() -> None:
    # Mean 4: P(X<=0) = 0.018316, P(X<=1) = 0.091578. 2.5 per cent: 1 - 0.066578 / 0.073263
    # = 0.09124, ratio 0.02281. P(X<=7) = 0.948866, P(X<=8) = 0.978637: 8 - 0.003637 / 0.029770
    # = 7.87784, ratio 1.96946.
    limits = funnel_limits([4], target=1, method="exact_poisson")
    assert limits.lower_95[0] == pytest.approx(0.02281, abs=5e-6)
    assert limits.upper_95[0] == pytest.approx(1.96946, abs=5e-5)


@pytest.mark.parametrize("method", [*SHARES, *RATIOS])
def test_limits_close_in_on_the_target(method: FunnelMethod) -> None:
    target = 0.2
    limits = funnel_limits([50, 500, 5_000, 500_000], target=target, method=method)
    for lower, upper in (
        (limits.lower_95, limits.upper_95),
        (limits.lower_998, limits.upper_998),
    ):
        assert (np.diff(lower) > 0).all()
        assert (np.diff(upper) < 0).all()
        assert (lower[-1], upper[-1]) == pytest.approx((target, target), abs=0.004)
    assert (limits.lower_998 < limits.lower_95).all()
    assert (limits.upper_998 > limits.upper_95).all()


@given(st.integers(1, 3000), st.floats(0.01, 0.99))
def test_limits_are_shares_on_either_side(cases: int, target: float) -> None:
    for method in SHARES:
        limits = funnel_limits([cases], target=target, method=method)
        lines = (limits.lower_998, limits.lower_95, limits.upper_95, limits.upper_998)
        assert all(0 <= line[0] <= 1 for line in lines)
        assert limits.lower_998[0] <= limits.lower_95[0]
        assert limits.upper_95[0] <= limits.upper_998[0]


def test_chance_alone_puts_about_two_in_a_thousand_outside() -> None:
    generator = np.random.default_rng(5)
    cases = generator.integers(200, 3000, 20_000)
    found = funnel(generator.binomial(cases, 0.18), cases, target=0.18)
    assert found.outside_95.mean() == pytest.approx(0.05, abs=0.01)
    assert found.outside_998.mean() == pytest.approx(0.002, abs=0.0015)


def test_the_smallest_is_worst_and_still_not_different() -> None:
    # 3 of 10 is the highest share by far, and within chance; 260 of 1000 is not.
    found = funnel([3, 260, 1800], [10, 1000, 9000])
    assert found.value.argmax() == 0
    assert found.outside_998.tolist() == [False, True, False]


# --- overdispersion -------------------------------------------------------------------------------


def test_dispersion_by_hand() -> None:
    # z = -3, -1, 0, 1, 3: the 10 and 90 per cent points are -2.2 and 2.2 (interpolated), so
    # φ = (4.84 + 1 + 0 + 1 + 4.84) / 5 = 2.336; untrimmed (9 + 1 + 0 + 1 + 9) / 5 = 4.
    assert dispersion_factor([-3, -1, 0, 1, 3]) == pytest.approx(2.336)
    assert dispersion_factor([-3, -1, 0, 1, 3], trim=0) == 4


def test_less_spread_than_chance_narrows_nothing() -> None:
    assert dispersion_factor([-0.1, 0.2, 0.1]) == 1
    alike = [[20, 41, 60], [100, 200, 300]]
    assert funnel(*alike, overdispersion=True).limits.upper_95.tolist() == (
        funnel(*alike).limits.upper_95.tolist()
    )


def test_one_far_out_does_not_hide_itself() -> None:
    z = [*np.linspace(-1.5, 1.5, 19), 12.0]
    assert dispersion_factor(z) < 1.1
    assert dispersion_factor(z, trim=0) > 7


def test_overdispersion_widens_by_its_root() -> None:
    plain = funnel_limits([400], target=0.5, method="inverted_wilson")
    wide = funnel_limits([400], target=0.5, method="inverted_wilson", dispersion=4)
    assert wide.upper_95[0] - 0.5 == pytest.approx(2 * (plain.upper_95[0] - 0.5))
    generator = np.random.default_rng(11)
    cases = generator.integers(5_000, 20_000, 60)
    events = generator.binomial(cases, generator.normal(0.18, 0.01, 60))
    assert funnel(events, cases).outside_998.sum() > 10
    adjusted = funnel(events, cases, overdispersion=True)
    assert adjusted.outside_998.sum() <= 2
    assert adjusted.dispersion > 4
    assert adjusted.method == "exact_binomial, φ"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: funnel([], []),
        lambda: funnel([1, 2], [3]),
        lambda: funnel([-1], [3]),
        lambda: funnel([1], [0]),
        lambda: funnel([4], [3]),
        lambda: funnel([float("nan")], [3]),
        lambda: funnel([0, 0], [5, 5]),
        lambda: funnel([1], [3], target=1),
        lambda: funnel([1], [3.5], target=0.5),
        lambda: funnel([1], [3], target=0, method="garwood"),
        lambda: funnel_limits([5], target=0.5, dispersion=0.5),
        lambda: funnel_limits([float("inf")], target=0.5),
        lambda: dispersion_factor([]),
        lambda: dispersion_factor([1, 2], trim=0.5),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="must"):
        wrong()
