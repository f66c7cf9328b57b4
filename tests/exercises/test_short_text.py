from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome

Ask = Callable[..., Exercise]


@pytest.mark.parametrize(
    "written", ["QALY", "qaly.", " «Qaly» ", "Kvalitetsjustert  leveår", "KVALITETSJUSTERT LEVEÅR"]
)
def test_case_and_punctuation_around_do_not_matter(ask: Ask, written: str) -> None:
    assert ask("short_text").check(written).outcome is Outcome.RIGHT


def test_what_is_not_on_the_list_is_never_called_wrong(ask: Ask) -> None:
    verdict = ask("short_text").check("QALI")
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert verdict.sentence == (
        "Svaret er ikke blant dem vi kjenner igjen. Sammenlign selv: "
        "Målet heter kvalitetsjustert leveår."
    )


def test_more_words_than_asked_for_are_said_and_kept(ask: Ask) -> None:
    verdict = ask("short_text").check("æ ø å en to tre")
    assert verdict.sentence.endswith("Du har skrevet 6 ord, og det var bedt om høyst 5.")
    assert "ord" not in ask("short_text").check("æ ø å en to").sentence


def test_without_a_list_every_answer_is_for_a_human(ask: Ask) -> None:
    verdict = ask("short_text", body='why = "Flere svar er mulige."').check("ja")
    assert (verdict.outcome, verdict.sentence) == (Outcome.FOR_A_HUMAN, "Flere svar er mulige.")


@pytest.mark.parametrize("written", ["   ", "\n\t", "\u00a0"])
def test_spaces_are_nothing_said(ask: Ask, written: str) -> None:
    assert ask("short_text").check(written).outcome is Outcome.NOT_ANSWERED


def test_equal_words_are_counted_together_most_common_first(ask: Ask) -> None:
    tally = ask("short_text").tally(["Tillit", "åpenhet", "tillit!", " "])
    assert list(tally.counts[""].items()) == [("tillit", 2), ("åpenhet", 1)]
    assert tally.responses == 3
