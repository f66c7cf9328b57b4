"""Every shipped exercise, tried in every direction."""

import json
from typing import Any

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.exercises.classify import Classify
from helseledelse.exercises.leaks import leaks
from helseledelse.exercises.lint import exercise_findings
from helseledelse.exercises.multiple import Multiple
from helseledelse.exercises.number import Number
from helseledelse.exercises.placement import Placement
from helseledelse.exercises.programmes import programmes
from helseledelse.exercises.proof import prove
from helseledelse.exercises.reader import read_toml
from helseledelse.exercises.single import Single
from helseledelse.lint import proof_names

EXERCISES = list(bank().values())
NONSENSE: list[Any] = [
    *(7, -1, 3.5, True, float("nan"), float("inf"), 10**400, b"bytes"),
    *("tull «æøå» – −5", "a" * 200_000, "\ud800", "<script>", "nan", "1e400"),
    *([], [[]], ["ukjent"], ["a", "a"], [None], [[[[[[1]]]]]]),
    *({}, {"ukjent": "a"}, {"": ""}, {"when": 3}, {"a": {"b": {"c": []}}}, None, ""),
]

every = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def of(kind: type[Exercise]) -> pytest.MarkDecorator:
    found = [each for each in EXERCISES if isinstance(each, kind)]
    return pytest.mark.parametrize("exercise", found, ids=lambda exercise: exercise.id)


@every
def test_the_key_is_right(exercise: Exercise) -> None:
    key = json.loads(json.dumps(exercise.key()))
    if key is not None:
        verdict = exercise.check(key)
        assert (verdict.outcome, verdict.share) == (Outcome.RIGHT, 1)
        assert exercise.to("nn").check(key).outcome is Outcome.RIGHT


@every
def test_nonsense_gets_a_verdict_or_a_sentence(exercise: Exercise) -> None:
    for raw in NONSENSE:
        told = repr(raw)[:20]
        try:
            verdict = exercise.check(raw)
        except ResponseError as error:
            sentence = str(error)
        else:
            assert verdict.outcome is not Outcome.RIGHT, told
            json.dumps(verdict.to_json(), allow_nan=False).encode()
            sentence = verdict.sentence
        assert sentence.endswith((".", "?")), told


@every
def test_nothing_said_is_not_answered(exercise: Exercise) -> None:
    assert exercise.check(None).outcome is Outcome.NOT_ANSWERED


@every
def test_the_question_shows_no_key(exercise: Exercise) -> None:
    assert leaks(exercise) == []
    assert leaks(exercise.to("nn")) == []
    json.dumps(exercise.public(), allow_nan=False)


@every
def test_the_proof_holds(exercise: Exercise) -> None:
    assert prove(exercise, proof_names()) == ""


@every
def test_it_reads_well(exercise: Exercise) -> None:
    assert exercise_findings(exercise, exercise.id) == []
    assert exercise.id.split("-")[0] in {s.id for p in programmes() for s in p.samlinger}


@of(Single)
def test_every_option_answers_with_its_own_reason(exercise: Single) -> None:
    said = [exercise.check(option.id).sentence for option in exercise.options]
    assert len(set(said)) == len(said) or exercise.opinion
    for option in exercise.options:
        if option.why:
            assert exercise.check(option.id).sentence == option.why.nb


@of(Multiple)
def test_every_chosen_option_is_explained(exercise: Multiple) -> None:
    for option in exercise.options:
        remarks = exercise.check([option.id]).remarks
        if option.why:
            assert option.why.nb in [remark.sentence for remark in remarks]


@of(Number)
def test_every_named_mistake_is_met_with_its_own_reason(exercise: Number) -> None:
    for mistake in exercise.mistakes:
        verdict = exercise.check(exercise.written(mistake.value))
        assert (verdict.outcome, verdict.sentence) == (Outcome.WRONG, mistake.why.nb)
    reasons = {mistake.why.nb for mistake in exercise.mistakes} | {exercise.why.nb}
    assert len(reasons) == len(exercise.mistakes) + 1


@of(Classify)
def test_every_item_in_every_box_is_explained(exercise: Classify) -> None:
    for item in exercise.items:
        for box in exercise.boxes:
            verdict = exercise.check({item.id: box.id})
            if item.why:
                assert [remark.sentence for remark in verdict.remarks] == [item.why.nb]
    if not exercise.opinion:
        assert {item.box for item in exercise.items} <= {box.id for box in exercise.boxes}


@of(Placement)
def test_every_item_is_explained_wherever_it_is_put(exercise: Placement) -> None:
    for item in exercise.items:
        for place in ([1, 1], [1, 9], [9, 1], [9, 9], [5, 5]):
            verdict = exercise.check({item.id: place})
            if item.why:
                assert [remark.sentence for remark in verdict.remarks] == [item.why.nb]


def test_every_file_belongs_to_a_samling_and_holds_its_exercises() -> None:
    known = {samling.id for programme in programmes() for samling in programme.samlinger}
    for path in CONTENT.glob("*.toml"):
        if path.name != "programmes.toml":
            assert path.stem in known
            assert [name for name in read_toml(path) if not name.startswith(f"{path.stem}-")] == []


def test_there_is_content() -> None:
    assert len(EXERCISES) > 20
