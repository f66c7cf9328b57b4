"""Run charts and control charts against textbook tables and the packages that use the rules."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.spc import (
    ChartKind,
    control_chart,
    plot_the_dots,
    run_chart,
    run_limits,
)

# --- run chart ------------------------------------------------------------------------------------


# Upper limits of the longest run, the table after Schilling (2012) at unaettie.com/en-us/faq.php:
# the first and the last number of useful points for each limit.
@pytest.mark.parametrize(
    ("first", "last", "longest"),
    [(10, 11, 6), (12, 22, 7), (23, 45, 8), (46, 90, 9), (91, 102, 10)],
)
def test_longest_run_table(first: int, last: int, longest: int) -> None:
    assert {run_limits(useful)[0] for useful in range(first, last + 1)} == {longest}
    assert run_limits(first - 1)[0] <= longest
    assert run_limits(last)[0] == longest


@pytest.mark.parametrize("useful", range(10, 101))
def test_crossings_are_the_lower_five_per_cent_of_the_binomial(useful: int) -> None:
    # Chen (2010), formula 7, in whole numbers: the fewest c with P(crossings <= c) >= 0.05.
    fewest = run_limits(useful)[1]
    tosses = useful - 1

    def ways(most: int) -> int:
        return sum(comb(tosses, crossings) for crossings in range(most + 1))

    assert 20 * ways(fewest) >= 2**tosses > 20 * ways(fewest - 1)


def test_two_years_of_months() -> None:
    # Anhøj, vignette of qicharts2: with 24 points no run above 8 and at least 8 crossings.
    assert run_limits(24) == (8, 8)
    # Wentzel-Larsen and Anhøj on 13 points (sciencetrends.com): a signal below three crossings.
    assert run_limits(13)[1] == 3


def test_runs_and_crossings_are_counted_without_points_on_the_median() -> None:
    # By hand: median 5; + + (5) - - - + - +  has runs 2, 3, 1, 1, 1 and four crossings.
    chart = run_chart([6, 7, 5, 4, 3, 2, 8, 1, 9])
    assert (chart.median, chart.useful, chart.longest_run, chart.crossings) == (5, 8, 3, 4)


def test_a_shift_is_seen_and_noise_is_not() -> None:
    generator = np.random.default_rng(1)
    noise = generator.normal(0, 1, 24)
    assert not run_chart(noise).signal
    assert run_chart(noise + 3 * (np.arange(24) >= 12)).signal


def test_chance_alone_is_called_a_signal_in_few_series() -> None:
    # Around its own median a series of 24 has twelve on each side. Wald and Wolfowitz (1940): at
    # most r runs in 2 · sum of C(11, k - 1)² and C(11, k - 1) C(11, k) of C(24, 12) ways; fewer
    # than 8 crossings are at most 8 runs. Too long a run without that is rare.
    few = sum(
        2 * comb(11, runs // 2 - 1) * comb(11, runs // 2 - 1 + runs % 2) for runs in range(2, 9)
    ) / comb(24, 12)
    generator = np.random.default_rng(7)
    charts = [run_chart(generator.normal(size=24)) for _ in range(2000)]
    crossed = np.mean([chart.crossings < chart.crossings_limit for chart in charts])
    assert crossed == pytest.approx(few, abs=0.012)
    assert crossed <= np.mean([chart.signal for chart in charts]) < 0.05


def test_a_frozen_median_shows_what_its_own_hides() -> None:
    before, after = [10, 12, 11, 9, 13, 8, 12, 10, 9, 11], [7, 6, 8, 5, 7, 6, 7, 8, 6, 5]
    frozen = run_chart(after, median=run_chart(before).median)
    assert not run_chart(after).signal
    assert frozen.median == 10.5
    assert frozen.longest_run == 10
    assert frozen.signal


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60))
def test_turned_over_and_backwards_it_is_the_same(values: list[int]) -> None:
    chart = run_chart(values)
    for other in (run_chart(values[::-1]), run_chart([-value for value in values])):
        assert (other.useful, other.longest_run, other.crossings) == (
            chart.useful,
            chart.longest_run,
            chart.crossings,
        )
    assert chart.longest_run + chart.crossings <= max(1, chart.useful)


def test_alike_all_the_time_is_no_signal() -> None:
    chart = run_chart([4] * 30)
    assert (chart.useful, chart.signal) == (0, False)
    assert not run_chart([4]).signal


# --- Montgomery, Introduction to Statistical Quality Control, 6th edition -------------------------

# Table 7.1 and 7.2: cans of orange juice that leak, 50 in each sample; then after the adjustment.
ORANGE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
ORANGE += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
ADJUSTED = [9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5]
# Table 7.4: purchase orders with errors, and orders each week.
ORDERS = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
WEEKLY = [100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120]
WEEKLY += [120, 110, 80, 80, 80, 90, 100, 100, 100, 100, 90, 90]
# Table 7.7: faults on printed circuit boards.
BOARDS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16]
BOARDS += [19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
# Table 7.10: errors in 50 shipments a week. Table 7.11: faults in dyed cloth, units of 50 m².
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
CLOTH = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
UNITS = [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5]
# Table 6.6 and 6.7: what it costs to handle a mortgage, by week; then the 20 weeks after.
MORTGAGES = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306]
MORTGAGES += [294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
LATER = [305, 282, 305, 296, 314, 295, 287, 301, 298, 311]
LATER += [310, 292, 305, 299, 304, 310, 304, 305, 333, 328]
# Table 7.14: hours between failures of a valve.
FAILURES = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8]
FAILURES += [2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]


def test_orange_juice() -> None:
    # Example 7.1: 0.2313, limits 0.0524 and 0.4102, samples 15 and 23 above.
    chart = control_chart("p", ORANGE, [50] * 30)
    assert chart.centre[0] == pytest.approx(0.2313, abs=5e-5)
    assert chart.lower[0] == pytest.approx(0.0524, abs=5e-5)
    assert chart.upper[0] == pytest.approx(0.4102, abs=5e-5)
    assert (np.flatnonzero(chart.outside) + 1).tolist() == [15, 23]


def test_orange_juice_without_what_had_a_cause() -> None:
    # Example 7.1 continued: without 15 and 23 the limits are 0.0407, 0.2150 and 0.3893.
    rest = [value for place, value in enumerate(ORANGE, 1) if place not in (15, 23)]
    chart = control_chart("p", rest, [50] * 28)
    assert (chart.lower[0], chart.centre[0], chart.upper[0]) == pytest.approx(
        (0.0407, 0.2150, 0.3893), abs=5e-5
    )


def test_orange_juice_after_the_adjustment_is_a_phase_of_its_own() -> None:
    # Example 7.1, the 24 samples of table 7.2: 133 of 1200 = 0.1108, upper limit 0.2440, lower 0.
    chart = control_chart("p", ORANGE + ADJUSTED, [50] * 54, phases=(30,))
    assert chart.centre[29] == pytest.approx(0.2313, abs=5e-5)
    assert chart.centre[30] == pytest.approx(0.1108, abs=5e-5)
    assert chart.upper[53] == pytest.approx(0.2440, abs=5e-5)
    assert chart.lower[53] == 0


@pytest.mark.parametrize(
    ("week", "upper"), [(1, 0.184), (2, 0.194), (5, 0.180), (9, 0.188), (12, 0.176)]
)
def test_purchase_orders(week: int, upper: float) -> None:
    # Example 7.2, p = 234 / 2450 = 0.0955 (the book rounds it to 0.096 first, and so its limits);
    # week 11 lies above. Limits by hand from 0.09551 + 3 sqrt(0.09551 · 0.90449 / n).
    chart = control_chart("p", ORDERS, WEEKLY)
    assert chart.centre[0] == pytest.approx(0.0955, abs=5e-5)
    assert chart.upper[week - 1] == pytest.approx(upper, abs=6e-4)
    assert (np.flatnonzero(chart.outside) + 1).tolist() == [11]


def test_circuit_boards() -> None:
    # Example 7.3: 516 faults in 26 samples, 19.85, limits 6.48 and 33.22 (the book rounds the
    # centre first; unrounded 33.21); samples 6 and 20 outside.
    assert (len(BOARDS), sum(BOARDS)) == (26, 516)
    chart = control_chart("c", BOARDS)
    assert chart.centre[0] == pytest.approx(19.85, abs=0.005)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((6.48, 33.21), abs=0.005)
    assert (np.flatnonzero(chart.outside) + 1).tolist() == [6, 20]


def test_circuit_boards_revised() -> None:
    # Example 7.3 continued: 472 / 24 = 19.67, limits 6.36 and 32.97.
    chart = control_chart("c", [value for value in BOARDS if value not in (5, 39)])
    assert (chart.lower[0], chart.centre[0], chart.upper[0]) == pytest.approx(
        (6.36, 19.67, 32.97), abs=0.005
    )


def test_shipments() -> None:
    # Example 7.4: 74 errors in 20 weeks of 50, 0.0740, upper limit 0.1894, lower 0.
    assert sum(SHIPMENTS) == 74
    chart = control_chart("u", SHIPMENTS, [50] * 20)
    assert chart.centre[0] == pytest.approx(0.0740, abs=5e-5)
    assert chart.upper[0] == pytest.approx(0.1894, abs=5e-5)
    assert chart.lower[0] == 0


@pytest.mark.parametrize(
    ("roll", "upper", "lower"),
    [(1, 2.55, 0.29), (2, 2.68, 0.16), (3, 2.41, 0.43), (7, 2.45, 0.39), (8, 2.52, 0.32)],
)
def test_dyed_cloth(roll: int, upper: float, lower: float) -> None:
    # Table 7.12, computed there from u = 153 / 107.5 rounded to 1.42.
    chart = control_chart("u", CLOTH, UNITS)
    assert chart.centre[0] == pytest.approx(1.42, abs=0.005)
    assert chart.upper[roll - 1] == pytest.approx(upper, abs=0.01)
    assert chart.lower[roll - 1] == pytest.approx(lower, abs=0.01)
    assert not chart.outside.any()


def test_mortgages() -> None:
    # Example 6.5: individuals 300.5, 279.78 and 321.22; moving range 7.79, upper limit 25.45.
    single, moving = control_chart("i", MORTGAGES), control_chart("mr", MORTGAGES)
    assert (single.centre[0], single.lower[0], single.upper[0]) == pytest.approx(
        (300.5, 279.78, 321.22), abs=0.005
    )
    assert (moving.centre[0], moving.lower[0], moving.upper[0]) == pytest.approx(
        (7.79, 0, 25.45), abs=0.005
    )
    assert np.isnan(moving.points[0])
    assert moving.points[1] == 22
    assert not single.outside.any()
    assert not moving.outside.any()


def test_mortgages_with_limits_frozen_at_the_first_twenty_weeks() -> None:
    # Example 6.5 continued: the limits stay, and weeks 39 and 40 lie above them.
    chart = control_chart("i", MORTGAGES + LATER, baseline=20)
    assert set(chart.upper) == set(control_chart("i", MORTGAGES).upper)
    assert (np.flatnonzero(chart.outside) + 1).tolist() == [39, 40]


def test_valve_failures() -> None:
    # Table 7.14 gives the hours to the power 0.2777: 4.80986 for the first, 1.46958 the seventh.
    # Their mean and moving range, turned back, are centre and limit.
    turned = np.array(FAILURES) ** 0.2777
    assert turned[[0, 6]] == pytest.approx([4.80986, 1.46958], abs=5e-6)
    mean, sigma = turned.mean(), np.abs(np.diff(turned)).mean() / 1.128
    chart = control_chart("t", FAILURES)
    assert chart.centre[0] ** 0.2777 == pytest.approx(mean, abs=0.005)
    assert chart.upper[0] ** 0.2777 == pytest.approx(mean + 3 * sigma, abs=0.01)
    assert chart.lower[0] == 0
    assert not chart.outside.any()


# --- other charts ---------------------------------------------------------------------------------


def test_cases_between_events() -> None:
    # By hand, Benneyan (2001): mean 20, sigma sqrt(20 · 21) = 20.494, upper limit 81.48, lower 0.
    gaps = [5, 35, 12, 28, 0, 40]
    chart = control_chart("g", gaps)
    assert chart.centre[0] == 20
    assert chart.upper[0] == pytest.approx(81.48, abs=0.005)
    assert chart.lower[0] == 0
    # qicharts2 draws the median there, here 20 as well; skewed gaps tell the two apart.
    assert control_chart("g", [1, 2, 3, 50]).centre[0] == 14


def test_laney_by_hand() -> None:
    # By hand: p = 0.5, n = 100, sigma 0.05; z = -4, 4, -2, 2; moving ranges 8, 6, 4, mean 6;
    # sigma z = 6 / 1.128 = 5.319; limits 0.5 ± 3 · 0.05 · 5.319 = ±0.798, cut at 0 and 1.
    chart = control_chart("p'", [30, 70, 40, 60], [100] * 4)
    assert (chart.lower[0], chart.upper[0]) == (0, 1)
    # u = 1, n = 400, sigma 0.05; the same z; limits 1 ± 0.798.
    chart = control_chart("u'", [320, 480, 360, 440], [400] * 4)
    assert (chart.lower[0], chart.centre[0], chart.upper[0]) == pytest.approx(
        (1 - 0.7979, 1, 1 + 0.7979), abs=5e-5
    )


def test_laney_widens_where_plain_limits_are_too_narrow() -> None:
    generator = np.random.default_rng(3)
    sizes = np.full(30, 20_000)
    drifting = generator.binomial(sizes, generator.normal(0.2, 0.02, 30))
    assert control_chart("p", drifting, sizes).outside.mean() > 0.3
    assert control_chart("p'", drifting, sizes).outside.mean() < 0.1
    steady = generator.binomial(sizes, 0.2)
    plain, stretched = (control_chart(kind, steady, sizes) for kind in ("p", "p'"))
    ratio = (stretched.upper - stretched.centre) / (plain.upper - plain.centre)
    assert ratio == pytest.approx(1, abs=0.3)


@given(st.lists(st.integers(20, 400), min_size=2, max_size=30, unique=True))
def test_limits_shrink_with_size(sizes: list[int]) -> None:
    ordered = sorted(sizes)
    events = [size // 4 for size in ordered]
    for kind in ("p", "u"):
        chart = control_chart(kind, events, ordered)
        assert (np.diff(chart.upper) < 0).all()
        assert (np.diff(chart.lower) >= 0).all()


@pytest.mark.parametrize("kind", ["i", "c", "t", "g"])
def test_phases_do_not_know_each_other(kind: ChartKind) -> None:
    first, second = [4.0, 6, 5, 7, 3, 6], [11.0, 15, 12, 14, 13, 12]
    whole = control_chart(kind, first + second, phases=(6,))
    for part, at in ((first, 0), (second, 6)):
        alone = control_chart(kind, part)
        assert whole.upper[at : at + 6].tolist() == alone.upper.tolist()
        assert whole.centre[at : at + 6].tolist() == alone.centre.tolist()


def test_the_moving_range_does_not_cross_a_phase() -> None:
    chart = control_chart("mr", [1, 2, 3, 101, 102, 103], phases=(3,))
    assert np.isnan(chart.points[[0, 3]]).all()
    assert np.nanmax(chart.points) == 1


def test_all_alike_has_no_spread_and_nothing_outside() -> None:
    kinds: tuple[ChartKind, ...] = ("i", "mr", "c", "t", "g")
    for kind in kinds:
        assert not control_chart(kind, [5] * 12).outside.any(), kind
    # 0.1 twelve times has a computed mean a hair beside 0.1: no shift, and nothing outside.
    assert not plot_the_dots(control_chart("i", [0.1] * 12)).special.any()
    for share in (0, 40):
        for ratio_kind in ("p", "p'", "u", "u'"):
            chart = control_chart(ratio_kind, [share] * 12, [40] * 12)
            assert not chart.outside.any(), ratio_kind
            assert np.isfinite(chart.upper).all()


# --- plot the dots --------------------------------------------------------------------------------


def flags(values: list[float], **more: int) -> dict[str, list[int]]:
    found = plot_the_dots(control_chart("i", values), **more)
    return {
        name: np.flatnonzero(getattr(found, name)).tolist()
        for name in ("outside", "shift", "trend", "near_limit")
    }


def test_seven_on_one_side() -> None:
    # NHSRplotthedots, tests of seven points on one side: six are no shift, eight are all flagged.
    six, eight = [1.0] * 6 + [-6], [1.0] * 8 + [-8]
    assert flags(six)["shift"] == []
    assert flags(eight)["shift"] == list(range(8))
    assert flags([-value for value in eight])["shift"] == list(range(8))


def test_seven_rising_or_falling() -> None:
    # NHSRplotthedots, tests of seven in a trend: 1..6 none, 1..7 all, a repeated value breaks it.
    assert flags([1, 2, 3, 4, 5, 6])["trend"] == []
    assert flags([1, 2, 3, 4, 5, 6, 7])["trend"] == list(range(7))
    assert flags([1, 2, 3, 3, 4, 5, 6])["trend"] == []
    assert flags([2, 1, 2, 3, 4, 5, 6, 7, 3])["trend"] == list(range(1, 8))
    assert flags([2, 7, 6, 5, 4, 3, 2, 1, 3])["trend"] == list(range(1, 8))


# Twenty quiet points give mean 0 and moving range 2: sigma 1.773, two sigma 3.546, three 5.319.
QUIET = [1.0, -1.0] * 10


def near(values: list[float]) -> list[int]:
    chart = control_chart("i", QUIET + values, baseline=20)
    return (np.flatnonzero(plot_the_dots(chart).near_limit) - 20).tolist()


def test_two_in_three() -> None:
    # NHSRplotthedots, tests of two in three: (1,0,1), (0,1,1), (1,1,0) flag the two, (1,0,0,1)
    # none, (1,0,0,1,1) the last two.
    assert near([4, 1, 4]) == [0, 2]
    assert near([1, 4, 4]) == [1, 2]
    assert near([4, 4, 1]) == [0, 1]
    assert near([4, 1, 1, 4]) == []
    assert near([4, 1, 1, 4, 4]) == [3, 4]
    assert near([-4, -1, -4]) == [0, 2]


def test_two_in_three_asks_that_all_three_lie_on_the_same_side() -> None:
    # NHSRplotthedots demands that the three signs against the mean sum to three.
    assert near([4, -1, 4]) == []
    assert near([4, -4, 4]) == []
    assert near([-1, 4, 4, -1]) == []


def test_a_point_beyond_the_limit_is_not_close_to_it() -> None:
    # NHSRplotthedots: close to the limits is beyond two sigma and not beyond three.
    assert near([4, 1, 9]) == []
    chart = control_chart("i", [*QUIET, 4, 1, 9], baseline=20)
    assert np.flatnonzero(plot_the_dots(chart).outside).tolist() == [22]


def test_flags_do_not_cross_a_phase() -> None:
    # A run of four on each side of a break is no run of eight; the limits are each phase's own.
    values = [2.0, 2, 2, 2, -8, 1, 1, 1, 1, -4]
    assert flags([*values[:4], *values[5:9]])["shift"] == []
    together = plot_the_dots(control_chart("i", [-8.0, 2, 2, 2, 2, 1, 1, 1, 1, -4], phases=(5,)))
    assert not together.shift.any()


def test_a_shift_is_one_verdict_for_anhoj_and_many_flags_for_the_nhs() -> None:
    generator = np.random.default_rng(36)
    values = np.concatenate([generator.normal(20, 2, 18), generator.normal(14, 2, 18)])
    assert run_chart(values).signal
    assert plot_the_dots(control_chart("i", values)).special.sum() > 20


@given(st.lists(st.integers(0, 30), min_size=2, max_size=40))
def test_turned_over_the_same_points_are_flagged(values: list[int]) -> None:
    upright, turned = (
        plot_the_dots(control_chart("i", [sign * value for value in values])) for sign in (1, -1)
    )
    assert upright.special.tolist() == turned.special.tolist()


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: run_limits(1),
        lambda: run_chart([]),
        lambda: run_chart([1, float("nan")]),
        lambda: run_chart([1, 2], median=float("nan")),
        lambda: control_chart("i", [5]),
        lambda: control_chart("mr", [5, 6], baseline=1),
        lambda: control_chart("c", [1, -1]),
        lambda: control_chart("t", [3, 0, 4]),
        lambda: control_chart("p", [1, 2]),
        lambda: control_chart("c", [1, 2], [3, 4]),
        lambda: control_chart("p", [1, 2], [3]),
        lambda: control_chart("u", [1, 2], [3, 0]),
        lambda: control_chart("p", [1, 5], [3, 4]),
        lambda: control_chart("c", [1, 2, 3], phases=(0,)),
        lambda: control_chart("c", [1, 2, 3], phases=(3,)),
        lambda: control_chart("c", [1, 2, 3], phases=(2, 1)),
        lambda: control_chart("c", [1, 2, 3], baseline=0),
        lambda: control_chart("i", [1, 2, 3], phases=(2,)),
        lambda: plot_the_dots(control_chart("c", [1, 2, 3])),
        lambda: plot_the_dots(control_chart("i", [1, 2, 3]), run=1),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs"):
        wrong()
