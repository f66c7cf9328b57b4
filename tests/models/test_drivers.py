"""Driver diagrams: gathered as worked out by hand, and never in a ring."""

import pytest

from helseledelse.models.drivers import RoleError, driver_diagram

# Gathered by hand from the seven rows below.
ROWS = [
    ("Plan", "Møte", "Andel med plan"),
    ("plan", "Brev", "andel med plan"),
    ("Besøk", "Hjemmebesøk", "Andel besøkt"),
    ("Legemidler", "Farmasøyt", "Andel med liste"),
    ("Legemidler", "", "Andel med plan"),
    ("Fastlege", "Melding", ""),
    ("Telefon", "", ""),
]


def test_rows_are_gathered_as_by_hand() -> None:
    diagram = driver_diagram("Mål", ROWS)
    assert [(driver.name, driver.changes, driver.measures) for driver in diagram.drivers] == [
        ("Plan", ("Møte", "Brev"), ("Andel med plan",)),
        ("Besøk", ("Hjemmebesøk",), ("Andel besøkt",)),
        ("Legemidler", ("Farmasøyt",), ("Andel med liste", "Andel med plan")),
        ("Fastlege", ("Melding",), ()),
        ("Telefon", (), ()),
    ]
    assert diagram.without_measure == ("Fastlege", "Telefon")
    assert diagram.without_change == ("Telefon",)
    assert diagram.whole == 3 / 5
    assert diagram.serves == {"Andel med plan": 2, "Andel besøkt": 1, "Andel med liste": 1}


def test_the_order_of_the_rows_does_not_change_what_is_lacking() -> None:
    one, other = driver_diagram("Mål", ROWS), driver_diagram("Mål", ROWS[::-1])
    assert set(one.without_measure) == set(other.without_measure)
    assert sum(one.serves.values()) == sum(other.serves.values())
    assert one.whole == other.whole


@pytest.mark.parametrize(
    ("rows", "words", "roles"),
    [
        ([("A", "B", ""), ("B", "A", "")], "B", ("change", "driver")),
        ([("mål", "", "")], "Mål", ("goal", "driver")),
        ([("A", "Mål", "")], "Mål", ("goal", "change")),
        ([("A", "a", "")], "A", ("driver", "change")),
    ],
)
def test_what_returns_to_itself_is_refused(
    rows: list[tuple[str, str, str]], words: str, roles: tuple[str, str]
) -> None:
    with pytest.raises(RoleError) as caught:
        driver_diagram("Mål", rows)
    assert (caught.value.words, caught.value.roles) == (words, roles)


@pytest.mark.parametrize(("goal", "rows"), [("Mål", []), (" ", ROWS), ("Mål", [(" ", "a", "b")])])
def test_what_is_empty_is_refused(goal: str, rows: list[tuple[str, str, str]]) -> None:
    with pytest.raises(ValueError, match="driver"):
        driver_diagram(goal, rows)
