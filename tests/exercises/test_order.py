from collections.abc import Callable
from itertools import permutations

import pytest

from helseledelse.exercises.base import Exercise, Outcome

Ask = Callable[..., Exercise]


@pytest.mark.parametrize(
    ("order", "outcome", "share"),
    [
        # Four items are six pairs; Kendall's tau is (in order − out of order) / 6, by hand.
        (["en", "to", "tre", "fire"], Outcome.RIGHT, 1),
        (["to", "en", "tre", "fire"], Outcome.PARTLY, 4 / 6),
        (["to", "en", "fire", "tre"], Outcome.PARTLY, 2 / 6),
        (["fire", "en", "to", "tre"], Outcome.WRONG, 0),
        (["fire", "tre", "to", "en"], Outcome.WRONG, 0),
    ],
)
def test_credit_is_kendalls_tau(ask: Ask, order: list[str], outcome: Outcome, share: float) -> None:
    verdict = ask("order").check(order)
    assert verdict.outcome is outcome
    assert verdict.share == pytest.approx(share)


def test_half_of_all_orders_earn_nothing(ask: Ask) -> None:
    exercise = ask("order")
    shares = [exercise.check(list(order)).share for order in permutations(exercise.key())]
    assert len(shares) == 24
    assert sorted(shares)[11] == 0


def test_the_sentence_says_places_and_pairs(ask: Ask) -> None:
    assert ask("order").check(["to", "en", "tre", "fire"]).sentence == (
        "Av 4 står 2 på riktig plass, og 5 av 6 par står i riktig rekkefølge seg imellom."
    )


def test_a_part_of_the_order_is_kept_but_not_judged(ask: Ask) -> None:
    verdict = ask("order").check(["to", "en"])
    assert verdict.outcome is Outcome.NOT_ANSWERED
    assert verdict.sentence.startswith("Du har gitt 2 av 4 en plass.")


@pytest.mark.parametrize("count", range(2, 9))
def test_the_order_shown_is_fixed_and_never_the_right_one(ask: Ask, count: int) -> None:
    items = "\n".join(f'[[items]]\nid="i{n}"\nlabel="{n}"\nwhy="x"' for n in range(count))
    exercise = ask("order", body=items)
    shown = [item["id"] for item in exercise.public()["items"]]
    assert sorted(shown) == sorted(exercise.key())
    assert shown != exercise.key()
    assert shown == [item["id"] for item in exercise.public()["items"]]


def test_counts_each_place(ask: Ask) -> None:
    tally = ask("order").tally([["en", "to", "tre", "fire"], ["to", "en", "tre", "fire"]])
    assert tally.counts["en"] == {"1": 1, "2": 1, "3": 0, "4": 0}
    assert tally.counts["fire"] == {"1": 0, "2": 0, "3": 0, "4": 2}
