"""The laws of counts against scipy.stats, which says the same and takes longer to import."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from helseledelse.models.counts import (
    binomial_below,
    binomial_quantile,
    poisson_below,
    poisson_quantile,
)

SHARES = np.array([[0.001], [0.025], [0.3125], [0.5], [0.975], [0.999]])
TRIALS = np.array([1, 2, 4, 5, 29, 30, 500, 41_000])


@pytest.mark.parametrize("chance", [0.004, 0.1, 0.5, 0.93])
def test_the_binomial_law(chance: float) -> None:
    law = stats.binom(TRIALS, chance)
    found = binomial_quantile(SHARES, TRIALS, chance)
    assert (found == law.ppf(SHARES)).all()
    for count in (found, found - 1, found + 1):
        np.testing.assert_allclose(
            binomial_below(count, TRIALS, chance), law.cdf(count), rtol=1e-9, atol=1e-12
        )


def test_the_poisson_law() -> None:
    expected = np.array([0.2, 1.0, 3.5, 40.0, 12_000.0])
    law = stats.poisson(expected)
    found = poisson_quantile(SHARES, expected)
    assert (found == law.ppf(SHARES)).all()
    for count in (found, found - 1):
        np.testing.assert_allclose(
            poisson_below(count, expected), law.cdf(count), rtol=1e-9, atol=1e-12
        )


def test_explorers_do_not_wait_for_the_large_library() -> None:
    """Every explorer's first figure, but for the regression's, comes without scipy.stats."""
    code = """
import sys
from helseledelse.explorers import explorer, names
for name in names():
    if name != "before_after":
        explorer(name).show({})
        if "scipy.stats" in sys.modules:
            sys.exit(name)
"""
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
