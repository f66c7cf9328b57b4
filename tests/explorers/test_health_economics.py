"""The explorers of health economics: they draw everywhere, and say what their models say."""

import numpy as np
import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.decision_tree import saving
from helseledelse.explorers.markov import COSTS, QUALITY, USUAL, gains
from helseledelse.explorers.uncertainty import simulate
from helseledelse.models.cost_effectiveness import Option, Status, icer_table
from helseledelse.norwegian import NO_BREAK_SPACE, format_number


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


# Cost-effectiveness


def test_the_default_shows_the_trap_of_a_pretty_ratio() -> None:
    view = explorer("icer").show({})
    table = icer_table(
        [
            Option("V", 0, 0),
            Option("A", 15_000, 0.1),
            Option("B", 60_000, 0.22),
            Option("C", 75_000, 0.4),
        ]
    )
    assert [row.status for row in table] == [
        Status.FRONTIER,
        Status.FRONTIER,
        Status.EXTENDEDLY_DOMINATED,
        Status.FRONTIER,
    ]
    # by hand: 60 000 / 0,22, under the limit of 275 000
    assert "272 727 kr per godt leveår mot vanlig oppfølging, men er dominert" in plain(
        view["sentence"]
    )
    # by hand: 0,4 x 275 000 - 75 000
    assert "gruppeopplæring størst nettonytte: 35 000 kr" in plain(view["sentence"])
    rows = {row[0]: row for row in view["table"]["rows"]}
    assert rows["Hjemmebesøk"][5] == "utvidet dominert av telefonoppfølging og gruppeopplæring"
    # by hand: (75 000 - 15 000) / (0,4 - 0,1)
    assert plain(rows["Gruppeopplæring"][4]) == "200 000 kr"


@pytest.mark.parametrize(
    ("case", "best"),
    [
        ({"threshold": 0}, "vanlig oppfølging"),
        ({"threshold": 150_000}, "telefonoppfølging"),
        ({"threshold": 175_000}, "telefonoppfølging"),
        ({"threshold": 200_000}, "gruppeopplæring"),
        # by hand: 0,22 x 275 000 - 10 000 = 50 500, more than the 35 000 of the group
        ({"threshold": 275_000, "cost_b": 10_000}, "hjemmebesøk"),
    ],
)
def test_the_title_names_the_option_with_the_largest_net_benefit(
    case: dict[str, float], best: str
) -> None:
    assert explorer("icer").show(case)["title"].endswith(f"{best} best")


def test_strong_dominance_is_named() -> None:
    view = explorer("icer").show({"cost_b": 80_000})
    rows = {row[0]: row[5] for row in view["table"]["rows"]}
    assert rows["Hjemmebesøk"] == "dominert av gruppeopplæring"


# The cohort


def test_gains_agree_with_a_loop_year_by_year() -> None:
    cost, quality = gains(
        effect=0.25, price=30_000, project=2, horizon=6, discount=0.04, lasts=False
    )

    def arm(*, followed: bool) -> tuple[list[float], list[float]]:
        here, kroner, years = np.array([1.0, 0, 0, 0]), [0.0], [0.0]
        for year in range(6):
            on = followed and year < 2
            moves = USUAL.copy()
            if on:
                moves[0, 1] *= 0.75
                moves[1, 2] *= 0.75
            for state in range(4):
                if np.isnan(moves[state, state]):
                    moves[state, state] = 1 - np.nansum(moves[state])
            after = here @ moves
            pays = COSTS + (np.array([30_000.0, 30_000, 0, 0]) if on else 0)
            ends = here / 1.04**year, after / 1.04 ** (year + 1)
            kroner.append(kroner[-1] + sum(float(end @ pays) for end in ends) / 2)
            years.append(years[-1] + sum(float(end @ QUALITY) for end in ends) / 2)
            here = after
        return kroner[1:], years[1:]

    new, old = arm(followed=True), arm(followed=False)
    assert cost == pytest.approx(np.subtract(new[0], old[0]))
    assert quality == pytest.approx(np.subtract(new[1], old[1]))


def test_the_cohorts_sentence_is_its_models() -> None:
    view = explorer("markov").show({})
    cost, quality = gains(
        effect=0.25, price=30_000, project=2, horizon=15, discount=0.04, lasts=False
    )
    net = 275_000 * quality - cost
    assert f"netto {format_number(net[1], unit='kr')}" in view["sentence"]
    assert f"netto {format_number(net[-1], unit='kr')}" in view["sentence"]
    turn = int(np.flatnonzero(net > 0)[0]) + 1
    assert view["title"] == f"Prosjektet går ikke i pluss på 2 år, men gjør det fra år {turn}"


def test_what_lasts_after_the_project() -> None:
    given = {"effect": 0.25, "price": 0.0, "project": 2, "horizon": 25, "discount": 0.04}
    stops = gains(**given, lasts=False)[1]  # type: ignore[arg-type]  # years are whole numbers
    goes_on = gains(**given, lasts=True)[1]  # type: ignore[arg-type]  # the same
    assert (np.diff(stops) > 0).all()  # those who were spared in the project go on living better
    assert stops[-1] > 5 * stops[1]
    assert (goes_on[2:] > stops[2:]).all()
    assert goes_on[:2] == pytest.approx(stops[:2])


def test_a_project_longer_than_the_horizon_is_not_said_to_be_over() -> None:
    view = explorer("markov").show({"project": 5, "horizon": 3})
    assert "Ved prosjektslutt" not in view["sentence"]
    assert "varer minst så lenge" in view["sentence"]


def test_no_effect_at_no_price_changes_nothing() -> None:
    assert explorer("markov").show({"effect": 0, "price": 0})["title"] == "Oppfølgingen går i null"


# Uncertainty


def test_the_sentence_of_uncertainty_is_its_models() -> None:
    view = explorer("uncertainty").show({})
    drawn = simulate(0.60, 0.20)
    each = float(drawn.evpi([275_000])[0])
    # by hand: the sum of 1/1.04^t for five years is 4.629895
    everyone = each * 500 * 4.629895 / 1e6
    assert f"{format_number(each, unit='kr')} per person" in view["sentence"]
    assert f"{format_number(everyone, 1)} millioner kr" in view["sentence"]
    chosen = drawn.best([275_000])[0]
    share = drawn.acceptability([275_000])[0, chosen]
    assert f"best, er {format_number(100 * share, unit='%')}" in view["sentence"]


def test_the_default_shows_that_oftest_best_is_not_the_one_to_choose() -> None:
    drawn = simulate(0.60, 0.20)
    assert drawn.acceptability([275_000])[0].argmax() != drawn.best([275_000])[0]
    assert (
        "Oftest best er vanlig oppfølging, men telefonoppfølging gir mer i snitt"
        in (explorer("uncertainty").show({})["sentence"])
    )


def test_whether_to_know_more_follows_the_price_of_the_study() -> None:
    assert explorer("uncertainty").show({"study": 5})["title"].startswith("Å vite mer kan")
    assert explorer("uncertainty").show({"study": 50})["title"].startswith("Bestem dere nå")


def test_more_uncertainty_is_worth_more_to_resolve() -> None:
    worth = [float(simulate(effect, 0.2).evpi([275_000])[0]) for effect in (0.1, 0.4, 0.8)]
    assert worth == sorted(worth)


# The decision tree


DRESSING = {
    "rate": 1.48,
    "reduction": 60.0,
    "infection": 130_000.0,
    "days": 10.0,
    "dressings": 3.0,
    "price": 120.0,
}


def test_the_dressing_is_worth_what_a_person_would_compute() -> None:
    # by hand: 0,0148 x 0,6 x 130 000 - 3 x (120 - 20)
    assert saving(DRESSING) == pytest.approx(854.4)
    view = explorer("decision_tree").show({})
    assert plain(view["title"]) == "Bytt: ny bandasje sparer 854 kr per pasient"
    # by hand: 1 / (0,0148 x 0,6) = 112,6
    assert "113 pasienter" in view["sentence"]


def test_the_table_says_where_the_choice_flips() -> None:
    rows = {row[0]: row for row in explorer("decision_tree").show({})["table"]["rows"]}
    # by hand: 300 / (0,0148 x 130 000)
    assert plain(rows["Virkning av ny bandasje"][-1]) == "15,6 %"
    # by hand: 300 / (0,01 x 0,6 x 130 000)
    assert rows[f"Infeksjoner per {format_number(1000)} døgn"][-1] == "0,385"
    assert rows["Pris per ny bandasje"][-1] == "snur ikke"


def test_a_high_price_turns_the_choice() -> None:
    view = explorer("decision_tree").show({"price": 500})
    assert view["title"].startswith("Bli ved den vanlige")
    # by hand: 3 x 480 - 1 154,4
    assert "koster 286 kr mer" in plain(view["sentence"])


# Bad input
