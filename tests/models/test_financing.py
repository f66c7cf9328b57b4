import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.datasets import reference
from helseledelse.models.financing import (
    PAYERS,
    POSTS,
    CostShift,
    early_discharge,
    isf_refund,
    side_payment,
)
from helseledelse.models.network import shared_gain


@pytest.mark.parametrize(
    ("points", "published"),
    [
        # Helsedirektoratet, Avregningsutvalgets årsrapport 2021, 6.11 (13/4904): DRG points and
        # recommended settlement in kr; unit price 45 808 kr, 50 per cent.
        (-74.43, -1_704_744.72),  # Oslo universitetssykehus
        (-13.388, -306_638.75),  # Medi3 Ålesund
        (-87.818, -2_011_383.47),  # both
        (-66.122, -1_514_458.29),  # Helse Sør-Øst
        (-3.566, -81_675.66),  # Helse Vest
        (-16.109, -368_960.54),  # Helse Midt
        (-2.021, -46_288.98),  # Helse Nord
        # The same report, 20/3958: Vestre Viken, DRG 442.
        (-155.11, -3_552_639.44),
    ],
)
def test_settlements_of_2020_to_the_øre(points: float, published: float) -> None:
    price, share = reference("isf_unit_price_2020").value, reference("isf_share_2020").value
    assert float(isf_refund(points, unit_price=price, share=share)) == pytest.approx(
        published, abs=0.005
    )


def test_points_of_stays_add_up() -> None:
    # The same report, 20/3958: 51 stays of weight 5.719 were 291.669 points, 8 of them 45.752; all
    # after regrouping 136.559, the difference 155.11.
    stays = np.full(51, 5.719)
    assert stays.sum() == pytest.approx(291.669)
    refunds = isf_refund(stays, unit_price=45_808, share=0.5)
    kept = isf_refund([45.752, 90.807], unit_price=45_808, share=0.5)
    assert refunds.sum() - kept.sum() == pytest.approx(3_552_639.44, abs=0.005)


@pytest.mark.parametrize(
    ("year", "per_point"),
    # Helsedirektoratet, Regelverk ISF: 43 428 x 50 %, 45 808 x 50 %, 52 248 x 40 %.
    [(2018, 21_714.0), (2020, 22_904.0), (2024, 20_899.2)],
)
def test_one_point_gave_less_in_2024_than_in_2018(year: int, per_point: float) -> None:
    price, share = (reference(f"isf_{name}_{year}").value for name in ("unit_price", "share"))
    assert float(isf_refund(1, unit_price=price, share=share)) == pytest.approx(per_point)


def test_what_municipalities_paid_for_waiting() -> None:
    # Altinget through banett.no, March 2024, from a report of Helsedirektoratet: 71 800 days at
    # 5 508 kr were a little over 395 million kr.
    shift = early_discharge(
        71_800, hospital_day_cost=0, municipal_day_cost=0, ready_days=71_800, ready_day_price=5_508
    )
    assert float(shift.municipality) == pytest.approx(395.5e6, abs=0.05e6)
    assert float(shift.hospital) == -float(shift.municipality)


def test_a_day_by_hand() -> None:
    # Two days saved, one of them ready, the bed filled half the time. Hospital: 2 x 3 000 - 5 745
    # + 1 x (4 000 - 3 000) - 0.1 x (40 000 - 16 000) = -1 145. Municipality: -2 x 2 500 + 5 745
    # = 745. State: -1 x 4 000 - 0.1 x 16 000 = -5 600. Together -6 000.
    shift = early_discharge(
        2,
        hospital_day_cost=3_000,
        municipal_day_cost=2_500,
        ready_days=1,
        ready_day_price=5_745,
        refilled=0.5,
        refund_per_day=4_000,
        readmissions=0.1,
        readmission_cost=40_000,
        readmission_refund=16_000,
    )
    assert float(shift.hospital) == pytest.approx(-1_145)
    assert float(shift.municipality) == pytest.approx(745)
    assert float(shift.state) == pytest.approx(-5_600)
    assert float(shift.society) == pytest.approx(-6_000)


amounts = st.floats(0, 20_000)


@given(amounts, amounts, amounts, amounts, st.floats(0, 1))
def test_money_that_changes_hands_is_no_gain_to_society(
    hospital: float, municipal: float, price: float, refund: float, refilled: float
) -> None:
    with_transfers = early_discharge(
        3,
        hospital_day_cost=hospital,
        municipal_day_cost=municipal,
        ready_days=2,
        ready_day_price=price,
        refilled=refilled,
        refund_per_day=refund,
    )
    without = early_discharge(
        3, hospital_day_cost=hospital, municipal_day_cost=municipal, refilled=refilled
    )
    assert float(with_transfers.society) == pytest.approx(float(without.society), abs=1e-6)


def test_a_bed_filled_again_saves_the_hospital_no_cost() -> None:
    shift = early_discharge(1, hospital_day_cost=5_000, municipal_day_cost=0, refilled=1)
    assert float(shift.hospital) == 0


def test_no_day_saved_moves_nothing() -> None:
    shift = early_discharge(0, hospital_day_cost=5_000, municipal_day_cost=3_000)
    assert not shift.entries.any()
    assert shift.entries.shape == (len(POSTS), len(PAYERS))


def test_many_prices_at_once_are_each_of_them() -> None:
    prices = np.array([0.0, 5_745.0, 9_000.0])
    many = early_discharge(
        1, hospital_day_cost=4_000, municipal_day_cost=3_000, ready_days=1, ready_day_price=prices
    )
    each = [
        float(
            early_discharge(
                1,
                hospital_day_cost=4_000,
                municipal_day_cost=3_000,
                ready_days=1,
                ready_day_price=p,
            ).hospital
        )
        for p in prices
    ]
    assert many.hospital.tolist() == each


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: isf_refund(1, unit_price=-1, share=0.5),
        lambda: isf_refund(1, unit_price=1, share=1.5),
        lambda: early_discharge(-1, hospital_day_cost=1, municipal_day_cost=1),
        lambda: early_discharge(1, hospital_day_cost=1, municipal_day_cost=1, ready_days=2),
        lambda: early_discharge(1, hospital_day_cost=1, municipal_day_cost=1, refilled=1.1),
        lambda: early_discharge(1, hospital_day_cost=float("nan"), municipal_day_cost=1),
        lambda: CostShift(np.zeros((2, 3))),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r".+"):
        wrong()


def test_a_side_payment_by_hand() -> None:
    # The hospital gains 4 135 kr, the municipality loses 3 500: 635 kr together, and half of it is
    # 317,50 kr, so 3 500 + 317,50 = 3 817,50 kr across.
    found = side_payment(4_135, -3_500)
    assert (found.low, found.high, found.common, found.even) == (3_500, 4_135, 635, 3_817.5)
    assert found.after(found.even) == (317.5, 317.5)
    assert found.exists


amounts = st.floats(-1e6, 1e6)


@given(hospital=amounts, municipality=amounts, payment=amounts)
def test_a_payment_across_never_changes_the_sum(
    hospital: float, municipality: float, payment: float
) -> None:
    found = side_payment(hospital, municipality)
    assert sum(found.after(payment)) == pytest.approx(hospital + municipality, abs=1e-6)
    # An even split agrees with the Shapley value of two.
    assert found.even == pytest.approx(shared_gain([hospital, municipality])[1], abs=1e-6)
    assert found.exists == (hospital + municipality > 0)


@pytest.mark.parametrize("gain", [float("nan"), float("inf")])
def test_a_gain_that_is_no_number_is_refused(gain: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        side_payment(gain, 0)
