"""Span, team economy and workforce against published tables and sums by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.organisation import (
    TeamEconomy,
    absence_cost,
    fitting_span,
    links,
    relations,
    structure,
    talk_minutes,
    workforce,
)


# Graicunas (1933), the table of total relations for one to twelve subordinates.
@pytest.mark.parametrize(
    ("subordinates", "total"),
    [
        (1, 1), (2, 6), (3, 18), (4, 44), (5, 100), (6, 222),
        (7, 490), (8, 1080), (9, 2376), (10, 5210), (11, 11374), (12, 24708),
    ],
)  # fmt: skip
def test_graicunas_table(subordinates: int, total: int) -> None:
    assert relations(subordinates) == total


def test_pairs_in_buurtzorgs_largest_team() -> None:
    # Twelve people, the most in a Buurtzorg team (VIVE): 12 · 11 / 2 pairs.
    assert links(12) == 66
    assert links(1) == links(0) == 0


@pytest.mark.parametrize(
    ("staff", "span", "leaders"),
    [
        # By hand: 4 096 at a span of 4 makes 1 365 leaders in six layers, at 8 makes 585 in four:
        # the sums in Robbins and Judge, Organizational Behavior, on span of control.
        (4096, 4, (1024, 256, 64, 16, 4, 1)),
        (4096, 8, (512, 64, 8, 1)),
        (300, 30, (10, 1)),
        (300, 15, (20, 2, 1)),
        (1, 2, (1,)),
    ],
)
def test_layers(staff: int, span: int, leaders: tuple[int, ...]) -> None:
    found = structure(staff, span)
    assert found.leaders == leaders
    assert found.layers == len(leaders)


def test_robbins_and_judge_difference() -> None:
    # Same example: the wider span saves about 780 managers.
    assert structure(4096, 4).leader_count - structure(4096, 8).leader_count == 780


@given(st.integers(1, 5000), st.integers(2, 60))
def test_every_layer_is_within_the_span(staff: int, span: int) -> None:
    found = structure(staff, span)
    below = (staff, *found.leaders)
    assert found.leaders[-1] == 1
    assert all(lower <= span * upper for lower, upper in zip(below, found.leaders, strict=False))


def test_time_for_each_halves_when_the_span_doubles() -> None:
    assert talk_minutes(40) == pytest.approx(talk_minutes(20) / 2)
    assert talk_minutes(10, share=0) == 0


def test_span_that_fits_by_hand() -> None:
    # 30 hours, a third: 600 minutes, so 15 people at 40 minutes and 14 at 41.
    assert fitting_span(40, hours=30, share=1 / 3) == 15
    assert fitting_span(41, hours=30, share=1 / 3) == 14
    assert fitting_span(0.1, hours=40, share=0.25) == 6000
    assert fitting_span(601, hours=30, share=1 / 3) == 0


@given(st.floats(5, 300), st.floats(5, 37.5), st.floats(0.05, 1))
def test_one_more_than_fits_gets_too_little(minutes: float, hours: float, share: float) -> None:
    span = fitting_span(minutes, hours=hours, share=share)
    if span:
        assert talk_minutes(span, hours=hours, share=share) >= minutes * (1 - 1e-6)
    assert talk_minutes(span + 1, hours=hours, share=share) < minutes


def test_team_economy_by_hand() -> None:
    # 10 · 0.8 · 150 = 1 200 paid hours; less 10 % = 1 080; 60 % = 648 with citizens.
    # 648 · 700 − 1 200 · 350 − 20 000 = 13 600; break-even (420 000 + 20 000) / 756 000.
    team = TeamEconomy(10, 0.8, 150, 0.10, 0.60, 700, 350, 20_000)
    assert team.direct_hours == pytest.approx(648)
    assert team.result == pytest.approx(13_600)
    assert team.break_even_share == pytest.approx(440 / 756)


@given(st.floats(0.05, 1), st.floats(0, 0.9))
def test_at_break_even_the_result_is_nothing(position: float, absence: float) -> None:
    team = TeamEconomy(12, position, 150, absence, 0.6, 900, 300, 10_000)
    if team.break_even_share <= 1:
        even = TeamEconomy(12, position, 150, absence, team.break_even_share, 900, 300, 10_000)
        assert even.result == pytest.approx(0, abs=1e-6)


def test_no_income_never_breaks_even() -> None:
    assert TeamEconomy(5, 1, 150, 1.0, 0.6, 700, 350, 0).break_even_share == float("inf")


def test_workforce_by_hand() -> None:
    # Year 1: 100 − 10 + 6 = 96. Year 2: 9.6 leave, 6 hired: 92.4. Mean vacant 2 and 5.8.
    followed = workforce(
        100, years=2, turnover=0.1, hires=6, hiring_cost=50_000, agency_premium=400_000
    )
    assert followed.filled == pytest.approx((100, 96, 92.4))
    assert followed.cost == pytest.approx((6 * 50_000 + 2 * 400_000, 300_000 + 5.8 * 400_000))


def test_vacancies_and_strain_by_hand() -> None:
    # 80 of 100 filled, strain 2: 0.1 · (1 + 2 · 0.2) = 0.14 leave, 11.2; 5 hired: 73.8.
    followed = workforce(
        100,
        years=1,
        turnover=0.1,
        hires=5,
        hiring_cost=0,
        agency_premium=1000,
        strain=2,
        vacant=20,
    )
    assert followed.filled == pytest.approx((80, 73.8))
    assert followed.cost == pytest.approx(((20 + 26.2) / 2 * 1000,))


def test_strain_doubles_the_rate_at_half_vacant() -> None:
    followed = workforce(
        10, years=1, turnover=0.2, hires=0, hiring_cost=0, agency_premium=0, strain=2, vacant=5
    )
    assert followed.filled[-1] == pytest.approx(5 * (1 - 0.4))


def test_absence_by_hand() -> None:
    # 10 positions, 230 days, 8 %, 3 000 kr, 60 % refunded, 70 % replaced: 552 000 · 1.1.
    cost = absence_cost(10, absence=0.08, daily_wage=3000, refunded=0.6, replaced=0.7)
    assert cost == pytest.approx(607_200)


@given(st.floats(0, 1), st.floats(0, 200), st.floats(0, 5))
def test_positions_are_never_more_than_wanted(turnover: float, hires: float, strain: float) -> None:
    followed = workforce(
        80, years=8, turnover=turnover, hires=hires, hiring_cost=1, agency_premium=1, strain=strain
    )
    assert all(-1e-9 <= filled <= 80 + 1e-9 for filled in followed.filled)
    assert all(
        filled + vacant == pytest.approx(80)
        for filled, vacant in zip(followed.filled, followed.vacant, strict=True)
    )


def test_strain_makes_it_worse() -> None:
    plain, strained = (
        workforce(
            100, years=5, turnover=0.15, hires=8, hiring_cost=0, agency_premium=0, strain=strain
        )
        for strain in (0.0, 2.0)
    )
    assert strained.filled[-1] < plain.filled[-1]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: links(-1),
        lambda: relations(-1),
        lambda: structure(0, 5),
        lambda: structure(10, 1),
        lambda: talk_minutes(0),
        lambda: talk_minutes(5, share=1.1),
        lambda: TeamEconomy(0, 1, 150, 0, 0.6, 1, 1, 1),
        lambda: TeamEconomy(5, 1.2, 150, 0, 0.6, 1, 1, 1),
        lambda: TeamEconomy(5, 1, 150, 0, 0.6, -1, 1, 1),
        lambda: workforce(10, years=0, turnover=0, hires=0, hiring_cost=0, agency_premium=0),
        lambda: fitting_span(0),
        lambda: workforce(
            10, years=1, turnover=0, hires=0, hiring_cost=0, agency_premium=0, vacant=11
        ),
        lambda: workforce(10, years=1, turnover=2, hires=0, hiring_cost=0, agency_premium=0),
        lambda: absence_cost(1, absence=2, daily_wage=1, refunded=0, replaced=0),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="must"):
        wrong()
