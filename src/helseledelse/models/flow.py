"""Queues and beds: why 95 per cent in use means a long wait.

Rates are per unit of time; the caller chooses the unit (hours, days) and keeps to it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _whole_servers(servers: int) -> None:
    if servers != int(servers) or servers < 1:
        raise ValueError(f"servers must be a whole number of at least 1, not {servers}")


def _rate(name: str, value: float) -> None:
    if not value > 0 or not np.isfinite(value):
        raise ValueError(f"{name} must be a positive number, not {value}")


def erlang_b(servers: int, load: ArrayLike) -> NDArray[np.float64]:
    """Share of arrivals that find every server busy and go elsewhere (M/G/c/c).

    Parameters
    ----------
    servers : number of beds or places
    load : offered load in Erlang, arrivals per time times mean length of stay; any shape

    Returns
    -------
    Blocking probability, the shape of `load`.

    Raises
    ------
    ValueError
        If `servers` is no whole number above zero, or a load is negative.

    References
    ----------
    Erlang (1917), by the stable recursion B(c) = aB(c−1) / (c + aB(c−1)), B(0) = 1.

    Examples
    --------
    One bed and a load of one Erlang: half of those who come find it taken.

    >>> float(erlang_b(1, 1.0))
    0.5
    """
    _whole_servers(servers)
    offered = np.asarray(load, dtype=float)
    if (offered < 0).any() or not np.isfinite(offered).all():
        raise ValueError(f"load must be zero or more, not {offered}")
    blocked = np.ones_like(offered)
    for count in range(1, int(servers) + 1):
        blocked = offered * blocked / (count + offered * blocked)
    return blocked


def erlang_c(servers: int, load: ArrayLike) -> NDArray[np.float64]:
    """Share of arrivals that must wait (M/M/c).

    Parameters
    ----------
    servers : number of people or places that serve
    load : offered load in Erlang; any shape. At `servers` or more everyone waits: 1.

    Raises
    ------
    ValueError
        As `erlang_b`.

    References
    ----------
    Erlang (1917); C = cB / (c − a(1 − B)).

    Examples
    --------
    With one server the share that waits is the utilisation.

    >>> round(float(erlang_c(1, 0.8)), 12)
    0.8
    """
    offered = np.asarray(load, dtype=float)
    blocked = erlang_b(servers, offered)
    with np.errstate(divide="ignore", invalid="ignore"):
        waits = servers * blocked / (servers - offered * (1 - blocked))
    return np.where(offered >= servers, 1.0, waits)


@dataclass(frozen=True)
class Queue:
    """A queue with exponential times and one line, M/M/c.

    Attributes
    ----------
    arrivals : arrivals per unit of time
    service_time : mean time to serve one, in that unit
    servers : how many serve at the same time
    """

    arrivals: float
    service_time: float
    servers: int

    def __post_init__(self) -> None:
        _rate("arrivals", self.arrivals)
        _rate("service_time", self.service_time)
        _whole_servers(self.servers)

    @property
    def load(self) -> float:
        """Offered load in Erlang: servers that would be busy on average if nobody waited."""
        return self.arrivals * self.service_time

    @property
    def utilisation(self) -> float:
        """Share of the servers' time that is used; 1 or more means the line grows for ever."""
        return self.load / self.servers

    @property
    def share_waiting(self) -> float:
        """Share of arrivals that must wait, 0 to 1."""
        return float(erlang_c(self.servers, self.load))

    @property
    def wait(self) -> float:
        """Mean wait in line for everyone, in the unit of time; infinite when overloaded.

        Examples
        --------
        Four an hour, twelve minutes each, one server: 0,8 of a service in line.

        >>> round(Queue(4, 0.2, 1).wait, 12)
        0.8
        """
        if self.utilisation >= 1:
            return float("inf")
        return self.share_waiting * self.service_time / (self.servers * (1 - self.utilisation))

    @property
    def line(self) -> float:
        """Mean number in line, by Little's law."""
        return self.arrivals * self.wait

    @property
    def present(self) -> float:
        """Mean number in line and in service, by Little's law."""
        return self.arrivals * (self.wait + self.service_time)

    def share_within(self, target: float) -> float:
        """Share of arrivals that wait no longer than `target`, in the unit of time, 0 to 1.

        References
        ----------
        Hillier and Lieberman, Introduction to Operations Research: P(W ≤ t) = 1 − C e^{−(cμ−λ)t}.
        """
        if target < 0:
            raise ValueError(f"target must be zero or more, not {target}")
        if self.utilisation >= 1:
            return 0.0
        spare = self.servers / self.service_time - self.arrivals
        return float(1 - self.share_waiting * np.exp(-spare * target))

    def pooled(self, units: int) -> "Queue":
        """Give the one queue that `units` such queues become when they share line and servers."""
        _whole_servers(units)
        return Queue(self.arrivals * units, self.service_time, self.servers * units)


def servers_needed(
    arrivals: float, service_time: float, *, target: float, share: float, at_most: int = 1000
) -> int:
    """Fewest servers that let `share` of arrivals wait no longer than `target`.

    Parameters
    ----------
    arrivals, service_time, target : in the same unit of time
    share : 0 to 1, below 1

    Raises
    ------
    ValueError
        If `share` lies outside 0..1 or more than `at_most` would be needed.

    Examples
    --------
    >>> servers_needed(4, 0.2, target=0.0, share=0.7)
    2
    """
    if not 0 <= share < 1:
        raise ValueError(f"share must be at least 0 and below 1, not {share}")
    first = max(1, int(np.floor(arrivals * service_time)) + 1)
    for servers in range(first, at_most + 1):
        if Queue(arrivals, service_time, servers).share_within(target) >= share:
            return servers
    raise ValueError(f"more than {at_most} servers would be needed")


@dataclass(frozen=True)
class Abandonment:
    """A queue where people give up, M/M/c+M (Erlang A).

    Attributes
    ----------
    arrivals : arrivals per unit of time
    service_time : mean service time in that unit
    patience : mean time a person is willing to wait, in that unit
    servers : how many serve at the same time
    """

    arrivals: float
    service_time: float
    patience: float
    servers: int

    def __post_init__(self) -> None:
        _rate("arrivals", self.arrivals)
        _rate("service_time", self.service_time)
        _rate("patience", self.patience)
        _whole_servers(self.servers)

    def states(self) -> NDArray[np.float64]:
        """Give the share of time with 0, 1, 2 … people present.

        The birth and death chain, cut off where what lies beyond is below 1e-14.
        """
        weights = [0.0]  # logarithms: a busy line holds many people
        present = 0
        while present < self.servers or weights[-1] > max(weights) - 40:
            present += 1
            leaving = min(present, self.servers) / self.service_time
            leaving += max(0, present - self.servers) / self.patience
            weights.append(weights[-1] + np.log(self.arrivals / leaving))
        shares = np.exp(np.array(weights) - max(weights))
        return np.asarray(shares / shares.sum())

    @property
    def share_abandoning(self) -> float:
        """Share of arrivals that give up before they are served, 0 to 1."""
        shares = self.states()
        waiting = np.maximum(np.arange(len(shares)) - self.servers, 0)
        return float(shares @ waiting) / self.patience / self.arrivals

    @property
    def wait(self) -> float:
        """Mean time in line for everyone, those who give up too, by Little's law."""
        return self.share_abandoning * self.patience


@dataclass(frozen=True)
class Ward:
    """Beds without a waiting line: who finds none is sent elsewhere.

    Attributes
    ----------
    admissions : per day
    length_of_stay : mean, days
    beds : staffed beds
    """

    admissions: float
    length_of_stay: float
    beds: int

    def __post_init__(self) -> None:
        _rate("admissions", self.admissions)
        _rate("length_of_stay", self.length_of_stay)
        _whole_servers(self.beds)

    @property
    def overflow(self) -> float:
        """Share of admissions that find no bed, 0 to 1."""
        return float(erlang_b(self.beds, self.admissions * self.length_of_stay))

    @property
    def occupancy(self) -> float:
        """Share of bed days in use, 0 to 1, those turned away not counted."""
        load = self.admissions * self.length_of_stay
        return load * (1 - self.overflow) / self.beds


def waits_by_chance(
    queue: Queue, *, cases: int = 100, runs: int = 200, seed: int = 0
) -> NDArray[np.float64]:
    """Mean wait of `cases` arrivals in a row, in many runs: how much chance does in a short time.

    Each run starts in the queue's steady state and follows every server's remaining work from one
    arrival to the next, all runs at once.

    Parameters
    ----------
    cases : arrivals in each run
    runs : independent runs

    Returns
    -------
    Mean waits in the queue's unit of time, shape (runs,).

    Raises
    ------
    ValueError
        If the queue is overloaded, or cases or runs are below 1.

    References
    ----------
    Kiefer and Wolfowitz (1955), On the theory of queues with many servers, Transactions of the
    American Mathematical Society 78.
    """
    if queue.utilisation >= 1:
        raise ValueError(f"utilisation is {queue.utilisation:.2f}: the line grows for ever")
    if cases < 1 or runs < 1:
        raise ValueError(f"cases and runs must be 1 or more, not {cases} and {runs}")
    draw = np.random.default_rng(seed)
    work = _steady_work(queue, runs, draw)
    total = np.zeros(runs)
    for _ in range(cases):
        total += work[:, 0]
        work[:, 0] += draw.exponential(queue.service_time, runs)
        work -= draw.exponential(1 / queue.arrivals, runs)[:, np.newaxis]
        np.maximum(work, 0, out=work)
        work.sort(axis=1)
    return total / cases


def _steady_work(queue: Queue, runs: int, draw: np.random.Generator) -> NDArray[np.float64]:
    """Each server's remaining work when one arrives, least first, shape (runs, servers).

    One who must wait does so exponentially, and the others' work beyond that is memoryless.
    """
    spare = queue.servers / queue.service_time - queue.arrivals
    waits = draw.random(runs) < queue.share_waiting
    busy = np.arange(queue.servers)
    weight = np.cumsum(np.concatenate([[0.0], np.log(queue.load / busy[1:])]))
    share = np.exp(weight - weight.max())
    present = np.where(waits, queue.servers, draw.choice(busy, runs, p=share / share.sum()))
    work = draw.exponential(queue.service_time, (runs, queue.servers))
    work[busy >= present[:, np.newaxis]] = 0
    work[waits, 0] = 0
    work[waits] += draw.exponential(1 / spare, (int(waits.sum()), 1))
    work.sort(axis=1)
    return work


@dataclass(frozen=True)
class Simulated:
    """A simulated mean with its 95 per cent confidence interval.

    Attributes
    ----------
    mean, low, high : in the unit of time of the queue
    runs : independent runs behind the interval
    """

    mean: float
    low: float
    high: float
    runs: int


def simulated_wait(queue: Queue, *, cases: int = 2000, runs: int = 20, seed: int = 0) -> Simulated:
    """Mean wait in line by simulation: the twin of `Queue.wait`, to see how much chance does.

    Parameters
    ----------
    cases : mean number of arrivals counted in each run, after a warm-up of a fifth of them
    runs : independent runs, at least two
    seed : the first run's; the same seed gives the same runs

    Raises
    ------
    ValueError
        If the queue is overloaded, or there are fewer than two runs.

    References
    ----------
    Palmer, Knight, Harper and Hawa (2019), Ciw: An open-source discrete event simulation library,
    Journal of Simulation 13(1).
    """
    if queue.utilisation >= 1:
        raise ValueError(f"utilisation is {queue.utilisation:.2f}: the line grows for ever")
    if runs < 2:
        raise ValueError(f"an interval needs two runs or more, not {runs}")
    import ciw
    from scipy.special import stdtrit

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=queue.arrivals)],
        service_distributions=[ciw.dists.Exponential(rate=1 / queue.service_time)],
        number_of_servers=[queue.servers],
    )
    span = cases / queue.arrivals
    means = []
    for run in range(runs):
        ciw.seed(seed + run)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(1.2 * span)
        waits = [
            record.waiting_time
            for record in simulation.get_all_records()
            if record.arrival_date >= 0.2 * span
        ]
        means.append(float(np.mean(waits)))
    mean = float(np.mean(means))
    half = float(stdtrit(runs - 1, 0.975) * np.std(means, ddof=1) / np.sqrt(runs))
    return Simulated(mean, mean - half, mean + half, runs)
