from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.exercises.reader import ContentError

Ask = Callable[..., Exercise]


def test_the_mean_turns_what_is_reversed_and_says_so(ask: Ask) -> None:
    verdict = ask("scale").check({"spoerre": 6, "feil": 2})
    # Reversed on 7 steps: 7 + 1 − 2 = 6; the mean of 6 and 6 is 6,0.
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert verdict.sentence == (
        "Gjennomsnittet ditt er 6,0 på en skala fra 1 til 7. Påstand 2 er snudd før utregningen, "
        "fordi et lavt tall der peker samme vei som et høyt tall ellers: 1 teller som 7."
    )


def test_what_is_not_answered_is_left_out_of_the_mean(ask: Ask) -> None:
    assert ask("scale").check({"spoerre": 3}).sentence == (
        "Gjennomsnittet ditt er 3,0 på en skala fra 1 til 7. Du har svart på 1 av 2."
    )


def test_several_reversed_statements_are_named_together(ask: Ask) -> None:
    body = 'low="l"\nhigh="h"\nsteps=5\n' + "\n".join(
        f'[[items]]\nid="i{n}"\nlabel="{n}"\nreversed=true' for n in range(3)
    )
    verdict = ask("scale", body=body).check({"i0": 1, "i1": 5, "i2": 3})
    # 5, 1 and 3 after turning: mean 3.
    assert "er 3,0 på en skala fra 1 til 5. Påstandene 1, 2 og 3 er snudd" in verdict.sentence


@pytest.mark.parametrize("value", [0, 8, -1, 2.5, True, "3", [3], float("nan"), 10**30])
def test_only_whole_steps_are_taken(ask: Ask, value: float) -> None:
    with pytest.raises(ResponseError, match="Velg et helt tall fra 1 til 7"):
        ask("scale").check({"spoerre": value})


def test_a_whole_number_may_come_as_a_decimal(ask: Ask) -> None:
    response = ask("scale").accept({"spoerre": 3.0})
    assert response == {"spoerre": 3}
    assert isinstance(response["spoerre"], int)


def test_which_are_reversed_is_not_shown_before(ask: Ask) -> None:
    assert "reversed" not in str(ask("scale").public())


def test_counts_steps_as_chosen(ask: Ask) -> None:
    tally = ask("scale").tally([{"feil": 1}, {"feil": 1, "spoerre": 7}])
    assert tally.counts["feil"] == {str(n): 2 * (n == 1) for n in range(1, 8)}
    assert tally.counts["spoerre"]["7"] == 1


@pytest.mark.parametrize("steps", ["1", "12", "3.5"])
def test_a_scale_has_two_to_eleven_steps(ask: Ask, steps: str) -> None:
    with pytest.raises(ContentError, match="«steps»"):
        ask("scale", body=f'steps={steps}\nlow="l"\nhigh="h"\n[[items]]\nid="a"\nlabel="A"')
