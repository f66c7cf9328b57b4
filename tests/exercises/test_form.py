from collections.abc import Callable

from helseledelse.exercises.base import Exercise, Outcome

Ask = Callable[..., Exercise]


def test_empty_boxes_are_named(ask: Ask) -> None:
    verdict = ask("form").check({"maal": "Fem færre fall innen 1. juni"})
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert verdict.sentence == "Du har skrevet 6 ord. Tomme felt: «Eier»."


def test_a_full_form_says_so(ask: Ask) -> None:
    verdict = ask("form").check({"maal": "a", "eier": "b c"})
    assert verdict.sentence == "Du har skrevet 3 ord. Alle feltene er fylt ut."


def test_spaces_fill_no_box(ask: Ask) -> None:
    assert ask("form").check({"maal": " \n", "eier": ""}).outcome is Outcome.NOT_ANSWERED


def test_shows_help_and_height(ask: Ask) -> None:
    assert ask("form").public()["boxes"] == [
        {"id": "maal", "label": "Mål", "help": "Ett tall og en dato.", "rows": 2},
        {"id": "eier", "label": "Eier", "help": "", "rows": 3},
    ]
