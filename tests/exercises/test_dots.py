"""Dots shared out among items."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.live import rules

Ask = Callable[..., Exercise]


def test_dots_are_summed_for_each_item(ask: Ask) -> None:
    exercise = ask("dots")
    tally = exercise.tally([{"moeter": 1, "tid": 2}, {"tid": 3}, {}])
    assert (tally.responses, tally.counts) == (2, {"": {"moeter": 1, "tid": 5}})


def test_who_has_set_dots_is_told_how_many_and_where_most_went(ask: Ask) -> None:
    verdict = ask("dots").check({"moeter": 0, "tid": 2})
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert verdict.sentence.startswith("Du har satt 2 av 3 prikker. Flest fikk «Mer tid».")
    assert ask("dots").check({"moeter": 0}).outcome is Outcome.NOT_ANSWERED
    assert "Flest" not in ask("dots").check({"moeter": 1, "tid": 1}).sentence


@pytest.mark.parametrize("raw", [{"tid": 4}, {"tid": -1}, {"tid": 1.5}, {"tid": False}, {"x": 1}])
def test_what_cannot_be_set_is_refused(ask: Ask, raw: object) -> None:
    with pytest.raises(ResponseError):
        ask("dots").accept(raw)


def test_more_dots_than_there_are_is_said(ask: Ask) -> None:
    with pytest.raises(ResponseError, match="Du har 3 prikker og har satt 4"):
        ask("dots").accept({"moeter": 2, "tid": 2})


def test_the_room_shows_the_share_of_the_dots(ask: Ask) -> None:
    exercise = ask("dots")
    assert rules.fits(exercise)
    rows = rules.results(exercise, ({"1": {"tid": 3}, "2": {"moeter": 1}},))["tables"][0]["rows"]
    assert [(row["label"], row["counts"], row["shares"]) for row in rows] == [
        ("Færre møter", [1], [25]),
        ("Mer tid", [3], [75]),
    ]
    hidden = rules.results(replace(exercise, tags=("sensitiv",)), ({"1": {"tid": 3}},))
    assert hidden["tables"] == []
