"""Kappa against SAS, Fleiss and the paradoxes of kappa."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.agreement import agreement, fleiss_kappa

# The example of a SAS printout that statsmodels' own tests quote.
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]


def test_sas_simple_kappa() -> None:
    # SAS: kappa 0.4842, 95 % limits 0.2137 and 0.7547.
    found = agreement(SAS)
    assert (found.kappa, found.low, found.high) == pytest.approx((0.4842, 0.2137, 0.7547), abs=5e-5)


def test_sas_weighted_kappa() -> None:
    # SAS: weighted kappa 0.4701, 95 % limits 0.1845 and 0.7558.
    found = agreement(SAS, weights="linear")
    assert (found.kappa, found.low, found.high) == pytest.approx((0.4701, 0.1845, 0.7558), abs=5e-5)


# Cicchetti and Feinstein (1990), tables 1 and 2: the same agreement of 0.85, and kappa 0.70 or
# 0.32, because what they look for is common in one and rare in the other; agreement on yes 0.84
# and 0.91, on no 0.86 and 0.40.
@pytest.mark.parametrize(
    ("table", "kappa", "on_yes", "on_no"),
    [([[40, 9], [6, 45]], 0.70, 0.84, 0.86), ([[80, 10], [5, 5]], 0.32, 0.91, 0.40)],
)
def test_high_agreement_but_low_kappa(
    table: list[list[int]], kappa: float, on_yes: float, on_no: float
) -> None:
    found = agreement(table)
    assert found.observed == pytest.approx(0.85)
    assert found.kappa == pytest.approx(kappa, abs=0.005)
    assert found.by_category == pytest.approx((on_yes, on_no), abs=0.005)


def test_quadratic_weights_by_hand() -> None:
    # Off by one costs 1, off by two costs 4. Observed cost (4·1 + 1·4 + 1·1) / 19 = 9 / 19.
    # By chance: rows 5, 8, 6, columns 0, 13, 6: (5·13 + 4·5·6 + 8·0 + 8·6 + 0 + 6·13) / 19².
    by_chance = (5 * 13 * 1 + 5 * 6 * 4 + 8 * 6 * 1 + 6 * 13 * 1) / 19**2
    assert agreement(SAS, weights="quadratic").kappa == pytest.approx(1 - (9 / 19) / by_chance)


# Fleiss (1971), table 1: 30 patients, six psychiatrists each: depression, personality disorder,
# schizophrenia, neurosis, other. Written as counts for each patient.
PSYCHIATRISTS = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip


def test_fleiss_psychiatrists() -> None:
    # Fleiss (1971): the mean agreement is 0.5556, by chance 0.2201, kappa 0.430.
    counts = np.array(PSYCHIATRISTS)
    assert counts.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    assert fleiss_kappa(counts) == pytest.approx(0.430, abs=5e-4)


# Values of J. Randolph's calculator, fixed-marginal kappa, quoted in statsmodels' tests.
@pytest.mark.parametrize(
    ("ratings", "kappa"),
    [
        ([[7, 1], [3, 5]], 0.161905),
        ([[7, 0], [0, 7]], 1.0),
        ([[6, 1, 0], [0, 7, 0]], 0.708333),
    ],
)
def test_randolph(ratings: list[list[int]], kappa: float) -> None:
    assert fleiss_kappa(ratings) == pytest.approx(kappa, abs=6e-7)


def test_fourteen_judges() -> None:
    # The worked example of the Wikipedia article on Fleiss' kappa: 0.210.
    ratings = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)


COUNTS = st.integers(0, 60)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_kappa_is_agreement_beyond_chance(a: int, b: int, c: int, d: int) -> None:
    if (a + b + c == 0) or (b + c + d == 0):
        return
    found = agreement([[a, b], [c, d]])
    assert found.kappa == pytest.approx(
        (found.observed - found.expected) / (1 - found.expected), abs=1e-9
    )
    assert found.low <= found.kappa <= found.high <= 1
    # Who stands first does not matter.
    assert agreement([[a, c], [b, d]]).kappa == pytest.approx(found.kappa, abs=1e-9)


def test_perfect_and_opposite() -> None:
    assert agreement([[30, 0], [0, 70]]).kappa == pytest.approx(1)
    assert agreement([[0, 50], [50, 0]]).kappa == pytest.approx(-1)


def test_a_category_nobody_used_has_no_agreement() -> None:
    by_category = agreement([[5, 1, 0], [1, 5, 0], [0, 0, 0]]).by_category
    assert by_category[:2] == pytest.approx((10 / 12, 10 / 12))
    assert math.isnan(by_category[2])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: agreement([[1, 2, 3], [4, 5, 6]]),
        lambda: agreement([[1]]),
        lambda: agreement([[0, 0], [0, 0]]),
        lambda: agreement([[1, -1], [2, 2]]),
        lambda: agreement([[9, 0], [0, 0]]),
        lambda: fleiss_kappa([[1, 2], [2, 2]]),
        lambda: fleiss_kappa([[1, 0], [0, 1]]),
        lambda: fleiss_kappa([1, 2]),
        lambda: fleiss_kappa([[3, 0], [3, 0]]),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="must"):
        wrong()
