"""Continuity of care: how many faces a patient meets, and in what order."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


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
    position : each one's share of a full week, above 0 and at most 1
    visits_per_day : visits the patient gets each day
    primary : chance that the patient's own contact takes a visit when on that shift, 0 to 1
    absence : share of visits that a stand-in from outside the team must take, 0 to 1
    shifts : shifts the day's visits are spread over, at most one for each visit
    """

    staff: int
    position: float
    visits_per_day: int = 1
    primary: float = 0.0
    absence: float = 0.0
    shifts: int = 1

    def __post_init__(self) -> None:
        if self.staff < 1 or self.visits_per_day < 1:
            raise ValueError("staff and visits_per_day must be at least 1")
        if not 0 < self.position <= 1:
            raise ValueError(f"position must be above 0 and at most 1, not {self.position}")
        if not 1 <= self.shifts <= self.visits_per_day:
            raise ValueError(f"shifts must lie in 1..{self.visits_per_day}, not {self.shifts}")
        for name in ("primary", "absence"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1, not {getattr(self, name)}")

    def visits(
        self, days: int, generator: np.random.Generator, *, patients: int = 1
    ) -> NDArray[np.int64]:
        """Draw who comes to each of several patients, each with an own contact.

        Everyone works `position` · 5 of 7 days. The rota covers all days and shifts as evenly as
        the team's hours allow, and who is on is drawn day by day. Who of those on the shift comes
        is drawn each time, so that two visits on a shift may be by two people. A stand-in is a new
        face each time; one comes also when the team is too small to have anybody on the shift.

        Parameters
        ----------
        days : how long, at least 1
        generator : where chance comes from
        patients : drawn independently of each other, at least 1

        Returns
        -------
        Shape (patients, days · visits_per_day): 0 is the own contact, 1 to staff − 1 the rest of
        the team, and stand-ins are numbered from `staff` upwards for each patient.
        """
        if days < 1 or patients < 1:
            raise ValueError(f"days and patients must be at least 1, not {days} and {patients}")
        each_day, each_visit = (patients, days), (patients, days, self.visits_per_day)
        # Systematic rounding: each shift has the whole number below or above its mean, and the
        # day's total too, so that everybody works their share and nobody both shifts.
        a_shift = self.staff * self.position * 5 / 7 / self.shifts
        start = generator.random((*each_day, 1))
        bounds = np.floor(start + a_shift * np.arange(self.shifts + 1)).astype(int)
        order = generator.random((*each_day, self.staff)).argsort(axis=-1)
        shift = np.arange(self.visits_per_day) * self.shifts // self.visits_per_day
        first, after = bounds[..., shift], bounds[..., shift + 1]
        drawn = first + (generator.random(each_visit) * (after - first)).astype(int)
        came = np.take_along_axis(order, np.minimum(drawn, self.staff - 1), axis=-1)
        place = (order == 0).argmax(axis=-1)[..., None]
        on_shift = (first <= place) & (place < after)
        came[on_shift & (generator.random(each_visit) < self.primary)] = 0
        outside = (first == after) | (generator.random(each_visit) < self.absence)
        came, outside = came.reshape(patients, -1), outside.reshape(patients, -1)
        numbered: NDArray[np.int64] = np.where(
            outside, self.staff - 1 + outside.cumsum(axis=1), came
        )
        return numbered
