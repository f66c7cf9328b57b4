"""Who holds a cooperation together, and when trust can replace money."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Place:
    """One person's or unit's place in a network.

    Attributes
    ----------
    name : who
    degree : ties
    closeness : 0 to 1, how near to all others; of the part of the network that is reached
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


@dataclass(frozen=True)
class CooperationGame:
    """Two parties who gain together by cooperating, and each by letting the other do it alone.

    Attributes
    ----------
    reward : each, when both cooperate
    temptation : the one who lets the other cooperate alone
    sucker : the one who cooperates alone
    punishment : each, when neither does
        All in the same unit, a round; temptation > reward > punishment > sucker.
    """

    reward: float
    temptation: float
    sucker: float
    punishment: float

    def __post_init__(self) -> None:
        if not self.temptation > self.reward > self.punishment > self.sucker:
            raise ValueError(
                "must have temptation > reward > punishment > sucker, not "
                f"{self.temptation}, {self.reward}, {self.punishment}, {self.sucker}"
            )

    @property
    def needed_future(self) -> float:
        """Chance of meeting again above which cooperation holds itself up, 0 to 1.

        The grim trigger: (T − R) / (T − P).

        References
        ----------
        Axelrod (1984), The evolution of cooperation, for the shadow of the future.

        Examples
        --------
        Axelrod's payoffs 5, 3, 1, 0:

        >>> CooperationGame(reward=3, temptation=5, sucker=0, punishment=1).needed_future
        0.5
        """
        return (self.temptation - self.reward) / (self.temptation - self.punishment)

    def with_side_payment(self, payment: float) -> float:
        """Give what is left to gain by defecting when the one who does pays `payment` across."""
        return self.temptation - payment - self.reward

    def play(
        self, rounds: int, *, trust: float, generator: np.random.Generator
    ) -> NDArray[np.float64]:
        """Play tit for tat with first moves by trust and slips of the hand.

        Each starts by cooperating with chance `trust`, then does as the other did, and cooperates
        after a betrayal anyway with chance `trust` squared: forgiveness needs trust on both sides.

        Parameters
        ----------
        rounds : at least 1
        trust : 0 to 1
        generator : where chance comes from

        Returns
        -------
        Payoffs, shape (rounds, 2).
        """
        if rounds < 1 or not 0 <= trust <= 1:
            raise ValueError("rounds must be at least 1 and trust must lie in 0..1")
        pays = {
            (True, True): (self.reward, self.reward),
            (True, False): (self.sucker, self.temptation),
            (False, True): (self.temptation, self.sucker),
            (False, False): (self.punishment, self.punishment),
        }
        first, second = (bool(draw < trust) for draw in generator.random(2))
        payoffs = []
        for _ in range(rounds):
            payoffs.append(pays[first, second])
            forgives = generator.random(2) < trust**2
            first, second = second or bool(forgives[0]), first or bool(forgives[1])
        return np.array(payoffs, dtype=float)


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
