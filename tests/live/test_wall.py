"""Short texts: merged, read by somebody first, counted as words."""

import pytest

from helseledelse.live.wall import (
    STOP_WORDS,
    Note,
    Status,
    WallError,
    entries,
    mark,
    on_wall,
    sizes,
    words,
)

SAID = ["Tid til å lede", "tid til å lede!", " «Tid til  å lede» ", "Mer tid", "Stygt ord", "  "]


def test_equal_answers_are_one_and_nothing_is_shown_before_it_is_read() -> None:
    found = entries(SAID, {})
    assert [(entry.key, entry.count) for entry in found] == [
        ("tid til å lede", 3),
        ("mer tid", 1),
        ("stygt ord", 1),
    ]
    assert {entry.status for entry in found} == {Status.UNREAD}
    assert on_wall(found) == []
    assert words(on_wall(found)) == []


def test_what_is_shown_hidden_and_joined() -> None:
    notes = {"mer tid": mark(entries(SAID, {}), "mer tid", "shown")}
    notes["stygt ord"] = mark(entries(SAID, notes), "stygt ord", "hidden")
    notes["tid til å lede"] = mark(entries(SAID, notes), "tid til å lede", "joined", "mer tid")
    assert on_wall(entries(SAID, notes)) == [("Mer tid", 4)]
    assert words(on_wall(entries(SAID, notes))) == [("tid", 4)]
    # Without the one it counted with it waits to be read again, and so does a new answer.
    notes["mer tid"] = Note(Status.HIDDEN)
    assert entries([*SAID, "nytt"], notes)[0].status is Status.UNREAD
    assert on_wall(entries([*SAID, "nytt"], notes)) == []
    assert on_wall(entries(["tid til å lede"], notes | {"mer tid": Note(Status.SHOWN)})) == []


@pytest.mark.parametrize(
    ("name", "status", "into", "said"),
    [
        ("finnes ikke", "shown", "", "finnes ikke lenger"),
        (7, "shown", "", "finnes ikke lenger"),
        ("mer tid", "tull", "", "vises, skjules eller"),
        ("mer tid", 3, "", "vises, skjules eller"),
        ("mer tid", "joined", "stygt ord", "som vises"),  # nobody has read that one
        ("mer tid", "joined", "mer tid", "som vises"),
        ("mer tid", "joined", 9, "som vises"),
    ],
)
def test_what_cannot_be_done_is_said(name: object, status: object, into: object, said: str) -> None:
    with pytest.raises(WallError, match=said):
        mark(entries(SAID, {}), name, status, into)


def test_words_are_ranked_without_the_small_words_of_both_languages() -> None:
    wall = [
        ("Vi må ha meir tid, tid og tid", 2),
        ("Ikkje fleire møter", 3),
        ("Tid i en hverdag", 1),
    ]
    assert words(wall) == [("møter", 3), ("tid", 3), ("hverdag", 1)]
    assert sizes(words(wall)) == [5, 5, 1]
    assert sizes([]) == []
    assert {"ikke", "ikkje", "jeg", "eg", "hva", "kva"} <= STOP_WORDS
    assert all(word == word.casefold() for word in STOP_WORDS)
