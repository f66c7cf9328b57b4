from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome
from helseledelse.exercises.reader import ContentError

Ask = Callable[..., Exercise]


@pytest.mark.parametrize(
    ("placed", "outcome", "share", "sentence"),
    [
        # Three items; the share is the number that lie right, over three.
        ({"leveaar": "nytte", "senger": "ressurs", "kroner": "ressurs"}, Outcome.RIGHT, 1,
         "Alt ligger der det skal."),
        ({"leveaar": "nytte", "senger": "nytte", "kroner": "ressurs"}, Outcome.PARTLY, 2 / 3,
         "Du har plassert alle 3, og 2 av dem ligger riktig."),
        ({"leveaar": "nytte", "senger": "ressurs"}, Outcome.PARTLY, 2 / 3,
         "Du har plassert 2 av 3, og 2 av dem ligger riktig."),
        ({"senger": "nytte", "kroner": ""}, Outcome.WRONG, 0,
         "Du har plassert 1 av 3, og den ligger ikke riktig."),
        ({"leveaar": "ressurs", "senger": "nytte", "kroner": "nytte"}, Outcome.WRONG, 0,
         "Du har plassert alle 3, og ingen av dem ligger riktig."),
    ],
)  # fmt: skip
def test_credit_is_the_share_that_lies_right(
    ask: Ask, placed: dict[str, str], outcome: Outcome, share: float, sentence: str
) -> None:
    verdict = ask("classify").check(placed)
    assert (verdict.outcome, verdict.share, verdict.sentence) == (outcome, share, sentence)
    assert {remark.part for remark in verdict.remarks} == {k for k, v in placed.items() if v}


def test_every_placed_item_says_why(ask: Ask) -> None:
    verdict = ask("classify").check({"leveaar": "ressurs"})
    assert [(r.part, r.outcome, r.sentence) for r in verdict.remarks] == [
        ("leveaar", Outcome.WRONG, "Leveår er nytte.")
    ]


def test_items_are_not_shown_box_by_box_as_written(ask: Ask) -> None:
    shown = [item["id"] for item in ask("classify").public()["items"]]
    assert sorted(shown) == ["kroner", "leveaar", "senger"]
    assert shown != ["leveaar", "senger", "kroner"]


def test_counts_each_box_for_each_item(ask: Ask) -> None:
    exercise = ask("classify")
    tally = exercise.tally([{"leveaar": "nytte"}, {"leveaar": "ressurs", "kroner": "nytte"}, {}])
    assert tally.responses == 2
    assert tally.counts["leveaar"] == {"nytte": 1, "ressurs": 1}
    assert tally.counts["senger"] == {"nytte": 0, "ressurs": 0}


def test_a_box_that_does_not_exist_is_named_with_the_nearest(ask: Ask) -> None:
    body = (
        '[[boxes]]\nid="nytte"\nlabel="N"\n[[boxes]]\nid="pris"\nlabel="P"\n'
        '[[items]]\nid="a"\nlabel="A"\nbox="nyte"\nwhy="x"\n'
        '[[items]]\nid="b"\nlabel="B"\nbox="pris"\nwhy="x"'
    )
    with pytest.raises(ContentError, match=r"items nummer 1: «box» er «nyte»\. Mente du «nytte»"):
        ask("classify", body=body)
