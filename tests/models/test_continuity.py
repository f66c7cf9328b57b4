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


def test_a_larger_team_means_more_faces() -> None:
    faces = [
        np.mean(
            [
                continuity(Rota(staff, 0.8).visits(60, np.random.default_rng(seed))).providers
                for seed in range(20)
            ]
        )
        for staff in (6, 9, 14)  # in a smaller team days without anyone call in new faces
    ]
    assert faces == sorted(faces)
    assert faces[0] < faces[2]


def test_own_contact_and_absence_pull_each_their_way() -> None:
    def usual(primary: float = 0, absence: float = 0) -> float:
        return float(
            np.mean(
                [
                    continuity(
                        Rota(8, 1.0, primary=primary, absence=absence).visits(
                            90, np.random.default_rng(seed)
                        )
                    ).usual_provider
                    for seed in range(20)
                ]
            )
        )

    assert usual(primary=1.0) > usual() > 0
    assert usual(primary=1.0, absence=0.3) < usual(primary=1.0)
    # With the own contact taking all they can, they take the five days of seven they work.
    assert usual(primary=1.0) == pytest.approx(5 / 7, abs=0.05)


def test_the_same_chance_gives_the_same_rota() -> None:
    rota = Rota(5, 0.7, visits_per_day=2, primary=0.5, absence=0.1)
    first, second = (rota.visits(30, np.random.default_rng(1)) for _ in range(2))
    assert first == second
    assert len(first) == 60


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: continuity("A"),
        lambda: Rota(0, 1),
        lambda: Rota(2, 0),
        lambda: Rota(2, 1.1),
        lambda: Rota(2, 1, primary=1.2),
        lambda: Rota(2, 1, absence=-0.1),
        lambda: Rota(2, 1).visits(0, np.random.default_rng()),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs"):
        wrong()
