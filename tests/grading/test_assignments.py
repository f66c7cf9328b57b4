"""The assignments: keys proven, what is released up to date, and nothing of the key in it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.face import FACES, read_faces
from helseledelse.exercises.number import Number
from helseledelse.exercises.proof import prove
from helseledelse.exercises.reader import ContentError, read_toml
from helseledelse.exercises.single import Single
from helseledelse.exercises.text import Text
from helseledelse.exercises.workbook import ExerciseCall, read_workbook
from helseledelse.grading.assignment import build, write
from helseledelse.lint import proof_names

ROOT = Path(__file__).parents[2] / "assignments"
NAMES = sorted(file.stem for file in (ROOT / "text").glob("*.toml"))
assert NAMES
FOR_A_HUMAN = ("form", "reflection", "plan")


@pytest.fixture(params=NAMES)
def assignment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def texts(value: Any) -> list[Text]:
    """Give every text of an exercise, however deep."""
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    return [text for part in getattr(value, "__dict__", {}).values() for text in texts(part)]


def test_every_key_is_proven_and_written_in_both_languages(assignment: str) -> None:
    key = read_bank(ROOT / "key" / f"{assignment}.toml")
    names = proof_names()
    for name, exercise in key.items():
        assert prove(exercise, names) == ""
        # A number is worked out by a model; an order of steps has nothing to work out.
        assert exercise.proof or not isinstance(exercise, Number), name
        assert [text.nb for text in texts(exercise) if not text.nn] == [], name
        if exercise.kind not in FOR_A_HUMAN:
            assert exercise.check(exercise.key()).share == 1, name
    marked = [name for name in key if key[name].kind not in FOR_A_HUMAN]
    assert 6 <= len(marked) <= 10
    assert len(key) - len(marked) == 2


def test_every_mistake_an_answer_can_make_is_met_with_its_own_sentence(assignment: str) -> None:
    for name, exercise in read_bank(ROOT / "key" / f"{assignment}.toml").items():
        if isinstance(exercise, Number):
            assert len(exercise.mistakes) >= 2, name
            for mistake in exercise.mistakes:
                verdict = exercise.check(exercise.written(mistake.value))
                assert verdict.share == 0, name
                assert mistake.why.nb in verdict.sentence, name
        if isinstance(exercise, Single):
            for option in exercise.options:
                verdict = exercise.check(option.id)
                assert verdict.share == option.right, name
                assert option.why, name
                assert option.why.nb in verdict.sentence, name


def test_the_text_around_is_in_both_languages_and_the_human_has_grounds(assignment: str) -> None:
    table = read_toml(ROOT / "text" / f"{assignment}.toml")
    assert all(table[name]["nn"] for name in ("title", "introduction", "human"))
    key = read_bank(ROOT / "key" / f"{assignment}.toml")
    for exercise in key.values():
        if exercise.kind in FOR_A_HUMAN:
            assert exercise.solution, "skriv vurderingsgrunnlaget i «solution»"


def test_what_is_released_is_built_from_key_and_text(assignment: str) -> None:
    for place, content in build(ROOT, assignment).items():
        assert (ROOT / place).read_text(encoding="utf-8") == content, (
            "kjør «python -m helseledelse.grading.assignment assignments»"
        )


def test_building_writes_only_what_has_changed(tmp_path: Path) -> None:
    for folder in ("key", "text"):
        (tmp_path / folder).mkdir()
        for file in (ROOT / folder).glob("*.toml"):
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    assert len(write(tmp_path)) == 2 * len(NAMES)
    assert write(tmp_path) == []


def test_a_deadline_is_released_where_the_text_states_one(tmp_path: Path) -> None:
    for folder in ("key", "text"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "samling6.toml").write_bytes(
            (ROOT / folder / "samling6.toml").read_bytes()
        )
    file = tmp_path / "text" / "samling6.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'deadline = "2027-01-15T23:59+01:00"\n{text}', encoding="utf-8")
    write(tmp_path)
    released = tmp_path / "source" / "samling6" / FACES
    assert json.loads(released.read_text(encoding="utf-8"))["frist"] == "2027-01-15T23:59+01:00"
    assert len(read_faces(released)) == len(read_bank(tmp_path / "key" / "samling6.toml"))
    for wrong in ("15. januar", "2027-01-15T23:59"):
        file.write_text(f'deadline = "{wrong}"\n{text}', encoding="utf-8")
        with pytest.raises(ContentError, match="avstand til UTC"):
            write(tmp_path)


def test_the_notebook_shows_every_exercise_and_no_answers_lie_beside_it(assignment: str) -> None:
    key = read_bank(ROOT / "key" / f"{assignment}.toml")
    folder = ROOT / "source" / assignment
    book = read_workbook(folder / f"{assignment}.ipynb")
    assert book.exercises == tuple(key)
    assert all(isinstance(piece, ExerciseCall) or hasattr(piece, "text") for piece in book.pieces)
    # nbgrader writes what lies here over what a participant has handed in.
    assert {file.name for file in folder.iterdir()} == {FACES, f"{assignment}.ipynb"}


def test_nothing_of_the_key_is_released(assignment: str) -> None:
    key = read_bank(ROOT / "key" / f"{assignment}.toml")
    folder = ROOT / "source" / assignment
    released = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    faces = json.loads((folder / FACES).read_text(encoding="utf-8"))
    assert list(faces) == ["nb", "nn"]
    for language in faces.values():
        assert list(language) == list(key)
        assert not any(face["hints"] or face["has_solution"] for face in language.values())
    source = (ROOT / "key" / f"{assignment}.toml").read_text(encoding="utf-8")
    secret = re.findall(r'^(?:why|solution)[.nb]* = "+(.{10,}?)"*$', source, re.MULTILINE)
    secret += re.findall(r'^proof = "+(.{10,}?)"*$', source, re.MULTILINE)
    assert len(secret) > 20
    assert [said for said in secret if said in released or json.dumps(said)[1:-1] in released] == []
    assert '"right"' not in released
    assert '"why"' not in released
    for name, exercise in key.items():
        if isinstance(exercise, Number):
            number = exercise.key().replace("\xa0", " ")
            own = " ".join(face[name]["title"] + face[name]["question"] for face in faces.values())
            assert not re.search(rf"(?<![\d,]){number}(?![\d,])", own.replace("\xa0", " ")), name
            # A shorter number stands in a year or a clause without telling anything.
            if len(re.sub(r"\D", "", number)) > 3:
                assert number not in released.replace("\xa0", " "), name


def test_no_canary_planted_in_a_key_is_released(assignment: str, tmp_path: Path) -> None:
    for folder in ("key", "text"):
        (tmp_path / folder).mkdir()
        file = ROOT / folder / f"{assignment}.toml"
        (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    key = tmp_path / "key" / f"{assignment}.toml"
    clean = key.read_text(encoding="utf-8")

    def released_with(planted: str) -> int:
        text, count = re.subn(
            rf'^({planted})((?:\.n[bn])?) = "', r'\1\2 = "KANARI ', clean, flags=re.MULTILINE
        )
        assert count > 1
        key.write_text(text, encoding="utf-8")
        return "".join(build(tmp_path, assignment).values()).count("KANARI")

    assert released_with("why|solution") == 0
    assert released_with("title") > 1  # a canary that may be heard, is
