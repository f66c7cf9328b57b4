"""Continuity of care: how many faces a patient meets, and in what order."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Continuity:
    """Three indices of one patient's visits, each 0 (none) to 1 (always the same).

    Attributes
    ----------
    visits : number of visits
    providers : number of different providers
    usual_provider : share of visits with the one met most often (UPC)
    concentration : Bice and Boxerman's COC: how few share the visits
    sequence : SECON: share of visits with the same provider as the visit before
    """

    visits: int
    providers: int
    usual_provider: float
    concentration: float
    sequence: float


def continuity(visits: Sequence[Hashable]) -> Continuity:
    """Continuity of one patient's visits.

    Parameters
    ----------
    visits : who came, in order; at least two

    Raises
    ------
    ValueError
        With fewer than two visits: continuity is about coming again.

    References
    ----------
    Bice and Boxerman (1977), A quantitative measure of continuity of care, Medical Care 15(4):
    COC = (Σn_j² − n) / (n(n − 1)). Breslau and Reeb (1975) for UPC, Steinwachs (1979) for SECON.

    Examples
    --------
    Four visits, A A B A: three of four with A; (9 + 1 − 4) / 12; one of three in sequence.

    >>> result = continuity("AABA")
    >>> result.usual_provider, result.concentration, round(result.sequence, 3)
    (0.75, 0.5, 0.333)
    """
    if len(visits) < 2:
        raise ValueError(f"continuity needs at least two visits, not {len(visits)}")
    counts = Counter(visits)
    number = len(visits)
    return Continuity(
        visits=number,
        providers=len(counts),
        usual_provider=max(counts.values()) / number,
        concentration=(sum(count**2 for count in counts.values()) - number)
        / (number * (number - 1)),
        sequence=sum(now == before for before, now in pairwise(visits)) / (number - 1),
    )


@dataclass(frozen=True)
class Rota:
    """A team that shares one patient's visits.

    Attributes
    ----------
    staff : people in the team
    position : each one's share of a full week, 0 to 1
    visits_per_day : visits the patient gets each day
    primary : chance that the patient's own contact takes a visit when at work, 0 to 1
    absence : share of planned shifts that a stand-in from outside the team must take, 0 to 1
    """

    staff: int
    position: float
    visits_per_day: int = 1
    primary: float = 0.0
    absence: float = 0.0

    def __post_init__(self) -> None:
        if self.staff < 1 or self.visits_per_day < 1:
            raise ValueError("staff and visits_per_day must be at least 1")
        if not 0 < self.position <= 1:
            raise ValueError(f"position must be above 0 and at most 1, not {self.position}")
        for name in ("primary", "absence"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1, not {getattr(self, name)}")

    def visits(self, days: int, generator: np.random.Generator) -> list[int]:
        """Draw who comes: 0 is the own contact, the rest of the team by number.

        Everyone works `position` · 5 of 7 days, drawn day by day. A stand-in is a new face each
        time, numbered from `staff` upwards. On a day when nobody of the team works, one comes too.

        Parameters
        ----------
        days : how long
        generator : where chance comes from
        """
        if days < 1:
            raise ValueError(f"days must be at least 1, not {days}")
        came = []
        stand_in = self.staff
        for _ in range(days):
            at_work = np.flatnonzero(generator.random(self.staff) < self.position * 5 / 7)
            for _ in range(self.visits_per_day):
                if len(at_work) == 0 or generator.random() < self.absence:
                    came.append(stand_in)
                    stand_in += 1
                elif at_work[0] == 0 and generator.random() < self.primary:
                    came.append(0)
                else:
                    came.append(int(generator.choice(at_work)))
        return came
