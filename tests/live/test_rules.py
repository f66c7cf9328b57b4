"""The rules of the room, without a server."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import read_bank
from helseledelse.live import rules
from helseledelse.live.rules import Room, RuleError, State

BANK = read_bank(Path(__file__).parents[1] / "pages" / "content")
SINGLE = BANK["p1-valg"]  # a is right
SCALE = replace(BANK["p1-skala"], tags=("sensitiv",))
RESPONSES: dict[str, Any] = {
    "p1-valg": "a",
    "p1-flere": ["a", "b"],
    "p1-tall": BANK["p1-tall"].key(),
    "p1-sorter": BANK["p1-sorter"].key(),
    "p1-rekke": BANK["p1-rekke"].key(),
    "p1-plass": BANK["p1-plass"].key(),
    "p1-skala": {"en": 3},
}


def votes(right: int, wrong: int = 0) -> dict[str, str]:
    return {f"v{number}": "a" if number < right else "b" for number in range(right + wrong)}


def room(state: str = "question", rounds: int = 1) -> Room:
    return Room("r", "ABCD", "p1-valg", State(state), rounds=rounds)


def test_a_whole_round_of_peer_instruction() -> None:
    at = Room("r", "ABCD", "p1-valg")
    for now, step in enumerate(
        ["vote", "locked", "vote", "locked", "discuss", "revote", "both", "explained"]
    ):
        at = rules.move(at, step, now)
    assert (at.state, at.rounds, at.since) == (State.EXPLAINED, 2, 7)
    with pytest.raises(RuleError, match="annet sted"):
        rules.move(at, "vote", 9)
    with pytest.raises(RuleError, match="stengt"):
        rules.move(rules.close(room()), "vote", 9)


@pytest.mark.parametrize("step", ["", "explained", "both", "tull", "question"])
def test_a_step_that_does_not_lead_on_is_refused(step: str) -> None:
    with pytest.raises(RuleError):
        rules.move(room("vote"), step, 1)


@pytest.mark.parametrize(
    ("state", "rounds", "number", "said"),
    [
        ("question", 0, 1, "ikke åpnet"),
        ("locked", 1, 1, "låst da svaret kom"),
        ("discuss", 1, 1, "låst da svaret kom"),
        ("revote", 2, 1, "låst da svaret kom"),
        ("vote", 1, 2, "ikke åpnet"),
        ("explained", 2, 2, "låst da svaret kom"),
        ("vote", 1, True, "hører ikke til"),
        ("vote", 1, "1", "hører ikke til"),
        ("vote", 1, [1], "hører ikke til"),
        ("vote", 1, 3, "hører ikke til"),
    ],
)
def test_a_vote_at_the_wrong_time_is_refused_with_a_sentence(
    state: str, rounds: int, number: object, said: str
) -> None:
    with pytest.raises(RuleError, match=said):
        rules.take(room(state, rounds), SINGLE, number, "a")


def test_a_vote_is_taken_while_the_room_votes() -> None:
    assert rules.take(room("vote"), SINGLE, 1, "b") == "b"
    assert rules.take(room("vote"), SINGLE, 1, "") == ""  # taken back
    assert rules.take(room("revote", 2), SINGLE, 2, "a") == "a"
    for raw in [7, {"a": 1}, "finnes ikke"]:
        with pytest.raises(RuleError):
            rules.take(room("vote"), SINGLE, 1, raw)
    with pytest.raises(RuleError):
        rules.take(room("vote"), BANK["p1-tall"], 1, "mange")
    with pytest.raises(RuleError, match="stengt"):
        rules.take(rules.close(room("vote")), SINGLE, 1, "a")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (0, 0, "Ingen har svart"),
        (34, 66, "Få har riktig"),
        (35, 65, "Rommet er delt"),
        (70, 30, "Rommet er delt"),
        (71, 29, "De fleste"),
    ],
)
def test_advice_at_35_and_70_percent(right: int, wrong: int, said: str) -> None:
    given = rules.advice(SINGLE, votes(right, wrong))
    assert said in given
    assert not any(sign.isdigit() for sign in given)


def test_advice_where_there_is_no_key() -> None:
    assert "ingen fasit" in rules.advice(SCALE, {"v": {"en": 3}})


def test_who_changed_is_counted_among_those_who_voted_twice() -> None:
    first = {"1": "a", "2": "b", "3": "b", "4": "a", "5": "b", "6": ""}
    second = {"1": "b", "2": "a", "3": "a", "4": "a", "7": "a", "6": "a"}
    found = rules.changed(SINGLE, first, second)
    assert (found.to_right, found.from_right, found.other) == (2, 1, 0)
    assert found.sentence == "2 byttet til riktig svar og 1 byttet bort fra riktig svar."
    assert rules.changed(SINGLE, first, first).sentence == "Ingen byttet svar."
    scale = rules.changed(SCALE, {"1": {"en": 1}}, {"1": {"en": 2}})
    assert (scale.to_right, scale.from_right, scale.other) == (0, 0, 1)


@pytest.mark.parametrize("state", ["question", "vote", "locked", "discuss", "revote"])
@pytest.mark.parametrize("name", list(RESPONSES))
def test_neither_key_nor_counts_leave_before_they_are_revealed(state: str, name: str) -> None:
    exercise = BANK[name]
    at = replace(room(state, 2), exercise=name)
    rounds: Any = ({f"v{number}": RESPONSES[name] for number in range(7)}, {})
    phone = rules.for_phone(at, exercise, rounds)
    stage = rules.for_stage(at, exercise, rounds, inside=9, now=0)
    for shown in (phone, stage):
        assert "results" not in shown
        assert "explanation" not in shown
    others: Any = (
        {f"v{number}": exercise.accept(type(RESPONSES[name])()) for number in range(7)},
        {},
    )
    assert phone == rules.for_phone(at, exercise, others)
    assert "why" not in json.dumps(rules.face(exercise))


@pytest.mark.parametrize("name", list(RESPONSES))
def test_every_kind_is_shown_as_tables_with_words(name: str) -> None:
    exercise = BANK[name]
    assert rules.fits(exercise)
    votes = {f"v{number}": RESPONSES[name] for number in range(6)}
    shown = rules.for_phone(replace(room("both", 2), exercise=name), exercise, (votes, votes))
    assert "explanation" not in shown
    tables = shown["results"]["tables"]
    assert tables
    assert any(row["counts"] == [6, 6] for row in tables[0]["rows"])
    assert all(len(row["shares"]) == 2 for table in tables for row in table["rows"])
    assert json.loads(json.dumps(shown)) == shown


def test_the_explanation_has_a_reason_for_every_option() -> None:
    shown = rules.for_stage(room("explained"), SINGLE, (votes(3, 1), {}), inside=4, now=0)
    assert [each["outcome"] for each in shown["explanation"]["remarks"]] == ["right", "wrong"]
    assert all(each["sentence"] and each["label"] for each in shown["explanation"]["remarks"])
    assert shown["results"]["sentence"] == "3 av 4 svarte riktig."


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, True)])
def test_a_sensitive_exercise_shows_shares_only_and_nothing_under_five(
    answers: int, shown: bool
) -> None:
    assert rules.is_sensitive(SCALE)
    said = rules.results(SCALE, ({f"v{number}": {"en": 3} for number in range(answers)},))
    assert bool(said["tables"]) is shown
    assert all(row["counts"] is None for table in said["tables"] for row in table["rows"])


def test_many_different_numbers_stay_few_rows() -> None:
    given = {f"v{number}": str(number) for number in range(30)}
    rows = rules.results(BANK["p1-tall"], (given,))["tables"][0]["rows"]
    assert len(rows) == rules.MOST_VALUES + 1
    assert sum(row["counts"][0] for row in rows) == 30


def test_the_discussion_has_three_minutes() -> None:
    at = replace(room("discuss"), since=100.0)
    left = [rules.for_stage(at, SINGLE, ({}, {}), inside=0, now=now)["left"] for now in (100, 400)]
    assert left == [180, 0]
