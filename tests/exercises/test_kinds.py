"""What holds for every kind of exercise, whatever is asked and whatever is answered."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helseledelse.exercises.base import Exercise, Outcome, ResponseError, Verdict
from helseledelse.exercises.kinds import KINDS
from helseledelse.exercises.leaks import leaks
from helseledelse.exercises.reader import ContentError

Ask = Callable[..., Exercise]

# A response of each kind that is neither blank nor all right.
SAID: dict[str, Any] = {
    "single": "a",
    "multiple": ["a", "b"],
    "number": "18 000 kr",
    "classify": {"leveaar": "nytte", "senger": "nytte"},
    "order": ["to", "en", "tre", "fire"],
    "scale": {"spoerre": 6, "feil": 2},
    "dots": {"moeter": 1, "tid": 1},
    "short_text": "blåbærsyltetøy på økt 3",
    "reflection": {"hva": "Vi møttes. «Æ», sa hun – og gikk."},
    "form": {"maal": "Færre fall på Åsen"},
    "placement": {"hofte": [9, 9], "als": [5, 5]},
    "plan": {"when": "møtet åpner", "by": "2031-03-01"},
}
BLANK: list[object] = [None, "", [], {}]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def shaped(exercise: Exercise) -> st.SearchStrategy[Any]:
    """Give responses that come near the kind's shape, so that more than the door is tried."""
    face = exercise.face()
    parts = [
        part["id"]
        for group in ("options", "items", "boxes", "prompts")
        for part in face.get(group, [])
    ] or ["when", "then", "with", "by"]
    near = (
        st.sampled_from(parts)
        | st.integers(-2, 12)
        | st.floats()
        | st.text(max_size=12)
        | st.lists(st.integers(0, 10), min_size=2, max_size=2)
        | st.dates().map(str)
        | json_values
    )
    return (
        near
        | st.lists(st.sampled_from(parts), max_size=6)
        | st.dictionaries(st.sampled_from(parts), near, max_size=6)
    )


def test_the_kinds_are_the_twelve_an_author_is_told_of() -> None:
    assert set(KINDS) == set(SAID)
    assert all(kind.kind == word for word, kind in KINDS.items())


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_anything_at_all_gets_a_verdict_or_a_sentence(
    ask: Ask, kind: str, data: st.DataObject
) -> None:
    exercise = ask(kind)
    raw = data.draw(json_values | shaped(exercise))
    try:
        verdict = exercise.check(raw)
    except ResponseError as error:
        sentence = str(error)
    else:
        sentence = verdict.sentence
        assert 0 <= verdict.share <= 1
        json.dumps(verdict.to_json(), allow_nan=False).encode()
        response = exercise.accept(raw)
        stored = json.loads(json.dumps(response, ensure_ascii=False).encode())
        assert exercise.accept(stored) == response, "what is stored must be read back the same"
    assert sentence[0].isupper() or sentence[0] == "«"
    assert sentence[-1] in ".?"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].may_be_opinion])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_opinion_is_never_right_or_wrong(opinion: Ask, kind: str, data: st.DataObject) -> None:
    exercise = opinion(kind)
    raw = data.draw(shaped(exercise))
    try:
        verdict = exercise.check(raw)
    except ResponseError:
        return
    assert verdict.outcome in (Outcome.NOT_ANSWERED, Outcome.FOR_A_HUMAN)
    assert verdict.share == 0
    assert all(remark.sentence for remark in verdict.remarks)


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_has_no_key_for_certain_may_be_an_opinion(
    ask: Ask, opinion: Ask, kind: str
) -> None:
    if KINDS[kind].may_be_opinion:
        assert opinion(kind).opinion
        assert opinion(kind).key() is None
        assert opinion(kind).public()["opinion"] is True
    else:
        with pytest.raises(ContentError, match="«opinion» er ukjent her"):
            ask(kind, more="opinion = true")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("single", '[[options]]\nlabel="A"\nright=true\n[[options]]\nlabel="B"'),
        ("placement", ('x = {label="X", low="l", high="h"}\ny = {label="Y", low="l", high="h"}\n'
         '[[items]]\nid="a"\nlabel="A"\nx="low"')),
        ("classify", ('[[boxes]]\nid="x"\nlabel="X"\n[[boxes]]\nid="y"\nlabel="Y"\n'
         '[[items]]\nid="a"\nlabel="A"\nbox="x"\n[[items]]\nid="b"\nlabel="B"')),
    ],
)  # fmt: skip
def test_a_key_in_an_opinion_is_refused(ask: Ask, kind: str, body: str) -> None:
    with pytest.raises(ContentError, match=r"«(right|box|x)» peker på"):
        ask(kind, more="opinion = true", body=body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", BLANK, ids=repr)
def test_nothing_said_is_not_answered(ask: Ask, kind: str, raw: object) -> None:
    exercise = ask(kind)
    try:
        verdict = exercise.check(raw)
    except ResponseError:
        assert raw is not None, "None is no answer in every kind"
    else:
        assert verdict.outcome is Outcome.NOT_ANSWERED


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_is_right_and_worth_everything(ask: Ask, kind: str) -> None:
    exercise = ask(kind)
    key = exercise.key()
    if key is None:
        assert exercise.check(SAID[kind]).outcome is Outcome.FOR_A_HUMAN
    else:
        verdict = exercise.check(json.loads(json.dumps(key)))
        assert (verdict.outcome, verdict.share) == (Outcome.RIGHT, 1)
        assert exercise.check(SAID[kind]).share < 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "raw",
    [
        7,
        0,
        True,
        3.5,
        float("nan"),
        float("inf"),
        [[[[[]]]]],
        {"": {"": {}}},
        {"ukjent": "a"},
        ["ukjent"],
        [None],
        [["a"]],
        {"leveaar": ["nytte"], "hva": {"x": 1}, "maal": [], "spoerre": "6", "when": 3},
        b"bytes",
        10**400,
    ],
    ids=lambda raw: repr(raw)[:30],
)
def test_what_is_no_response_gets_a_sentence(ask: Ask, kind: str, raw: object) -> None:
    with pytest.raises(ResponseError, match=r"\.$"):
        ask(kind).check(raw)


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_does_not_show(ask: Ask, kind: str) -> None:
    exercise = ask(
        kind, more='hints = ["Et hint som ikke skal synes"]\nsolution = "Slik løses det."'
    )
    public = exercise.public()
    shown = json.dumps(public, ensure_ascii=False, allow_nan=False)
    assert leaks(exercise) == []
    assert "hint som" not in shown
    assert "Slik løses" not in shown
    assert (public["hints"], public["has_solution"], public["opinion"]) == (1, True, False)


@pytest.mark.parametrize("kind", KINDS)
def test_norwegian_letters_survive_and_nynorsk_is_given(ask: Ask, kind: str) -> None:
    exercise = ask(kind)
    assert exercise.public()["title"] == "Ære være ærlighet – «blåbær»"
    nynorsk = exercise.to("nn")
    assert nynorsk.public()["title"] == "Ære vere ærlegdom – «blåbær»"
    assert "økt 3, med −5 grader" in nynorsk.public()["question"]
    assert nynorsk.check(SAID[kind]).outcome is exercise.check(SAID[kind]).outcome
    assert nynorsk.to("nb").id == exercise.id
    assert type(nynorsk) is type(exercise)


def test_reasons_are_given_in_nynorsk(ask: Ask) -> None:
    assert ask("single").to("nn").check("b").sentence == "Ja, måling syner det."
    assert ask("number").to("nn").check("18 000").sentence.startswith("Du har gonga")
    prompts = ask("reflection").to("nn").public()["prompts"]
    assert [prompt["label"] for prompt in prompts] == ["Hva skjedde?", "Kva gjekk eg ut frå?"]


@pytest.mark.parametrize("kind", KINDS)
def test_raw_html_and_scripts_are_shown_as_text(ask: Ask, kind: str) -> None:
    exercise = ask(kind)
    planted = dataclasses.replace(exercise, title=type(exercise.title)("<script>x</script>"))
    assert "<script>" not in json.dumps(planted.public())


@pytest.mark.parametrize("kind", KINDS)
def test_the_tally_counts_who_answered(ask: Ask, kind: str) -> None:
    exercise = ask(kind)
    responses = [exercise.accept(raw) for raw in (SAID[kind], None, SAID[kind])]
    tally = exercise.tally(responses)
    assert tally.responses == 2
    assert all(0 <= n <= 2 for counts in tally.counts.values() for n in counts.values())
    assert exercise.tally([]).responses == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_text_is_answered_at_once(ask: Ask, kind: str) -> None:
    exercise = ask(kind)
    for raw in ("å" * 2_000_000, ["å" * 2_000_000], {"hva": "å" * 2_000_000}):
        with pytest.raises(ResponseError):
            exercise.check(raw)


def test_an_exercise_cannot_be_built_wrong(ask: Ask) -> None:
    exercise = ask("plan")
    for wrong in ({"minutes": 0}, {"sources": ()}, {"id": ""}, {"version": 0}):
        with pytest.raises(ValueError, match="needs an id"):
            dataclasses.replace(exercise, **wrong)


def test_a_verdict_is_never_silent() -> None:
    with pytest.raises(ValueError, match="silence"):
        Verdict(Outcome.RIGHT, "")
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="share"):
            Verdict(Outcome.RIGHT, "Ja.", share=share)
