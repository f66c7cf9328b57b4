"""Handovers against hand-worked shares, what must hold for all, and the ends."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.handover import asks_like_one_fewer, handover

share = st.floats(0, 1)


def test_two_borders_by_hand() -> None:
    # Two items, 0.8 passed on, half ask, half of the lost is caught.
    # Each item: 0.8 + 0.2 * 0.5 * 0.5 = 0.85, so two borders leave 0.85² = 0.7225.
    # Both items: silent 0.8² = 0.64, asked 0.9² = 0.81, mean 0.725, so 0.725² = 0.525625.
    found = handover(handovers=2, items=2, kept=0.8, asks=0.5, caught=0.5)
    assert found.share == pytest.approx((1, 0.85, 0.7225))
    assert found.complete == pytest.approx((1, 0.725, 0.525625))


def test_asking_that_is_worth_one_border_by_hand() -> None:
    # As above: one border leaves 0.725. Two borders leave 0.725 when each leaves
    # sqrt(0.725) = 0.851469, and that is above the 0.81 of a border where everybody asks:
    # (0.851469 - 0.64) / (0.81 - 0.64) = 1.243937.
    assert asks_like_one_fewer(
        handovers=2, items=2, kept=0.8, asks=0.5, caught=0.5
    ) == pytest.approx(1.243937, abs=1e-6)


@given(
    handovers=st.integers(2, 8),
    items=st.integers(1, 10),
    kept=st.floats(0.5, 0.95),
    asks=share,
    caught=st.floats(0.2, 1),
)
def test_the_asking_found_gives_what_one_border_fewer_gives(
    handovers: int, items: int, kept: float, asks: float, caught: float
) -> None:
    needed = asks_like_one_fewer(
        handovers=handovers, items=items, kept=kept, asks=asks, caught=caught
    )
    fewer = handover(handovers=handovers - 1, items=items, kept=kept, asks=asks, caught=caught)
    assert needed >= asks - 1e-9
    if needed <= 1:
        like = handover(handovers=handovers, items=items, kept=kept, asks=needed, caught=caught)
        assert like.complete[-1] == pytest.approx(fewer.complete[-1], abs=1e-9)


@given(
    handovers=st.integers(1, 8),
    items=st.integers(1, 10),
    kept=share,
    asks=share,
    caught=share,
)
def test_nothing_comes_back_and_all_is_never_more_than_each(
    handovers: int, items: int, kept: float, asks: float, caught: float
) -> None:
    found = handover(handovers=handovers, items=items, kept=kept, asks=asks, caught=caught)
    for stages in (found.share, found.complete):
        assert len(stages) == handovers + 1
        assert stages[0] == 1
        assert all(after <= before + 1e-12 for before, after in pairwise(stages))
    assert all(
        whole <= each + 1e-12 for whole, each in zip(found.complete, found.share, strict=True)
    )


def test_one_item_is_complete_when_it_is_kept() -> None:
    found = handover(handovers=3, items=1, kept=0.7, asks=0.4, caught=0.6)
    assert found.complete == pytest.approx(found.share)


def test_asking_that_catches_all_loses_nothing_when_all_ask() -> None:
    assert handover(handovers=8, items=10, kept=0.2, asks=1, caught=1).complete[-1] == 1


@pytest.mark.parametrize("settings", [{"caught": 0.0}, {"kept": 1.0}])
def test_asking_has_no_price_when_it_changes_nothing(settings: dict[str, float]) -> None:
    usual = {"kept": 0.9, "asks": 0.3, "caught": 0.7} | settings
    assert math.isnan(asks_like_one_fewer(handovers=3, items=4, **usual))


@pytest.mark.parametrize(
    ("handovers", "items", "kept"), [(0, 1, 0.5), (1, 0, 0.5), (1, 1, 1.2), (1, 1, -0.1)]
)
def test_what_cannot_be_is_refused(handovers: int, items: int, kept: float) -> None:
    with pytest.raises(ValueError, match=r"must"):
        handover(handovers=handovers, items=items, kept=kept, asks=0.5, caught=0.5)
