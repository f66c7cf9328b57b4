import numpy as np
import pytest

from helseledelse import datasets
from helseledelse.models.cost_effectiveness import Comparison
from helseledelse.models.priority import (
    Priority,
    SeverityRule,
    both_sexes,
    prognosis_loss,
    remaining_qalys,
)

RULE = SeverityRule(base=275_000, step=0.4, width=4)

# Office for National Statistics, National life tables, England 2017-2019, ages 80-100: survivors
# of 100 000 born, and deaths at 100, which close the table (github.com/bitowaqr/shortfall,
# app/data/ref_df.csv, MIT).
WOMEN = [
    70831.9, 68165.1, 65277.7, 62152, 58718.1, 55047.9, 51117.2, 46945.8, 42626.1, 38146.3, 33676.3,
    29243.8, 24917.7, 20801.8, 17001.4, 13545.4, 10476.8, 7853.2, 5755.3, 4066.8, 2787,
]  # fmt: skip
MEN = [
    59662, 56506.3, 53179.2, 49716.9, 46065.9, 42220.8, 38285.2, 34254.4, 30235.5, 26251.3, 22361.6,
    18833.2, 15501.7, 12489.8, 9816.5, 7489.8, 5529.4, 3923.3, 2726.2, 1836.3, 1159.3,
]  # fmt: skip
DEATHS_AT_100 = {"K": 976.3, "M": 449.9}
# The same file: quality of life at 80-84, 85-89 and 90 and over, as the article computes with it.
QUALITY = {"K": [0.717231, 0.665353, 0.665059], "M": [0.772772, 0.717648, 0.662801]}


def english_qalys(sex: str, rate: float) -> np.ndarray:
    """Give QALE at 80-100 as the article's own code closes the table: half a year in each year."""
    survivors = np.array(WOMEN if sex == "K" else MEN)
    left = np.append(survivors[1:], survivors[-1] - DEATHS_AT_100[sex])
    quality = np.repeat(QUALITY[sex], [5, 5, 11])
    np.testing.assert_array_equal(quality.round(3), datasets.quality_of_life_norms(sex)[80:101])
    return remaining_qalys(survivors, (survivors + left) / 2, quality, rate=rate)


@pytest.mark.parametrize(
    ("sex", "rate", "age", "published"),
    [
        # McNamara et al. 2022, github.com/bitowaqr/shortfall, src manuscript/output/Qx_cw_df.csv.
        ("K", 0.0, 80, 6.76),
        ("K", 0.0, 83, 5.39),
        ("K", 0.0, 85, 4.56),
        ("K", 0.0, 90, 3.05),
        ("K", 0.0, 95, 1.90),
        ("K", 0.0, 99, 0.94),
        ("K", 0.015, 80, 6.21),
        ("K", 0.015, 90, 2.92),
        ("K", 0.035, 80, 5.61),
        ("K", 0.035, 85, 3.96),
        ("M", 0.0, 80, 6.27),
        ("M", 0.0, 84, 4.56),
        ("M", 0.0, 90, 2.69),
        ("M", 0.0, 95, 1.71),
        ("M", 0.0, 99, 0.88),
        ("M", 0.015, 80, 5.82),
        ("M", 0.035, 80, 5.31),
        ("M", 0.035, 90, 2.47),
    ],
)
def test_english_qalys_are_as_published(sex: str, rate: float, age: int, published: float) -> None:
    assert english_qalys(sex, rate)[age - 80] == pytest.approx(published, abs=0.0051)


@pytest.mark.parametrize(("sex", "age"), [("K", 0), ("M", 40), ("alle", 65), ("alle", 80)])
def test_in_full_health_it_is_the_life_expectancy(sex: str, age: int) -> None:
    # The column ex of the table itself, derived from HMD mortality.
    table = datasets.life_table(2023, sex)
    assert remaining_qalys(table["lx"], table["Lx"], 1.0)[age] == pytest.approx(
        table["ex"].iloc[age], abs=1e-3
    )


def norwegian_qalys() -> np.ndarray:
    people = datasets.population_norway(2024).pivot_table(
        index="alder", columns="kjonn", values="antall"
    )
    quality = both_sexes(
        datasets.quality_of_life_norms("K"),
        datasets.quality_of_life_norms("M"),
        number_of_women=people["K"].clip(lower=1),
        number_of_men=people["M"].clip(lower=1),
    )
    table = datasets.life_table(2023)
    return remaining_qalys(table["lx"], table["Lx"], quality)


def test_norwegian_mortality_with_english_quality_is_near_what_norwegians_publish() -> None:
    # Alam et al. 2025 (arXiv, abstract): QALE at birth in Norway 69.62 for men and 69.67 for women
    # with the crosswalk norms, 64.93 and 68.77 with the Norwegian value set. English norms are no
    # Norwegian norms: this is a check of order, within two QALYs, not a replication.
    assert norwegian_qalys()[0] == pytest.approx(69.6, abs=2)


def test_good_years_ahead_fall_with_age() -> None:
    ahead = norwegian_qalys()
    assert (np.diff(ahead[:100]) < 0).all()


def test_discounting_only_takes_away() -> None:
    table = datasets.life_table(2023)
    plain = remaining_qalys(table["lx"], table["Lx"], 0.8)
    discounted = remaining_qalys(table["lx"], table["Lx"], 0.8, rate=0.04)
    assert (discounted <= plain + 1e-12).all()
    assert discounted[-1] == pytest.approx(plain[-1])


def test_quality_scales_the_years() -> None:
    table = datasets.life_table(2023)
    half = remaining_qalys(table["lx"], table["Lx"], 0.5)
    np.testing.assert_allclose(half * 2, remaining_qalys(table["lx"], table["Lx"], 1.0))


# --- severity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "published"),
    [
        # github.com/mathbarra/shortfalls, norway_2020: 275 000 kr x 1.0, 1.4, 1.8, 2.2, 2.6, 3.0;
        # both ends in Meld. St. 34 (2015-2016).
        (1, 275_000),
        (2, 385_000),
        (3, 495_000),
        (4, 605_000),
        (5, 715_000),
        (6, 825_000),
    ],
)
def test_thresholds_are_as_published(severity: int, published: float) -> None:
    assert float(RULE.threshold(severity)) == published


@pytest.mark.parametrize(
    ("loss", "severity"),
    # På ramme alvor (2015) and github.com/mathbarra/shortfalls, norway_2020: lower ends 0, 4, 8,
    # 12, 16, 20.
    [(0, 1), (3.99, 1), (4, 2), (7.9, 2), (8, 3), (12, 4), (16, 5), (19.9, 5), (20, 6), (60, 6)],
)
def test_classes_are_four_good_years_wide(loss: float, severity: int) -> None:
    assert int(RULE.severity(loss)) == severity


def test_a_sum_of_tenths_on_the_border_is_on_the_border() -> None:
    assert int(RULE.severity(0.1 * 3 + 3.7)) == 2
    assert int(RULE.severity(sum([0.8] * 15))) == 4


def test_who_loses_nothing_is_in_the_lowest_class() -> None:
    assert int(RULE.severity(prognosis_loss(3.0, 5.0))) == 1


def test_the_rule_is_the_reference_values() -> None:
    values = [
        datasets.reference(f"severity_{name}").value
        for name in ("threshold_base", "threshold_step", "class_width")
    ]
    assert SeverityRule(values[0], values[1], values[2]) == RULE


# --- the three criteria together -----------------------------------------------------------------


def test_same_price_different_answer() -> None:
    # By hand: 100 000 kr / 0.25 QALY = 400 000 kr per QALY. Class 2 accepts 385 000, class 3
    # 495 000; net benefit 385 000 x 0.25 - 100 000 = -3 750 and 495 000 x 0.25 - 100 000 = 23 750.
    offer = Comparison(100_000, 0.25)
    mild, severe = Priority(offer, 7.0, RULE), Priority(offer, 9.0, RULE)
    assert (mild.severity, mild.within, mild.net_benefit) == (2, False, -3_750)
    assert (severe.severity, severe.within, severe.net_benefit) == (3, True, 23_750)


@pytest.mark.parametrize(
    ("cost", "effect", "within"),
    [
        (-1_000.0, 0.1, True),  # cheaper and better
        (1_000.0, -0.1, False),  # dearer and worse
        (1_000.0, 0.0, False),  # dearer and no better
        (-50_000.0, -0.1, True),  # 500 000 kr saved per QALY given up, more than 275 000
        (-10_000.0, -0.1, False),  # only 100 000 kr saved per QALY given up
        (0.0, 0.0, True),
    ],
)
def test_every_quadrant_has_an_answer(cost: float, effect: float, within: bool) -> None:
    assert Priority(Comparison(cost, effect), 0.0, RULE).within is within


def test_severity_never_makes_a_gain_less_acceptable() -> None:
    worth = [Priority(Comparison(90_000, 0.3), loss, RULE).net_benefit for loss in range(30)]
    assert (np.diff(worth) >= 0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SeverityRule(0, 0.4, 4),
        lambda: SeverityRule(275_000, 0.4, 0),
        lambda: RULE.severity(float("nan")),
        lambda: RULE.threshold(0),
        lambda: RULE.threshold(7),
        lambda: RULE.threshold(1.5),
        lambda: remaining_qalys([1, 2], [1, 1], 1),
        lambda: remaining_qalys([2, 1], [1], 1),
        lambda: remaining_qalys([2, 1], [1, 1], 1, rate=-1),
        lambda: both_sexes([1], [1], number_of_women=[0], number_of_men=[0]),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r".+"):
        wrong()
