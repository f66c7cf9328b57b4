"""The exams read by people: complete, in both languages, and the guide kept from the task."""

from pathlib import Path

import pytest

from helseledelse.exercises.reader import ContentError
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
