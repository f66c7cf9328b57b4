"""The critical path: a network worked by hand, then what holds for any network, then the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.models.project import Activity, RingError, delayed, schedule

# Worked by hand, forward and then backward:
#   A 3           start 0            finish 3    late 0-3    slack 0
#   B 4 after A   start 3            finish 7    late 4-8    slack 1
#   C 2 after A   start 3            finish 5    late 6-8    slack 3
#   D 5 after A   start 3            finish 8    late 3-8    slack 0
#   E 1 after B   start 7            finish 8    late 11-12  slack 4
#   F 4 after B, C, D   max(7, 5, 8) = 8, finish 12          late 8-12   slack 0
#   G 2 after E, F      max(8, 12) = 12, finish 14           late 12-14  slack 0
# Backward: F must end at 14 - 2 = 12, so start at 8; B, C and D must end at 8; E at 12, start at
# 11; B at min(8, 11) = 8; A at min(8 - 4, 8 - 2, 8 - 5) = 3. Critical path A D F G: 3+5+4+2 = 14.
NETWORK = [
    Activity("A", 3),
    Activity("B", 4, (0,)),
    Activity("C", 2, (0,)),
    Activity("D", 5, (0,)),
    Activity("E", 1, (1,)),
    Activity("F", 4, (1, 2, 3)),
    Activity("G", 2, (4, 5)),
]


def test_a_network_worked_by_hand() -> None:
    plan = schedule(NETWORK)
    assert [
        (each.early_start, each.early_finish, each.late_start, each.late_finish)
        for each in plan.activities
    ] == [
        (0, 3, 0, 3),
        (3, 7, 4, 8),
        (3, 5, 6, 8),
        (3, 8, 3, 8),
        (7, 8, 11, 12),
        (8, 12, 8, 12),
        (12, 14, 12, 14),
    ]
    assert [each.slack for each in plan.activities] == [0, 1, 3, 0, 4, 0, 0]
    assert plan.length == 14
    assert plan.critical_path == (0, 3, 5, 6)


@pytest.mark.parametrize(
    # B has 1 week of slack, D none, C three
    ("place", "weeks", "length"),
    [(1, 1, 14), (1, 4, 17), (3, 2, 16), (2, 3, 14), (2, 5, 16)],
)
def test_a_delay_moves_the_end_by_what_exceeds_the_slack(
    place: int, weeks: float, length: float
) -> None:
    assert delayed(NETWORK, place, weeks).length == length


@st.composite
def networks(draw: st.DrawFn) -> list[Activity]:
    """Give a network without a ring: an activity waits only for some before it."""
    number = draw(st.integers(1, 12))
    return [
        Activity(
            str(place),
            draw(st.integers(0, 20)),
            tuple(draw(st.sets(st.integers(0, place - 1)))) if place else (),
        )
        for place in range(number)
    ]


@given(networks(), st.data())
def test_what_holds_for_any_network(network: list[Activity], data: st.DataObject) -> None:
    plan = schedule(network)
    assert all(each.late_start >= each.early_start >= 0 for each in plan.activities)
    path = plan.critical_path
    assert all(plan.activities[place].critical for place in path)
    assert sum(network[place].duration for place in path) == plan.length
    for each in plan.activities:
        for before in each.activity.after:
            assert plan.activities[before].early_finish <= each.early_start
            assert plan.activities[before].late_finish <= each.late_start
    place = data.draw(st.integers(0, len(network) - 1))
    weeks = data.draw(st.integers(0, 30))
    late = max(0, weeks - plan.activities[place].slack)
    assert delayed(network, place, weeks).length == plan.length + late


@given(networks())
def test_the_order_of_the_rows_changes_nothing(network: list[Activity]) -> None:
    last = len(network) - 1
    turned = [
        Activity(each.name, each.duration, tuple(last - place for place in each.after))
        for each in reversed(network)
    ]
    one, other = schedule(network), schedule(turned)
    assert [each.slack for each in one.activities] == [
        each.slack for each in reversed(other.activities)
    ]


def test_tenths_of_a_week_are_still_critical() -> None:
    plan = schedule([Activity("a", 0.1), Activity("b", 0.2, (0,)), Activity("c", 0.3)])
    assert all(each.critical for each in plan.activities)


def test_one_milestone_is_a_project_of_no_length() -> None:
    plan = schedule([Activity("a", 0)])
    assert (plan.length, plan.critical_path) == (0, (0,))


def test_a_ring_is_named() -> None:
    with pytest.raises(RingError) as caught:
        schedule([Activity("a", 1, (2,)), Activity("b", 1, (0,)), Activity("c", 1, (1,))])
    assert set(caught.value.places) == {0, 1, 2}
    with pytest.raises(RingError):
        schedule([Activity("a", 1, (0,))])


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ([], "needs an activity"),
        ([Activity("a", -1)], "lasts"),
        ([Activity("a", float("nan"))], "lasts"),
        ([Activity("a", 1, (1,))], "not there"),
        ([Activity("a", 1, (-1,))], "not there"),
    ],
)
def test_what_is_no_project_is_refused(network: list[Activity], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        schedule(network)
