"""Networks against Krackhardt's kite and graphs worked by hand; the cooperation game."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.network import CooperationGame, network, shared_gain, without

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


def test_names_are_people_with_any_letters() -> None:
    place = network([("Åse «leder»", "Øystein – kommune")]).place("Åse «leder»")
    assert place.degree == 1


def test_alone_is_told() -> None:
    lonely = network([], alone=["fastlege"])
    assert lonely.parts == (("fastlege",),)
    assert np.isnan(lonely.places[0].constraint)


# Axelrod (1984): payoffs 5, 3, 1, 0. Grim trigger holds from (5 − 3) / (5 − 1).
def test_shadow_of_the_future() -> None:
    game = CooperationGame(reward=3, temptation=5, sucker=0, punishment=1)
    assert game.needed_future == 0.5
    # There, cooperating for ever is worth as much as betraying once: 3/(1−δ) = 5 + δ/(1−δ).
    delta = game.needed_future
    assert 3 / (1 - delta) == pytest.approx(5 + delta / (1 - delta))
    assert game.with_side_payment(2) == 0


@given(st.integers(0, 30))
def test_full_trust_always_pays_and_none_never(seed: int) -> None:
    game = CooperationGame(reward=3, temptation=5, sucker=0, punishment=1)
    assert (game.play(10, trust=1, generator=np.random.default_rng(seed)) == 3).all()
    assert (game.play(10, trust=0, generator=np.random.default_rng(seed)) == 1).all()


def test_more_trust_more_for_both() -> None:
    game = CooperationGame(reward=3, temptation=5, sucker=0, punishment=1)
    mean = [
        np.mean(
            [game.play(30, trust=trust, generator=np.random.default_rng(s)) for s in range(200)]
        )
        for trust in (0.2, 0.5, 0.8)
    ]
    assert mean == sorted(mean)


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
        lambda: CooperationGame(reward=5, temptation=3, sucker=0, punishment=1),
        lambda: CooperationGame(reward=3, temptation=5, sucker=0, punishment=1).play(
            0, trust=1, generator=np.random.default_rng()
        ),
        lambda: shared_gain([1, 2, 3]),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs|tied|empty"):
        wrong()
