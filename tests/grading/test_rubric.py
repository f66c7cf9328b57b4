"""The exams read by people: complete, in both languages, and the guide kept from the task."""

import json
from pathlib import Path

import pytest

from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.form import Form
from helseledelse.exercises.reader import ContentError
from helseledelse.grading import assignment
from helseledelse.grading.grounds import grounds, questions
from helseledelse.grading.rubric import (
    GRADES,
    Exam,
    build,
    guide_markdown,
    read_exam,
    read_grades,
    task_markdown,
)

FOLDER = Path(__file__).parents[2] / "assignments" / "exam"
EXAMS = {file.stem: read_exam(file) for file in FOLDER.glob("*.toml") if file.stem != GRADES}


@pytest.fixture(params=sorted(EXAMS))
def exam(request: pytest.FixtureRequest) -> Exam:
    return EXAMS[request.param]


def test_both_exams_are_as_the_programmes_say() -> None:
    # BI's slides of February 2023: 72 hours and 12 pages; groups of one to three and 40 pages.
    home, project = EXAMS["hjemmeeksamen"], EXAMS["utviklingsprosjekt"]
    assert (home.hours, home.pages, home.group) == (72, 12, (1, 1, 1))
    assert (project.hours, project.pages, project.group) == (0, 40, (1, 3, 4))


def test_every_word_is_written_in_both_languages(exam: Exam) -> None:
    texts = [exam.title, exam.task, *exam.conditions]
    texts += [text for part in exam.criteria for text in (part.label, *part.levels)]
    texts += [text for part in exam.guide for text in (part.heading, part.text)]
    assert [text.nb for text in texts if not text.nn] == []


def test_no_two_levels_of_a_criterion_say_the_same(exam: Exam) -> None:
    for criterion in exam.criteria:
        for language in ("nb", "nn"):
            assert len({level.to(language) for level in criterion.levels}) == 6, criterion.id


def test_the_task_tells_what_is_weighed_and_nothing_of_the_guide(exam: Exam) -> None:
    for language in ("nb", "nn"):
        task = task_markdown(exam, language)
        for criterion in exam.criteria:
            assert f"| {criterion.label.to(language)} | {criterion.weight} % |" in task
            assert not any(level.to(language) in task for level in criterion.levels)
        assert not any(part.text.to(language) in task for part in exam.guide)


def test_the_guide_holds_every_level_and_names_the_source_of_the_letters(exam: Exam) -> None:
    source, grades = read_grades(FOLDER / f"{GRADES}.toml")
    guide = guide_markdown(exam, source, grades, "nn")
    for criterion in exam.criteria:
        assert all(f"**: {level.nn}" in guide for level in criterion.levels)
    assert "- **F, ikkje greidd**:" in guide
    assert "Universitets- og høgskolerådet" in guide


def test_what_is_released_has_a_cell_to_mark_for_each_criterion_and_no_guide(exam: Exam) -> None:
    built = {place.name: text for place, text in assignment.build(FOLDER.parent, exam.name).items()}
    for name, content in built.items():
        assert (FOLDER.parent / "source" / exam.name / name).read_text("utf-8") == content, (
            "kjør «python -m helseledelse.grading.assignment assignments»"
        )
    released = "".join(built.values())
    secret = [part.text for part in exam.guide]
    secret += [level for part in exam.criteria for level in part.levels]
    assert [
        said
        for text in secret
        for said in (text.nb, text.nn)
        if said in released or json.dumps(said)[1:-1] in released
    ] == []
    cells = json.loads(built[f"{exam.name}.ipynb"])["cells"]
    marked = {
        ours["grade_id"].removeprefix(f"{exam.name}-"): ours["points"]
        for ours in (cell["metadata"]["nbgrader"] for cell in cells)
        if ours["task"]
    }
    assert marked == {part.id: part.weight for part in exam.criteria}
    faces = json.loads(built["oppgaver.json"])
    assert faces["dokument"] is True
    assert "frist" not in faces
    labels = [box["label"] for box in faces["nb"][f"{exam.name}-besvarelse"]["boxes"]]
    # One box for each numbered part of the task, in its order.
    parts = [f"Del {line[0]}" for line in exam.task.nb.splitlines() if line[:1].isdigit()]
    assert [label.split(":")[0] for label in labels if label.startswith("Del ")] == parts
    key = read_bank(FOLDER.parent / "key" / f"{exam.name}.toml")
    assert list(key) == [f"{exam.name}-besvarelse"]
    assert all(
        box.label.nn for each in key.values() if isinstance(each, Form) for box in each.boxes
    )


def test_an_exam_can_have_a_deadline(tmp_path: Path) -> None:
    for folder in ("exam", "key"):
        (tmp_path / folder).mkdir()
        file = FOLDER.parent / folder / "hjemmeeksamen.toml"
        (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    file = tmp_path / "exam" / "hjemmeeksamen.toml"
    said = 'deadline = "2027-01-15T12:00+01:00"\n'
    file.write_text(said + file.read_text(encoding="utf-8"), encoding="utf-8")
    built = assignment.build(tmp_path, "hjemmeeksamen")
    faces = next(text for place, text in built.items() if place.name == "oppgaver.json")
    assert json.loads(faces)["frist"] == "2027-01-15T12:00+01:00"


def test_the_grader_has_the_grounds_of_every_cell_to_mark(exam: Exam) -> None:
    found = grounds(FOLDER.parent, exam.name)
    for part in exam.criteria:
        said = found[f"{exam.name}-{part.id}"]
        assert all(level.nb in said for level in part.levels)
    assert all(part.text.nb in found[f"{exam.name}-besvarelse"] for part in exam.guide)


def test_the_grader_has_question_and_right_answer_of_every_exercise() -> None:
    for file in (FOLDER.parent / "key").glob("*.toml"):
        key = read_bank(file)
        found, asked = grounds(FOLDER.parent, file.stem), questions(FOLDER.parent, file.stem)
        assert all(found[name] for name in key)
        assert asked == {name: each.question.nb for name, each in key.items()}
    found = grounds(FOLDER.parent, "samling6")
    assert found["samling6-icer"] == "Fasit: 300\xa0000  "
    assert found["samling6-trinn"].startswith("Fasit:  \nHjemmebesøk er dominert av gruppe.")
    assert found["samling6-anbefaling"].startswith("Inntil 2 poeng for hver boks.")


def test_what_is_written_out_is_up_to_date() -> None:
    for place, content in build(FOLDER).items():
        assert (FOLDER / place).read_text(encoding="utf-8") == content, (
            "kjør «python -m helseledelse.grading.rubric assignments/exam»"
        )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight = 10", "weight = 11", "Vektene blir til sammen 101"),
        ("hours = 72", "timer = 72", "«hours» mangler"),
        ('id = "kilder"', 'id = "tall"', "«tall» står to ganger"),
    ],
)
def test_a_wrong_exam_is_refused_with_a_sentence(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    written = (FOLDER / "hjemmeeksamen.toml").read_text(encoding="utf-8")
    assert written.count(old) == 1
    wrong = tmp_path / "hjemmeeksamen.toml"
    wrong.write_text(written.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        read_exam(wrong)
