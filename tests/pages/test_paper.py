"""Every kind on paper and in words."""

from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import bank, read_bank
from helseledelse.exercises.kinds import KINDS
from helseledelse.exercises.paper import Grid, Lines, Marks, in_words, sheets
from helseledelse.pages.words import settings_in_words

BANK = read_bank(Path(__file__).parent / "content")

# What a person would say she had answered, hand-written for each kind.
SAID: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("p1-valg", "b", [("", "Det andre")]),
    ("p1-flere", ["a", "c"], [("", "En"), ("", "Tre")]),
    ("p1-tall", "200 000", [("Svar i kr", "200 000")]),
    ("p1-sorter", {"en": "inn"}, [("Et første", "Inn")]),
    (
        "p1-rekke",
        ["to", "en", "tre"],
        [("Nummer 1", "Så"), ("Nummer 2", "Først"), ("Nummer 3", "Sist")],
    ),
    ("p1-skala", {"en": 4}, [("Det går bra.", "4 av 5")]),
    ("p1-kort", "På økt 3 – «ja»", [("", "På økt 3 – «ja»")]),
    ("p1-tanke", {"hos-meg": "Alt", "videre": ""}, [("Hos meg", "Alt")]),
    ("p1-skjema", {"hvem": "Kåre"}, [("Hvem", "Kåre")]),
    (
        "p1-plass",
        {"en": [2, 9]},
        [("Ett tiltak", "Kostnad: 2 av 9"), ("Ett tiltak", "Nytte: 9 av 9")],
    ),
    ("p1-prikker", {"en": 2}, [("Ett tiltak", "2 av 3 prikker")]),
    (
        "p1-plan",
        {"when": "Når jeg kommer", "by": "2026-03-12"},
        [("Når …", "Når jeg kommer"), ("innen …", "12.3.2026")],
    ),
]


def test_the_table_above_has_every_kind() -> None:
    assert {BANK[name].kind for name, _, _ in SAID} == set(KINDS)


@pytest.mark.parametrize(("name", "response", "expected"), SAID)
def test_an_answer_in_words(name: str, response: Any, expected: list[tuple[str, str]]) -> None:
    assert in_words(BANK[name], response) == expected


@pytest.mark.parametrize("name", [name for name, _, _ in SAID])
def test_an_empty_form_has_room_and_no_answer(name: str) -> None:
    forms = sheets(BANK[name])
    assert forms
    for form in forms:
        match form:
            case Marks():
                assert not any(marked for _, marked in form.options)
            case Lines():
                assert not form.text
                assert form.rows >= 1
            case Grid():
                assert not any(mark for _, marks in form.rows for mark in marks)


@pytest.mark.parametrize("name", list(bank()))
def test_every_shipped_exercise_has_a_form_and_its_key_in_words(name: str) -> None:
    exercise = bank()[name]
    assert sheets(exercise)
    key = exercise.key()
    if key is not None:
        assert in_words(exercise, key)


@pytest.mark.parametrize("name", [name for name, _, _ in SAID])
def test_what_no_longer_fits_is_shown_as_it_was_stored(name: str) -> None:
    assert ("", "ukjent: gammelt svar") in in_words(BANK[name], {"ukjent": "gammelt svar"})
    assert "gammelt svar" in str(sheets(BANK[name], {"ukjent": "gammelt svar"}))


def test_an_answer_without_its_exercise_is_shown_as_it_was_stored() -> None:
    assert in_words(None, {"a": ["b", 3], "c": None}) == [("", "a: b, 3; c: null")]
    assert in_words(None, "") == []


def test_settings_in_words() -> None:
    controls: list[dict[str, Any]] = [
        {"sort": "slider", "name": "pris", "label": "Pris", "decimals": 0, "unit": "kr"},
        {
            "sort": "choice",
            "name": "by",
            "label": "By",
            "options": [["o", "Oslo"], ["b", "Bergen"]],
        },
        {"sort": "switch", "name": "alt", "label": "Alt"},
    ]
    said = settings_in_words(controls, {"pris": 60000.0, "by": "b", "alt": True})
    assert said == "Innstillinger: Pris: 60\u00a0000\u00a0kr; By: Bergen; Alt: på."
