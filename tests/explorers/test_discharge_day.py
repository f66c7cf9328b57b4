"""A day earlier home, by hand: who gains, and which payment suits both."""

import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.base import SettingError


def shown(**settings: object) -> tuple[str, str, list[list[str]], str]:
    view = explorer("discharge_day").show(settings)
    rows = [[cell.replace("\u00a0", " ") for cell in row] for row in view["table"]["rows"]]
    plain = [view[key].replace("\u00a0", " ") for key in ("title", "sentence", "note")]
    return plain[0], plain[1], rows, plain[2]


def test_the_sides_by_hand() -> None:
    # 0,25 x 52 248 x 40 % = 5 224,80 kr. Hospital 2 500 + 60 % x (5 224,80 - 2 500) = 4 134,88;
    # municipality -3 500; state -60 % x 5 224,80 = -3 134,88; even split (4 134,88 + 3 500) / 2.
    title, sentence, rows, note = shown()
    assert title == "Begge tjener når sykehuset betaler kommunen mellom 3 500 kr og 4 135 kr"
    assert "Sykehuset tjener 4 135 kr, og kommunen taper 3 500 kr" in sentence
    assert "De to sammen tjener 635 kr" in sentence
    assert "betaler sykehuset kommunen 3 817 kr" in sentence
    assert rows[4] == ["Sum per døgn", "4 135", "−3 500", "−3 135", "−2 500"]
    assert "Staten betaler 3 135 kr mer per døgn" in note


def test_the_day_price_turns_both_round_and_leaves_the_sum() -> None:
    # 4 134,88 - 5 745 = -1 610,12 and 5 745 - 3 500 = 2 245.
    title, sentence, rows, _ = shown(ready=True)
    assert title == "Begge tjener når kommunen betaler sykehuset mellom 1 610 kr og 2 245 kr"
    assert "De to sammen tjener 635 kr" in sentence
    assert rows[1][1:] == ["−5 745", "5 745", "0", "0"]
    assert rows[4][4] == "−2 500"


def test_an_empty_bed_leaves_nothing_to_share() -> None:
    # 2 500 - 3 500 = -1 000 kr.
    title, sentence, _, note = shown(refilled=0)
    assert title == "Ingen betaling kan gjøre at begge tjener"
    assert "De to sammen taper 1 000 kr" in sentence
    assert "Staten" not in note


def test_a_payment_between_the_two_suits_both() -> None:
    # 4 134,88 - 3 800 = 334,88 and 3 800 - 3 500 = 300; 400 days of each.
    title, sentence, rows, _ = shown(payment=3_800)
    assert title == "Begge tjener"
    assert "Sykehuset betaler nå 3 800 kr: sykehuset tjener 335 kr, og kommunen tjener 300 kr" in (
        sentence
    )
    assert rows[5][1:3] == ["133 952", "120 000"]


def test_both_may_gain_already() -> None:
    # A ready patient and a low price: hospital 2 500 - 1 000 = 1 500, municipality 1 000 - 500.
    settings = {"ready": True, "day_price": 1_000, "municipal_day": 500, "refilled": 0}
    title, sentence, _, _ = shown(**settings)
    assert title == "Begge tjener uten at noen betaler"
    assert "ingen trenger å betale den andre" in sentence
    assert shown(**settings, payment=3_000)[0] == "Begge tjener hvis ingen betaler den andre"


def test_what_cannot_be_used_gets_a_sentence() -> None:
    with pytest.raises(SettingError, match="Velg et tall mellom"):
        explorer("discharge_day").show({"refilled": 101})
