"""Who holds a cooperation together, and when trust can replace money."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_DRAWN_BY_DISTANCE = 30  # names; Kamada and Kawai's layout takes seconds for many


@dataclass(frozen=True)
class Place:
    """One person's or unit's place in a network.

    Attributes
    ----------
    name : who
    degree : ties
    closeness : 0 to 1, how near to all others; where not all are reached, the nearness to those
        who are, times the share they make
    betweenness : 0 to 1, share of shortest paths between others that pass here
    constraint : Burt's; low means ties to people who do not know each other, nan without ties
    cut : whether the network falls apart without them
    """

    name: str
    degree: int
    closeness: float
    betweenness: float
    constraint: float
    cut: bool


@dataclass(frozen=True)
class Network:
    """A network of cooperation, described.

    Attributes
    ----------
    places : everybody, the one most between others first
    ties : number of ties
    density : share of all possible ties that exist, 0 to 1
    parts : groups without a tie between them, largest first, names sorted
    """

    places: tuple[Place, ...]
    ties: int
    density: float
    parts: tuple[tuple[str, ...], ...]

    def place(self, name: str) -> Place:
        """Give the place of `name`; raises KeyError if there is none."""
        for place in self.places:
            if place.name == name:
                return place
        raise KeyError(name)


def network(edges: Iterable[tuple[str, str]], *, alone: Iterable[str] = ()) -> Network:
    """Describe the network that these ties make.

    Parameters
    ----------
    edges : pairs of names; direction and repetition do not count
    alone : names to include although they may have no tie

    Raises
    ------
    ValueError
        If somebody is tied to themselves, a name is empty, or nobody is named.

    References
    ----------
    Freeman (1979) for the centralities; Burt (1992), Structural holes, for constraint; computed by
    networkx.

    Examples
    --------
    A line of three: the one in the middle holds it together.

    >>> middle = network([("sykehus", "koordinator"), ("koordinator", "kommune")]).places[0]
    >>> middle.name, middle.betweenness, middle.cut
    ('koordinator', 1.0, True)
    """
    import networkx as nx

    graph = nx.Graph()
    for one, other in edges:
        if one == other:
            raise ValueError(f"{one!r} is tied to itself")
        graph.add_edge(one, other)
    graph.add_nodes_from(alone)
    if len(graph) == 0:
        raise ValueError("a network needs at least one name")
    if any(not str(name).strip() for name in graph):
        raise ValueError("a name is empty")
    closeness = nx.closeness_centrality(graph)
    betweenness = nx.betweenness_centrality(graph)
    constraint = nx.constraint(graph)
    cuts = set(nx.articulation_points(graph))
    places = [
        Place(
            name=name,
            degree=graph.degree[name],
            closeness=closeness[name],
            betweenness=betweenness[name],
            constraint=constraint[name],
            cut=name in cuts,
        )
        for name in graph
    ]
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    return Network(
        places=tuple(sorted(places, key=lambda place: (-place.betweenness, place.name))),
        ties=graph.number_of_edges(),
        density=nx.density(graph),
        parts=tuple(tuple(sorted(part)) for part in parts),
    )


def without(edges: Iterable[tuple[str, str]], name: Hashable) -> list[tuple[str, str]]:
    """Give the ties that are left when `name` leaves.

    Examples
    --------
    >>> without([("a", "b"), ("b", "c"), ("a", "c")], "b")
    [('a', 'c')]
    """
    return [edge for edge in edges if name not in edge]


def layout(edges: tuple[tuple[str, str], ...]) -> dict[str, tuple[float, float]]:
    """Give everybody a place to be drawn at: the same every time for the same ties.

    Those who are near in the network lie near each other. Groups without a tie between them lie
    one after the other along the second axis, which is also each group's longest way.

    Parameters
    ----------
    edges : pairs of names

    Returns
    -------
    For each name two numbers from 0 to 1.

    References
    ----------
    Kamada and Kawai (1989), An algorithm for drawing general undirected graphs; for a large group
    Fruchterman and Reingold (1991), with a fixed seed; computed by networkx.

    Examples
    --------
    A line of three stands upright, the one tied to both in the middle:

    >>> {name: round(place[1], 2) for name, place in layout((("a", "b"), ("b", "c"))).items()}
    {'a': 0.06, 'b': 0.5, 'c': 0.94}
    """
    import networkx as nx

    graph = nx.Graph(edges)
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    placed: dict[str, tuple[float, float]] = {}
    start, edge = 0.0, 0.06 if len(parts) == 1 else 0.16  # groups must be seen to be apart
    for part in parts:
        members = [name for name in graph if name in part]  # a set's order changes between runs
        piece = nx.Graph()
        piece.add_nodes_from(members)
        piece.add_edges_from((one, other) for one, other in edges if one in part)
        found = (
            nx.kamada_kawai_layout(piece)
            if len(members) <= _DRAWN_BY_DISTANCE
            else nx.spring_layout(piece, seed=1)
        )
        points = np.array([found[name] for name in members])
        points -= points.mean(axis=0)
        _, _, turn = np.linalg.svd(points)
        points = points @ turn.T[:, ::-1]
        # Which way an axis points is left open by the turning: the first one named far out on it
        # lies low.
        far = (np.abs(points) >= 0.5 * np.abs(points).max(axis=0)).argmax(axis=0)
        points *= np.where(points[far, [0, 1]] > 0, -1, 1)
        room = len(members) / len(graph)
        for name, point in zip(members, _spread(points), strict=True):
            along = edge + (1 - 2 * edge) * float(point[1])
            placed[name] = (float(point[0]), start + room * along)
        start += room
    return placed


def _spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the points 0 to 1 each way, halfway moved to even distances so that names have room."""
    low, wide = points.min(axis=0), np.ptp(points, axis=0)
    flat = wide < 1e-6 * wide.max()
    scaled = np.where(flat, 0.5, (points - low) / np.where(flat, 1, wide))
    if len(points) < 4:
        return np.asarray(scaled)
    ranks = points.argsort(axis=0).argsort(axis=0) / (len(points) - 1)
    return np.asarray(0.5 * scaled + 0.5 * ranks)


@dataclass(frozen=True)
class Payoffs:
    """What one of two parties has from a round, by who makes an effort.

    Attributes
    ----------
    both : both make the effort
    only_other : the other does it alone
    only_self : this party does it alone
    neither : nobody does
        All in the same unit a round; the other's effort never hurts.
    """

    both: float
    only_other: float
    only_self: float
    neither: float

    def __post_init__(self) -> None:
        if not self.only_other >= max(self.neither, self.only_self):
            raise ValueError(
                "must have only_other >= neither and only_self, not "
                f"{self.only_other}, {self.neither}, {self.only_self}"
            )

    @property
    def _risk(self) -> float:
        """What standing alone costs; nothing where the effort pays even alone."""
        return max(0.0, self.neither - self.only_self)

    @property
    def needed_future(self) -> float:
        """Chance of one more round above which cooperation can hold itself up.

        With the grim trigger: (T − R) / (T − P). 0 when there is no temptation, infinite when
        cooperation is worth no more than doing nothing.

        References
        ----------
        Axelrod (1984), The evolution of cooperation, for the shadow of the future.

        Examples
        --------
        Axelrod's payoffs 5, 3, 1, 0:

        >>> Payoffs(both=3, only_other=5, only_self=0, neither=1).needed_future
        0.5
        """
        if self.both >= self.only_other:
            return 0.0
        if self.both <= self.neither:
            return float("inf")
        return (self.only_other - self.both) / (self.only_other - self.neither)

    def needed_trust(self, future: float) -> float:
        """How sure a party must be of the other before an effort is worth the risk.

        The belief at which the grim trigger is worth as much as no effort at all: B / (A + B),
        where B = P − S is what a betrayal costs and A = (R − P)/(1 − δ) − (T − P) what answered
        trust is worth. Infinite when no trust is enough.

        Parameters
        ----------
        future : δ, chance of one more round, at least 0 and below 1

        References
        ----------
        Dal Bó and Fréchette (2011), The evolution of cooperation in infinitely repeated games,
        American Economic Review 101(1): the size of the basin of attraction of always defecting.

        Examples
        --------
        Axelrod's payoffs with three chances in four of meeting again: A = 8 − 4, B = 1.

        >>> Payoffs(both=3, only_other=5, only_self=0, neither=1).needed_trust(0.75)
        0.2
        """
        if not 0 <= future < 1:
            raise ValueError(f"future must be at least 0 and below 1, not {future}")
        worth = (self.both - self.neither) / (1 - future) - (self.only_other - self.neither)
        cost = self._risk
        if worth < 0:
            return float("inf")
        return cost / (worth + cost) if cost > 0 else 0.0

    def needed_payment(self, future: float, trust: float) -> float:
        """Least that must be added to `both` before an effort is worth the risk; may be negative.

        A negative amount is what the party can pay and still find the effort worth it.

        Parameters
        ----------
        future : as in `needed_trust`
        trust : how sure the party is of the other, above 0 and at most 1

        Examples
        --------
        The same game with the trust it needs: nothing is missing, and nothing is left.

        >>> round(Payoffs(3, 5, 0, 1).needed_payment(0.75, 0.2), 12)
        0.0
        """
        if not 0 <= future < 1 or not 0 < trust <= 1:
            raise ValueError(
                f"future must lie in [0, 1) and trust in (0, 1], not {future} and {trust}"
            )
        risk = (1 - trust) / trust * self._risk
        needed = self.neither + (1 - future) * (self.only_other - self.neither + risk)
        return needed - self.both


def shared_gain(gains: ArrayLike) -> NDArray[np.float64]:
    """Give the payment that leaves two parties with half each of a common gain (Shapley of two).

    Parameters
    ----------
    gains : what each party gains before anything is paid across; shape (2,)

    Returns
    -------
    Payment to each party, shape (2,), sum zero; it leaves both with half of the common gain.

    Examples
    --------
    The hospital gains 8 000 kr, the municipality loses 5 000 kr: 6 500 kr across.

    >>> shared_gain([8000, -5000]).tolist()
    [-6500.0, 6500.0]
    """
    each = np.asarray(gains, dtype=float)
    if each.shape != (2,):
        raise ValueError(f"two parties must share, not shape {each.shape}")
    return np.asarray(each.mean() - each)
