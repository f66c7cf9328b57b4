"""Distributions by moments and the value of information, against published numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.cost_effectiveness import Option, Status, icer_table
from helseledelse.models.uncertainty import (
    Beta,
    Dirichlet,
    Gamma,
    Lognormal,
    Normal,
    Simulation,
    population_evpi,
)

# Published numbers


@pytest.mark.parametrize(
    ("fitted", "low", "high", "tolerance"),
    [
        # Jenks 2016, Appl Health Econ Health Policy 14:135, table 4, 95 per cent limits as tested
        # in ajsims1704/rdecision tests/testthat/test-model-Tegaderm.R. Cost of blood infection:
        (Gamma.by_moments(9900, 3000), 4921, 16_589, 1),
        # the same table, cost of local infection
        (Gamma.by_moments(100, 30), 50.1, 166.8, 1),
        # the same table, cost of dermatitis
        (Gamma.by_moments(6, 3), 1.64, 13.1, 0.1),
        # the same table, number of dressings
        (Gamma.by_moments(3, 2), 0.4, 8.0, 0.1),
        # the same table, days with a catheter
        (Gamma.by_moments(10, 5), 2.7, 21.9, 0.1),
        # the same table, blood infections per 1 000 catheter days
        (Gamma.by_moments(1.48, 0.12), 1.28, 1.75, 0.05),
        # the same table, hazard ratio
        (Lognormal.by_moments(0.402, (0.868 - 0.186) / 3.92), 0.186, 0.868, 0.05),
        # the same table, relative risk of dermatitis
        (Lognormal.by_moments(1.0, 0.5), 0.35, 2.26, 0.05),
        # the same table, baseline risk of dermatitis
        (Beta(1, 475), 0.0, 0.010, 0.005),
    ],
)
def test_limits_of_the_dressing_model(
    fitted: Gamma | Lognormal | Beta, low: float, high: float, tolerance: float
) -> None:
    assert fitted.quantile(0.025) == pytest.approx(low, abs=tolerance)
    assert fitted.quantile(0.975) == pytest.approx(high, abs=tolerance)


def test_moments_of_dampack_documentation() -> None:
    # DARTH-git/dampack R/gen_psa_samp.R, formulas of beta_params by hand:
    # ((1 - 0.5)/0.04 - 1/0.5) x 0.25
    assert Beta.by_moments(0.5, 0.2).alpha == pytest.approx(2.625)
    # the same file, gamma_params(2, 1): shape 4, scale 1/2
    assert Gamma.by_moments(2, 1) == Gamma(4, 0.5)
    # the same file, lnorm_params(3, 0.01) takes the variance 0.01: log(3 / sqrt(1 + 0.01/9))
    assert Lognormal.by_moments(3, 0.1).mu == pytest.approx(math.log(3 / math.sqrt(1 + 0.01 / 9)))
    # the same file, dirichlet_params((0.5, 0.15, 0.35), …), "true values: 100, 30, 70", which the
    # rounded deviation 0.035 meets within two per cent
    assert Dirichlet.by_moments((0.5, 0.15, 0.35), 0.035).counts == pytest.approx(
        (100, 30, 70), rel=0.02
    )


def test_deviation_is_not_taken_for_a_variance() -> None:
    # dampack's gen_psa_samp passes the user's deviation to lnorm_params as a variance; with mean 1
    # and deviation 3 its draws would have deviation sqrt(3).
    fitted = Lognormal.by_moments(1, 3)
    spread = math.sqrt(math.expm1(fitted.sigma**2)) * math.exp(fitted.mu + fitted.sigma**2 / 2)
    assert spread == pytest.approx(3)


def test_interval_of_the_hiv_model() -> None:
    fitted = Lognormal.by_interval(0.365, 0.710)
    # Briggs 2006, exercise 4.7: relative risk 0.509 with 95 per cent limits 0.365 and 0.710
    assert math.exp(fitted.mu) == pytest.approx(0.509, abs=5e-4)
    # the same exercise: (log 0.710 - log 0.365) / (2 x 1.96)
    assert fitted.sigma == pytest.approx(0.170, abs=5e-4)


def stroke_prevention() -> Simulation:
    """Ten draws of net benefit, PMC4323782, table 1, at 100 000 dollars per QALY."""
    warfarin = [438_601.60, 437_745.50, 433_453.80, 435_035.00, 437_617.40]
    warfarin += [435_430.20, 434_030.50, 433_893.70, 435_033.60, 437_555.70]
    device = [419_543.20, 463_363.40, 467_280.00, 440_207.70, 449_992.30]
    device += [445_595.70, 424_200.50, 435_406.70, 434_547.60, 457_368.10]
    benefit = np.column_stack([warfarin, device])
    return Simulation(("warfarin", "device"), -benefit, np.zeros_like(benefit))


def test_perfect_information_in_a_published_table() -> None:
    drawn = stroke_prevention()
    # PMC4323782, table 1, row "overall expectation"
    assert drawn.mean_benefit([100_000])[0] == pytest.approx([435_839.70, 443_750.50], abs=0.05)
    # the same row, "opportunity loss (EVPI)", printed with one digit
    assert drawn.evpi([100_000])[0] == pytest.approx(2_937.40, abs=0.05)
    # the same table: the device is the best choice in 7 of 10 iterations
    assert drawn.acceptability([100_000])[0].tolist() == [0.3, 0.7]
    # the same row: maximum 446 688.00 less 435 839.70
    assert drawn.expected_loss([100_000])[0, 0] == pytest.approx(10_848.30, abs=0.1)


def test_losses_of_bcea() -> None:
    # giabaio/BCEA tests/testthat/test-compute_ol.R: utilities of one and nothing in every draw;
    # no loss with the first option, one with the second
    ones = np.column_stack([np.ones(3), np.zeros(3)])
    drawn = Simulation(("first", "second"), -ones, np.zeros((3, 2)))
    assert drawn.expected_loss([0])[0].tolist() == [0, 1]


def test_vaccine_summary_of_bcea_agrees_with_itself() -> None:
    # giabaio/BCEA tests/testthat/_snaps/summary.md, vaccine data at k = 25 000: expected utilities
    status_quo, vaccination = -36.054, -34.826
    ratio, threshold = 20_098, 25_000
    gain = (vaccination - status_quo) / (threshold - ratio)
    pair = np.array([[0.0, gain * ratio]]), np.array([[0.0, gain]])
    drawn = Simulation(("status quo", "vaccination"), *pair)
    # the same summary: vaccination from k = 20 100 on its grid of 100
    grid = np.arange(0, 50_001, 100)
    assert grid[drawn.best(grid).argmax()] == 20_100
    # the same summary, expected incremental benefit
    benefit = drawn.mean_benefit([25_000])[0]
    assert benefit[1] - benefit[0] == pytest.approx(1.2284, abs=1e-3)


def test_best_on_average_is_not_most_often_best() -> None:
    # made by hand: the second is a little worse in nine draws and much better in one
    effect = np.column_stack([np.full(10, 1.0), [0.9] * 9 + [5.0]])
    drawn = Simulation(("often", "on average"), np.zeros((10, 2)), effect)
    assert drawn.acceptability([100])[0].tolist() == pytest.approx([0.9, 0.1])
    assert drawn.best([100]).tolist() == [1]
    assert drawn.acceptability_frontier([100]).tolist() == pytest.approx([0.1])


# Invariants


def random_simulation(seed: int, options: int = 3) -> Simulation:
    generator = np.random.default_rng(seed)
    return Simulation(
        tuple(f"S{i}" for i in range(options)),
        Gamma.by_moments(50_000, 20_000).draw(generator, 200 * options).reshape(200, options),
        Normal(5, 0.3).draw(generator, 200 * options).reshape(200, options),
    )


THRESHOLDS = np.linspace(0, 1_000_000, 21)


@given(st.integers(0, 200))
def test_what_must_hold_for_every_simulation(seed: int) -> None:
    drawn = random_simulation(seed)
    shares, loss, evpi = (
        drawn.acceptability(THRESHOLDS),
        drawn.expected_loss(THRESHOLDS),
        drawn.evpi(THRESHOLDS),
    )
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (evpi >= 0).all()
    # the value of information is the loss of the option that is best on average
    assert (loss.argmin(axis=1) == drawn.best(THRESHOLDS)).all()
    # and it is the mean of the best less the best of the means
    for threshold, value in zip(THRESHOLDS, evpi, strict=True):
        benefit = threshold * drawn.effect - drawn.cost
        assert value == pytest.approx(benefit.max(axis=1).mean() - benefit.mean(axis=0).max())


@given(st.integers(0, 200))
def test_the_best_option_is_on_the_frontier_of_the_means(seed: int) -> None:
    drawn = random_simulation(seed)
    means = zip(drawn.names, drawn.cost.mean(axis=0), drawn.effect.mean(axis=0), strict=True)
    table = icer_table([Option(name, float(cost), float(effect)) for name, cost, effect in means])
    frontier = {row.option.name for row in table if row.status is Status.FRONTIER}
    assert {drawn.names[i] for i in drawn.best(THRESHOLDS)} <= frontier


@given(st.floats(0.02, 0.98), st.floats(0.01, 0.99))
def test_beta_has_the_moments_asked_for(mean: float, share: float) -> None:
    sd = share * math.sqrt(mean * (1 - mean))
    fitted = Beta.by_moments(mean, sd)
    total = fitted.alpha + fitted.beta
    assert fitted.alpha / total == pytest.approx(mean)
    assert math.sqrt(fitted.alpha * fitted.beta / (total**2 * (total + 1))) == pytest.approx(sd)


@given(st.floats(0.01, 1e6), st.floats(0.01, 3))
def test_lognormal_and_gamma_have_the_moments_asked_for(mean: float, share: float) -> None:
    fitted = Lognormal.by_moments(mean, share * mean)
    assert math.exp(fitted.mu + fitted.sigma**2 / 2) == pytest.approx(mean)
    assert math.sqrt(math.expm1(fitted.sigma**2)) == pytest.approx(share)
    gamma = Gamma.by_moments(mean, share * mean)
    assert gamma.shape * gamma.scale == pytest.approx(mean)
    assert math.sqrt(gamma.shape) * gamma.scale == pytest.approx(share * mean)


@pytest.mark.parametrize(
    ("fitted", "mean", "sd"),
    [
        (Beta.by_moments(0.3, 0.1), 0.3, 0.1),
        (Gamma.by_moments(100, 40), 100, 40),
        (Lognormal.by_moments(0.8, 0.2), 0.8, 0.2),
        (Normal(-3, 2), -3, 2),
    ],
)
def test_draws_have_the_moments(
    fitted: Beta | Gamma | Lognormal | Normal, mean: float, sd: float
) -> None:
    drawn = fitted.draw(np.random.default_rng(7), 40_000)
    assert drawn.mean() == pytest.approx(mean, abs=5 * sd / 200)  # five standard errors
    assert drawn.std() == pytest.approx(sd, rel=0.05)


def test_dirichlet_draws_sum_to_one_and_keep_their_means() -> None:
    # Briggs 2006, exercise 2.5: transitions seen from state A
    seen = Dirichlet((1251, 350, 116, 17))
    drawn = seen.draw(np.random.default_rng(3), 5_000)
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx(seen.means, abs=0.001)


def test_the_same_seed_gives_the_same_draws() -> None:
    one, other = (Beta(2, 3).draw(np.random.default_rng(5), 9) for _ in range(2))
    assert (one == other).all()


# Extremes


def test_without_uncertainty_knowledge_is_worth_nothing() -> None:
    same = np.tile([[0.0, 500.0]], (20, 1)), np.tile([[1.0, 1.2]], (20, 1))
    assert (Simulation(("a", "b"), *same).evpi(THRESHOLDS) == 0).all()


def test_one_option_is_always_best() -> None:
    drawn = random_simulation(1, options=1)
    assert (drawn.acceptability(THRESHOLDS) == 1).all()
    assert (drawn.evpi(THRESHOLDS) == 0).all()


def test_equal_options_share_every_draw() -> None:
    drawn = Simulation(("a", "b"), np.zeros((4, 2)), np.ones((4, 2)))
    assert drawn.acceptability([10]).tolist() == [[0.5, 0.5]]


def test_population_value_counts_people_over_years() -> None:
    assert float(population_evpi(50, people=1000, years=1)) == 50_000
    # by hand: 1 + 1/1.04 + 1/1.04^2
    assert float(population_evpi(1, people=1, years=3)) == pytest.approx(2.88609, abs=5e-6)
    assert population_evpi([1.0, 2.0], people=0, years=5).tolist() == [0, 0]


# Bad input


def test_distributions_cannot_be_built_wrong() -> None:
    with pytest.raises(ValueError, match=r"no beta .* 0\.5 .* 0\.5"):
        Beta.by_moments(0.5, 0.5)
    with pytest.raises(ValueError, match="no beta"):
        Beta.by_moments(1.0, 0.1)
    with pytest.raises(ValueError, match="no beta"):
        Beta.by_moments(0.5, math.nan)
    with pytest.raises(ValueError, match="above 0, not -1"):
        Beta(-1, 2)
    with pytest.raises(ValueError, match="above 0, not 0"):
        Gamma.by_moments(0, 1)
    with pytest.raises(ValueError, match="above 0"):
        Lognormal.by_moments(1, -1)
    with pytest.raises(ValueError, match="finite"):
        Lognormal(math.nan, 1)
    with pytest.raises(ValueError, match="no interval"):
        Lognormal.by_interval(2, 1)
    with pytest.raises(ValueError, match="above 0"):
        Normal(0, 0)
    with pytest.raises(ValueError, match="finite"):
        Normal(math.inf, 1)
    with pytest.raises(ValueError, match="two parts"):
        Dirichlet((1,))
    with pytest.raises(ValueError, match="above 0, not 0"):
        Dirichlet((1, 0))
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        Dirichlet.by_moments((0.5, 0.4), 0.1)


def test_simulations_cannot_be_built_wrong() -> None:
    with pytest.raises(ValueError, match=r"\(4, 2\).*\(4, 3\)"):
        Simulation(("a", "b"), np.zeros((4, 2)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="one shape"):
        Simulation(("a",), np.zeros(4), np.zeros(4))
    with pytest.raises(ValueError, match="2 options"):
        Simulation(("a",), np.zeros((4, 2)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="names"):
        Simulation(("a", "a"), np.zeros((4, 2)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="at least one draw"):
        Simulation(("a", "b"), np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="finite"):
        Simulation(("a", "b"), np.full((4, 2), math.nan), np.zeros((4, 2)))


def test_thresholds_and_populations_are_checked() -> None:
    drawn = random_simulation(0)
    with pytest.raises(ValueError, match="row of numbers"):
        drawn.evpi(500_000)
    with pytest.raises(ValueError, match="negative"):
        drawn.acceptability([-1])
    with pytest.raises(ValueError, match="cannot count"):
        population_evpi(1, people=-1, years=1)
    with pytest.raises(ValueError, match="never worth less"):
        population_evpi(-1, people=1, years=1)
