"""The running plan, by hand: what comes when, and what gives way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.exercises.bank import bank
from helseledelse.exercises.workbook import read_workbook
from helseledelse.live import plan, rules
from helseledelse.live.plan import Item, Plan, PlanError, Slot, share, timetable

A, B, C = Item("a", 10), Item("b", 20), Item("c", 30)
NINE = 9 * 60


@pytest.mark.parametrize(
    ("items", "left", "shared"),
    [
        ([A, B, C], 60, (10, 20, 30)),  # it fits
        ([A, B, C], 90, (10, 20, 30)),  # nobody is given more than planned
        # 45 of 60 minutes: 7,5, 15 and 22,5; the earlier of equal remainders gets the minute.
        ([A, B, C], 45, (8, 15, 22)),
        # Half is the floor: 5, 10 and 15, however little is left.
        ([A, B, C], 30, (5, 10, 15)),
        ([A, B, C], 3, (5, 10, 15)),
        # The last optional goes first, and no more than it takes.
        ([A, Item("b", 20, optional=True), Item("c", 30, optional=True)], 40, (10, 20, 0)),
        ([A, Item("b", 20, optional=True), Item("c", 30, optional=True)], 12, (10, 0, 0)),
        # 50 without c, 40 left: a share of 0,8 each.
        ([A, Item("b", 40), Item("c", 30, optional=True)], 40, (8, 32, 0)),
        # One minute cannot be halved: 1 stays, and 4 minutes are shared by 5 and 1.
        ([Item("a", 1), Item("b", 5), Item("c", 1)], 6, (1, 4, 1)),
        ([], 10, ()),
    ],
)
def test_minutes_are_shared(items: list[Item], left: int, shared: tuple[int, ...]) -> None:
    assert share(items, left) == shared


@given(
    st.lists(st.builds(Item, st.just("x"), st.integers(1, 60), st.booleans()), max_size=9),
    st.integers(0, 400),
)
def test_nothing_grows_or_falls_below_its_floor_and_what_can_be_kept_is(
    items: list[Item], left: int
) -> None:
    shared = share(items, left)
    kept = [(item, minutes) for item, minutes in zip(items, shared, strict=True) if minutes]
    assert all(item.floor <= minutes <= item.minutes for item, minutes in kept)
    assert all(minutes or item.optional for item, minutes in zip(items, shared, strict=True))
    if any(minutes < item.minutes for item, minutes in kept):
        assert not any(item.optional for item, _ in kept)
        floors = sum(item.floor for item, _ in kept)
        assert sum(shared) == max(left, floors)


def test_a_plan_on_time_is_on_the_clock() -> None:
    table = timetable(Plan(NINE, NINE + 60, (A, B, C)), {}, NINE - 30)
    assert [(slot.start, slot.minutes) for slot in table.slots] == [
        (NINE, 10),
        (NINE + 10, 20),
        (NINE + 30, 30),
    ]
    assert (table.behind, table.over) == (0, 0)
    assert plan.sentence(table, {}) == ""


def test_eight_minutes_behind_the_rest_is_shortened() -> None:
    # b was begun at 09.18, eight minutes late, and is to last to 09.38. Then 22 of 30 are left.
    table = timetable(Plan(NINE, NINE + 60, (A, B, C)), {"a": NINE, "b": NINE + 18}, NINE + 20)
    assert table.slots == (
        Slot(A, NINE, 0, "done"),
        Slot(B, NINE + 18, 20, "now"),
        Slot(C, NINE + 38, 22, "next"),
    )
    assert (table.behind, table.over) == (8, 0)
    assert plan.sentence(table, {"c": "Køen"}) == (
        "Planen er 8 minutter for lang for tiden som er igjen. Én linje er kortet ned."
    )


def test_what_cannot_be_saved_is_said() -> None:
    spare = Item("d", 10, optional=True)
    # At 09.50 with b still on since 09.10: 10 left for 40; c gets its half, 15, and that is 5 over.
    table = timetable(Plan(NINE, NINE + 60, (A, B, C, spare)), {"b": NINE + 10}, NINE + 50)
    assert [slot.state for slot in table.slots] == ["out", "now", "next", "out"]
    assert [slot.minutes for slot in table.slots] == [0, 20, 15, 0]
    assert (table.behind, table.over) == (30, 5)
    assert plan.sentence(table, {"c": "Køen", "d": "Fallene"}) == (
        "Planen er 30 minutter for lang for tiden som er igjen. Da utgår «Fallene». Én linje er "
        "kortet ned. Likevel blir dere 5 minutter over tiden. Velg selv hva som skal vente."
    )


def test_yesterdays_plan_stands_as_it_was_and_says_so() -> None:
    table = timetable(Plan(NINE, NINE + 60, (A, B, C)), {}, NINE + 120)
    assert [slot.minutes for slot in table.slots] == [10, 20, 30]
    assert plan.sentence(table, {}).startswith("Tiden i planen er ute.")


def test_the_exercise_beside_one() -> None:
    found = Plan(NINE, NINE + 60, (Item("del-0", 5), A, Item("del-1", 5), B))
    assert [found.beside(name, 1) for name in ("a", "b", "?")] == [B, None, A]
    assert [found.beside(name, -1) for name in ("a", "b", "?")] == [None, A, None]


def test_a_workbook_gives_its_lines_and_all_its_minutes() -> None:
    everything = bank()
    path = next(Path("workbooks/primaer").glob("6-*.ipynb"))
    book = read_workbook(path, exercise_minutes=lambda name: everything[name].minutes)
    offered = plan.lines(book, everything)
    exercises = [line.name for line in offered if line.is_exercise]
    assert exercises == [name for name in book.exercises if rules.fits(everything[name])]
    blocks = [block for block in book.blocks if block.exercises]
    planned = sum(line.minutes for line in offered)
    assert abs(planned - sum(block.minutes for block in blocks)) <= len(blocks)
    assert not [line for line in offered if line.block in ("Kilder", "Innledning")]
    first = Plan.of(offered, NINE + 1)
    assert (first.begins, [item.name for item in first.items]) == (
        NINE + 5,
        [line.name for line in offered],
    )


def test_a_form_is_read_or_said_why_not() -> None:
    offered = [plan.Line("a", "Køen", "Del", 5), plan.Line("b", "Fallene", "Del", 9)]
    found = plan.read(offered, "9.30", "1015", {"b": (" 7 ", True)})
    assert found == Plan(570, 615, (Item("b", 7, optional=True, title="Fallene"),))
    for begins, ends, chosen, said in [
        ("9", "10.00", {"a": ("5", False)}, "klokkeslettet"),
        ("25.00", "10.00", {"a": ("5", False)}, "klokkeslettet"),
        ("10.00", "09.00", {"a": ("5", False)}, "slutte senere"),
        ("09.00", "10.00", {}, "minst én"),
        ("09.00", "10.00", {"a": ("fem", False)}, "hele minutter på «Køen»"),
        ("09.00", "10.00", {"a": ("0", False)}, "fra 1 til"),
        ("09.00", "10.00", {"a": ("9999999", False)}, "fra 1 til"),
    ]:
        with pytest.raises(PlanError, match=said):
            plan.read(offered, begins, ends, chosen)
