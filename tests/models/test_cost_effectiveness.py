"""The incremental table, the frontier and net benefit, against published tables."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.cost_effectiveness import (
    Option,
    Quadrant,
    Row,
    Status,
    best_spans,
    frontier_of,
    icer,
    icer_table,
    net_health_benefit,
    net_monetary_benefit,
)


def options(costs: list[float], effects: list[float], names: str = "") -> list[Option]:
    given_names = names.split() or [f"S{i + 1}" for i in range(len(costs))]
    return [Option(*three) for three in zip(given_names, costs, effects, strict=True)]


def by_name(table: tuple[Row, ...]) -> dict[str, Row]:
    return {row.option.name: row for row in table}


# Published tables


def test_herc_example_of_six_options() -> None:
    table = by_name(
        icer_table(
            options(
                [55_000, 35_000, 25_000, 10_000, 12_000, 5_000],
                [5, 4, 3, 2, 1.5, 1],
                "E D C B A UC",
            )
        )
    )
    # HERC (herc.research.va.gov, cost-effectiveness analysis), as in DARTH-git/dampack
    # tests/testthat/test_calculate_icers.R
    assert {name: row.ratio for name, row in table.items() if row.ratio} == {
        "B": 5_000,
        "D": 12_500,
        "E": 20_000,
    }
    # the same table, column Status: D, and ED for C
    assert table["A"].status is Status.STRONGLY_DOMINATED
    assert table["C"].status is Status.EXTENDEDLY_DOMINATED
    # the same table, columns Inc_Cost and Inc_Effect of D
    assert (table["D"].incremental_cost, table["D"].incremental_effect) == (25_000, 2)
    assert table["C"].dominated_by == ("B", "D")


def test_dampack_least_costly_can_be_as_good_as_the_best() -> None:
    table = icer_table(
        options(
            [163_771.0, 164_848.7, 163_765.1],
            [6.48273, 6.52861, 6.52861],
            "none all test",
        )
    )
    # DARTH-git/dampack tests/testthat/test_calculate_icers.R, "default reference strategy"
    assert [row.option.name for row in table if row.status is Status.FRONTIER] == ["test"]


def test_hiv_screening_of_dampack() -> None:
    # Paltiel 2006, Ann Intern Med 145:797, table 4, as given in DARTH-git/dampack
    # vignettes/basic_cea.Rmd: annual screening is strongly dominated, the others are not
    months = [277.25, 277.57, 277.78, 277.83, 277.76]
    table = by_name(
        icer_table(
            options(
                [26_000, 27_000, 28_020, 28_440, 29_440],
                [m / 12 for m in months],
                "quo once five three annual",
            )
        )
    )
    assert table["annual"].status is Status.STRONGLY_DOMINATED
    # 1 000 / (0.32 / 12), by hand from the same table
    assert table["once"].ratio == pytest.approx(37_500)
    # 1 020 / (0.21 / 12), by hand
    assert table["five"].ratio == pytest.approx(58_285.714, abs=1e-3)
    # 420 / (0.05 / 12), by hand
    assert table["three"].ratio == pytest.approx(100_800)


def test_sick_sicker_table() -> None:
    table = by_name(
        icer_table(
            options(
                [151_580, 284_805, 259_100, 378_875],
                [20.711, 21.499, 22.184, 23.137],
                "SoC A B AB",
            )
        )
    )
    # Alarid-Escudero 2023, Med Decis Making 43:3, table 6 (cohort-modeling-tutorial-intro,
    # manuscript/cSTM_Tutorial_Intro.tex, tab:table-cea); inputs are rounded to three digits
    assert table["B"].ratio == pytest.approx(72_988, rel=5e-4)
    # the same table
    assert table["AB"].ratio == pytest.approx(125_764, rel=1e-3)
    # the same table, column Status
    assert table["A"].status is Status.STRONGLY_DOMINATED


# pierucci/heemod tests/testthat/test_efficiency_frontier.R: which options are on the frontier
_SPLIT = 11.6588
HEEMOD = [
    (
        [14_807, 26_041, 49_706, 64_266, 40_022, 57_392, 91_744, 54_651],
        [9.635, 10.2497, 11.1654, 11.5152, 11.582, 11.6248, 11.6296, _SPLIT],
        [1, 5, 8],
    ),
    (
        [26_041, 14_807, 49_706, 64_266, 40_022],
        [9.13, 9.635, 11.1654, 11.5152, 11.582],
        [2, 5],
    ),
    (
        [25_000, 35_000, 50_000, 54_651, 64_266, 91_744],
        [10.2497, 11.1654, 11.3, _SPLIT, 11.7, 12.1],
        [1, 2, 4, 6],
    ),
    (
        [26_041, 49_706, 64_266, 57_392, 91_744, 54_651],
        [10.2497, 11.1654, 11.5152, 11.6248, 11.6296, 11.6296],
        [1, 6],
    ),
    (
        [26_041, 42_000, 54_651, 60_000, 76_000],
        [10.2497, 11.1654, 11.6296, 11.7, 11.8],
        [1, 2, 3, 4, 5],
    ),
    (
        [25_000, 35_000, 50_000, 54_651, 58_500, 64_266, 91_744],
        [10.2497, 10.2497, 11.3, _SPLIT, _SPLIT, 11.7, 12.1],
        [1, 4, 7],
    ),
    (  # two options are alike, and both stay
        [25_000, 25_000, 50_000, 58_500, 58_500, 64_266, 91_744],
        [10.2497, 10.25, 11.3, _SPLIT, _SPLIT, 11.7, 12.1],
        [2, 4, 5, 7],
    ),
]


@pytest.mark.parametrize(("costs", "effects", "frontier"), HEEMOD)
def test_heemod_frontiers(costs: list[float], effects: list[float], frontier: list[int]) -> None:
    table = icer_table(options(costs, effects))
    found = {row.option.name for row in table if row.status is Status.FRONTIER}
    assert found == {f"S{i}" for i in frontier}


def test_incremental_benefit_of_bcea() -> None:
    # giabaio/BCEA tests/testthat/test-bcea.R, "ib", single willingness to pay of 5
    assert net_monetary_benefit([-100, -10], [-1, 2], 5).tolist() == [95, 20]
    # the same test, willingness to pay 5 and 10
    assert net_monetary_benefit([-100, -10], [-1, 2], [5, 10]).tolist() == [[95, 20], [90, 30]]


def test_a_dominated_option_can_look_fine_against_usual_care() -> None:
    three = options([0, 60_000, 70_000], [0, 0.2, 0.5], "usual home centre")
    alone = icer(cost=(0, 60_000), effect=(0, 0.2))
    assert alone.ratio == pytest.approx(300_000)  # under a threshold of 500 000 by itself
    assert by_name(icer_table(three))["home"].status is Status.EXTENDEDLY_DOMINATED


def test_dominance_by_an_option_that_is_itself_dominated_is_strong() -> None:
    table = by_name(icer_table(options([0, 60, 61, 100], [0, 5, 4.9, 10])))
    assert table["S2"].status is Status.EXTENDEDLY_DOMINATED
    assert table["S3"].status is Status.STRONGLY_DOMINATED
    assert table["S3"].dominated_by == ("S2",)


# Invariants

money = st.integers(0, 1_000_000).map(float)
quality = st.integers(0, 20_000).map(lambda thousandths: thousandths / 1000)
sets = st.lists(st.tuples(money, quality), min_size=1, max_size=7).map(
    lambda pairs: [Option(f"S{i}", cost, effect) for i, (cost, effect) in enumerate(pairs)]
)


@given(sets)
def test_ratios_rise_along_the_frontier(some: list[Option]) -> None:
    ratios = [span.low for span in best_spans(some)]
    assert all(later >= earlier * (1 - 1e-9) for earlier, later in pairwise(ratios))


@given(sets, st.integers(0, 3_000_000))
def test_net_benefit_chooses_what_the_frontier_says(some: list[Option], threshold: int) -> None:
    benefits = {option.name: threshold * option.effect - option.cost for option in some}
    spans = [span for span in best_spans(some) if span.low <= threshold <= span.high]
    best = max(benefits.values())
    assert spans
    assert all(
        benefits[span.option.name] == pytest.approx(best, rel=1e-9, abs=1e-3) for span in spans
    )


@given(sets)
def test_every_option_is_on_the_frontier_or_named_as_dominated(some: list[Option]) -> None:
    table = icer_table(some)
    assert [row.option for row in table] == sorted(some, key=lambda o: (o.cost, -o.effect))
    for row in table:
        if row.status is Status.FRONTIER:
            assert not row.dominated_by
        else:
            assert row.ratio is None
            assert len(row.dominated_by) == (row.status is Status.EXTENDEDLY_DOMINATED) + 1


@given(sets, st.randoms())
def test_order_of_the_options_does_not_matter(some: list[Option], shuffler: object) -> None:
    shuffled = list(some)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    one, other = by_name(icer_table(some)), by_name(icer_table(shuffled))
    assert {n: (r.status, r.ratio) for n, r in one.items()} == {
        n: (r.status, r.ratio) for n, r in other.items()
    }


# Extremes


def test_one_option_is_the_frontier() -> None:
    (row,) = icer_table([Option("only", 10, 1)])
    assert (row.status, row.ratio) == (Status.FRONTIER, None)
    assert best_spans([Option("only", 10, 1)])[0].high == math.inf


def test_options_on_one_line_all_stay_in_spite_of_rounding() -> None:
    line = options([0.1 * i for i in range(8)], [0.3 * i for i in range(8)])
    assert len(frontier_of(line)) == 8


@pytest.mark.parametrize(
    ("cost", "effect", "quadrant"),
    [
        (5, 1, Quadrant.DEARER_AND_BETTER),
        (-5, 1, Quadrant.DOMINATES),
        (0, 1, Quadrant.DOMINATES),
        (-5, 0, Quadrant.DOMINATES),
        (5, -1, Quadrant.DOMINATED),
        (5, 0, Quadrant.DOMINATED),
        (0, -1, Quadrant.DOMINATED),
        (-5, -1, Quadrant.CHEAPER_AND_WORSE),
        (0, 0, Quadrant.SAME),
    ],
)
def test_a_ratio_is_given_only_where_it_means_something(
    cost: float, effect: float, quadrant: Quadrant
) -> None:
    compared = icer(cost=(0, cost), effect=(0, effect))
    assert compared.quadrant is quadrant
    meaningful = quadrant in (Quadrant.DEARER_AND_BETTER, Quadrant.CHEAPER_AND_WORSE)
    assert compared.ratio == (5.0 if meaningful else None)


def test_nothing_is_paid_at_a_threshold_of_zero() -> None:
    assert net_monetary_benefit([7, 9], [1, 5], 0).tolist() == [-7, -9]


def test_health_and_money_say_the_same() -> None:
    money_first = net_monetary_benefit(60_000, 0.3, 300_000)
    assert float(net_health_benefit(60_000, 0.3, 300_000)) == pytest.approx(
        float(money_first) / 300_000
    )


# Bad input


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Option("a", value, 1)
    with pytest.raises(ValueError, match="finite"):
        Option("a", 1, value)
    with pytest.raises(ValueError, match="finite"):
        icer(cost=(0, value), effect=(0, 1))


def test_options_need_names_of_their_own() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        Option("", 1, 1)
    with pytest.raises(ValueError, match="same name"):
        icer_table([Option("a", 1, 1), Option("a", 2, 2)])
    with pytest.raises(ValueError, match="no options"):
        icer_table([])


def test_shapes_and_thresholds_are_checked() -> None:
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        net_monetary_benefit([1, 2], [1, 2, 3], 5)
    with pytest.raises(ValueError, match="negative"):
        net_monetary_benefit([1], [1], -5)
    with pytest.raises(ValueError, match="above 0"):
        net_health_benefit(1, 1, 0)
    assert np.isfinite(net_monetary_benefit([1], [1], 0)).all()
