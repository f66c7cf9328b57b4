import re
from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.exercises.reader import ContentError

Ask = Callable[..., Exercise]


@pytest.mark.parametrize(
    ("place", "outcome", "share"),
    [
        # hofte belongs at high x, low y; als is not placed, so the whole is a half at most.
        ([9, 1], Outcome.PARTLY, 0.5),
        ([6, 4], Outcome.PARTLY, 0.5),
        ([6, 5], Outcome.PARTLY, 0.25),
        ([9, 9], Outcome.PARTLY, 0.25),
        ([5, 5], Outcome.WRONG, 0),
        ([1, 9], Outcome.WRONG, 0),
    ],
)
def test_each_axis_is_half_an_item_and_the_middle_no_side(
    ask: Ask, place: list[int], outcome: Outcome, share: float
) -> None:
    verdict = ask("placement").check({"hofte": place})
    assert (verdict.outcome, verdict.share) == (outcome, share)


def test_all_in_place_is_right_however_far_out(ask: Ask) -> None:
    exercise = ask("placement")
    for near, far in ((6, 4), (9, 1)):
        verdict = exercise.check({"hofte": [near, far], "als": [far, near]})
        assert (verdict.outcome, verdict.share) == (Outcome.RIGHT, 1)


def test_the_sentence_tells_whole_and_half(ask: Ask) -> None:
    verdict = ask("placement").check({"hofte": [9, 1], "als": [9, 9]})
    assert verdict.sentence == (
        "Du har plassert alle 2, og 1 av dem ligger i riktig felt. "
        "For 1 av plasseringene stemmer bare den ene aksen."
    )
    assert [remark.outcome for remark in verdict.remarks] == [Outcome.RIGHT, Outcome.PARTLY]


@pytest.mark.parametrize(
    "place", [[1], [1, 2, 3], [0, 5], [10, 5], [5.5, 5], ["1", "2"], "55", {"x": 1}, 5, [None, 1]]
)
def test_a_place_is_two_whole_numbers(ask: Ask, place: object) -> None:
    with pytest.raises(ResponseError):
        ask("placement").check({"hofte": place})


def test_counts_points(ask: Ask) -> None:
    tally = ask("placement").tally([{"hofte": [9, 1]}, {"hofte": [9, 1]}, {"als": [2, 8]}])
    assert tally.counts == {"hofte": {"9,1": 2}, "als": {"2,8": 1}}


def test_an_axis_needs_its_words(ask: Ask) -> None:
    body = 'x.label = "X"\nx.low = "l"\n[[items]]\nid="a"\nlabel="A"\nx="low"\ny="low"\nwhy="w"'
    with pytest.raises(ContentError, match=re.escape("x: «high» mangler")):
        ask("placement", body=body)
