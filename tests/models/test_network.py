"""Networks against published graphs and graphs worked by hand; payoffs against the literature."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.network import Payoffs, layout, network, shared_gain, without

# Krackhardt (1990), Assessing the political landscape, Administrative Science Quarterly 35(2):
# the kite of ten people.
KITE = {
    "Andre": "Beverly Carol Diane Fernando",
    "Beverly": "Diane Ed Garth",
    "Carol": "Diane Fernando",
    "Diane": "Ed Fernando Garth",
    "Ed": "Garth",
    "Fernando": "Garth Heather",
    "Garth": "Heather",
    "Heather": "Ike",
    "Ike": "Jane",
}
EDGES = [(one, other) for one, others in KITE.items() for other in others.split()]


# Degree, closeness and betweenness of the kite as printed with it (Krebs's table of the kite).
@pytest.mark.parametrize(
    ("name", "degree", "closeness", "betweenness"),
    [
        ("Diane", 6, 0.600, 0.102),
        ("Fernando", 5, 0.643, 0.231),
        ("Garth", 5, 0.643, 0.231),
        ("Andre", 4, 0.529, 0.023),
        ("Beverly", 4, 0.529, 0.023),
        ("Carol", 3, 0.500, 0.000),
        ("Ed", 3, 0.500, 0.000),
        ("Heather", 3, 0.600, 0.389),
        ("Ike", 2, 0.429, 0.222),
        ("Jane", 1, 0.310, 0.000),
    ],
)
def test_the_kite(name: str, degree: int, closeness: float, betweenness: float) -> None:
    place = network(EDGES).place(name)
    assert place.degree == degree
    assert place.closeness == pytest.approx(closeness, abs=0.0006)
    assert place.betweenness == pytest.approx(betweenness, abs=0.0006)


def test_three_people_lead_by_three_measures() -> None:
    kite = network(EDGES)
    assert max(kite.places, key=lambda place: place.degree).name == "Diane"
    assert kite.places[0].name == "Heather"
    assert [place.name for place in kite.places if place.cut] == ["Heather", "Ike"]
    assert kite.ties == 18
    assert kite.density == pytest.approx(18 / 45)


# Marriages between fifteen families of Florence: Padgett and Ansell (1993), Robust action and the
# rise of the Medici, American Journal of Sociology 98(6); as in Wasserman and Faust (1994).
FLORENCE = {
    "Acciaiuoli": "Medici",
    "Albizzi": "Ginori Guadagni Medici",
    "Barbadori": "Castellani Medici",
    "Bischeri": "Guadagni Peruzzi Strozzi",
    "Castellani": "Peruzzi Strozzi",
    "Guadagni": "Lamberteschi Tornabuoni",
    "Medici": "Ridolfi Salviati Tornabuoni",
    "Pazzi": "Salviati",
    "Peruzzi": "Strozzi",
    "Ridolfi": "Strozzi Tornabuoni",
}


# Betweenness as it stands in networkx's own test of this graph, to three digits.
@pytest.mark.parametrize(
    ("family", "betweenness"),
    [
        ("Medici", 0.522), ("Guadagni", 0.255), ("Albizzi", 0.212), ("Salviati", 0.143),
        ("Ridolfi", 0.114), ("Bischeri", 0.104), ("Strozzi", 0.103), ("Barbadori", 0.093),
        ("Tornabuoni", 0.092), ("Castellani", 0.055), ("Peruzzi", 0.022), ("Pazzi", 0.0),
    ],
)  # fmt: skip
def test_florentine_families(family: str, betweenness: float) -> None:
    edges = [(one, other) for one, others in FLORENCE.items() for other in others.split()]
    florence = network(edges)
    assert (len(florence.places), florence.ties) == (15, 20)
    assert florence.places[0].name == "Medici"
    assert florence.place(family).betweenness == pytest.approx(betweenness, abs=0.001)


def test_constraint_of_borgattis_example() -> None:
    # Borgatti (1997), Structural holes: unpacking Burt's redundancy measures, Connections 20(1):
    # the network of seven; constraint as UCINET gives it (quoted in networkx's tests).
    edges = [tuple(pair) for pair in ["AB", "AF", "AG", "AE", "EG", "FG", "BG", "BD", "DG", "GC"]]
    found = network([(pair[0], pair[1]) for pair in edges])
    for name, constraint in (("G", 0.400), ("A", 0.595), ("C", 1.0)):
        assert found.place(name).constraint == pytest.approx(constraint, abs=0.001)


def test_constraint_on_the_kite_by_hand() -> None:
    # Ike: ties to Heather and Jane who are not tied: (1/2)² + (1/2)².
    # Heather: to Fernando and Garth, who are tied, and Ike. Fernando and Garth each have five
    # ties: 2 · (1/3 + 1/3 · 1/5)² + (1/3)².
    kite = network(EDGES)
    assert kite.place("Ike").constraint == pytest.approx(0.5)
    assert kite.place("Heather").constraint == pytest.approx(2 * 0.4**2 + 1 / 9)
    assert kite.place("Jane").constraint == pytest.approx(1)


def test_nearness_in_a_network_of_two_parts() -> None:
    # a–b and c–d–e: a is 1 from the one it reaches, a quarter of the others (Wasserman and Faust).
    parts = network([("a", "b"), ("c", "d"), ("d", "e")])
    assert parts.place("a").closeness == pytest.approx(1 / 4)
    assert parts.place("d").closeness == pytest.approx(1 * 2 / 4)


def test_a_star_and_a_ring_by_hand() -> None:
    star = network([("midt", name) for name in "abcd"])
    assert star.place("midt").betweenness == 1
    assert star.place("midt").constraint == pytest.approx(0.25)  # four ties, none to each other
    assert star.place("a").constraint == pytest.approx(1)
    ring = network([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")])
    assert [place.betweenness for place in ring.places] == pytest.approx([1 / 6] * 4)
    assert not any(place.cut for place in ring.places)


def test_when_she_leaves_it_falls_apart() -> None:
    left = network(without(EDGES, "Heather"), alone=["Jane"])
    assert [len(part) for part in left.parts] == [7, 2]


def test_a_layout_gives_everybody_a_place_of_their_own() -> None:
    for edges in (
        tuple(EDGES),
        (("a", "b"), ("c", "d"), ("d", "e")),
        tuple((f"{n}", f"{n + 1}") for n in range(60)),
    ):
        placed = layout(edges)
        assert set(placed) == {name for edge in edges for name in edge}
        assert all(0 <= part <= 1 for place in placed.values() for part in place)
        assert len({(round(x, 3), round(y, 3)) for x, y in placed.values()}) == len(placed)
        assert layout(edges) == placed


def test_a_layout_keeps_groups_apart_and_neighbours_near() -> None:
    apart = layout((("a", "b"), ("c", "d"), ("d", "e")))
    assert max(apart[name][1] for name in "cde") < min(apart[name][1] for name in "ab")
    kite = layout(tuple(EDGES))
    ends = kite["Jane"], kite["Ike"], kite["Heather"]
    assert [place[1] for place in ends] in (
        sorted(place[1] for place in ends),
        sorted((place[1] for place in ends), reverse=True),
    )


def test_names_are_people_with_any_letters() -> None:
    place = network([("Åse «leder»", "Øystein – kommune")]).place("Åse «leder»")
    assert place.degree == 1


def test_alone_is_told() -> None:
    lonely = network([], alone=["fastlege"])
    assert lonely.parts == (("fastlege",),)
    assert np.isnan(lonely.places[0].constraint)


AXELROD = Payoffs(both=3, only_other=5, only_self=0, neither=1)


# Axelrod (1984): payoffs 5, 3, 1, 0. Grim trigger holds from (5 − 3) / (5 − 1).
def test_shadow_of_the_future() -> None:
    assert AXELROD.needed_future == 0.5
    # There, cooperating for ever is worth as much as betraying once: 3/(1−δ) = 5 + δ/(1−δ).
    delta = AXELROD.needed_future
    assert 3 / (1 - delta) == pytest.approx(5 + delta / (1 - delta))


# Dal Bó and Fréchette (2011), American Economic Review 101(1): temptation 50, sucker 12,
# punishment 25, reward 32, 40 or 48. Cooperation is possible from (50 − R) / 25, and risk dominant,
# worth trying at a belief of one half, from (50 + 25 − 12 − R) / (50 − 12).
@pytest.mark.parametrize(
    ("reward", "possible", "risk_dominant"),
    [(32, 0.72, 31 / 38), (40, 0.40, 23 / 38), (48, 0.08, 15 / 38)],
)
def test_an_experiment_on_repeated_games(
    reward: float, possible: float, risk_dominant: float
) -> None:
    game = Payoffs(both=reward, only_other=50, only_self=12, neither=25)
    assert game.needed_future == pytest.approx(possible)
    assert game.needed_trust(risk_dominant) == pytest.approx(0.5)
    assert game.needed_trust(possible - 0.01) == float("inf")
    assert game.needed_trust(possible + 0.001) > 0.99


@given(st.floats(0.51, 0.99))
def test_needed_trust_makes_both_worth_the_same(future: float) -> None:
    trust = AXELROD.needed_trust(future)
    stay = trust * 3 / (1 - future) + (1 - trust) * (0 + future / (1 - future))
    leave = trust * (5 + future / (1 - future)) + (1 - trust) / (1 - future)
    assert stay == pytest.approx(leave)


def test_a_longer_horizon_needs_less_trust() -> None:
    needed = [AXELROD.needed_trust(future) for future in (0.5, 0.6, 0.75, 0.9, 0.99)]
    assert needed == sorted(needed, reverse=True)
    assert needed[-1] < 0.01


def test_extremes_of_cooperation() -> None:
    # No temptation: only the risk of standing alone is left. Nothing to gain: no trust is enough.
    stag = Payoffs(both=4, only_other=3, only_self=0, neither=2)
    assert stag.needed_future == 0
    # One round: 4 is worth 1 more than 3, standing alone costs 2: two times in three.
    assert stag.needed_trust(0) == pytest.approx(2 / 3)
    hopeless = Payoffs(both=1, only_other=5, only_self=0, neither=1)
    assert hopeless.needed_future == hopeless.needed_trust(0.9) == float("inf")
    assert Payoffs(both=5, only_other=4, only_self=1, neither=1).needed_trust(0.5) == 0
    # An effort that pays even alone needs no trust.
    assert Payoffs(both=5, only_other=4, only_self=2, neither=1).needed_trust(0) == 0


@given(st.floats(0, 0.98), st.floats(0.02, 1), st.floats(-50, 50))
def test_the_needed_payment_is_just_enough(future: float, trust: float, both: float) -> None:
    game = Payoffs(both=both, only_other=5, only_self=0, neither=1)
    paid = Payoffs(
        both=both + game.needed_payment(future, trust), only_other=5, only_self=0, neither=1
    )
    assert paid.needed_trust(future) == pytest.approx(trust, rel=1e-4)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_sharing_leaves_both_alike(one: float, other: float) -> None:
    paid = shared_gain([one, other])
    assert paid.sum() == pytest.approx(0, abs=1e-6)
    assert one + paid[0] == pytest.approx(other + paid[1], abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: network([("a", "a")]),
        lambda: network([]),
        lambda: network([("a", " ")]),
        lambda: Payoffs(both=3, only_other=0, only_self=0, neither=1),
        lambda: Payoffs(both=3, only_other=1, only_self=2, neither=0),
        lambda: AXELROD.needed_trust(1),
        lambda: AXELROD.needed_payment(0.5, 0),
        lambda: shared_gain([1, 2, 3]),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs|tied|empty"):
        wrong()
