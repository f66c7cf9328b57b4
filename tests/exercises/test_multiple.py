from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome
from helseledelse.exercises.reader import ContentError

Ask = Callable[..., Exercise]


@pytest.mark.parametrize(
    ("chosen", "outcome", "share"),
    [
        # Two are right (a, c): (right chosen − wrong chosen) / 2, never below 0, worked by hand.
        (["a", "c"], Outcome.RIGHT, 1),
        (["c", "a"], Outcome.RIGHT, 1),
        (["a"], Outcome.PARTLY, 0.5),
        (["a", "b", "c"], Outcome.PARTLY, 0.5),
        (["a", "b"], Outcome.WRONG, 0),
        (["b"], Outcome.WRONG, 0),
        (["a", "b", "c", "d"], Outcome.WRONG, 0),
        (["b", "d"], Outcome.WRONG, 0),
    ],
)
def test_credit_is_right_less_wrong(
    ask: Ask, chosen: list[str], outcome: Outcome, share: float
) -> None:
    verdict = ask("multiple").check(chosen)
    assert (verdict.outcome, verdict.share) == (outcome, share)


def test_only_what_was_chosen_is_explained_until_all_is_found(ask: Ask) -> None:
    exercise = ask("multiple")
    assert [remark.part for remark in exercise.check(["b", "a"]).remarks] == ["a", "b"]
    whole = exercise.check(["a", "c"]).remarks
    assert [(remark.part, remark.outcome) for remark in whole] == [
        ("a", Outcome.RIGHT),
        ("b", Outcome.NOT_ANSWERED),
        ("c", Outcome.RIGHT),
        ("d", Outcome.NOT_ANSWERED),
    ]
    assert whole[1].sentence == "Nei, flaks teller ikke."


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (["a"], "Det ene du har valgt, er riktig. Det mangler 1 til."),
        (["b"], "Det du har valgt, er ikke riktig. Det er 2 å finne."),
        (["b", "d"], "Ingen av dem du har valgt, er riktige. Det er 2 å finne."),
        (["a", "b"], "Av de 2 du har valgt, er 1 riktig. Det mangler 1 til."),
        (["a", "b", "c"], "Av de 3 du har valgt, er 2 riktige. Ingen riktige mangler."),
    ],
)
def test_the_sentence_counts_without_pointing(ask: Ask, chosen: list[str], sentence: str) -> None:
    assert ask("multiple").check(chosen).sentence == sentence


def test_equal_answers_are_equal_data(ask: Ask) -> None:
    assert ask("multiple").accept(["c", "a"]) == ask("multiple").accept(["a", "c"]) == ["a", "c"]


def test_counts_each_option(ask: Ask) -> None:
    tally = ask("multiple").tally([["a", "b"], ["a"], []])
    assert tally.responses == 2
    assert tally.counts == {"": {"a": 2, "b": 1, "c": 0, "d": 0}}


def test_something_must_be_right(ask: Ask) -> None:
    body = '[[options]]\nlabel="A"\nwhy="x"\n[[options]]\nlabel="B"\nwhy="y"'
    with pytest.raises(ContentError, match="Ingen alternativer er merket"):
        ask("multiple", body=body)


def test_an_opinion_explains_each_chosen_option(opinion: Ask) -> None:
    verdict = opinion("multiple").check(["a", "b"])
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert [remark.sentence for remark in verdict.remarks] == ["Mange sier ja."]
