import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.datasets import eq5d_value_set
from helseledelse.models.quality_of_life import (
    eq5d_index,
    eq5d_losses,
    present_value,
    qalys,
    qalys_between,
)

NO, DK = eq5d_value_set("NO"), eq5d_value_set("DK")
EVERY_PROFILE = np.array(list(itertools.product(range(1, 6), repeat=5)))


@pytest.mark.parametrize(
    ("profile", "published"),
    [
        ("11111", 1.0),
        # Hansen et al. 2024, table of predicted values: 22222.
        ("22222", 0.779),
        # Hansen et al. 2024, abstract: predicted values range from -0.453 to 1.
        ("55555", -0.453),
    ],
)
def test_norwegian_index_is_as_published(profile: str, published: float) -> None:
    assert round(float(eq5d_index(profile, NO)), 3) == published


@pytest.mark.parametrize(
    ("profile", "published"),
    [
        # github.com/fragla/eq5d @ 363681c, tests/testthat/test-eq5d5l.R, Denmark.
        ("11111", 1.0),
        ("13224", 0.439),
        ("55555", -0.758),
    ],
)
def test_danish_index_is_as_published(profile: str, published: float) -> None:
    assert round(float(eq5d_index(profile, DK)), 3) == published


@pytest.mark.parametrize(
    ("profile", "taken"),
    [
        # Aalborg University, The Danish EQ-5D-5L value set, table 1, one weight for each level.
        ("21111", 0.041),
        ("51111", 0.220),
        ("13111", 0.050),
        ("11411", 0.139),
        ("11151", 0.537),
        ("11112", 0.072),
        ("11115", 0.618),
    ],
)
def test_one_danish_answer_takes_what_is_printed(profile: str, taken: float) -> None:
    assert float(1 - eq5d_index(profile, DK)) == pytest.approx(taken, abs=1e-12)


def test_norwegians_weigh_the_dimensions_in_the_published_order() -> None:
    # Hansen et al. 2024, abstract: anxiety/depression most, then pain, self-care, mobility, usual
    # activities.
    worst = eq5d_losses("55555", NO)
    assert np.argsort(-worst).tolist() == [4, 3, 1, 0, 2]


def test_rounding_the_norwegian_decrements_breaks_the_published_value() -> None:
    assert round(float(eq5d_index("22222", NO.round(3))), 3) == 0.780


@pytest.mark.parametrize("values", [NO, DK], ids=["NO", "DK"])
def test_worse_is_never_valued_higher(values: np.ndarray) -> None:
    index = eq5d_index(EVERY_PROFILE, values)
    assert index.shape == (3125,)
    for dimension in range(5):
        better = EVERY_PROFILE[:, dimension] < 5
        worse = EVERY_PROFILE[better].copy()
        worse[:, dimension] += 1
        assert (eq5d_index(worse, values) < index[better]).all()


def test_texts_and_levels_give_the_same() -> None:
    assert eq5d_index(["21232", "55555"], NO).tolist() == pytest.approx(
        eq5d_index([[2, 1, 2, 3, 2], [5, 5, 5, 5, 5]], NO).tolist()
    )
    assert eq5d_losses("21232", NO).shape == (5,)
    assert float(1 - eq5d_losses("21232", NO).sum()) == float(eq5d_index("21232", NO))


@pytest.mark.parametrize(
    "profile",
    ["", "1111", "111111", "11116", "01111", "1111a", "²1111", [1, 1], [0] * 5, [1.5] * 5],
)
def test_what_is_no_profile_is_refused(profile: object) -> None:
    with pytest.raises(ValueError, match=r"profile|levels"):
        eq5d_index(profile, NO)  # type: ignore[arg-type]  # wrong on purpose


def test_a_value_set_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="5 dimensions"):
        eq5d_index("11111", NO[:, 1:])


# --- QALYs ---------------------------------------------------------------------------------------


def test_steps_as_in_the_york_glossary() -> None:
    # York Health Economics Consortium, glossary, QALY: (0.8 x 10) + (0.5 x 5) = 10.5.
    assert qalys([0.8, 0.5], [10, 5]) == pytest.approx(10.5)


@pytest.mark.parametrize(
    ("times", "quality", "published"),
    [
        # Worked course example at forums.futura-sciences.com, thread 895277: utilities 0.67, 0.73,
        # 0.75, 0.83 at 0, 3, 6 and 12 months give 0.175, 0.185 and 0.395, in all 0.755.
        ([0, 0.25], [0.67, 0.73], 0.175),
        ([0.25, 0.5], [0.73, 0.75], 0.185),
        ([0.5, 1], [0.75, 0.83], 0.395),
        ([0, 0.25, 0.5, 1], [0.67, 0.73, 0.75, 0.83], 0.755),
    ],
)
def test_lines_as_in_a_printed_course(
    times: list[float], quality: list[float], published: float
) -> None:
    assert qalys_between(times, quality) == pytest.approx(published, abs=1e-12)


def test_helsedirektoratet_two_ways_to_one_qaly() -> None:
    # Helsedirektoratet, Vunne leveår og helsetapsjusterte leveår ved fysisk aktivitet, 1.4: one
    # year at 1, or two years at 0.5.
    assert qalys([1.0], [1]) == qalys([0.5], [2]) == 1.0


def test_a_life_annuity_by_hand() -> None:
    # 100 at the start of each of three years at 4 %: 100 + 96.154 + 92.456 = 288.609; at the end
    # 96.154 + 92.456 + 88.900 = 277.509.
    assert present_value([100] * 3, rate=0.04) == pytest.approx(288.609, abs=5e-4)
    assert present_value([100] * 3, rate=0.04, first=1) == pytest.approx(277.509, abs=5e-4)


def test_ten_years_ahead_at_four_per_cent_by_hand() -> None:
    # 1.04^-10 = 0.67556.
    assert present_value([0] * 10 + [1], rate=0.04) == pytest.approx(0.67556, abs=1e-5)


@given(
    st.lists(st.floats(-0.5, 1), min_size=2, max_size=6),
    st.floats(0.01, 0.1),
    st.floats(0.1, 20),
)
def test_discounting_by_steps_and_by_lines_agree_on_a_flat_course(
    quality: list[float], rate: float, years: float
) -> None:
    flat = qalys_between([0, years], [quality[0]] * 2, rate=rate)
    assert flat == pytest.approx(qalys(quality[:1], [years], rate=rate), abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0, 0.2))
def test_cutting_a_period_in_two_changes_nothing(quality: list[float], rate: float) -> None:
    whole = qalys(quality, [2.0] * len(quality), rate=rate)
    halves = qalys(np.repeat(quality, 2), [1.0] * (2 * len(quality)), rate=rate)
    assert whole == pytest.approx(halves, abs=1e-9)
    assert whole <= qalys(quality, [2.0] * len(quality)) + 1e-12


def test_yearly_discounting_brackets_the_continuous() -> None:
    steady = qalys([0.7] * 20, [1] * 20, rate=0.04)
    at_start = present_value([0.7] * 20, rate=0.04)
    at_end = present_value([0.7] * 20, rate=0.04, first=1)
    assert at_end < steady < at_start


def test_nothing_lasts_no_time() -> None:
    assert qalys([0.9], [0]) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: qalys([0.5, 0.5], [1]),
        lambda: qalys([1.2], [1]),
        lambda: qalys([0.5], [-1]),
        lambda: qalys([float("nan")], [1]),
        lambda: qalys([0.5], [1], rate=-1),
        lambda: qalys_between([0], [1]),
        lambda: qalys_between([0, 0], [1, 1]),
        lambda: present_value([], rate=0.04),
        lambda: present_value([1.0], rate=float("inf")),
    ],
)
def test_what_cannot_be_weighed_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r".+"):
        wrong()
