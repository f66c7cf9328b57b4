from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.exercises.shape import LONGEST

Ask = Callable[..., Exercise]


def test_words_are_counted_and_the_aim_is_told(ask: Ask) -> None:
    verdict = ask("reflection").check({"hva": "Vi møttes – og gikk."})
    # Five groups of signs with space between: Vi, møttes, –, og, gikk.
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert (
        verdict.sentence == "Du har skrevet 5 ord. Et godt mål er rundt 60. Du har svart på 1 av 2."
    )


def test_all_prompts_written_to_needs_no_count_of_them(ask: Ask) -> None:
    verdict = ask("reflection").check({"hva": "a", "antok": "b"})
    assert verdict.sentence == "Du har skrevet 2 ord. Et godt mål er rundt 60."


def test_the_longest_text_is_taken_and_one_more_is_refused_without_loss(ask: Ask) -> None:
    exercise = ask("reflection")
    assert exercise.accept({"hva": "å" * LONGEST}) == {"hva": "å" * LONGEST}
    with pytest.raises(ResponseError, match="Ingenting er borte"):
        exercise.accept({"hva": "å" * (LONGEST + 1)})


def test_half_a_surrogate_pair_can_be_stored(ask: Ask) -> None:
    accepted = ask("reflection").accept({"hva": "a\ud83db 😀"})
    assert accepted["hva"].encode("utf-8").decode() == "a\ufffdb 😀"


def test_words_are_read_and_not_counted_across_people(ask: Ask) -> None:
    tally = ask("reflection").tally([{"hva": "noe"}, {"hva": "  "}])
    assert (tally.responses, tally.counts) == (1, {})


def test_shows_prompts_aim_and_timer(ask: Ask) -> None:
    public = ask("reflection").public()
    assert (public["words"], public["timer"]) == (60, 4)
    assert [prompt["id"] for prompt in public["prompts"]] == ["hva", "antok"]
