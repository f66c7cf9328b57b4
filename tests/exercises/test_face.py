"""Exercises without their key: shown and answered, never judged where a participant sits."""

import json
from pathlib import Path

import pytest

from helseledelse.answers.conversation import Conversation
from helseledelse.answers.store import AnswerStore
from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.base import Exercise, ResponseError
from helseledelse.exercises.face import FACES, LATER, bank_beside, faces_beside, read_faces
from helseledelse.exercises.paper import in_words, sheets
from helseledelse.exercises.reader import ContentError

RELEASED = Path(__file__).parents[2] / "assignments" / "source" / "samling6" / FACES
CONTENT = Path(__file__).parents[1] / "pages" / "content"
FOUND = read_faces(RELEASED)
ODD: list[object] = [None, "", "noe", 3, True, ["a", 1], {"a": [1]}, {"raad": {"b": []}}, [[[]]]]


def faces_of(bank: dict[str, Exercise]) -> str:
    faces = {name: exercise.public() for name, exercise in bank.items()}
    return json.dumps({"nb": faces, "nn": faces})


def test_what_is_shown_is_what_was_released_and_says_when_it_is_judged() -> None:
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    for name, exercise in FOUND.items():
        for language in ("nb", "nn"):
            shown = exercise.to(language).public()
            assert shown == released[language][name] | {"later": LATER}
        assert exercise.kind == released["nb"][name]["kind"]
        assert exercise.key() is None
        assert exercise.solution is None


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("response", ODD, ids=repr)
def test_any_answer_is_kept_and_none_is_judged(name: str, response: object, tmp_path: Path) -> None:
    talk = Conversation(AnswerStore(tmp_path / "svar.json"), FOUND)
    said = {"exercise": name, "response": response, "at": 5, "version": 1, "writer": "fane"}
    assert "saved" in talk.reply({"type": "save", **said})
    reply = talk.reply({"type": "check", **said})
    assert reply.get("refused") or reply["verdict"]["outcome"] == "not_answered"
    assert AnswerStore(tmp_path / "svar.json").read()[name].response == response
    assert "error" in talk.reply({"type": "hint", "exercise": name, "number": 1})
    assert "error" in talk.reply({"type": "solution", "exercise": name})


def test_every_kind_has_a_face_that_takes_its_own_answers(tmp_path: Path) -> None:
    bank = dict(read_bank(CONTENT))
    (tmp_path / FACES).write_text(faces_of(bank), encoding="utf-8")
    found = faces_beside(tmp_path)
    assert len({exercise.kind for exercise in found.values()}) == 12
    for name, exercise in found.items():
        key = bank[name].key()
        assert sheets(exercise)
        for response in [key, *ODD]:
            in_words(exercise, response)
        if key is not None:
            assert exercise.accept(json.loads(json.dumps(key))) == key
            assert not exercise.is_blank(key)
            with pytest.raises(ResponseError, match="når du har levert"):
                exercise.check(key)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "{",
        '{"nb": []}',
        '{"nb": {"x": 3}}',
        '{"nb": {"x": {"id": "x"}}}',
        RELEASED.read_text(encoding="utf-8")[:4000],
        RELEASED.read_text(encoding="utf-8").replace('"kind": "number"', '"kind": "tall"'),
        RELEASED.read_text(encoding="utf-8").replace('"options"', '"valg"'),
    ],
)
def test_a_damaged_file_is_said_so(written: str, tmp_path: Path) -> None:
    (tmp_path / FACES).write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=r"på nytt\. Svarene dine ligger"):
        bank_beside(tmp_path, read_bank(CONTENT))


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"«oppgaver\.json» ved siden av arbeidskravet mangler"):
        faces_beside(tmp_path)
    with pytest.raises(ContentError, match=r"mangler filen «oppgaver\.json»"):
        bank_beside(tmp_path, read_bank(CONTENT))["samling6-icer"]
    assert bank_beside(tmp_path, read_bank(CONTENT))["p1-kort"].id == "p1-kort"


def test_the_shipped_exercises_are_not_replaced(tmp_path: Path) -> None:
    shipped = read_bank(CONTENT)
    (tmp_path / FACES).write_text(faces_of({"p1-kort": shipped["p1-kort"]}), encoding="utf-8")
    assert bank_beside(tmp_path, shipped)["p1-kort"] is shipped["p1-kort"]
