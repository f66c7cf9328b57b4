"""Four futures for a municipality: by hand, what must hold, and the ends."""

import numpy as np
import pytest

from helseledelse.explorers import care_demand, explorer
from helseledelse.explorers.scenarios import STRATEGIES, Outlook, outlook
from helseledelse.norwegian import NO_BREAK_SPACE

START = {
    "healthier": 2.0,
    "tight": 0.10,
    "loose": 0.10,
    "home": 0.08,
    "technology": 0.06,
    "recruitment": 0.09,
    "spending": 0.03,
    "price_of_gap": 1.2,
}


def found(municipality: str = "1860", **changed: float) -> Outlook:
    return outlook(municipality=municipality, years=10, **(START | changed))


def shown(**settings: object) -> dict[str, str]:
    view = explorer("scenarios").show(settings)
    return {key: view[key].replace(NO_BREAK_SPACE, " ") for key in ("title", "sentence")}


def test_demand_is_that_of_the_care_explorer() -> None:
    view = care_demand.demand(
        "1860",
        years=10,
        use=care_demand.use_by_age(0.07, 0.30, 0.75),
        improvement=0.014,
        positions_per_user=0.5,
        healthier=2,
    )[1]
    now = found()
    assert now.now == pytest.approx(view.positions[0])
    assert now.needed[2:] == pytest.approx([view.positions[-1]] * 2)


def test_the_gap_and_the_regret_by_hand() -> None:
    # Needed 238.7 and now 174.5: 238.7 - 0.9 x 174.5 = 81.6 are short. Technology takes 6 per cent
    # of 238.7, 14.3, and home care 8 per cent, 19.1: a difference of 4.8 at 1.2 million is 5.7.
    now = found()
    assert now.staffing.gap[0, 0] == pytest.approx(81.6, abs=0.1)
    assert now.regret.largest[2] == pytest.approx(5.7, abs=0.05)
    assert STRATEGIES[now.regret.least] == "Teknologi"
    assert STRATEGIES[now.regret.safest] == "Hjemmetjenesten"


def test_the_title_and_the_sentence_are_the_models() -> None:
    view = shown()
    assert view["title"] == "Satser dere på teknologi, kan dere angre på høyst 5,7 mill. kr"
    assert "trenger Vestvågøy 239 årsverk" in view["sentence"]
    assert "mangler dere fra 0 til 82 årsverk" in view["sentence"]
    assert "Teknologi er best i én av fire framtider" in view["sentence"]
    assert view["sentence"].endswith("er svaret et annet: hjemmetjenesten.")


def test_the_worst_future_is_the_one_with_neither_health_nor_hands() -> None:
    gap = found().staffing.gap
    assert (gap[:, [0]] >= gap).all()


def test_free_gaps_make_waiting_best() -> None:
    assert found(price_of_gap=0).regret.least == 0
    assert "ingenting å angre på" in shown(price_of_gap=0)["title"]


def test_a_size_of_municipality_does_not_change_the_rule() -> None:
    # Oslo has forty times the positions, and about the same ageing: the same choice.
    assert found("0301").regret.least == found().regret.least


def test_nothing_done_costs_nothing_to_choose() -> None:
    same = found(home=0, technology=0, recruitment=0, spending=0)
    assert same.regret.table == pytest.approx(np.zeros((5, 4)))
    assert (
        "Alle valgene er like gode"
        in shown(home=0, technology=0, recruitment=0, spending=0)["sentence"]
    )


@pytest.mark.parametrize("municipality", ["1151", "0301", "5610"])  # Utsira, Oslo, Karasjok
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_every_end_has_an_answer(municipality: str, end: str) -> None:
    settings = {
        control.name: getattr(control, end)
        for control in explorer("scenarios").controls
        if control.sort == "slider"
    }
    assert shown(municipality=municipality, **settings)["title"]
