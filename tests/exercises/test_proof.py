from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.proof import prove

Ask = Callable[..., Exercise]

NAMES = {"ratio": lambda cost, effect: cost / effect}


@pytest.mark.parametrize("proof", ["ratio(60_000, 0.3)", "round(ratio(60_000, 0.3))", "200_400"])
def test_a_proof_within_tolerance_holds(ask: Ask, proof: str) -> None:
    assert prove(ask("number", more=f'proof = "{proof}"'), NAMES) == ""


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        ("ratio(60_000, 3)", "gir 20 000, men fasiten er 200 000"),
        ("ratio(1, 0)", "lot seg ikke regne ut"),
        ("ratio(", "lot seg ikke regne ut"),
        ("ukjent(1)", "lot seg ikke regne ut"),
        ("open('x')", "lot seg ikke regne ut"),
        ("__import__('os')", "lot seg ikke regne ut"),
        ("'tekst'", "lot seg ikke regne ut"),
        ("float('nan')", "gir ikke beregnet"),
        ("None", "lot seg ikke regne ut"),
    ],
)
def test_a_proof_that_fails_says_so(ask: Ask, proof: str, said: str) -> None:
    sentence = prove(ask("number", more=f'proof = "{proof}"'), NAMES)
    assert said in sentence.replace("\u00a0", " ")


def test_a_choice_is_proved_by_what_is_true_and_nothing_else(ask: Ask) -> None:
    assert prove(ask("single", more='proof = "ratio(6, 3) < 3"'), NAMES) == ""
    for proof in ("ratio(6, 3) > 3", "1", "ratio(6, 3)", "[1]"):
        assert prove(ask("single", more=f'proof = "{proof}"'), NAMES)


def test_an_array_library_true_is_true(ask: Ask) -> None:
    import numpy as np

    assert prove(ask("single", more='proof = "a"'), {"a": np.bool_(True)}) == ""


def test_without_a_proof_there_is_nothing_to_say(ask: Ask) -> None:
    assert prove(ask("number"), {}) == ""
