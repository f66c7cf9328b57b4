"""Continuity against sequences counted by hand, laws and extremes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.continuity import Rota, continuity


@pytest.mark.parametrize(
    ("visits", "usual", "concentration", "sequence"),
    [
        # All with one provider: every index 1; all different: UPC 1/n and the others 0.
        ("AAAAA", 1.0, 1.0, 1.0),
        ("ABCDE", 0.2, 0.0, 0.0),
        # By hand from Bice and Boxerman's formula, n = 10, counts 5, 3, 2: (25+9+4−10)/90.
        ("AAAAABBBCC", 0.5, 28 / 90, 7 / 9),
        # The same counts shuffled: only the sequence falls.
        ("ABACABACAB", 0.5, 28 / 90, 0.0),
        # Ten visits, 8 and 2: (64 + 4 − 10) / 90.
        ("AAAABAAAAB", 0.8, 58 / 90, 6 / 9),
    ],
)
def test_by_hand(visits: str, usual: float, concentration: float, sequence: float) -> None:
    result = continuity(visits)
    assert result.usual_provider == pytest.approx(usual)
    assert result.concentration == pytest.approx(concentration)
    assert result.sequence == pytest.approx(sequence)


@given(st.lists(st.integers(0, 6), min_size=2, max_size=40))
def test_bounds_and_names_do_not_matter(visits: list[int]) -> None:
    result = continuity(visits)
    assert 0 <= result.concentration <= result.usual_provider <= 1
    assert 0 <= result.sequence <= 1
    assert result == continuity([f"P{visit}" for visit in visits])
    assert result.concentration == continuity(visits[::-1]).concentration


def indices(rota: Rota, days: int = 90, patients: int = 60) -> dict[str, float]:
    drawn = rota.visits(days, np.random.default_rng(3), patients=patients)
    found = [continuity(row.tolist()) for row in drawn]
    return {
        "faces": float(np.mean([one.providers for one in found])),
        "usual": float(np.mean([one.usual_provider for one in found])),
        "concentration": float(np.mean([one.concentration for one in found])),
        "sequence": float(np.mean([one.sequence for one in found])),
    }


def test_a_larger_team_means_more_faces() -> None:
    faces = [indices(Rota(staff, 0.8), days=60)["faces"] for staff in (6, 9, 14)]
    assert faces == sorted(faces)
    assert faces[0] < faces[2]


def test_own_contact_and_absence_pull_each_their_way() -> None:
    plain = indices(Rota(8, 1.0))["usual"]
    contact = indices(Rota(8, 1.0, primary=1.0))["usual"]
    assert contact > plain > 0
    assert indices(Rota(8, 1.0, primary=1.0, absence=0.3))["usual"] < contact
    # With the own contact taking all they can, they take the five days of seven they work.
    assert contact == pytest.approx(5 / 7, abs=0.03)
    # With two shifts they are on the right one half of those days.
    two = Rota(8, 1.0, visits_per_day=2, primary=1.0, shifts=2)
    drawn = two.visits(90, np.random.default_rng(3), patients=60)
    assert (drawn == 0).mean() == pytest.approx(5 / 14, abs=0.02)


def test_nobody_is_favoured_without_an_own_contact() -> None:
    # Ten equal people and one visit a day: the chance of the same two visits running, and Bice
    # and Boxerman's expected COC, are both one in ten.
    found = indices(Rota(10, 1.0), days=200, patients=100)
    assert found["concentration"] == pytest.approx(0.1, abs=0.01)
    assert found["sequence"] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("staff", "position", "shifts"), [(3, 0.2, 2), (7, 0.6, 2), (5, 1.0, 1)])
def test_everybody_works_their_share(staff: int, position: float, shifts: int) -> None:
    # One visit on each shift, so each of the team comes on their share of them, less where the
    # team cannot fill the shift. By hand: staff · position · 5/7 / shifts people on each shift.
    rota = Rota(staff, position, visits_per_day=shifts, shifts=shifts)
    drawn = rota.visits(400, np.random.default_rng(4), patients=20)
    people = staff * position * 5 / 7 / shifts
    assert (drawn >= staff).mean() == pytest.approx(max(0, 1 - people), abs=0.02)
    for one in range(staff):
        assert (drawn == one).mean() == pytest.approx(min(1, people) / staff, abs=0.02)


def test_a_team_large_enough_needs_no_stand_in() -> None:
    # 4 · 1.0 · 5/7 = 2.9 on two shifts: never fewer than one on each.
    drawn = Rota(4, 1.0, visits_per_day=2, shifts=2).visits(300, np.random.default_rng(4))
    assert drawn.max() == 3


def test_stand_ins_are_new_each_time() -> None:
    drawn = Rota(4, 0.9, absence=1.0).visits(5, np.random.default_rng(2), patients=2)
    assert drawn.tolist() == [[4, 5, 6, 7, 8]] * 2


def test_one_person_alone_comes_when_at_work() -> None:
    drawn = Rota(1, 1.0).visits(2000, np.random.default_rng(5))[0]
    assert (drawn == 0).mean() == pytest.approx(5 / 7, abs=0.04)
    assert len(set(drawn[drawn > 0].tolist())) == (drawn > 0).sum()


def test_the_same_chance_gives_the_same_rota() -> None:
    rota = Rota(5, 0.7, visits_per_day=2, primary=0.5, absence=0.1)
    first, second = (rota.visits(30, np.random.default_rng(1), patients=3) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (3, 60)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: continuity("A"),
        lambda: Rota(0, 1),
        lambda: Rota(2, 0),
        lambda: Rota(2, 1.1),
        lambda: Rota(2, 1, primary=1.2),
        lambda: Rota(2, 1, absence=-0.1),
        lambda: Rota(2, 1, shifts=2),
        lambda: Rota(2, 1).visits(0, np.random.default_rng()),
        lambda: Rota(2, 1).visits(5, np.random.default_rng(), patients=0),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs"):
        wrong()
