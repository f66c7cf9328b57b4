"""The rules of the room, without a server."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.number import Mistake, Number
from helseledelse.exercises.text import Text
from helseledelse.live import rules
from helseledelse.live.rules import Room, RuleError, State
from helseledelse.live.wall import Note, Status

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


def number_votes(*responses: str) -> dict[str, str]:
    return {f"v{number}": response for number, response in enumerate(responses)}


def test_many_different_numbers_are_shown_as_columns_and_few_as_they_are() -> None:
    number = BANK["p1-tall"]
    shown = rules.results(number, (number_votes(*map(str, range(30))),))
    rows = shown["tables"][0]["rows"]
    assert [row["label"].replace("\xa0", " ") for row in rows][:2] == [
        "0 til under 5 kr",
        "5 til under 10 kr",
    ]
    assert [row["counts"] for row in rows] == [[5]] * 6
    assert shown["histogram"]["counts"] == [[5] * 6]
    assert "key" not in shown["histogram"]
    few = rules.results(number, (number_votes("12", "12", "7"),))
    assert [row["counts"] for row in few["tables"][0]["rows"]] == [[1], [2]]
    assert sum(few["histogram"]["counts"][0]) == 3
    assert "Svarene går fra 7 til 12 kr." in few["histogram"]["sentence"]
    agreed = rules.results(number, (number_votes("12", "12"),))
    assert agreed["histogram"]["sentence"] == "Alle har svart 12 kr."
    nobody = rules.results(number, ({},))
    assert nobody["sentence"] == "Ingen har svart."
    assert rules.results(number, (number_votes("12"), {}))["sentence"] == "Ingen stemte andre gang."
    assert nobody["histogram"] == {"labels": [], "counts": [[]], "sentence": ""}
    sensitive = replace(number, tags=("sensitiv",))
    assert "histogram" not in rules.results(sensitive, (number_votes(*"123456"),))


def test_the_key_is_marked_and_the_mistakes_counted_by_name_when_it_is_explained() -> None:
    number = Number(
        **(vars(BANK["p1-tall"]) | {"answer": 12, "tolerance": 0, "tolerance_share": 0})
        | {
            "mistakes": (
                Mistake(24, Text("Del på to."), Text("glemte å dele på to")),
                Mistake(6, Text("En gang er nok.")),
            )
        }
    )
    votes = number_votes("12", "24", "24", "6", "99", "")
    at = replace(room("both"), exercise=number.id)
    assert "key" not in rules.for_phone(at, number, (votes, {}))["results"]["histogram"]
    shown = rules.for_phone(replace(at, state=State.EXPLAINED), number, (votes, {}))
    key = shown["results"]["histogram"]["key"]
    assert key["label"].replace("\xa0", " ") == "Fasit: 12 kr"
    assert 0 < key["place"] < 1
    assert [each["label"].replace("\xa0", " ") for each in shown["explanation"]["remarks"]] == [
        "2 glemte å dele på to",
        "1 svarte 6 kr",
        "1 svarte noe annet",
    ]


@pytest.mark.parametrize("name", ["p1-sorter", "p1-rekke", "p1-plass"])
def test_the_explanation_tells_the_share_right_of_each_part_and_why(name: str) -> None:
    exercise = BANK[name]
    key = exercise.key()
    wrong: Any = key[::-1] if isinstance(key, list) else dict(zip(key, list(key.values())[::-1]))  # noqa: B905  same length
    remarks = rules.explanation(exercise, {"1": key, "2": wrong, "3": key})["remarks"]
    assert len(remarks) == len(key)
    assert all("outcome" not in each for each in remarks)
    assert all(each["belongs"] and each["sentence"] for each in remarks)
    assert all(
        re.match(r"(2|3) av 3 plasserte det riktig \((67|100)\xa0%\)\.", each["said"])
        for each in remarks
    )
    assert all(each["said"] == "" for each in rules.explanation(exercise, {})["remarks"])
    if name != "p1-rekke":
        sensitive = replace(exercise, tags=("sensitiv",))
        assert not rules.explanation(sensitive, {"1": key})["remarks"][0]["said"]


def test_the_discussion_has_three_minutes() -> None:
    at = replace(room("discuss"), since=100.0)
    left = [rules.for_stage(at, SINGLE, ({}, {}), inside=0, now=now)["left"] for now in (100, 400)]
    assert left == [180, 0]


def test_a_short_text_is_seen_when_somebody_has_let_it_through_and_the_room_is_revealed() -> None:
    exercise = BANK["p1-kort"]
    assert rules.fits(exercise)
    assert not rules.fits(replace(exercise, tags=("sensitiv",)))
    votes = {"1": "Mer tid", "2": "mer tid.", "3": "Stygt ord"}
    notes = {"mer tid": Note(Status.SHOWN), "stygt ord": Note(Status.HIDDEN)}
    for state in State:
        at = Room("r", "ABCD", exercise.id, state, rounds=1)
        unread = json.dumps(
            [
                rules.for_phone(at, exercise, (votes, {})),
                rules.for_stage(at, exercise, (votes, {}), inside=3, now=0),
            ],
            ensure_ascii=False,
        ).casefold()
        assert "mer tid" not in unread
        assert "stygt" not in unread
        shown = rules.for_phone(at, exercise, (votes, {}), notes=notes)
        assert "Stygt" not in json.dumps(shown)
        assert ("Mer tid" in json.dumps(shown)) is at.revealed
    assert shown["results"]["wall"] == [{"text": "Mer tid", "count": 2}]
    assert shown["results"]["words"] == [{"word": "tid", "count": 2, "size": 1}]
    assert shown["explanation"]["sentence"] == "Takk."
    assert "på din egen skjerm" in rules.advice(exercise, votes)


def test_a_text_for_the_wall_is_short_and_says_of_no_patient_who_it_is() -> None:
    at = Room("r", "ABCD", "p1-kort", State.VOTE, rounds=1)
    with pytest.raises(RuleError, match="plass til 200"):
        rules.take(at, BANK["p1-kort"], 1, "a" * 201)
    # The example of `guard.is_identity_number`.
    with pytest.raises(rules.GuardedError) as found:
        rules.take(at, BANK["p1-kort"], 1, "Hun er 31129956715")
    assert found.value.places
    assert "31129956715" not in str(found.value)


def test_raised_hands_stand_for_one_answer_each() -> None:
    assert rules.hands(room("vote"), SINGLE, {"a": 2, "b": 1}) == ["a", "a", "b"]
    assert rules.hands(room("revote", 2), SINGLE, {"a": 0, "b": 0}) == []
    for at, exercise, counts, said in [
        (room("locked"), SINGLE, {"a": 1, "b": 1}, "Åpne avstemningen"),
        (room("vote"), BANK["p1-flere"], {}, "ett svar å velge"),
        (room("vote"), SINGLE, {"a": 1}, "lar seg ikke lese"),
        (room("vote"), SINGLE, [1, 2], "lar seg ikke lese"),
        *((room("vote"), SINGLE, {"a": n, "b": 1}, "hele tall") for n in (-1, 401, 1.5, "2", True)),
    ]:
        with pytest.raises(RuleError, match=said):
            rules.hands(at, exercise, counts)


def test_nobody_says_who_changed_when_hands_were_counted() -> None:
    first: Any = {rules.hand(1, n): "b" for n in range(3)}
    second: Any = {rules.hand(2, n): "a" for n in range(3)}
    said = rules.results(SINGLE, (first, second))["sentence"]
    assert said == "Først svarte 0 av 3 riktig, så 3 av 3."
    said = rules.results(SINGLE, (first | {"t": "b"}, second | {"t": "a"}))["sentence"]
    assert said == (
        "Først svarte 0 av 4 riktig, så 4 av 4. Blant telefonene: 1 byttet til riktig svar."
    )


def test_a_minute_more_to_discuss_in() -> None:
    at = Room("r", "ABCD", "p1-valg", State.DISCUSS, since=100, rounds=1)
    shown = rules.for_stage(rules.longer(at), SINGLE, ({}, {}), inside=0, now=130)
    assert shown["left"] == 180 - 30 + 60
    with pytest.raises(RuleError, match="bare mens dere diskuterer"):
        rules.longer(room("vote"))


@pytest.mark.parametrize("name", [name for name in BANK if rules.fits(BANK[name])])
def test_the_lecturer_is_told_what_to_expect(name: str) -> None:
    guide = rules.guide(BANK[name])
    assert guide["sources"]
    if rules.has_key(BANK[name]):
        assert guide["remarks"] or guide["key"]


def test_the_next_exercise_is_still_the_same_lecturers_room() -> None:
    at = Room("r", "ABCD", "p1-valg", State.DISCUSS, since=1, rounds=1, owner="anne")
    expected = Room("r", "ABCD", "p1-tall", since=9, turn=2, owner="anne")
    assert rules.turn(at, BANK["p1-tall"], 9) == expected
    with pytest.raises(RuleError):
        rules.turn(rules.close(at), BANK["p1-tall"], 9)
