"""What a grader marks by: the questions, and the grounds from key and exam, as Markdown."""

from pathlib import Path

from helseledelse.exercises.bank import Bank, read_bank
from helseledelse.exercises.base import Exercise
from helseledelse.grading.rubric import LETTERS, read_exam
from helseledelse.grading.verdicts import in_lines, labelled


def questions(root: Path, assignment: str) -> dict[str, str]:
    """Give the question of each exercise, by its id.

    Raises
    ------
    ContentError
        If the key is wrong.
    """
    return {name: each.question.nb for name, each in _key(root, assignment).items()}


def grounds(root: Path, assignment: str) -> dict[str, str]:
    """Give the grounds for each cell that earns points, by the cell's id.

    Parameters
    ----------
    root : the course folder

    Raises
    ------
    ContentError
        If key or exam is wrong.
    """
    key = _key(root, assignment)
    found = {name: _of(each) for name, each in key.items() if _of(each)}
    file = root / "exam" / f"{assignment}.toml"
    if not file.is_file():
        return found
    exam = read_exam(file)
    guide = "\n\n".join(f"**{each.heading.nb}.** {each.text.nb}" for each in exam.guide)
    levels = {
        f"{assignment}-{part.id}": "\n".join(
            f"- **{letter}**: {level.nb}"
            for letter, level in zip(LETTERS, part.levels, strict=True)
        )
        for part in exam.criteria
    }
    return found | dict.fromkeys(key, guide) | levels


def _key(root: Path, assignment: str) -> Bank:
    return read_bank(root / "key" / f"{assignment}.toml")


def _of(exercise: Exercise) -> str:
    """Give what an exercise is marked by: what a person should find, or the right answer."""
    if exercise.solution:
        return exercise.solution.nb
    right = exercise.key()
    return labelled("Fasit", in_lines(exercise, right)) if right is not None else ""
