import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.exercises.reader import ContentError
from helseledelse.norwegian import format_number

Ask = Callable[..., Exercise]


@pytest.mark.parametrize(
    "typed",
    [
        *("200000", "200 000", "200\u00a0000", "200\u202f000", "200.000", "200 000 kr"),
        *("kr 200 000", "200 000,-", "200 000,00", "+200 000", " 200 000 kroner ", "0,2 mill. kr"),
        *("200 tusen", "200 400", "199 500", "200 500"),
    ],
)
def test_right_however_a_person_writes_it(ask: Ask, typed: str) -> None:
    verdict = ask("number").check(typed)
    assert (verdict.outcome, verdict.share) == (Outcome.RIGHT, 1)
    assert verdict.sentence == "Ja: 60 000 delt på 0,3."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("18 000", "Du har ganget"),
        ("18 499", "Du har ganget"),
        ("−200 000", "fortegnet er snudd"),
        ("200", "tusen ganger for lite"),
        ("200 000 000", "tusen ganger for stort"),
        ("2 000", "hundre ganger for lite"),
        ("20 000 000", "hundre ganger for stort"),
        ("20 000", "ti ganger for lite"),
        ("2 000 000", "ti ganger for stort"),
        ("0,2", "en million ganger for lite"),
        ("200 501", "Svaret er lest som 200 501 kr, og det stemmer ikke ennå."),
        ("1,25", "Svaret er lest som 1,25 kr"),
        ("0", "Svaret er lest som 0 kr"),
    ],
)
def test_a_wrong_number_is_met_with_what_helps(ask: Ask, typed: str, said: str) -> None:
    verdict = ask("number").check(typed)
    assert (verdict.outcome, verdict.share) == (Outcome.WRONG, 0)
    assert said in verdict.sentence.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "typed",
    ["ti tusen", "nan", "inf", "1e5", "200_000", "200 000 €", "2 00", "1,2,3", "—", "½", "0x10"],
)
def test_what_is_no_number_is_said_with_what_was_written(ask: Ask, typed: str) -> None:
    exercise = ask("number")
    assert exercise.accept(typed) == typed, "what is typed is kept, number or not"
    with pytest.raises(ResponseError, match=re.escape(typed) + ".*er ikke et tall"):
        exercise.check(typed)


def test_a_share_of_the_number_may_be_off(ask: Ask) -> None:
    body = 'key = 50\ntolerance_share = 0.02\nwhy = "Ja."'
    exercise = ask("number", body=body)
    # 2 % of 50 is 1.
    assert exercise.check("51").outcome is Outcome.RIGHT
    assert exercise.check("49").outcome is Outcome.RIGHT
    assert exercise.check("51,1").outcome is Outcome.WRONG


def test_without_a_tolerance_what_rounds_to_the_key_is_right(ask: Ask) -> None:
    exercise = ask("number", body='key = 0.3333\ndecimals = 2\ntolerance = 0.005\nwhy = "Ja."')
    assert exercise.key() == "0,33"
    rounded = ask("number", body='key = 0.33\ndecimals = 2\nwhy = "Ja."')
    assert [rounded.check(typed).outcome for typed in ("0,334", "0,335", "0,336")] == [
        Outcome.RIGHT,
        Outcome.RIGHT,
        Outcome.WRONG,
    ]


def test_a_percent_sign_nobody_asked_for_may_mean_a_share(ask: Ask) -> None:
    exercise = ask("number", body='key = 0.25\ndecimals = 2\nwhy = "Ja."')
    assert exercise.check("25 %").outcome is Outcome.RIGHT
    assert exercise.check("0,25").outcome is Outcome.RIGHT
    assert "hundre ganger for stort" in exercise.check("25").sentence
    asked = ask("number", body='key = 0.25\ndecimals = 2\nunit = "%"\nwhy = "Ja."')
    assert asked.check("25 %").outcome is Outcome.WRONG


def test_the_nearest_mistake_answers(ask: Ask) -> None:
    body = (
        'key = 100\ntolerance = 5\nwhy = "Ja."\n'
        '[[mistakes]]\nvalue = 50\nwhy = "Femti."\n[[mistakes]]\nvalue = 56\nwhy = "Femtiseks."'
    )
    exercise = ask("number", body=body)
    assert exercise.check("52").sentence == "Femti."
    assert exercise.check("54").sentence == "Femtiseks."


def test_a_hint_is_named_only_where_there_is_one(ask: Ask) -> None:
    assert "hint" not in ask("number").check("5").sentence
    assert "Åpne et hint" in ask("number", more='hints = ["Del"]').check("5").sentence


def test_the_histogram_runs_from_low_to_high_and_skips_drafts(ask: Ask) -> None:
    tally = ask("number").tally(["200 000", "18 000", "200.000", "tja", ""])
    assert {k.replace("\u00a0", " "): n for k, n in tally.counts[""].items()} == {
        "18 000": 1,
        "200 000": 2,
    }
    assert next(iter(tally.counts[""])).startswith("18")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('key = 5\nwhy = "x"\ntolerance = 1\ntolerance_share = 0.1', "ikke begge"),
        ('key = 5\nwhy = "x"\ntolerance = 1\n[[mistakes]]\nvalue = 5.5\nwhy = "y"', "innenfor"),
        ('key = 0.3333\nwhy = "x"\ntolerance = 0.01', "Øk «decimals»"),
        ('key = "5"\nwhy = "x"', "«key» er «5», men skal være et tall uten anførselstegn"),
        ('key = nan\nwhy = "x"', "ikke et endelig tall"),
        ('key = inf\nwhy = "x"', "ikke et endelig tall"),
        ('key = 5\nwhy = "x"\ndecimals = 1.5', "skal være et helt tall"),
        ("key = 5", "«why» mangler"),
        ('key = true\nwhy = "x"', "«key» er true, men skal være et tall"),
        ('key = 5\nwhy = "x"\nmistakes = [{value = 9, why = "y"}, {value = 9, why = "z"}]',
         "«9» står to ganger"),
    ],
)  # fmt: skip
def test_an_author_is_told_what_is_wrong(ask: Ask, body: str, said: str) -> None:
    with pytest.raises(ContentError, match=re.escape(said)):
        ask("number", body=body)


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_the_key_as_written_is_always_right(ask: Ask, digits: int, decimals: int) -> None:
    key = digits / 10**decimals
    exercise = ask("number", body=f'key = {key!r}\ndecimals = {decimals}\nwhy = "Ja."')
    assert exercise.check(exercise.key()).outcome is Outcome.RIGHT
    assert exercise.check(format_number(key, decimals, unit="kr")).outcome is Outcome.RIGHT
