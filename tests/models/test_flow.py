"""Queues and beds against published tables, laws and extremes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.flow import (
    Abandonment,
    Queue,
    Ward,
    erlang_b,
    erlang_c,
    servers_needed,
    simulated_wait,
    waits_by_chance,
)


# Hillier and Lieberman, Introduction to Operations Research, County Hospital example:
# two patients an hour, twenty minutes each, one doctor or two. (The book cuts the third digit.)
@pytest.mark.parametrize(
    ("doctors", "utilisation", "line", "present", "wait", "waiting", "over_half", "over_one"),
    [
        (1, 2 / 3, 4 / 3, 2.0, 2 / 3, 0.667, 0.404, 0.245),
        (2, 1 / 3, 1 / 12, 3 / 4, 1 / 24, 0.167, 0.022, 0.003),
    ],
)
def test_county_hospital(
    doctors: int,
    utilisation: float,
    line: float,
    present: float,
    wait: float,
    waiting: float,
    over_half: float,
    over_one: float,
) -> None:
    queue = Queue(arrivals=2, service_time=1 / 3, servers=doctors)
    assert queue.utilisation == pytest.approx(utilisation)
    assert queue.line == pytest.approx(line)
    assert queue.present == pytest.approx(present)
    assert queue.wait == pytest.approx(wait)
    assert queue.share_waiting == pytest.approx(waiting, abs=0.0005)
    assert 1 - queue.share_within(0.5) == pytest.approx(over_half, abs=0.001)
    assert 1 - queue.share_within(1) == pytest.approx(over_one, abs=0.001)


# The standard Erlang B traffic table, 1 per cent blocking: 5, 10 and 20 servers carry
# 1.361, 4.461 and 12.03 Erlang.
@pytest.mark.parametrize(("servers", "load"), [(5, 1.361), (10, 4.461), (20, 12.03)])
def test_erlang_b_table(servers: int, load: float) -> None:
    assert float(erlang_b(servers, load)) == pytest.approx(0.01, abs=2e-5)


def test_erlang_c_call_centre() -> None:
    # Call Centre Helper, "Erlang C formula, made simple": 200 calls an hour of 180 s, 14 agents:
    # 17.4 per cent wait, 88.8 per cent within 20 s, mean 7.8 s, occupancy 71.4 per cent.
    queue = Queue(arrivals=200 / 3600, service_time=180, servers=14)
    assert queue.share_waiting == pytest.approx(0.174, abs=0.0005)
    assert queue.share_within(20) == pytest.approx(0.888, abs=0.0005)
    assert queue.wait == pytest.approx(7.8, abs=0.05)
    assert queue.utilisation == pytest.approx(0.714, abs=0.0005)


def test_people_who_give_up() -> None:
    # Garnett, Mandelbaum and Reiman (2002), Manufacturing & Service Operations Management 4(3),
    # table 1: 48 calls a minute, one minute each, patience two minutes, 50 agents:
    # 3.1 per cent give up, mean wait 3.7 s; without giving up the mean wait is 20.8 s.
    impatient = Abandonment(arrivals=48, service_time=1, patience=2, servers=50)
    assert impatient.share_abandoning == pytest.approx(0.031, abs=0.0005)
    assert impatient.wait * 60 == pytest.approx(3.7, abs=0.05)
    assert Queue(48, 1, 50).wait * 60 == pytest.approx(20.8, abs=0.05)


def test_endless_patience_is_a_plain_queue() -> None:
    patient = Abandonment(arrivals=8, service_time=1, patience=1e6, servers=10)
    assert patient.wait == pytest.approx(Queue(8, 1, 10).wait, rel=1e-3)


@given(st.integers(1, 60), st.floats(0.01, 0.98))
def test_little_and_order(servers: int, utilisation: float) -> None:
    queue = Queue(arrivals=utilisation * servers, service_time=1, servers=servers)
    assert queue.present == pytest.approx(queue.line + queue.load)
    assert 0 <= float(erlang_b(servers, queue.load)) <= queue.share_waiting <= 1
    assert queue.share_within(0) == pytest.approx(1 - queue.share_waiting)


@given(st.integers(1, 20), st.floats(0.05, 0.95), st.integers(2, 6))
def test_one_line_is_never_slower_than_several(
    servers: int, utilisation: float, units: int
) -> None:
    queue = Queue(utilisation * servers, 1, servers)
    assert queue.pooled(units).wait <= queue.wait


def test_a_full_house_waits_for_ever() -> None:
    full = Queue(arrivals=3, service_time=1, servers=3)
    assert full.wait == float("inf")
    assert full.share_waiting == 1
    assert full.share_within(10) == 0
    assert erlang_c(2, [1.0, 2.0, 3.0])[1:].tolist() == [1.0, 1.0]


def test_fewest_servers() -> None:
    needed = servers_needed(200, 180 / 3600, target=20 / 3600, share=0.8)
    assert Queue(200, 180 / 3600, needed).share_within(20 / 3600) >= 0.8
    assert Queue(200, 180 / 3600, needed - 1).share_within(20 / 3600) < 0.8


def test_ward_turns_away_what_the_recursion_says() -> None:
    # By hand: load 2, two beds: B = (2²/2) / (1 + 2 + 2²/2) = 2/5; in use 2 · 3/5 / 2 = 0.6.
    ward = Ward(admissions=1, length_of_stay=2, beds=2)
    assert ward.overflow == pytest.approx(0.4)
    assert ward.occupancy == pytest.approx(0.6)


def test_the_simulated_twin_agrees_inside_its_own_interval() -> None:
    queue = Queue(arrivals=8, service_time=0.2, servers=2)
    twin = simulated_wait(queue, cases=3000, runs=20, seed=4)
    assert twin.low < queue.wait < twin.high
    assert twin == simulated_wait(queue, cases=3000, runs=20, seed=4)


@pytest.mark.parametrize(
    "queue", [Queue(5, 0.15, 1), Queue(8, 0.2, 2), Queue(19, 0.5, 10), Queue(1, 0.5, 3)]
)
def test_chance_plays_around_the_formula(queue: Queue) -> None:
    means = waits_by_chance(queue, cases=40, runs=20_000, seed=1)
    assert means.mean() == pytest.approx(queue.wait, abs=4 * means.std() / 20_000**0.5)
    # The steady state it starts in: the share of arrivals that wait is Erlang's.
    first = waits_by_chance(queue, cases=1, runs=20_000, seed=2)
    assert (first > 0).mean() == pytest.approx(queue.share_waiting, abs=0.015)


def test_chance_is_the_same_every_time() -> None:
    queue = Queue(8, 0.2, 2)
    assert (waits_by_chance(queue, seed=3) == waits_by_chance(queue, seed=3)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: waits_by_chance(Queue(2, 1, 2)),
        lambda: waits_by_chance(Queue(1, 1, 2), cases=0),
        lambda: Queue(0, 1, 1),
        lambda: Queue(1, -1, 1),
        lambda: Queue(1, 1, 0),
        lambda: Queue(1, float("nan"), 1),
        lambda: erlang_b(2, -1),
        lambda: erlang_b(0, 1),
        lambda: Queue(1, 0.5, 1).share_within(-1),
        lambda: servers_needed(1, 1, target=0, share=1),
        lambda: servers_needed(900, 2, target=0, share=0.5),
        lambda: simulated_wait(Queue(2, 1, 1)),
        lambda: simulated_wait(Queue(1, 0.5, 1), runs=1),
        lambda: Abandonment(1, 1, 0, 1),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"must|needs|needed|grows"):
        wrong()


def test_loads_in_one_go() -> None:
    loads = np.linspace(0.1, 9, 50)
    assert np.allclose(erlang_c(10, loads), [float(erlang_c(10, load)) for load in loads])
