"""Rates, projections, risk and inequality against published figures, peers, laws and extremes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse import datasets
from helseledelse.models.population import (
    Screening,
    care_demand,
    concentration_index,
    cut_off,
    direct_rate,
    gini,
    indirect_ratio,
    kitagawa,
    life_table,
    lorenz,
    poisson_interval,
    project,
    regression_to_the_mean,
    slope_index,
)

# Rates


# Breslow and Day (1987), Statistical methods in cancer research II, and Garwood (1936): exact 95
# per cent limits of a count, as in every table of them.
@pytest.mark.parametrize(
    ("events", "low", "high"),
    [
        (0, 0.0, 3.69),
        (1, 0.0253, 5.57),
        (2, 0.242, 7.22),
        (3, 0.619, 8.77),
        (4, 1.09, 10.24),
        (5, 1.62, 11.67),
        (6, 2.20, 13.06),
        (7, 2.81, 14.42),
        (8, 3.45, 15.76),
        (9, 4.12, 17.08),
        (10, 4.80, 18.39),
        (15, 8.40, 24.74),
        (20, 12.22, 30.89),
        (25, 16.18, 36.90),
        (30, 20.24, 42.83),
        (50, 37.11, 65.92),
        (100, 81.36, 121.63),
    ],
)
def test_exact_limits_of_a_count(events: int, low: float, high: float) -> None:
    assert poisson_interval(events) == pytest.approx((low, high), abs=0.0051)


# github.com/florish/byar, test/test_byar.rb (with 1.96 for z, hence the tolerance): limits of 100
# events, and of an SMR of 23 over 30, 100 over 90 and 0 over 10.
@pytest.mark.parametrize(
    ("events", "expected", "low", "high"),
    [
        (100, 1, 81.3617916060, 121.6283472718),
        (100, 90, 0.9040199067, 1.3514260808),
        (23, 30, 0.4858414415, 1.1504345024),
        (0, 10, 0.0, 0.3668097492),
    ],
)
def test_byars_limits(events: int, expected: float, low: float, high: float) -> None:
    limits = np.array(poisson_interval(events, method="byar")) / expected
    assert limits == pytest.approx([low, high], rel=3e-5)


def test_smr_carries_byars_limits() -> None:
    # As above: 23 observed, 30 expected.
    ratio = indirect_ratio(23, [1000, 500], [0.02, 0.02])
    assert ratio.value == pytest.approx(23 / 30)
    assert ratio.method == "indirekte, Byar"
    assert (ratio.low, ratio.high) == pytest.approx((0.4858414415, 1.1504345024), rel=3e-5)


# Fleiss (1981), Statistical methods for rates and proportions, table 14.4: Down's syndrome by
# mother's age, fifth child or later, against all live births in Michigan 1950-1964.
DOWN = (
    [0, 8, 63, 112, 262, 295],
    [327, 30_666, 123_419, 149_919, 104_088, 34_392],
    [319_933, 931_318, 786_511, 488_235, 237_863, 61_313],
)


def test_direct_rate_of_downs_syndrome() -> None:
    # The R package dsrTest's vignette: 75.52901 per 100 000.
    rate = direct_rate(*DOWN)
    assert rate.value == pytest.approx(75.52901, abs=5e-6)
    assert rate.events == 740
    assert rate.low < rate.value < rate.high


def test_dobsons_interval_by_hand() -> None:
    # Rate Σwr with r = 10/1000 and 30/1000, w ½: 0.02; variance ¼(10 + 30)/10⁶ = 1e-5;
    # √(1e-5 / 40) = 0.0005 a count; Byar's limits of 40 are 28.573 and 54.470.
    rate = direct_rate([10, 30], [1000, 1000], [1, 1], per=1000)
    assert rate.low == pytest.approx(20 + 0.5 * (28.573 - 40), abs=0.001)
    assert rate.high == pytest.approx(20 + 0.5 * (54.470 - 40), abs=0.001)


def test_death_rates_of_two_towns() -> None:
    # STA304 practical 1 (github.com/ydvpratik/R): A is its own standard, 29.83607 per 1000; B is
    # 27.45082 crude and 31.42623 standardised: fewer die only because B is younger.
    people_a, deaths_a = [20_000, 12_000, 50_000, 30_000, 10_000], [600, 240, 1250, 1050, 500]
    people_b, deaths_b = [12_000, 30_000, 62_000, 15_000, 3_000], [372, 660, 1612, 525, 180]
    own = direct_rate(deaths_a, people_a, people_a, per=1000)
    other = direct_rate(deaths_b, people_b, people_a, per=1000)
    assert own.value == pytest.approx(29.83607, abs=5e-6)
    assert other.value == pytest.approx(31.42623, abs=5e-6)
    assert direct_rate(deaths_b, people_b, people_b, per=1000).value == pytest.approx(27.45082)


def test_few_events_are_not_shown() -> None:
    few = direct_rate([4, 5], [1000, 1000], [1, 1])
    assert few.suppressed
    assert np.isnan([few.value, few.low, few.high]).all()
    assert few.events == 9
    assert not direct_rate([4, 6], [1000, 1000], [1, 1]).suppressed
    assert indirect_ratio(9, [1000], [0.01]).suppressed
    assert indirect_ratio(9, [1000], [0.01], fewest=5).method == "indirekte, eksakt"
    assert direct_rate([0, 0], [1000, 1000], [1, 1], fewest=0).suppressed


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(1000, 9000), st.integers(1, 90)),
        min_size=1,
        max_size=8,
    )
)
def test_a_standardised_rate_lies_among_its_own(bands: list[tuple[int, int, int]]) -> None:
    events, people, weights = (list(column) for column in zip(*bands, strict=True))
    rate = direct_rate(events, people, weights, per=1, fewest=0)
    own = np.array(events) / people
    assert own.min() - 1e-12 <= rate.value <= own.max() + 1e-12
    assert 0 <= rate.low <= rate.value <= rate.high


def test_more_certainty_asks_for_wider_limits() -> None:
    inner, outer = poisson_interval(20), poisson_interval(20, level=0.998)
    assert outer[0] < inner[0] < 20 < inner[1] < outer[1]


# The years ahead


# The shipped life tables, closed at 105 years and with their own part of the first year lived.
@pytest.mark.parametrize("year", [2013, 2023])
@pytest.mark.parametrize("sex", ["K", "M", "alle"])
def test_the_shipped_life_table_comes_from_its_mortality(year: int, sex: str) -> None:
    shipped = datasets.life_table(year, sex)
    table = life_table(shipped["mx"].to_numpy(), first_year=0.1)
    ages = [0, 20, 65, 80, 95, 105]
    assert table.expectancy[ages] == pytest.approx(shipped["ex"].loc[ages].to_numpy(), abs=4e-4)
    assert table.death == pytest.approx(shipped["qx"].to_numpy(), abs=5e-7)
    assert table.survivors * 1e5 == pytest.approx(shipped["lx"].to_numpy(), abs=0.5)


# Statistics Norway, "Døde" 2023: life expectancy at birth 84.6 years for women, 81.4 for men.
@pytest.mark.parametrize(("sex", "years"), [("K", 84.6), ("M", 81.4)])
def test_life_expectancy_in_norway(sex: str, years: float) -> None:
    deaths = datasets.mortality(2023)
    rates = deaths[deaths["kjonn"] == sex].sort_values("alder")["mx"].to_numpy()[:106]
    assert life_table(rates, first_year=0.1).expectancy[0] == pytest.approx(years, abs=0.05)


@given(st.lists(st.floats(0, 3), min_size=2, max_size=60), st.floats(0.01, 3))
def test_nobody_comes_back(rates: list[float], last: float) -> None:
    table = life_table([*rates, last])
    assert (np.diff(table.survivors) <= 0).all()
    assert ((table.death >= 0) & (table.death <= 1)).all()
    assert ((table.survival >= 0) & (table.survival <= 1)).all()
    assert table.expectancy[0] == pytest.approx(table.lived.sum())


def test_a_stationary_population_stands_still() -> None:
    # With its own survival and as many births as there are in its first year, L does not change.
    table = life_table(datasets.life_table(2023)["mx"].to_numpy(), first_year=0.1)
    years = project(table.lived, table.survival, years=40, births=float(table.lived[0]))
    assert years[-1] == pytest.approx(table.lived, rel=1e-12)


@given(st.lists(st.integers(0, 900), min_size=2, max_size=30), st.integers(0, 40))
def test_without_deaths_nobody_is_lost(people: list[int], years: int) -> None:
    rows = project(people, np.ones(len(people)), years=years, births=7)
    assert rows.shape == (years + 1, len(people))
    assert rows.sum(axis=1) == pytest.approx(sum(people) + 7 * np.arange(years + 1))


def test_falling_mortality_keeps_more() -> None:
    people, survival = [100.0] * 5, [0.9, 0.8, 0.7, 0.6, 0.5]
    now = project(people, survival, years=3)
    better = project(people, survival, years=3, improvement=0.1)
    assert better[1] == pytest.approx(now[1])  # the first year has the mortality given
    assert (better[2:].sum(axis=1) > now[2:].sum(axis=1)).all()
    assert project(people, survival, years=3, improvement=1)[-1].sum() == pytest.approx(350)


def test_demand_by_hand() -> None:
    # 100 · 0.1 + 50 · 0.4 = 30 users; a year of one per cent less work: 30 · 0.5 · 0.99.
    demand = care_demand(
        [[100, 50], [100, 50]], [0.1, 0.4], positions_per_user=0.5, productivity=0.01
    )
    assert demand.users.tolist() == [30.0, 30.0]
    assert demand.positions == pytest.approx([15.0, 14.85])


def test_a_year_healthier_is_a_year_later() -> None:
    # Everyone of 81 uses what those of 80 used before.
    use = np.zeros(100)
    use[80:] = np.linspace(0.1, 0.5, 20)
    people = np.zeros((2, 100))
    people[:, 81] = 1000
    demand = care_demand(people, use, positions_per_user=1, healthier=1)
    assert demand.users == pytest.approx([1000 * use[81], 1000 * use[80]])


# Decomposition


def das_gupta_households() -> tuple[list[float], ...]:
    """Das Gupta (1993), table 5.1: age of heads of household 15-19 … 75+, United States."""
    return (
        [12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9],
        [1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8],
        [10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5],
        [2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2],
    )


def test_household_rates() -> None:
    # The same table as the R package DasGuptR's README computes it: rates 1.7403 and age 1.2269 of
    # 2.9672, from 44.7268 in 1970 to 47.6940 in 1985.
    parts = kitagawa(*das_gupta_households())
    assert parts.total == pytest.approx(2.9672, abs=5e-5)
    assert parts.rates.sum() == pytest.approx(1.7403, abs=5e-5)
    assert parts.composition.sum() == pytest.approx(1.2269, abs=5e-5)


def test_death_rates_by_race_and_age() -> None:
    # Das Gupta (1993), table 5.3, as DasGuptR's README computes it with one composition: deaths
    # per 1000 fell by 0.6862158 from 1970 to 1985: rates −2.2277254, composition +1.5415096.
    size_1985 = [3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472]
    size_1985 += [707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236]
    size_1970 = [2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315]
    size_1970 += [535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117]
    rate_1985 = [9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570]
    rate_1985 += [17.208, 0.738, 0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161]
    rate_1970 = [18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837]
    rate_1970 += [36.993, 1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902]
    rate_1970 += [123.205]
    parts = kitagawa(size_1970, rate_1970, size_1985, rate_1985)
    assert parts.total == pytest.approx(-0.6862158, abs=5e-8)
    assert parts.rates.sum() == pytest.approx(-2.2277254, abs=5e-8)
    assert parts.composition.sum() == pytest.approx(1.5415096, abs=5e-8)


@given(
    st.lists(
        st.tuples(st.floats(0.1, 90), st.floats(0, 900), st.floats(0.1, 90), st.floats(0, 900)),
        min_size=1,
        max_size=9,
    )
)
def test_nothing_is_left_over(groups: list[tuple[float, float, float, float]]) -> None:
    before, r0, after, r1 = (list(column) for column in zip(*groups, strict=True))
    parts = kitagawa(before, r0, after, r1)
    assert parts.composition.sum() + parts.rates.sum() == pytest.approx(parts.total, abs=1e-9)
    back = kitagawa(after, r1, before, r0)
    assert back.rates == pytest.approx(-parts.rates)


# Risk


# Altman and Bland (1994), BMJ 308:1552 and 309:102: 344 liver scans, 231 of 258 abnormal and 54 of
# 86 normal rightly told: 0.90 and 0.63; predictive values 0.88 and 0.67, and 0.45 and 0.95 where
# the prevalence is 0.25.
@pytest.mark.parametrize(
    ("prevalence", "positive", "negative"), [(258 / 344, 0.88, 0.67), (0.25, 0.45, 0.95)]
)
def test_liver_scans(prevalence: float, positive: float, negative: float) -> None:
    scan = Screening(344, prevalence, 231 / 258, 54 / 86)
    assert scan.positive_value == pytest.approx(positive, abs=0.005)
    assert scan.negative_value == pytest.approx(negative, abs=0.005)


def test_liver_scans_are_counted() -> None:
    scan = Screening(344, 258 / 344, 231 / 258, 54 / 86)
    found = (scan.true_positive, scan.false_positive, scan.false_negative, scan.true_negative)
    assert found == pytest.approx((231, 32, 27, 54))
    assert scan.flagged == pytest.approx(263)


def test_visits_for_each_event() -> None:
    # By hand: 40 of the 100 flagged would have had it; a quarter is prevented: 100 / 10.
    group = Screening(1000, 0.05, 0.8, 1 - 60 / 950, effect=0.25)
    assert group.prevented == pytest.approx(10)
    assert group.visits_per_event == pytest.approx(10)
    assert Screening(1000, 0.05, 0.8, 0.9).visits_per_event == float("inf")
    assert np.isnan(Screening(1000, 0.05, 0, 1).positive_value)
    assert np.isnan(Screening(1000, 0.05, 1, 0).negative_value)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.5, 0.999))
def test_a_cut_off_flags_the_share_asked_for(
    share: float, prevalence: float, discrimination: float
) -> None:
    sensitivity, specificity = cut_off(share, prevalence=prevalence, discrimination=discrimination)
    group = Screening(1, prevalence, sensitivity, specificity)
    assert group.flagged == pytest.approx(share, abs=1e-9)
    assert group.positive_value >= prevalence - 1e-9  # never worse than the toss of a coin


def test_scores_one_standard_deviation_apart() -> None:
    # Scores one standard deviation apart have an AUC of Φ(1/√2) = 0.7602; at the mean of the well
    # half of them are flagged, and Φ(1) = 0.8413 of the others.
    sensitivity, specificity = cut_off(
        0.5 * 0.8413447 + 0.5 * 0.5, prevalence=0.5, discrimination=0.7602499
    )
    assert (sensitivity, specificity) == pytest.approx((0.8413, 0.5), abs=1e-4)


def test_everybody_or_nobody_is_flagged() -> None:
    assert cut_off(1, prevalence=0.1, discrimination=0.8) == (1, 0)
    assert cut_off(0, prevalence=0.1, discrimination=0.8) == (0, 1)


def test_regression_to_the_mean() -> None:
    assert regression_to_the_mean(120, mean=100, correlation=1) == 120
    assert regression_to_the_mean(120, mean=100, correlation=0) == 100


# Inequality

# The R package ineq's help page (Gini): ten incomes.
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def test_gini_of_ten_incomes() -> None:
    # ineq 0.462091130267624 (its tests, github.com/fikovnik/ISSTA18-artifact); a sample: ×10/9.
    assert gini(INCOMES) == pytest.approx(0.462091130267624, abs=1e-15)
    assert gini(INCOMES, small_sample=True) == pytest.approx(0.5134346, abs=5e-8)


def test_gini_of_nine_numbers() -> None:
    # Inequality.jl, help page of gini.
    assert gini([8, 5, 1, 3, 5, 6, 7, 6, 3]) == pytest.approx(0.2373737373737374, abs=1e-15)


def test_extremes_of_gini() -> None:
    assert gini([4, 4, 4]) == pytest.approx(0, abs=1e-15)
    assert gini([0] * 9 + [1]) == pytest.approx(0.9)
    assert gini([0] * 9 + [1], small_sample=True) == pytest.approx(1)


@given(st.lists(st.tuples(st.floats(0.01, 99), st.integers(1, 50)), min_size=1, max_size=20))
def test_lorenz_is_convex_and_persons_count(groups: list[tuple[float, int]]) -> None:
    values, weights = (list(column) for column in zip(*groups, strict=True))
    people, owned = lorenz(values, weights)
    assert (people[0], owned[0]) == (0, 0)
    assert (people[-1], owned[-1]) == pytest.approx((1, 1))
    assert (owned <= people + 1e-12).all()
    assert (np.diff(np.diff(owned) / np.diff(people)) >= -1e-9).all()
    assert 0 - 1e-12 <= gini(values, weights) < 1
    assert gini(values, weights) == pytest.approx(gini(np.repeat(values, weights)), abs=1e-9)


def test_concentration_by_own_rank_is_gini() -> None:
    assert concentration_index(INCOMES) == pytest.approx(gini(INCOMES))
    assert concentration_index(INCOMES[::-1]) == pytest.approx(-gini(INCOMES))


def test_concentration_index_agrees_with_the_convenient_regression() -> None:
    # O'Donnell, van Doorslaer, Wagstaff and Lindelow (2008), Analyzing health equity, chapter 8:
    # the slope of 2σ²h/μ on rank, weighted; by statsmodels.
    import statsmodels.api as sm

    health, people = np.array([118.0, 121, 97, 70, 41]), np.array([300.0, 280, 260, 240, 200])
    share = people / people.sum()
    rank = np.cumsum(share) - share / 2
    spread = share @ (rank - 0.5) ** 2
    line = sm.WLS(2 * spread * health / (share @ health), sm.add_constant(rank), people).fit()
    assert concentration_index(health, people) == pytest.approx(line.params[1])


def test_erreygers_by_hand() -> None:
    # Nobody of the poorer half, everybody of the richer: C = 1/2, mean 1/2, E = 4 · ½ · ½ = 1.
    assert concentration_index([0, 1]) == pytest.approx(0.5)
    assert concentration_index([0, 1], bounds=(0, 1)) == pytest.approx(1)


def test_erreygers_mirrors_health_and_illness() -> None:
    # Erreygers (2009): turning health into illness turns the sign only.
    health = np.array([0.6, 0.7, 0.85, 0.9])
    index = concentration_index(health, bounds=(0, 1))
    assert concentration_index(1 - health, bounds=(0, 1)) == pytest.approx(-index)


def test_slope_index_agrees_with_weighted_least_squares() -> None:
    # Public Health England's definition through statsmodels' WLS with the groups' persons.
    import statsmodels.api as sm

    rates = np.array([74.1, 75.3, 76.6, 77.4, 78.0, 78.9, 79.7, 80.1, 80.8, 82.4])
    people = np.array([9000, 8700, 9100, 8600, 8800, 9200, 9050, 8400, 8900, 8750])
    share = people / people.sum()
    line = sm.WLS(rates, sm.add_constant(np.cumsum(share) - share / 2), weights=people).fit()
    slope = slope_index(rates, people)
    assert slope.difference == pytest.approx(line.params[1])
    assert slope.relative == pytest.approx(line.params[1] / (share @ rates))


def test_a_straight_gradient_is_its_slope() -> None:
    # Ten equal groups, 10 + 2 for each: ranks go from 0 to 1 in ten steps, so 20 across.
    assert slope_index(10 + 2 * np.arange(10), np.ones(10)).difference == pytest.approx(20)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: poisson_interval(-1),
        lambda: poisson_interval(float("nan")),
        lambda: poisson_interval(1, level=1),
        lambda: direct_rate([1, 2], [1000], [1, 1]),
        lambda: direct_rate([1, 2], [1000, 0], [1, 1]),
        lambda: direct_rate([1, 2], [1000, 1000], [0, 0]),
        lambda: direct_rate([1, float("nan")], [1000, 1000], [1, 1]),
        lambda: direct_rate([], [], []),
        lambda: indirect_ratio(-1, [1], [1]),
        lambda: indirect_ratio(1, [0], [0.1]),
        lambda: life_table([0.1, 0]),
        lambda: life_table([-0.1, 1]),
        lambda: project([1, 2], [0.5, 1.5], years=1),
        lambda: project([1, 2], [0.5, 0.5], years=-1),
        lambda: care_demand([[1, 2]], [0.5], positions_per_user=1),
        lambda: care_demand([[1, 2]], [0.5, 1.5], positions_per_user=1),
        lambda: care_demand([[1, 2]], [0.5, 0.5], positions_per_user=1, productivity=1),
        lambda: kitagawa([0, 0], [1, 1], [1, 1], [1, 1]),
        lambda: kitagawa([1, 1], [1], [1, 1], [1, 1]),
        lambda: Screening(-1, 0.1, 0.1, 0.1),
        lambda: Screening(1, 1.1, 0.1, 0.1),
        lambda: cut_off(1.1, prevalence=0.1, discrimination=0.7),
        lambda: cut_off(0.1, prevalence=0.1, discrimination=0.4),
        lambda: cut_off(0.1, prevalence=0.1, discrimination=1),
        lambda: regression_to_the_mean(1, mean=0, correlation=2),
        lambda: lorenz([0, 0]),
        lambda: lorenz([-1, 2]),
        lambda: gini([1], small_sample=True),
        lambda: gini([1, 2], [3, 4], small_sample=True),
        lambda: concentration_index([0, 0]),
        lambda: concentration_index([1, 2], bounds=(0, 1)),
        lambda: slope_index([1], [1]),
        lambda: slope_index([1, 2], [1, 0]),
        lambda: slope_index([1, float("nan")], [1, 1]),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="must"):
        wrong()
