"""Numbers of a class as columns."""

import random

import pytest

from helseledelse.live.histogram import FEWEST_BINS, MOST_BINS, Bin, bins, label, nice, place


def test_widths_are_those_people_count_in() -> None:
    assert [nice(width) for width in (1, 1.1, 2.4, 3, 7, 0.03, 1234)] == pytest.approx(
        [1, 2, 2.5, 5, 10, 0.05, 2000]
    )


def test_the_width_of_freedman_and_diaconis_by_hand() -> None:
    # 0, 1, … 26 three times over and 0 and 26 once: the quartiles are 6 and 20 or nearly so, and
    # 2 · 14 / 83^(1/3) = 28 / 4.36 = 6.4, made nice 10; 26 / 10 gives too few, so 26 / 4 / 2.5 =
    # 2.6, made nice 5.
    values = [float(value) for value in range(27)] * 3 + [0.0, 26.0]
    assert [each.low for each in bins(values)] == [0, 5, 10, 15, 20, 25]
    # A hundred whole numbers: IQR 49.5, 2 · 49.5 / 100^(1/3) = 99 / 4.64 = 21.3, made nice 25, and
    # 99 / 25 is under four, so 99 / 4 / 2.5 = 9.9, made nice 10.
    assert [each.low for each in bins([float(value) for value in range(100)])] == [
        *range(0, 100, 10)
    ]


def test_every_value_lies_in_one_column() -> None:
    chance = random.Random(3)  # noqa: S311  the same numbers each time
    for _ in range(300):
        size = 10 ** chance.uniform(-6, 9)
        values = [
            chance.choice([chance.gauss(0, size), size, -size, 1000 * size, 0.0])
            for _ in range(chance.randrange(1, 60))
        ]
        found = bins(values)
        assert all(sum(each.holds(value) for each in found) == 1 for value in values), values
        assert len(found) <= MOST_BINS + 4
        for value in values:
            where = place(found, value)
            assert where is not None
            assert 0 <= where <= 1


def test_one_slip_of_a_thousand_does_not_press_the_rest_together() -> None:
    spread = [float(value) for value in range(100, 200, 2)]
    found = bins([*spread, 150_000.0])
    assert found[-1].low == 200
    assert found[-1].high is None
    assert len(found) >= FEWEST_BINS
    assert bins([200.0] * 40 + [300.0, 200_000.0])[-1].high is None  # no spread to measure by


def test_odd_classes() -> None:
    assert bins([]) == ()
    assert len(bins([7.0])) == len(bins([0.0, 0.0])) == 1
    assert place(bins([7.0]), 900) is None
    assert len(bins([1e16, 1e16 + 2])) >= 1


def test_labels_are_written_as_norwegians_write() -> None:
    written = [
        label(each, "kr").replace("\u00a0", " ")
        for each in [Bin(None, 0.5), Bin(0.5, 1), Bin(20_000, 25_000), Bin(25_000, None)]
    ]
    assert written == [
        "under 0,5 kr",
        "0,5 til under 1 kr",
        "20 000 til under 25 000 kr",
        "25 000 kr eller mer",
    ]
